"""The typed fields of commands: the same checks for a socket frame and for an HTTP body.

Each field is a function of a raw JSON value that returns the clean value or raises HelpdeskError without `field`;
`parse` adds the field's name. Types are exact: a number is never taken for text, nor true for 1.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError, not_found
from helpdesk.strict_json import MAX_INTEGER

Clean = Callable[[Any], Any]
MAX_TEXT = 8000
REQUIRED = object()
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
# Characters that show nothing: a text of only these is blank.
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")


@dataclass(frozen=True)
class Field:
    """How one field is read, and what it is when it is missing (REQUIRED: it must not be)."""

    clean: Clean
    default: Any = REQUIRED

    @property
    def shape(self) -> dict[str, Any]:
        """The field in a JSON schema, for the API's description."""
        return dict(getattr(self.clean, "shape", {}))


def shaped(**shape: Any) -> Callable[[Clean], Clean]:
    """Say in a JSON schema what a check accepts."""

    def mark(clean: Clean) -> Clean:
        clean.shape = shape  # type: ignore[attr-defined]
        return clean

    return mark


def _text_value(value: Any) -> str:
    if not isinstance(value, str):
        raise HelpdeskError("invalid", _("Send text here."))
    if "\x00" in value or (not value.isascii() and _HALF_PAIR.search(value)):
        raise _invalid_text()
    return value


def _invalid_text() -> HelpdeskError:
    return HelpdeskError(
        "invalid_text", _("The text holds a character that cannot be stored. Remove it and try again.")
    )


def echoed(value: Any) -> Any:
    """What goes back to the client as it came: anything but text with half of a surrogate pair, which no wire takes."""
    if isinstance(value, str) and _HALF_PAIR.search(value):
        raise _invalid_text()
    return value


def is_command_id(value: Any) -> bool:
    """Whether it may go back as it came: text without half of a surrogate pair, or a whole number."""
    return type(value) is int or (isinstance(value, str) and not _HALF_PAIR.search(value))


def command_id(value: Any) -> Any:
    """The id of a frame, which comes back in its answer: any text or whole number; null is as good as none."""
    if value is not None and not is_command_id(value):
        raise _invalid_text() if isinstance(value, str) else HelpdeskError("invalid", _("Send text here."))
    return value


def is_blank(value: str) -> bool:
    return not value or _INVISIBLE.fullmatch(value) is not None


@shaped(type="string", minLength=1, maxLength=MAX_TEXT)
def body(value: Any) -> str:
    """What a person wrote: kept as typed but for outer white space. 1 to 8,000 characters (code points)."""
    text = _text_value(value).strip()
    if is_blank(text):
        raise HelpdeskError("blank", _("Write a message first."))
    if len(text) > MAX_TEXT:
        raise HelpdeskError(
            "too_long",
            _("The message has %(length)d characters. Shorten it to %(limit)d.")
            % {"length": len(text), "limit": MAX_TEXT},
            limit=MAX_TEXT,
            length=len(text),
        )
    return text


def text(limit: int, *, blank: bool = True) -> Clean:
    """One line of at most `limit` characters; control characters become spaces."""

    @shaped(type="string", maxLength=limit)
    def clean(value: Any) -> str:
        line = _text_value(value)
        if not line.isprintable():  # most are, and no character of theirs needs to be looked at
            line = "".join(" " if unicodedata.category(c) == "Cc" else c for c in line)
        line = line.strip()
        if len(line) > limit:
            raise HelpdeskError(
                "too_long", _("This is too long. Use at most %(limit)d characters.") % {"limit": limit}, limit=limit
            )
        if not blank and is_blank(line):
            raise HelpdeskError("blank", _("Fill this in."))
        return line

    return clean


@shaped(type="string", format="email", maxLength=254)
def email(value: Any) -> str:
    """One address; an internationalised domain is accepted and kept in its ASCII form. "" stays ""."""
    address = _text_value(value).strip()
    if not address:
        return ""
    local, at, domain = address.rpartition("@")
    try:
        if at and not domain.isascii():
            address = f"{local}@{domain.encode('idna').decode()}"
        validate_email(address)
    except (ValidationError, UnicodeError):
        raise _invalid_email() from None
    if len(address) > 254:
        raise _invalid_email()
    return address


