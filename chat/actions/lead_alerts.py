"""Telling those who lead that a chat finds nobody. Called with the chats' tickets locked."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from chat.lead_alerts import Leads, closed_frame, raised_frame
from chat.models import AlertWhy, Chat, LeadAlert
from chat.policies import Policies
from helpdesk.accounts.models import Membership
from helpdesk.errors import not_found
from helpdesk.realtime import groups, publish
from helpdesk.tenancy import scope
from tickets.actions.events import append_event
from tickets.actions.saving import save_ticket
from tickets.authors import Author
from tickets.models import Ticket


def raise_alerts(chats: Sequence[tuple[Chat, AlertWhy]], policies: Policies) -> None:
    """Tell those whom the policy of each chat's department names, and write it into the ticket's log for the team.

    An alert of the same ticket that nobody has looked at gives way to the new one. Must hold: the chats have their
    tickets, read with `for_rows()` and locked, and all that was gathered in these may be saved.
    """
    if not chats:
        return
    leads, now = Leads(), timezone.now()
    LeadAlert.objects.filter(ticket__in=[chat.ticket_id for chat, _why in chats]).delete()
    alerts = []
    for chat, why in chats:
        ticket = chat.ticket
        told = leads.of(ticket.department_id, policies.of(ticket.department_id))
        if told:
            _note_alert(ticket, why, told)
        alerts += [LeadAlert(ticket=ticket, membership=member, why=why, at=now) for member in told]
    LeadAlert.objects.bulk_create(alerts)
    publish.told_each((_console(alert), raised_frame(alert, alert.ticket)) for alert in alerts)


def close_alerts(ticket: Ticket) -> None:
    """Somebody takes care of the chat, or it is over: nobody needs to be told any more."""
    alerts = list(LeadAlert.objects.filter(ticket=ticket))
    if alerts:
        LeadAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).delete()
        publish.told_each((_console(alert), closed_frame(alert, str(ticket.public_id))) for alert in alerts)


def see_alert(*, member: Membership, alert_id: UUID) -> None:
    """The member knows: it is shown in none of their windows any more. Raises HelpdeskError not_found."""
    with scope.atomic():
        alert = LeadAlert.objects.select_related("ticket").filter(public_id=alert_id, membership=member).first()
        if alert is None:
            raise not_found()
        LeadAlert.objects.filter(pk=alert.pk).delete()
        publish.told_each([(_console(alert), closed_frame(alert, str(alert.ticket.public_id)))])


def _note_alert(ticket: Ticket, why: AlertWhy, told: Sequence[Membership]) -> None:
    data = {"why": why.value, "to": [member.as_party() for member in told]}
    append_event(ticket, name="alert.raised", by=Author.system(), public=False, data=data)
    save_ticket(ticket)


def _console(alert: LeadAlert) -> str:
    return groups.member(alert.workspace_id, alert.membership_id)
