"""Invitations over the page's socket, from arming to the report, with the worker's part called by hand."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from chat.actions import invitations as verbs
from chat.actions.inviting import answer_due
from chat.inviting import asked as asking
from chat.inviting.armory import armory
from chat.inviting.asked import Asked
from chat.models import InvitationConversion, InvitationExposure, SpeechBudget
from helpdesk.realtime import pool
from tests.chat.inviting.cast import active
from tests.widget.test_browsing import hello_of, page_of
from tests.world import Side, World

pytestmark = pytest.mark.timeout(60)
# At once, but not within ten seconds of the load, in which nobody is asked.
OLD_PAGE = {"url": "https://shop.north.example/lamps", "title": "Lamps", "ago": 60}


class Worker:
    """Stands for Celery: what was asked, and done when the test says so."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[Asked] = asyncio.Queue()

    def ask(self, _workspace_id: int, asked: Asked) -> None:
        self.asked.put_nowait(asked)

    async def works(self, side: Side) -> None:
        """Decide the next question; waits for it."""

        def work(asked: Asked) -> None:
            with side.inside():
                answer_due(Asked.of(asked.as_json()))

        async with asyncio.timeout(5):
            asked = await self.asked.get()
        await pool.run(work, asked)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    from widget import live_invitations

    made = Worker()
    monkeypatch.setattr(live_invitations, "ask", made.ask)
    return made


def make(side: Side, **settings: Any) -> Any:
    with side.inside():
        return active(side.olga, **settings)


async def test_from_the_trigger_to_the_report(live_world: World, worker: Worker) -> None:
    north = live_world.north
    invitation = await pool.run(make, north)
    async with page_of(north, page=OLD_PAGE) as page:
        (entry,) = (await page.next("invitations.armed"))["list"]
        assert entry == {"invitation": str(invitation.public_id), "trigger": {"match": "all", "of": []}}
        due_id = str(uuid4())
        for _turn in range(2):  # a repeat that comes too soon is the same question
            await page.send(type="invitation.due", invitation=entry["invitation"], due_id=due_id)
        await worker.works(north)
        shown = await page.next("invitation", due_id=due_id)
        assert shown["texts"]["title"] == "Hello"
        for what in ("shown", "seen", "seen", "accepted"):
            await page.send(type="invitation.report", exposure=shown["exposure"], what=what)
            await page.next("invitation.noted", what=what)

    def exposure() -> InvitationExposure:
        with north.inside():
            return InvitationExposure.objects.get()

    found = await pool.run(exposure)
    assert found.shown_at <= found.seen_at <= found.accepted_at
    assert worker.asked.empty()


async def test_of_five_tabs_only_the_one_that_asked_hears_the_answer(live_world: World, worker: Worker) -> None:
    north = live_world.north
    invitation = await pool.run(make, north)
    hello = {"browser": str(uuid4()), "visit": hello_of(north)["visit"], "page": OLD_PAGE}
    async with page_of(north, **hello) as front, page_of(north, **hello) as other, page_of(north, **hello) as third:
        due_id = str(uuid4())
        await front.send(type="invitation.due", invitation=str(invitation.public_id), due_id=due_id)
        await worker.works(north)
        assert (await front.next("invitation"))["due_id"] == due_id
        await other.send(type="invitation.due", invitation=str(invitation.public_id), due_id=str(uuid4()))
        await worker.works(north)
        await other.next("invitation.no")
        # Everything has arrived by the time a frame comes back that was asked for later.
        for page in (front, other, third):
            await page.send(type="nonsense")
            await page.next("error")
        heard = [frame["type"] for page in (other, third) for frame in page.frames]
        assert "invitation" not in heard


async def test_a_page_follows_what_is_activated_and_paused(live_world: World) -> None:
    north = live_world.north
    async with page_of(north, page=OLD_PAGE) as page:
        await page.send(type="page", url="https://shop.north.example/sale", title="Sale")
        invitation = await pool.run(make, north)
        await armory().refresh(north.workspace.pk)
        assert len((await page.next("invitations.armed"))["list"]) == 1

        def pause() -> None:
            with north.inside():
                verbs.pause_invitation(by=north.olga, invitation=invitation)

        await pool.run(pause)
        await armory().refresh(north.workspace.pk)
        assert (await page.next("invitations.armed"))["list"] == []
        assert len([frame for frame in page.frames if frame["type"] == "invitations.armed"]) == 2


