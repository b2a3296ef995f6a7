"""Who is here. Presence rests on a lease that living browsers renew, never on a disconnect alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from chat.actions import runs
from chat.actions.desks import note_status
from chat.actions.rings import close_rings_at
from chat.actions.waking import wake_routing
from chat.models import Desk
from chat.presence import agents_of, availability_frame, member_frame, shop_window_changed
from helpdesk.accounts.models import Membership, Status
from helpdesk.realtime import groups, publish
from helpdesk.tenancy import scope
from tickets.access import locked
from tickets.actions.saving import announce_row
from tickets.models import Ticket, Visitor

LEASE = timedelta(seconds=45)
GRACE = timedelta(seconds=15)  # after the last socket closed: a reload must not look like leaving


# --- agents ----------------------------------------------------------------------------------------------------------
def member_arrived(member: Membership) -> None:
    """A console of the member's is connected."""
    with scope.atomic():
        current = (
            Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=member.pk)
        )
        was = current.shown_status
        current.is_present = True
        current.lease_until = timezone.now() + LEASE
        current.save(update_fields=["is_present", "lease_until"])
        if current.shown_status != was:
            _tell_member(current)
            wake_routing()


def members_left(membership_ids: Iterable[int]) -> None:
    """The last console of each of them in this process closed; the sweep says so unless another one comes.

    This and the renewals take keys of any workspaces: they are those of peers that a door of theirs has let in.
    """
    soon = timezone.now() + GRACE
    Membership.unscoped.filter(pk__in=membership_ids, lease_until__gt=soon).update(lease_until=soon)


def set_status(*, member: Membership, status: Status, reason: str) -> None:
    """The member says online, away or offline, with an optional reason for colleagues.

    Who is not online is rung for nothing: what rings now goes on elsewhere.
    """
    with scope.atomic():
        current = (
            Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=member.pk)
        )
        current.status = status
        current.status_reason = reason
        current.save(update_fields=["status", "status_reason"])
        if status == Status.ONLINE:
            Desk.objects.filter(membership=current, misses__gt=0).update(misses=0)
        else:
            close_rings_at(current)
        _tell_member(current)
        wake_routing()


def expire_member(membership_id: int) -> bool:
    """The lease ran out: the member is shown as offline. Returns whether this call was the one to say so."""
    with scope.atomic():
        now = timezone.now()
        claimed = Membership.objects.filter(pk=membership_id, is_present=True, lease_until__lte=now).update(
            is_present=False
        )
        if claimed:
            member = Membership.objects.select_related("user").get(pk=membership_id)
            close_rings_at(member)
            _tell_member(member)
            wake_routing()
        return bool(claimed)


def renew_members(membership_ids: Iterable[int]) -> None:
    """These members' consoles are alive."""
    Membership.unscoped.filter(pk__in=membership_ids).update(lease_until=timezone.now() + LEASE, is_present=True)


def _tell_member(member: Membership) -> None:
    """Colleagues see the status; visitors who are talking with the member see whether they are there.

    It is written down too: who was there is asked later.
    """
    note_status(member, is_paused=Desk.objects.filter(membership=member, paused_at__isnull=False).exists())
    shop_window_changed(member.workspace_id)
    publish.changed([groups.members(member.workspace_id)], member_frame(member))
    for ticket in (
        Ticket.objects.for_rows().open().assigned_to(member.pk).filter(chats__ended_at=None, chats__isnull=False)
    ):
        publish.changed(
            [groups.ticket_visitor(ticket.workspace_id, ticket.public_id)],
            availability_frame(ticket, agents_of(ticket)),
        )


# --- visitors --------------------------------------------------------------------------------------------------------
def visitor_arrived(visitor: Visitor) -> None:
    """A page of the visitor's is connected: their chats go on."""
    now = timezone.now()
    here = {"lease_until": now + LEASE, "last_seen_at": now}
    # Back before anybody noticed: nothing else has changed. It is what happens after each lost connection.
    if visitor.is_online and Visitor.objects.online().filter(pk=visitor.pk).update(**here):
        return
    with scope.atomic():
        if not Visitor.objects.filter(pk=visitor.pk, is_online=False).update(is_online=True, **here):
            Visitor.objects.filter(pk=visitor.pk).update(**here)
            return
        tickets = _open_tickets(visitor.pk)
        runs.set_end_due(visitor.pk, idle=False)
        _tell_visitor(tickets)


def visitors_left(visitor_ids: Iterable[int]) -> None:
    """The last page of each of them in this process closed; the sweep says so unless another one comes."""
    soon = timezone.now() + GRACE
    Visitor.unscoped.filter(pk__in=visitor_ids, lease_until__gt=soon).update(lease_until=soon)


def expire_visitor(visitor_id: int) -> bool:
    """The lease ran out: the visitor is shown as gone, and their live chats get a time at which they end."""
    with scope.atomic():
        now = timezone.now()
        claimed = Visitor.objects.lease_expired(now).filter(pk=visitor_id).update(is_online=False)
        if claimed:
            tickets = _open_tickets(visitor_id)
            runs.set_end_due(visitor_id, idle=True)
            _tell_visitor(tickets)
        return bool(claimed)


def renew_visitors(visitor_ids: Iterable[int]) -> None:
    """These visitors' pages are alive."""
    Visitor.unscoped.filter(pk__in=visitor_ids).update(lease_until=timezone.now() + LEASE, is_online=True)


def _open_tickets(visitor_id: int) -> list[Ticket]:
    """The visitor's open tickets, locked. Everybody locks in this order: visitor, tickets, chats."""
    tickets = Ticket.objects.for_rows().open().filter(visitor_id=visitor_id).order_by("id")
    return list(locked(tickets))


def _tell_visitor(tickets: list[Ticket]) -> None:
    """The inbox shows who is on the site: announce the rows with a new version."""
    for ticket in tickets:
        ticket.version += 1
        ticket.save(update_fields=["version"])
        announce_row(ticket)
