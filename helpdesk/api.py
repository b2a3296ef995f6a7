"""What all REST doors share: strict JSON in, problem+json out."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from helpdesk.errors import HelpdeskError, not_found
from helpdesk.strict_json import MAX_BYTES, loads_object

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"


def read_object(content_type: str, body: bytes) -> dict[str, Any]:
    """The JSON object of a request's body; an empty body is an empty object.

    Raises HelpdeskError unsupported_media_type, too_large, and what `loads_object` raises.
    """
    kind, _separator, parameters = content_type.partition(";")
    charset = parameters.lower().replace(" ", "").removeprefix("charset=") or "utf-8"
    if body and (kind.strip().lower() not in ("application/json", "text/plain") or charset not in ("utf-8", "utf8")):
        raise HelpdeskError("unsupported_media_type", _("Send application/json in UTF-8."))
    if len(body) > MAX_BYTES:
        raise HelpdeskError("too_large", _("This is too large. Send at most 64 KiB."))
    try:
        return loads_object(body.decode()) if body.strip() else {}
    except UnicodeDecodeError:
        raise HelpdeskError("invalid_json", _("This is not valid JSON: the text is not UTF-8.")) from None


class StrictJSONParser(BaseParser):
    """Takes any media type, so that a wrong one is refused with our own code."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return read_object(media_type or "", stream.read(MAX_BYTES + 1))


_DRF_CODES: dict[type[Exception], tuple[str, Any]] = {
    exceptions.MethodNotAllowed: ("method_not_allowed", _("This address does not take that method.")),
    exceptions.NotAuthenticated: ("token_missing", _("Send an API token, or sign in.")),
    exceptions.Throttled: ("rate_limited", _("That was a lot at once. Wait a moment.")),
    exceptions.UnsupportedMediaType: ("unsupported_media_type", _("Send application/json in UTF-8.")),
}


def _as_ours(error: Exception) -> HelpdeskError | None:
    if isinstance(error, HelpdeskError):
        return error
    if isinstance(error, (Http404, exceptions.NotFound)):
        return not_found()
    if isinstance(error, exceptions.PermissionDenied) and "CSRF" in str(error.detail):
        return HelpdeskError(
            "csrf_failed", _("Reload the page and try again: its protection against forgery has expired.")
        )
    if isinstance(error, (PermissionDenied, exceptions.PermissionDenied)):
        return HelpdeskError("not_allowed", _("Your role does not include this. Ask an admin of your workspace."))
    for kind, (code, message) in _DRF_CODES.items():
        if isinstance(error, kind):
            return HelpdeskError(code, message)
    return None


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """REST framework's exception handler: every refusal in one shape; the unforeseen is logged and `unavailable`."""
    ours = _as_ours(error)
    if ours is None:
        log.error("A REST door failed.", exc_info=error)
        ours = HelpdeskError(
            "unavailable", _("Something went wrong on our side. Try again in a moment."), retry_in_ms=2000
        )
    response = Response(ours.problem(), status=ours.status, content_type=PROBLEM)
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    if ours.retry_in_ms:
        response["Retry-After"] = str(max(1, ours.retry_in_ms // 1000))
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself refuses: a wrong Host and other suspicious requests. A page for people, JSON for programs."""
    if not request.path_info.startswith("/api/"):
        return defaults.bad_request(request, exception)
    if isinstance(exception, DisallowedHost):
        error = HelpdeskError("bad_host", _("This server does not answer for that host name."))
    else:
        error = HelpdeskError("invalid", _("We could not read this request"))
    return JsonResponse(error.problem(), status=400, content_type=PROBLEM)


def unknown_route(request: HttpRequest) -> JsonResponse:
    """Any path under the API that does not exist."""
    return JsonResponse(not_found().problem(), status=404, content_type=PROBLEM)
