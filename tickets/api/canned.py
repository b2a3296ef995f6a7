"""Canned messages over REST: what the composer lists, and saving one from a sent reply."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from helpdesk import fields
from helpdesk.accounts.models import Department, Membership
from helpdesk.errors import not_found
from helpdesk.fields import Field, parse
from tickets.actions.canned import change_canned, create_canned, delete_canned
from tickets.models import CannedMessage, Scope

MAX_ROWS = 1000
FIELDS = {
    "shortcut": Field(fields.text(41)),
    "title": Field(fields.text(80), ""),
    "text": Field(fields.body),
    "scope": Field(fields.choice(*Scope.values), Scope.PERSONAL),
    "department": Field(fields.optional(fields.public_id), None),
}


class CannedList(APIView):
    def get(self, request: Request) -> Response:
        """The messages that the member may use; `q` searches shortcut, title and text."""
        query = request.query_params.get("q", "").replace("\x00", "").strip()[:200]
        rows = CannedMessage.objects.usable_by(_member(request)).select_related("department")
        rows = rows.matching(query) if query else rows
        return Response({"rows": [row.as_json(_member(request)) for row in rows[:MAX_ROWS]], "next": None})

    def post(self, request: Request) -> Response:
        wanted = _with_department(parse(_body(request), FIELDS, strict=True))
        return Response(create_canned(by=_member(request), **wanted).as_json(_member(request)), status=201)


class CannedDetail(APIView):
    def patch(self, request: Request, canned: str) -> Response:
        """Change the fields that are sent; the others stay."""
        sent = _body(request)
        wanted = parse(sent, {name: Field(field.clean, None) for name, field in FIELDS.items()}, strict=True)
        changes = _with_department({name: value for name, value in wanted.items() if name in sent})
        changed = change_canned(canned=_usable(request, canned), by=_member(request), **changes)
        return Response(changed.as_json(_member(request)))

    def delete(self, request: Request, canned: str) -> Response:
        delete_canned(canned=_usable(request, canned), by=_member(request))
        return Response(status=204)


def _body(request: Request) -> dict[str, Any]:
    """StrictJSONParser gives an object or refuses."""
    return cast(dict[str, Any], request.data)


def _member(request: Request) -> Membership:
    """MemberAuthentication puts the member where other authentications put their token."""
    return cast(Membership, request.auth)


def _usable(request: Request, public_id: str) -> CannedMessage:
    found = CannedMessage.objects.usable_by(_member(request)).select_related("department")
    canned = found.filter(public_id=fields.public_id(str(public_id))).first()
    if canned is None:
        raise not_found()
    return canned


def _with_department(wanted: dict[str, Any]) -> dict[str, Any]:
    public_id: UUID | None = wanted.get("department")
    if public_id is None:
        return wanted
    department = Department.objects.filter(public_id=public_id).first()
    if department is None:
        raise not_found()
    return {**wanted, "department": department}
