"""Whatever pages ask and report, in whatever order, and however often: nothing is granted beyond a cap.

A plain model counts beside the product. It knows less (nothing of gaps and pauses), so it says what may at most be.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.actions import invitations as verbs
from chat.actions.exposures import REPORTS, report_exposure
from chat.models import Invitation, InvitationDecision, InvitationExposure
from helpdesk.errors import HelpdeskError
from tests.chat.inviting.cast import Browser, active
from tests.world import World

BROWSERS, INVITATIONS, TOTAL = 3, 2, 3
moves = st.one_of(
    st.tuples(st.just("due"), st.integers(0, BROWSERS - 1), st.integers(0, INVITATIONS - 1)),
    st.tuples(st.just("again"), st.integers(0, 20), st.just(0)),
    st.tuples(st.just("report"), st.integers(0, 20), st.sampled_from(REPORTS)),
    st.tuples(st.just("visit"), st.integers(0, BROWSERS - 1), st.just(0)),
    st.tuples(st.just("hours"), st.integers(1, 200), st.just(0)),
    st.tuples(st.just("pause"), st.integers(0, INVITATIONS - 1), st.just(0)),
    st.tuples(st.just("activate"), st.integers(0, INVITATIONS - 1), st.just(0)),
)


class Play:
    def __init__(self, world: World) -> None:
        self.olga = world.north.olga
        self.browsers = [Browser(world.north) for _number in range(BROWSERS)]
        self.invitations = [
            active(self.olga, name="Scarce", priority=1, frequency={"total": TOTAL, "per_visitor": None}),
            active(self.olga, name="For all", holdout_percent=30),
        ]
        self.asked: list[tuple[Browser, Any, UUID]] = []
        self.granted: dict[UUID, str] = {}  # due_id → exposure

    def due(self, browser: int, invitation: int) -> None:
        self._ask(self.browsers[browser], self.invitations[invitation], uuid4())

    def again(self, number: int, _: int) -> None:
        if self.asked:
            self._ask(*self.asked[number % len(self.asked)])

    def _ask(self, browser: Browser, invitation: Any, due_id: UUID) -> None:
        self.asked.append((browser, invitation, due_id))
        frame = browser.due(invitation, due_id)
        if frame["type"] == "invitation":
            assert self.granted.setdefault(due_id, frame["exposure"]) == frame["exposure"]
            row = InvitationExposure.objects.get(public_id=frame["exposure"])
            assert not row.is_holdout
            assert (row.shown_at, row.missed_at) == (None, None)

    def report(self, number: int, what: str) -> None:
        rows = list(InvitationExposure.objects.order_by("id"))
        if rows:
            row = rows[number % len(rows)]
            try:
                report_exposure(browser=row.browser, exposure_id=row.public_id, what=what)
            except HelpdeskError:
                assert row.is_holdout

    def visit(self, browser: int, _: int) -> None:
        self.browsers[browser].comes_again()

    def hours(self, hours: int, _: int) -> None:
        for name in ("eligible_at", "expires_at", "shown_at", "seen_at", "dismissed_at", "accepted_at"):
            rows = InvitationExposure.objects.filter(**{f"{name}__isnull": False})
            rows.update(**{name: F(name) - timedelta(hours=hours)})

    def pause(self, invitation: int, _: int) -> None:
        verbs.pause_invitation(by=self.olga, invitation=self.invitations[invitation])

    def activate(self, invitation: int, _: int) -> None:
        verbs.activate_invitation(by=self.olga, invitation=self.invitations[invitation])

    def check(self) -> None:
        rows = list(InvitationExposure.objects.that_count())
        for row in rows:
            theirs = [each for each in rows if each.browser == row.browser]
            assert sum(each.visit == row.visit for each in theirs) == 1
            for span, most in ((timedelta(days=1), 2), (timedelta(days=7), 4)):
                since = [each for each in theirs if row.eligible_at - span < each.eligible_at <= row.eligible_at]
                assert len(since) <= most
            once = [each for each in theirs if each.invitation_id == self.invitations[1].pk]
            assert len(once) <= 1
        for invitation in Invitation.objects.all():
            granted = sum(each.invitation_id == invitation.pk and not each.is_holdout for each in rows)
            assert granted == invitation.shown_total
            assert invitation.name != "Scarce" or granted <= TOTAL
        assert all(record.is_replayed_equal for record in InvitationDecision.objects.all())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(played=st.lists(moves, min_size=5, max_size=25))
def test_nothing_is_granted_beyond_a_cap(world: World, played: list[tuple[str, int, Any]]) -> None:
    with world.north.inside():
        Invitation.objects.all().delete()
        InvitationDecision.objects.all().delete()
        play = Play(world)
        for move, first, second in played:
            getattr(play, move)(first, second)
        play.check()
