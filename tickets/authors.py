"""Who does something on a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpdesk.accounts.models import Membership
from tickets.models import ByKind, Visitor


@dataclass(frozen=True)
class Author:
    """A member, a visitor, or the system. `sender` is the key under which client ids are unique, for ever."""

    kind: ByKind
    member: Membership | None = None
    visitor: Visitor | None = None

    @classmethod
    def of_member(cls, member: Membership) -> Author:
        return cls(ByKind.AGENT, member=member)

    @classmethod
    def of_visitor(cls, visitor: Visitor) -> Author:
        return cls(ByKind.VISITOR, visitor=visitor)

    @classmethod
    def system(cls) -> Author:
        return cls(ByKind.SYSTEM)

    @property
    def sender(self) -> str:
        if self.member is not None:
            return f"m:{self.member.pk}"
        return f"v:{self.visitor.pk}" if self.visitor is not None else ""


def party_for_agents(kind: str, member: Membership | None, visitor: Visitor | None) -> dict[str, Any]:
    if member is not None:
        return {"kind": kind, **member.as_party()}
    if visitor is not None:
        return {"kind": kind, "id": str(visitor.public_id), "name": visitor.display_name}
    return {"kind": kind, "id": None, "name": ""}


def party_for_visitor(kind: str, member: Membership | None, visitor: Visitor | None) -> dict[str, Any]:
    """The same without what visitors must not read: an agent is named by the alias, never by an address."""
    if member is not None:
        return {"kind": kind, "id": str(member.public_id), "name": member.public_name}
    return party_for_agents(kind, None, visitor)
