"""The REST doors on who is on the site right now."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.api import shapes
from chat.api.tickets import run_command, whole_number
from chat.auth import member_groups
from chat.browsing.board import MAX_ROWS
from chat.browsing.listing import STATES, Wanted, list_visitors, one_visitor
from chat.commands import COMMANDS
from helpdesk import fields
from helpdesk.accounts.api.authentication import body_of, member_of
from helpdesk.accounts.credentials import own_departments
from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError

LISTED = 100


def groups_of(member: Membership) -> set[str]:
    return member_groups(member, own_departments(member))


class Visitors(APIView):
    @extend_schema(operation_id="list_visitors", parameters=shapes.VISITORS_QUERY, responses={200: shapes.VISITORS})
    def get(self, request: Request) -> Response:
        """Who has a page of a site open right now, the newest first."""
        member, asked = member_of(request), request.query_params
        department = asked.get("department")
        wanted = Wanted(
            state=_state(asked.get("state", "")),
            country=asked.get("country", "").upper()[:2],
            query=_query(asked.get("q", "")),
            department=fields.public_id(department) if department else None,
            limit=whole_number(request, "limit", LISTED, 1, MAX_ROWS),
        )
        return Response(list_visitors(member.workspace_id, groups_of(member), wanted))


class VisitorDetail(APIView):
    @extend_schema(operation_id="get_visitor", responses={200: shapes.LIVE_VISITOR})
    def get(self, request: Request, browser: str) -> Response:
        """One of them, with the pages of this visit, what the site told of them, and their events."""
        member = member_of(request)
        return Response(one_visitor(member.workspace_id, groups_of(member), fields.public_id(browser)))


INVITE_BODY = shapes.of_fields(
    {key: each for key, each in COMMANDS["visitor.invite"].fields.items() if key != "browser"}
)


class VisitorInvite(APIView):
    @extend_schema(
        operation_id="visitor_invite", request={"application/json": INVITE_BODY}, responses={200: shapes.ACK}
    )
    def post(self, request: Request, browser: str) -> Response:
        """The command `visitor.invite` of the socket: invite somebody who is on the site, by hand."""
        if "browser" in body_of(request):
            raise HelpdeskError("unknown_field", "The visitor stands in the address.", field="browser")
        return run_command(member_of(request), "visitor.invite", {**body_of(request), "browser": browser})


def _state(wanted: str) -> str:
    if wanted:
        try:
            fields.choice(*STATES)(wanted)
        except HelpdeskError as error:
            error.field = "state"
            raise
    return wanted


def _query(words: str) -> str:
    if len(words) > 200:
        raise HelpdeskError("query_too_long", "Use at most 200 characters.", field="q", limit=200)
    return words.strip()
