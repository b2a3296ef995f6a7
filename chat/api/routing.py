"""The agents' REST doors on rings, on their own desk, and on why a ticket rang where it did."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.api import shapes
from chat.api.tickets import find_ticket, run_command
from chat.commands import COMMANDS
from chat.desks import at_work
from chat.explanations import explain
from helpdesk.accounts.api.authentication import body_of, member_of
from helpdesk.errors import HelpdeskError


class TicketRouting(APIView):
    @extend_schema(operation_id="get_routing", responses={200: shapes.ROUTING})
    def get(self, request: Request, ticket: str) -> Response:
        """Why this agent, and why not me: the routing decisions and rings of a ticket, newest first.

        Admins see every candidate with the reasons against them, agents their own.
        """
        member = member_of(request)
        return Response(explain(find_ticket(member, ticket), member))


class OwnDesk(APIView):
    @extend_schema(operation_id="get_desk", responses={200: shapes.AT_WORK})
    def get(self, request: Request) -> Response:
        """What rings at me now, which chats that find nobody I am told of, how many chats I have and may have, and
        whether I am paused."""
        return Response(at_work(member_of(request)))


def addressed_view(name: str) -> Any:
    """The view of a command whose one field is in the address, with its own entry in the API's description."""

    @extend_schema(operation_id=name.replace(".", "_"), request=None, responses={200: shapes.ACK})
    def post(self: APIView, request: Request, **address: str) -> Response:
        if body_of(request):
            raise HelpdeskError(
                "unknown_field", "Everything stands in the address.", field=next(iter(body_of(request)))
            )
        return run_command(member_of(request), name, address)

    return _view(name, post)


def desk_view(name: str) -> Any:
    """The view of a command about one's own desk."""
    body = {"application/json": shapes.of_fields(COMMANDS[name].fields)}

    @extend_schema(operation_id=name.replace(".", "_"), request=body, responses={200: shapes.ACK})
    def post(self: APIView, request: Request) -> Response:
        return run_command(member_of(request), name, body_of(request))

    return _view(name, post)


def _view(name: str, post: Any) -> Any:
    post.__doc__ = f"The command `{name}` of the socket."
    view: Any = type(name.title().replace(".", ""), (APIView,), {"post": post})
    return view.as_view()
