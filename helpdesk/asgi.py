"""The ASGI application: HTTP and the two socket doors."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django_application = get_asgi_application()

from chat.browsers import describe  # noqa: E402  (models can be imported only once Django is set up)
from chat.sockets import AgentDoor  # noqa: E402
from widget.sockets import VisitorDoor  # noqa: E402

# The first look at a User-Agent compiles hundreds of patterns: half a second that no visitor shall wait for.
describe("")


async def no_such_socket(scope, receive, send):  # type: ignore[no-untyped-def]
    """A socket at any other address is refused before it opens, as any unknown page."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": URLRouter(
            [
                path("ws/visitor/", VisitorDoor.as_asgi()),
                path("ws/agent/", AgentDoor.as_asgi()),
                path("<path:anything>", no_such_socket),
                path("", no_such_socket),
            ]
        ),
    }
)