def _invalid_email() -> HelpdeskError:
    return HelpdeskError("invalid_email", _("This is not an e-mail address. Write it like name@example.com."))


@shaped(type="string", maxLength=40)
def phone(value: Any) -> str:
    """A phone number as people write it: 5 to 20 digits with + ( ) - . / and spaces, in one line. "" stays ""."""
    number = " ".join(_text_value(value).split())
    if number and not (re.fullmatch(r"\+?[\d\s()./-]{5,40}", number) and 5 <= sum(c.isdigit() for c in number) <= 20):
        raise HelpdeskError("invalid_phone", _("This is not a phone number. Write it like +30 210 123 4567."))
    return number


@shaped(type="string", format="uuid")
def client_id(value: Any) -> uuid.UUID:
    """A UUID made by the client, not the nil one; it makes the command safe to repeat."""
    parsed = _uuid(value)
    if parsed is None or parsed.int == 0:
        raise HelpdeskError("invalid_client_id", _("client_id must be a UUID, new for each command."))
    return parsed


@shaped(type="string", format="uuid")
def public_id(value: Any) -> uuid.UUID:
    """The id of something of ours. A malformed one answers like an unknown one."""
    parsed = _uuid(value)
    if parsed is None:
        raise not_found()
    return parsed


@shaped(type="string", format="uuid")
def member_id(value: Any) -> uuid.UUID:
    """The id of a colleague; a malformed one answers like somebody who does not work here."""
    parsed = _uuid(value)
    if parsed is None:
        raise HelpdeskError("invalid_assignee", _("Choose somebody who works here."))
    return parsed


def _uuid(value: Any) -> uuid.UUID | None:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        return None
    return uuid.UUID(value)


def optional(clean: Clean) -> Clean:
    """The same, or null."""

    @shaped(**getattr(clean, "shape", {}), nullable=True)
    def or_null(value: Any) -> Any:
        return None if value is None else clean(value)

    return or_null


def integer(minimum: int = 0, maximum: int = MAX_INTEGER) -> Clean:
    @shaped(type="integer", minimum=minimum)
    def clean(value: Any) -> int:
        if type(value) is not int or not minimum <= value <= maximum:
            raise HelpdeskError("invalid", _("Send a whole number from %(min)d on.") % {"min": minimum})
        return value

    return clean


@shaped(type="boolean")
def boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise HelpdeskError("invalid", _("Send true or false."))
    return value


def choice(*allowed: str) -> Clean:
    @shaped(type="string", enum=list(allowed))
    def clean(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise HelpdeskError("choice", _("Choose one of: %(choices)s.") % {"choices": " | ".join(allowed)})
        return value

    return clean


def mapping(fields: Mapping[str, Field]) -> Clean:
    """A nested object; its errors name the inner field. Unknown keys are ignored."""

    @shaped(type="object", properties={name: each.shape for name, each in fields.items()})
    def clean(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise HelpdeskError("object_expected", _("Send a JSON object."))
        return parse(value, fields)

    return clean


@shaped(type="array", maxItems=0, items={})
def nothing(value: Any) -> list[Any]:
    """A list that must be empty, for what does not exist yet: any id in it is unknown."""
    if value != []:
        raise not_found()
    return []


def parse(raw: Mapping[str, Any], fields: Mapping[str, Field], *, strict: bool = False) -> dict[str, Any]:
    """The clean values of `fields` in `raw`.

    Raises HelpdeskError with `field` set: `required` for one that is missing and has no default, `unknown_field` for
    one too many when `strict` (HTTP writes), else what the field's own check says.
    """
    if strict:
        unknown = sorted(set(raw) - set(fields))
        if unknown:
            raise HelpdeskError("unknown_field", _("There is no such field. Remove it."), field=unknown[0])
    clean = {}
    for name, field in fields.items():
        if name not in raw:
            if field.default is REQUIRED:
                raise HelpdeskError("required", _("This is needed."), field=name)
            clean[name] = field.default
            continue
        try:
            clean[name] = field.clean(raw[name])
        except HelpdeskError as error:
            error.field = error.field or (name if error.code != "not_found" else None)
            raise
    return clean
