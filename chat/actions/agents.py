"""What admins set for one agent."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from chat.actions.desks import force_online, keep_hours, pause_desk, resume_desk
from chat.actions.rings import locked_desk
from chat.actions.waking import wake_routing
from chat.models import ForcedWhy, PausedWhy
from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.membership import set_languages
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope

MOST_CHATS = 50


def pause_agent(*, member: Membership, by: Membership) -> None:
    """An admin lets the agent rest from new chats; the agent reads it and can resume. Raises `not_allowed`."""
    require_admin(by)
    with scope.atomic():
        pause_desk(member=member, why=PausedWhy.ADMIN)
        record(by=by, action="member.paused", target=member)


def resume_agent(*, member: Membership, by: Membership) -> None:
    """An admin ends the agent's pause, whoever began it. Raises `not_allowed`."""
    require_admin(by)
    with scope.atomic():
        resume_desk(member=member)
        record(by=by, action="member.resumed", target=member)


def force_agent_online(*, member: Membership, by: Membership) -> None:
    """An admin says that the agent stays available outside the hours; the agent reads it and can end it.

    Raises `not_allowed`.
    """
    require_admin(by)
    with scope.atomic():
        force_online(member=member, why=ForcedWhy.SELF if member == by else ForcedWhy.ADMIN)
        record(by=by, action="member.forced_online", target=member)


def let_agent_keep_hours(*, member: Membership, by: Membership) -> None:
    """An admin ends that, whoever said it. Raises `not_allowed`."""
    require_admin(by)
    with scope.atomic():
        keep_hours(member=member)
        record(by=by, action="member.keeps_hours", target=member)


def change_agent(*, member: Membership, by: Membership, chat_limit: int | None, languages: Iterable[str]) -> None:
    """Set what the agent answers in and how many chats they may have at once; None is what their department says.

    Chats that they have above a new limit stay theirs. Raises `not_allowed`, `invalid`.
    """
    require_admin(by)
    if chat_limit is not None and not 0 <= chat_limit <= MOST_CHATS:
        text = _("Write a whole number from %(low)d to %(high)d, or leave it empty.") % {"low": 0, "high": MOST_CHATS}
        raise HelpdeskError("invalid", text, field="chat_limit")
    with scope.atomic():
        set_languages(member=member, languages=languages, by=by)
        desk = locked_desk(member)
        before = desk.chat_limit
        if before != chat_limit:
            desk.chat_limit = chat_limit
            desk.save(update_fields=["chat_limit"])
            record(by=by, action="member.chat_limit_changed", target=member, before=before, after=chat_limit)
        wake_routing()
