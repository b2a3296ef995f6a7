"""Ring 1 of tenancy: the ways in. A workspace becomes active here, for a member of it, or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import SimpleTemplateResponse
from django.utils import translation

from helpdesk.accounts.credentials import member_by_slug, member_by_token
from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.tenancy import scope

GetResponse = Callable[[HttpRequest], HttpResponse]
# Whatever the URL patterns take for a slug: a view behind them must never run without a member.
PAGE = re.compile(r"^/w/(?P<slug>[-a-zA-Z0-9_]+)/")
API = "/api/v1/"


class PersonLocale:
    """The language: the person's own, else the cookie's, else what the browser asks for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.session.get("language") or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language() or "en"
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class WorkspaceEntry:
    """Opens the scope for `/w/<slug>/…` and for the REST API, and sets `request.workspace` and `request.member`.

    A stranger gets 404, as for a workspace that does not exist. Nobody signed in is sent to sign-in by a page, and
    answered 401 by the API.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = PAGE.match(request.path_info)
        if page:
            return self._page(request, page["slug"])
        if request.path_info.startswith(API):
            return self._api(request)
        return self.get_response(request)

    def _page(self, request: HttpRequest, slug: str) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        member = member_by_slug(request.user.pk, slug)
        if member is None:
            raise Http404
        return self._inside(request, member)

    def _api(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._inside(request, self._caller(request))
        except HelpdeskError as error:
            return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")

    def _caller(self, request: HttpRequest) -> Membership:
        """The member behind a token, or behind the session together with X-Workspace."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if token and scheme.lower() == "bearer":
            member = member_by_token(token.strip())
            wanted = request.headers.get("X-Workspace")
            if wanted and wanted != member.workspace.slug:
                raise not_found()
            return member
        if not request.user.is_authenticated:
            raise HelpdeskError("token_missing", "Send an API token, or sign in.")
        by_slug = member_by_slug(request.user.pk, request.headers.get("X-Workspace", ""))
        if by_slug is None:
            raise not_found()
        request.is_session_call = True  # type: ignore[attr-defined]
        return by_slug

    def _inside(self, request: Any, member: Membership) -> HttpResponse:
        request.member = member
        request.workspace = member.workspace
        with scope.workspace(member.workspace_id):
            response = self.get_response(request)
            # A template that is rendered later would be rendered outside the scope.
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response.render()
        response.headers.setdefault("Cache-Control", "no-store")
        return response
