"""The visitors' door, before everything that signed-in people need."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import resolve
from django.utils.translation import gettext as _

from helpdesk.errors import HelpdeskError, not_found, unavailable

log = logging.getLogger(__name__)

PREFIXES = ("/widget/", "/widget.js", "/healthz", "/readyz")
PROBLEM = "application/problem+json"


class WidgetDoor:
    """Answers `/widget/…`, the loader and the health checks without sessions, CSRF, messages or any cookie.

    Nothing behind these addresses can read a cookie, and none is ever set, also where a shop shares our domain. The
    views set their own security headers. In ASGI they run on the event loop, past the synchronous middleware.
    """

    async_capable = True
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._async(request)
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        from asgiref.sync import async_to_sync  # only the test client comes this way

        return async_to_sync(self._answer)(request)

    async def _async(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIXES):
            return await self._answer(request)
        response: HttpResponse = await self.get_response(request)
        return response

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        try:
            if not request.path_info.startswith(("/healthz", "/readyz")):
                request.get_host()
            match = resolve(request.path_info)
            view: Callable[..., Awaitable[HttpResponse]] = match.func
            response = await view(request, *match.args, **match.kwargs)
        except DisallowedHost:
            response = problem(HelpdeskError("bad_host", _("This server does not answer for that host name.")))
        except RequestDataTooBig:
            response = problem(HelpdeskError("too_large", _("This is too large. Send at most 64 KiB.")))
        except Http404:
            response = problem(not_found())
        except HelpdeskError as error:
            response = problem(error)
        except Exception:
            log.exception("A visitor's call failed: %s", request.path_info)
            response = problem(unavailable())
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response


def problem(error: HelpdeskError) -> JsonResponse:
    """An error as problem+json; any page may read it, as there are no cookies that could make it somebody's."""
    response = JsonResponse(error.problem(), status=error.status, content_type=PROBLEM)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    if error.retry_in_ms:
        response["Retry-After"] = str(max(1, error.retry_in_ms // 1000))
    return response
