"""The ASGI application: HTTP and the socket doors."""

import os

from asgiref.sync import markcoroutinefunction
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django_application = get_asgi_application()

from chat.browsers import describe  # noqa: E402  (models can be imported only once Django is set up)
from chat.sockets import AgentDoor  # noqa: E402
from widget.browsing import BrowsingDoor  # noqa: E402
from widget.sockets import VisitorDoor  # noqa: E402

# The first look at a User-Agent compiles hundreds of patterns: half a second that no visitor shall wait for.
describe("")


async def no_such_socket(scope, receive, send):  # type: ignore[no-untyped-def]
    """A socket at any other address is refused before it opens, as any unknown page."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


DOORS = {"/ws/visitor/": VisitorDoor, "/ws/agent/": AgentDoor, "/ws/live/": BrowsingDoor}


def application(scope, receive, send):  # type: ignore[no-untyped-def]
    """Hands the call over instead of awaiting it, unlike Channels' routers: their frames and their copies of the scope
    would take memory for each socket as long as it lives."""
    if scope["type"] != "websocket":
        return django_application(scope, receive, send)
    door = DOORS.get(scope["path"])
    return (door() if door else no_such_socket)(scope, receive, send)


# Servers ask which interface an application has; this one returns what a coroutine function would.
markcoroutinefunction(application)
