"""What visitors say about themselves, and the contact that comes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from tickets.models import Contact, Visitor

PROFILE_FIELDS = ("name", "email", "phone", "language", "time_zone")


def create_visitor(*, widget: Any, token_hash: str, expires_at: datetime, language: str, time_zone: str) -> Visitor:
    """A new visitor, of whom nothing is known but the browser. Only the token's hash is kept."""
    visitor = Visitor(
        widget=widget, token_hash=token_hash, token_expires_at=expires_at, language=language, time_zone=time_zone
    )
    visitor.save(force_insert=True)
    return visitor


def renew_visitor(visitor: Visitor, *, widget: Any, expires_at: datetime, language: str, time_zone: str) -> None:
    """The visitor is back: the token lives on, and language and time zone are those of today's browser."""
    visitor.widget = widget
    visitor.language = language or visitor.language
    visitor.time_zone = time_zone or visitor.time_zone
    visitor.token_expires_at = expires_at
    visitor.last_seen_at = timezone.now()
    visitor.save(update_fields=["widget", "language", "time_zone", "token_expires_at", "last_seen_at"])


def update_profile(visitor: Visitor, *, changes: dict[str, Any]) -> bool:
    """Take over what the visitor says of themselves; an empty value changes nothing. Returns whether anything changed.

    Must hold: a transaction is open. The first address given makes a contact of their own. An address that another
    contact has is no proof of being that person, so nothing is merged; the agent sees a possible match.
    """
    changed = [key for key in PROFILE_FIELDS if changes.get(key) and changes[key] != getattr(visitor, key)]
    if not changed:
        return False
    for key in changed:
        setattr(visitor, key, changes[key])
    _keep_contact(visitor)
    visitor.save(update_fields=[*changed, "contact"])
    return True


def _keep_contact(visitor: Visitor) -> None:
    """The visitor's own contact says what the visitor says, unless it was verified."""
    if visitor.contact is None:
        if not (visitor.email or visitor.phone):
            return
        visitor.contact = Contact(name=visitor.name, email=visitor.email, phone=visitor.phone)
        visitor.contact.save(force_insert=True)
        visitor.tickets.filter(contact=None).update(contact=visitor.contact)
        return
    if visitor.contact.is_verified:
        return
    visitor.contact.name = visitor.name or visitor.contact.name
    visitor.contact.email = visitor.email or visitor.contact.email
    visitor.contact.phone = visitor.phone or visitor.contact.phone
    visitor.contact.save(update_fields=["name", "email", "phone"])


def possible_contact(visitor: Visitor) -> Contact | None:
    """Another contact with the same address: who the visitor may be, for the agent to judge."""
    if not visitor.email:
        return None
    return Contact.objects.filter(email__iexact=visitor.email).exclude(visitors=visitor).order_by("id").first()
