"""The REST doors on the team: oneself, colleagues, departments, presence."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.api import shapes
from chat.api.tickets import run_command
from chat.commands import COMMANDS
from chat.members import member_json, members_json
from helpdesk.accounts.api.authentication import body_of, member_of
from helpdesk.accounts.models import Department
from helpdesk.accounts.workspaces import workspaces_of


def about_me(member: Any) -> dict[str, Any]:
    """Who calls, where, and what their role allows."""
    departments = Department.objects.of(member.pk)
    return {
        "member": {**member_json(member), "status": member.status},
        "workspace": member.workspace.as_json(),
        "workspaces": [{"slug": each.slug, "name": each.name} for each in workspaces_of(member.user)],
        "departments": [each.as_badge() for each in departments],
        "permissions": ["settings"] if member.is_admin else [],
    }


class Me(APIView):
    @extend_schema(operation_id="get_me", responses={200: shapes.ME})
    def get(self, request: Request) -> Response:
        """Who I am here."""
        return Response(about_me(member_of(request)))


class Members(APIView):
    @extend_schema(operation_id="list_members", responses={200: shapes.MEMBERS})
    def get(self, request: Request) -> Response:
        """Everybody who works in the workspace, with their presence."""
        return Response({"rows": members_json(), "next": None})


class Departments(APIView):
    @extend_schema(operation_id="list_departments", responses={200: shapes.DEPARTMENTS})
    def get(self, request: Request) -> Response:
        """The departments and who is in them."""
        rows = [
            {**each.as_badge(), "members": [str(member.public_id) for member in each.members.all()]}
            for each in Department.objects.prefetch_related("members")
        ]
        return Response({"rows": rows, "next": None})


class Presence(APIView):
    @extend_schema(
        operation_id="set_presence",
        request={"application/json": shapes.of_fields(COMMANDS["presence.set"].fields)},
        responses={200: shapes.ACK},
    )
    def post(self, request: Request) -> Response:
        """Say whether I am online, away or offline."""
        return run_command(member_of(request), "presence.set", body_of(request))