async def test_only_pages_that_it_is_meant_for_wait_for_it(live_world: World) -> None:
    north = live_world.north
    sale = {"match": "all", "of": [{"kind": "page_url", "operator": "contains", "value": "/sale"}]}
    await pool.run(make, north, audience=sale)
    async with page_of(north) as page:
        await armory().refresh(north.workspace.pk)
        assert not [frame for frame in page.frames if frame["type"] == "invitations.armed"]
        await page.send(type="page", url="https://shop.north.example/sale", title="Sale")
        assert len((await page.next("invitations.armed"))["list"]) == 1
        await page.send(type="page", url="https://shop.north.example/", title="Home")
        assert (await page.next("invitations.armed"))["list"] == []


async def test_goals_are_kept_once(live_world: World) -> None:
    north = live_world.north
    await pool.run(make, north, goal={"event": "order"})
    async with page_of(north) as page:
        await page.next("invitations.armed")
        for _turn in range(2):
            await page.send(type="convert", event="order", id="A1", value=12.5, currency="eur")
            await page.next("converted", id="A1")
        await page.send(type="track", name="order", id="A1", value=12.5)
        await page.send(type="track", name="order", id="A2", value=3)
        await page.send(type="track", name="elsewhere", id="A3", value=3)
        await page.send(type="nonsense")
        await page.next("error")

    def kept() -> list[tuple[str, float, str]]:
        with north.inside():
            found = InvitationConversion.objects.order_by("id")
            return [(row.key, float(row.value), row.currency) for row in found]

    assert await pool.run(kept) == [("A1", 12.5, "EUR"), ("A2", 3.0, "")]


async def test_a_goal_that_comes_with_the_page_is_kept_also_when_the_invitation_is_paused(live_world: World) -> None:
    north = live_world.north
    invitation = await pool.run(make, north, goal={"event": "order"})

    def pause() -> None:
        with north.inside():
            verbs.pause_invitation(by=north.olga, invitation=invitation)

    def kept() -> int:
        with north.inside():
            return InvitationConversion.objects.count()

    await pool.run(pause)
    for number in (1, 2):  # at first this process knows nothing of the workspace
        async with page_of(north) as page:
            await page.send(type="track", name="order", value=3)
            await page.send(type="nonsense")
            await page.next("error")
            await armory().refresh(north.workspace.pk)
        assert await pool.run(kept) == number


async def test_a_browser_may_say_never(live_world: World) -> None:
    north = live_world.north
    async with page_of(north) as page:
        await page.send(type="invitations.optout")
        await page.next("invitations.opted_out")
        await page.send(type="invitation.report", exposure=str(uuid4()), what="shown")
        assert (await page.next("error"))["code"] == "not_found"

    def opted_out() -> bool:
        with north.inside():
            return SpeechBudget.objects.get().opted_out_at is not None

    assert await pool.run(opted_out)


async def test_a_question_goes_to_a_worker_with_its_workspace(
    live_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from helpdesk import nudge

    north = live_world.north
    sent: list[Any] = []
    monkeypatch.setattr(nudge._messenger, "hand_over", lambda send: sent.append(send))
    async with page_of(north, page=OLD_PAGE) as page:
        await page.send(type="invitation.due", invitation=str(uuid4()), due_id=str(uuid4()))
        await page.send(type="nonsense")
        await page.next("error")
    (send,) = sent
    called: list[Any] = []

    def apply_async(args: Any, countdown: Any = None) -> None:
        from helpdesk.tenancy import scope

        called.append((args, countdown, scope.active_workspace_id()))

    from chat.tasks import invite

    monkeypatch.setattr(invite, "apply_async", apply_async)
    send()
    (((asked,), countdown, workspace),) = called
    assert (countdown, workspace) == (None, north.workspace.pk)
    assert asking.Asked.of(asked).as_json() == asked


async def test_who_asks_too_often_is_told_to_wait(live_world: World, worker: Worker) -> None:
    async with page_of(live_world.north, page=OLD_PAGE) as page:
        page_id = str(uuid4())
        for number in range(31):
            await page.send(type="invitation.due", invitation=page_id, due_id=str(uuid4()))
            if number % 8 == 7:
                await asyncio.sleep(1)  # not the limit of all frames
        assert (await page.next("error"))["code"] == "rate_limited"
    assert worker.asked.qsize() == 30
