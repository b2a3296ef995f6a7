"""What visitors say about themselves, and the contact that comes of it."""

from __future__ import annotations

from typing import Any

from tickets.models import Contact, Visitor

PROFILE_FIELDS = ("name", "email", "phone", "language", "time_zone")


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
    return Contact.objects.filter(email__iexact=visitor.email).exclude(pk=visitor.contact_id).order_by("id").first()
