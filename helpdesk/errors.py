"""One error for every door: a stable code, a sentence that says what to do, and optional data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# The HTTP status of each stable code; a code that is not listed answers 400.
STATUS = {
    "token_missing": 401,
    "token_invalid": 401,
    "token_expired": 401,
    "token_revoked": 401,
    "site_not_allowed": 403,
    "not_allowed": 403,
    "csrf_failed": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "idempotency_conflict": 409,
    "stale": 409,
    "chat_closed": 409,
    "chat_open": 409,
    "chat_taken": 409,
    "already_taken": 409,
    "ring_over": 409,
    "desk_full": 409,
    "over_limit": 409,
    "manners": 409,
    "target_offline": 409,
    "too_large": 413,
    "unsupported_media_type": 415,
    "rate_limited": 429,
    "too_many_sockets": 429,
    "unavailable": 503,
}
RETRYABLE = {"rate_limited", "too_many_sockets", "unavailable"}


class HelpdeskError(Exception):
    """A refusal that a person or a client can act on.

    `code` is stable and documented in docs/errors.md; `message` is a translatable sentence that says what to do;
    `field` names the input at fault; `data` is added to the answer as it is.
    """

    def __init__(
        self, code: str, message: Any, *, field: str | None = None, retry_in_ms: int | None = None, **data: Any
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.retry_in_ms = retry_in_ms
        self.data = data

    @property
    def status(self) -> int:
        return STATUS.get(self.code, 400)

    @property
    def retry(self) -> bool:
        return self.code in RETRYABLE

    def _common(self) -> dict[str, Any]:
        body: dict[str, Any] = {"code": self.code, "retry": self.retry}
        if self.field is not None:
            body["field"] = self.field
        if self.retry_in_ms is not None:
            body["retry_in_ms"] = self.retry_in_ms
        return {**self.data, **body}

    def frame(self, *, id: Any = None, client_id: Any = None) -> dict[str, Any]:
        """The error as a socket frame; `id` and `client_id` echo the command's own."""
        frame = {"type": "error", "message": str(self.message), **self._common()}
        if id is not None:
            frame["id"] = id
        if client_id is not None:
            frame["client_id"] = client_id
        return frame

    def problem(self) -> dict[str, Any]:
        """The error as an RFC 9457 problem body with the same codes as the socket's."""
        return {
            "type": "about:blank",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": str(self.message),
            **self._common(),
        }


def not_found() -> HelpdeskError:
    """The one answer for unknown, foreign, deleted and malformed ids: the same bytes for all of them."""
    return HelpdeskError("not_found", _("We could not find that. It may have been removed, or it is not yours to see."))


def unavailable(retry_in_ms: int = 1000) -> HelpdeskError:
    """The outcome is unknown or the server is busy: the client sends the same thing again."""
    return HelpdeskError(
        "unavailable",
        _("The server is busy. What you wrote is kept and sent again by itself."),
        retry_in_ms=retry_in_ms,
    )
