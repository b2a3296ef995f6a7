"""A conversation that lasts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.db import models
from django.db.models import Func, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel

if TYPE_CHECKING:
    from tickets.models.event import Event


class State(models.TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    RESOLVED = "resolved", _("Resolved")
    SPAM = "spam", _("Spam")


class Channel(models.TextChoices):
    CHAT = "chat", _("Chat")
    OFFLINE_FORM = "offline_form", _("Offline form")


OPEN_STATES = (State.NEW, State.OPEN, State.ANSWERED)
CLOSED_STATES = (State.RESOLVED, State.SPAM)


def _state_in(states: tuple[State, ...]) -> Func:
    """`state IN (…)` with the states written out: SQLite uses a partial index only for a condition that it can read."""
    written_out = ", ".join(f"'{state.value}'" for state in states)
    return Func("state", template=f"%(expressions)s IN ({written_out})", output_field=models.BooleanField())


IN_A_ROW = ("visitor", "contact", "department", "assignee__user", "last_member__user")


class Place(NamedTuple):
    """Where a ticket stands in the order of `newest_first`."""

    updated_at: datetime
    pk: int


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> TicketQuerySet:
        return self.filter(_state_in(OPEN_STATES))

    def closed_as(self, state: State) -> TicketQuerySet:
        """Resolved, or spam."""
        return self.filter(_state_in(CLOSED_STATES), state=state)

    def newest_first(self) -> TicketQuerySet:
        return self.order_by("-updated_at", "-id")

    def after(self, place: Place) -> TicketQuerySet:
        """Those that follow `place` in the order of `newest_first`."""
        # The first condition follows from the second, but an index can begin there, and with an OR it cannot.
        return self.filter(updated_at__lte=place.updated_at).filter(
            Q(updated_at__lt=place.updated_at) | Q(pk__lt=place.pk)
        )

    def unassigned(self) -> TicketQuerySet:
        return self.filter(assignee=None)

    def assigned_to(self, membership_id: int) -> TicketQuerySet:
        return self.filter(assignee_id=membership_id)

    def visible_to(self, membership: Any) -> TicketQuerySet:
        """Owner and admin see all; an agent sees those of their departments, those without one, and their own."""
        if membership.is_admin:
            return self
        mine = membership.departments.values("id")
        return self.filter(Q(department=None) | Q(department__in=mine) | Q(assignee=membership))

    def for_rows(self) -> TicketQuerySet:
        """With everything a row of the inbox shows, in one query."""
        return self.select_related(*IN_A_ROW)


class Ticket(ScopedModel):
    """A conversation with one customer, from the first message on. Its log is `tickets.Event`.

    The counters (`last_seq`, `inbound`, `last_*`, `waiting_since`) are derived from the log and change only in the
    transaction that appends to it, under this row's lock.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.PositiveIntegerField()
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.CHAT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    # Keys without the index that Django adds: `updated_at` changes with each message and stands in an index, so every
    # index of this table is written each time. To delete a department or a widget reads the table once instead.
    assignee = models.ForeignKey(
        "accounts.Membership", null=True, on_delete=models.SET_NULL, related_name="tickets", db_index=False
    )
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.SET_NULL, related_name="tickets", db_index=False
    )
    contact = models.ForeignKey(
        "tickets.Contact", null=True, on_delete=models.SET_NULL, related_name="tickets", db_index=False
    )
    visitor = models.ForeignKey(
        "tickets.Visitor", null=True, on_delete=models.SET_NULL, related_name="tickets", db_index=False
    )
    widget = models.ForeignKey(
        "widget.Widget", null=True, on_delete=models.SET_NULL, related_name="tickets", db_index=False
    )
    language = models.CharField(max_length=16, blank=True)
    # What the visitor answered in the form, as shown: [{"name", "value"}].
    form = models.JSONField(default=list)

    # chat.start is idempotent: the client id it came with, and what it asked for.
    start_client_id = models.UUIDField(null=True, editable=False)
    start_request_hash = models.CharField(max_length=64, blank=True, editable=False)

    last_seq = models.PositiveIntegerField(default=0)
    last_visitor_seq = models.PositiveIntegerField(default=0)
    inbound = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)

    last_by = models.CharField(max_length=8, blank=True)
    last_member = models.ForeignKey(
        "accounts.Membership", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    last_kind = models.CharField(max_length=8, blank=True)
    last_preview = models.CharField(max_length=160, blank=True)
    last_at = models.DateTimeField(null=True)

    # How far each side has read, in both numberings (seq: the agents', vseq: the visitors').
    visitor_read_seq = models.PositiveIntegerField(default=0)
    visitor_read_vseq = models.PositiveIntegerField(default=0)
    team_read_seq = models.PositiveIntegerField(default=0)
    team_read_vseq = models.PositiveIntegerField(default=0)

    # The visitor's live chat was ended; their next message starts another run.
    is_over = models.BooleanField(default=False)

    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(TicketQuerySet)()

    # What verbs on the log change, and `save_ticket` writes. The read marks have a verb of their own.
    CHANGING: ClassVar[tuple[str, ...]] = (
        "subject",
        "channel",
        "state",
        "assignee",
        "department",
        "last_seq",
        "last_visitor_seq",
        "inbound",
        "answered_at",
        "waiting_since",
        "resolved_at",
        "last_by",
        "last_member",
        "last_kind",
        "last_preview",
        "last_at",
        "is_over",
        "version",
        "updated_at",
    )

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="ticket_number_unique"),
            # No condition: tickets without a client id differ from each other, and the index finds a visitor's tickets.
            models.UniqueConstraint(fields=["visitor", "start_client_id"], name="ticket_start_once"),
        ]
        # Open tickets and the others stand in indexes of their own: a page of open ones never walks past the many that
        # are resolved, and a message to an open ticket writes nothing to the index of the resolved.
        indexes = [
            models.Index(
                fields=["workspace", "-updated_at", "-id"], name="ticket_open", condition=Q(state__in=OPEN_STATES)
            ),
            # The last two are for the counts, which then read this index alone.
            models.Index(
                fields=["workspace", "assignee", "-updated_at", "-id", "department", "waiting_since"],
                name="ticket_open_by_assignee",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["workspace", "state", "-updated_at", "-id"],
                name="ticket_closed",
                condition=Q(state__in=CLOSED_STATES),
            ),
            models.Index(fields=["contact"], name="ticket_by_contact", condition=Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @cached_property
    def unsaved(self) -> list[Event]:
        """Events appended to the ticket in memory; `save_ticket` writes them."""
        return []

    @property
    def place(self) -> Place:
        return Place(self.updated_at, self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def public_state(self) -> str:
        """What the visitor reads: spam looks open to its sender."""
        return "ended" if self.state == State.RESOLVED or self.is_over else "open"

    def is_visible_to(self, membership: Any, department_ids: set[int]) -> bool:
        """The same rule as `TicketQuerySet.visible_to`, for a ticket at hand."""
        return sees(membership, department_ids, self.department_id, self.assignee_id)


def sees(membership: Any, department_ids: set[int], department_id: int | None, assignee_id: int | None) -> bool:
    """Whether a member with these departments sees a ticket of that department and assignee."""
    return (
        membership.is_admin or department_id is None or department_id in department_ids or assignee_id == membership.pk
    )
