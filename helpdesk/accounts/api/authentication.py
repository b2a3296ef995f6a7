"""REST framework's view of the member that `WorkspaceEntry` found."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class MemberAuthentication(SessionAuthentication):
    """The person and the member. A call that rests on the session cookie must carry the CSRF token; a token's need not."""

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
