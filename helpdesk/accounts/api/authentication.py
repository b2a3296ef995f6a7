"""REST framework's view of the member that `WorkspaceEntry` found."""

from __future__ import annotations

from typing import Any, cast

from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from helpdesk.accounts.models import Membership


class MemberAuthentication(SessionAuthentication):
    """The person and the member. A call that rests on the session cookie must carry the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        member = getattr(request._request, "member", None)
        if member is None:
            return None
        if getattr(request._request, "is_session_call", False):
            self.enforce_csrf(request)
        return member.user, member

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class IsMember(BasePermission):
    """Every door of the REST API is for members."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return getattr(request._request, "member", None) is not None


def member_of(request: Request) -> Membership:
    """The member who calls. Must hold: the view is behind `IsMember`, as all are."""
    return cast(Membership, cast(Any, request)._request.member)


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent; our parser lets nothing else through."""
    return cast(dict[str, Any], request.data)
