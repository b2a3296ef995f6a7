"""Programs of visitors, agents, lost connections and lost hints, made up at random, against the real doors.

After each step: whatever a tab was sent is its stream without a gap, equal to the log in its own numbering; every ack
is what is stored; a visitor's tab has heard of no note. At the end all tabs have the whole log.

`HYPOTHESIS_PROFILE=long` runs many more and longer programs, with other ones each time.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from channels.layers import get_channel_layer
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from helpdesk.realtime import hub as hubs
from helpdesk.realtime import pool, writer
from helpdesk.realtime.door import SocketDoor
from helpdesk.realtime.hub import hub
from tests.faults.wire.bus import Bus
from tests.faults.wire.tab import Party, Tab
from tests.realtime.test_sockets import api_token
from tests.world import World
from tickets.models import Event, Ticket

WHO = st.sampled_from(["visitor", "agent"])
KIND = st.sampled_from(["text", "note"])
PICK = st.integers(0, 1)
FATES = st.lists(st.sampled_from(["pass", "lose", "keep"]), max_size=4)
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
QUICK = settings(max_examples=20, stateful_step_count=25, derandomize=True, database=None, deadline=None)
LONG = settings(max_examples=2_000, stateful_step_count=60, database=None, deadline=None, print_blob=True)


class Row(NamedTuple):
    """An event as it is stored."""

    seq: int
    visitor_seq: int | None
    name: str
    text: str
    client_id: UUID | None


class Conversation(RuleBasedStateMachine):
    """One ticket, its visitor with up to two tabs, an agent with up to two."""

    world: World
    token: str

    def __init__(self) -> None:
        super().__init__()
        hubs.forget()
        writer.forget()
        north = self.world.north
        self.runner = asyncio.Runner()
        self.bus = Bus(get_channel_layer())
        visitor, token = self.do(pool.run(north.new_visitor))
        self.ticket = str(self.do(pool.run(lambda: north.start(visitor=visitor))).ticket)
        self.visitor = Party("visitor", "/ws/visitor/", {"token": token})
        self.agent = Party("agent", "/ws/agent/", {"token": self.token, "workspace": north.slug})
        self.acks: dict[str, dict[str, Any]] = {}  # by client id, with the sender under "who"
        self.sent: dict[str, tuple[str, dict[str, Any]]] = {}  # commands by client id, and who sent them
        self.seen_heads = (0, 0)

    def do(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)

    def party(self, who: str) -> Party:
        return self.visitor if who == "visitor" else self.agent

    def tab(self, who: str, pick: int) -> Tab:
        """One of the party's tabs; a first one is opened when there is none."""
        party = self.party(who)
        if not party.tabs:
            self.do(Tab(party).enter(self.resume_of(party)))
        return party.tabs[pick % len(party.tabs)]

    def resume_of(self, party: Party) -> list[dict[str, Any]]:
        return [{"ticket": self.ticket, "epoch": party.epoch or None, "after": party.last()}]

    # --- connections ------------------------------------------------------------------------------------------------
    @rule(who=WHO, resumes=st.booleans())
    def connect(self, who: str, resumes: bool) -> None:
        party = self.party(who)
        if len(party.tabs) < 2:
            self.do(Tab(party).enter(self.resume_of(party) if resumes else []))

    @rule(who=WHO, pick=PICK)
    def drop(self, who: str, pick: int) -> None:
        if self.party(who).tabs:
            self.do(self.tab(who, pick).leave())

    @rule(who=WHO, pick=PICK, kind=KIND)
    def drop_in_the_middle_of_a_message(self, who: str, pick: int, kind: str) -> None:
        """The connection goes before the ack: nobody knows whether it was written until it is sent again."""
        tab, frame = self.tab(who, pick), self.message(who, kind)

        async def send_and_leave() -> None:
            await tab.begin("message.send", **frame)
            await asyncio.sleep(0)
            await tab.leave()

        self.do(send_and_leave())
        ack = self.command(who, pick, "message.send", frame)
        assert ack["type"] == "ack", ack

    # --- subscriptions ----------------------------------------------------------------------------------------------
    @rule(who=WHO, pick=PICK, back=st.integers(0, 6))
    def subscribe(self, who: str, pick: int, back: int) -> None:
        party, tab = self.party(who), self.tab(who, pick)
        after = max(party.last() - back, 0)
        answer = self.do(tab.command("subscribe", ticket=self.ticket, after=after))
        assert (answer["type"], answer["from"], answer["more"]) == ("subscribed", after + 1, False)
        self.check_head(who, answer["head"])

    @rule(who=WHO, pick=PICK)
    def subscribe_to_the_recent(self, who: str, pick: int) -> None:
        answer = self.do(self.tab(who, pick).command("subscribe", ticket=self.ticket, after=-1))
        assert answer["from"] == max(answer["head"] - 50, 0) + 1
        self.check_head(who, answer["head"])

    @rule(who=WHO, pick=PICK, how=st.sampled_from(["ahead", "epoch", "unsubscribe"]))
    def lose_the_subscription(self, who: str, pick: int, how: str) -> None:
        tab = self.tab(who, pick)
        if how == "unsubscribe":
            self.do(tab.unsubscribe(self.ticket))
            return
        wrong = {"after": self.heads()[who == "agent"] + 1} if how == "ahead" else {"after": 0, "epoch": "another"}
        answer = self.do(tab.command("subscribe", ticket=self.ticket, **wrong))
        assert (answer["type"], answer["why"]) == ("resync", how)

    # --- messages ---------------------------------------------------------------------------------------------------
    def message(self, who: str, kind: str) -> dict[str, Any]:
        kind = kind if who == "agent" else "text"
        client_id = str(uuid4())
        body = f"{'NOTE' if kind == 'note' else 'word'} {len(self.sent)}"
        frame = {"ticket": self.ticket, "client_id": client_id, "kind": kind, "body": body}
        self.sent[client_id] = (who, frame)
        return frame

    def command(self, who: str, pick: int, type: str, frame: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.do(self.tab(who, pick).command(type, **frame))
        self.note_answer(who, answer)
        return answer

    def note_answer(self, who: str, answer: dict[str, Any]) -> None:
        if answer["type"] != "ack":
            return
        first = self.acks.setdefault(answer["client_id"], {**answer, "who": who})
        if first["id"] != answer["id"] and first["who"] == who:
            assert answer["duplicate"] or answer["seq"] == first["seq"]
            assert (answer["seq"], answer["at"]) == (first["seq"], first["at"])

    @rule(who=WHO, pick=PICK, kind=KIND, fates=FATES)
    def send(self, who: str, pick: int, kind: str, fates: list[str]) -> None:
        self.bus.plan = fates
        ack = self.command(who, pick, "message.send", self.message(who, kind))
        assert (ack["type"], ack["duplicate"]) == ("ack", False), ack

    @precondition(lambda self: self.sent)
    @rule(pick=PICK, number=st.integers(0, 1_000))
    def send_again(self, pick: int, number: int) -> None:
        who, frame = list(self.sent.values())[number % len(self.sent)]
        ack = self.command(who, pick, "message.send", frame)
        assert (ack["type"], ack["duplicate"]) == ("ack", True), ack

    @precondition(lambda self: self.sent)
    @rule(pick=PICK, number=st.integers(0, 1_000))
    def send_something_else_with_the_same_id(self, pick: int, number: int) -> None:
        who, frame = list(self.sent.values())[number % len(self.sent)]
        answer = self.command(who, pick, "message.send", {**frame, "body": "another text"})
        assert answer["code"] == "idempotency_conflict", answer

    @rule(who=WHO, pick=PICK, kinds=st.lists(KIND, min_size=2, max_size=6), doubled=st.booleans(), fates=FATES)
    def send_without_waiting(self, who: str, pick: int, kinds: list[str], doubled: bool, fates: list[str]) -> None:
        """Several messages before the first ack: their order is kept, and one that is doubled is written once."""
        self.bus.plan = fates
        tab = self.tab(who, pick)
        frames = [self.message(who, kind) for kind in kinds]
        frames += frames[:1] if doubled else []

        async def pipeline() -> list[dict[str, Any]]:
            ids = [await tab.begin("message.send", **frame) for frame in frames]
            return [await tab.answer_to(id) for id in ids]

        acks = self.do(pipeline())
        for ack in acks:
            assert ack["type"] == "ack", ack
            self.note_answer(who, ack)
        seqs = [ack["seq"] for ack in acks[: len(kinds)]]
        assert seqs == sorted(set(seqs))

    @rule(kind=KIND, doubled=st.booleans(), fates=FATES)
    def send_at_the_same_moment(self, kind: str, doubled: bool, fates: list[str]) -> None:
        """Both parties write at once; `doubled`: two tabs of each send the same message."""
        self.bus.plan = fates
        frames = {"visitor": self.message("visitor", "text"), "agent": self.message("agent", kind)}
        tabs = [(who, self.tab(who, 0)) for who in frames]
        if doubled:
            tabs += [(who, self.tab(who, 1)) for who in frames]

        async def write() -> list[Any]:
            return await asyncio.gather(*(tab.begin("message.send", **frames[who]) for who, tab in tabs))

        ids = self.do(write())
        for (who, tab), id in zip(tabs, ids, strict=True):
            answer = self.do(tab.answer_to(id))
            assert answer["type"] == "ack", answer
            self.note_answer(who, answer)

    # --- the ticket -------------------------------------------------------------------------------------------------
    @rule(pick=PICK, type=st.sampled_from(["ticket.close", "ticket.reopen", "ticket.spam", "ticket.take", "chat.end"]))
    def act_as_agent(self, pick: int, type: str) -> None:
        answer = self.command("agent", pick, type, {"ticket": self.ticket, "client_id": str(uuid4())})
        assert answer["type"] == "ack" or (type, answer["code"]) == ("ticket.take", "already_taken"), answer

    @rule(pick=PICK, to_nobody=st.booleans())
    def assign(self, pick: int, to_nobody: bool) -> None:
        to = None if to_nobody else str(self.world.north.theo.public_id)
        frame = {"ticket": self.ticket, "client_id": str(uuid4()), "to": to}
        assert self.command("agent", pick, "ticket.assign", frame)["type"] == "ack"

    @rule(pick=PICK, off=st.integers(-1, 1))
    def close_if_nothing_happened(self, pick: int, off: int) -> None:
        if_seq = max(self.heads()[1] + off, 0)
        frame = {"ticket": self.ticket, "client_id": str(uuid4()), "if_seq": if_seq}
        answer = self.command("agent", pick, "ticket.close", frame)
        assert answer["type"] == "ack" if off == 0 else answer["code"] == "stale", answer

    @rule(pick=PICK)
    def end_the_chat(self, pick: int) -> None:
        frame = {"ticket": self.ticket, "client_id": str(uuid4())}
        assert self.command("visitor", pick, "chat.end", frame)["type"] == "ack"

    @rule(who=WHO, pick=PICK, upto=st.integers(0, 40), on=st.booleans())
    def read_and_type(self, who: str, pick: int, upto: int, on: bool) -> None:
        tab = self.tab(who, pick)

        async def show() -> None:
            await tab.send(type="read", ticket=self.ticket, upto=upto)
            await tab.send(type="typing", ticket=self.ticket, on=on)
            await tab.settle()

        self.do(show())

    # --- the bus, the sweep, the heartbeat --------------------------------------------------------------------------
    @rule(seed=st.integers(0, 1_000), times=st.integers(1, 3))
    def let_hints_go(self, seed: int, times: int) -> None:
        self.bus.let_go(seed, times)
        self.do(self.settle())

    @rule()
    def sweep(self) -> None:
        self.do(self.sweep_all())

    @rule(who=WHO)
    def heartbeat(self, who: str) -> None:
        """Who is behind subscribes again, as every client does."""

        async def beat() -> None:
            for socket in list(hub().sockets):
                socket.say({"type": "heartbeat", "heads": socket.pipe.heads()})
            await self.settle()

        self.do(beat())
        for tab in self.party(who).tabs:
            if tab.position is not None and tab.position < self.party(who).head:
                answer = self.do(tab.command("subscribe", ticket=self.ticket, after=tab.position))
                assert answer["type"] == "subscribed", answer

    async def settle(self) -> None:
        """Everything under way has arrived: hints of threads, catching up, and what the tabs were sent."""
        for _ in range(3):
            await asyncio.sleep(0)
            while under_way := [*SocketDoor._catching, *hub()._catching]:
                await asyncio.wait(under_way)
        for tab in [*self.visitor.tabs, *self.agent.tabs]:
            await tab.settle()

    # --- what must hold ---------------------------------------------------------------------------------------------
    def log(self) -> list[Row]:
        with self.world.north.inside():
            found = Event.objects.filter(ticket__public_id=UUID(self.ticket)).order_by("seq")
            return [Row(*values) for values in found.values_list("seq", "visitor_seq", "name", "text", "client_id")]

    def heads(self) -> tuple[int, int]:
        """(the visitor's, the agents')"""
        with self.world.north.inside():
            found = Ticket.objects.values_list("last_visitor_seq", "last_seq").get(public_id=UUID(self.ticket))
        return int(found[0]), int(found[1])

    def check_head(self, who: str, head: int) -> None:
        assert head == self.heads()[who == "agent"], "A head in the wrong numbers."

    @invariant()
    def everything_agrees_with_the_log(self) -> None:
        log = self.log()
        self.check_log(log)
        self.check_views(log)
        self.check_acks(log)

    def check_log(self, log: list[Row]) -> None:
        assert [row.seq for row in log] == list(range(1, len(log) + 1))
        public = [row for row in log if row.visitor_seq is not None]
        assert [row.visitor_seq for row in public] == list(range(1, len(public) + 1))
        assert not any(row.name == "note.created" for row in public)
        heads = self.heads()
        assert heads == (len(public), len(log))
        assert heads >= self.seen_heads
        self.seen_heads = heads
        texts = [row.text for row in log if row.text.startswith(("word", "NOTE"))]
        assert len(texts) == len(set(texts)) == len(self.sent), "A message is missing or there twice."

    def check_views(self, log: list[Row]) -> None:
        """What the tabs were shown is what is stored under that number."""
        theirs = {"agent": {row.seq: row for row in log}, "visitor": {row.visitor_seq: row for row in log}}
        for party in (self.visitor, self.agent):
            assert party.mark <= self.seen_heads[party is self.agent], "A receipt in the wrong numbers."
            for seq, shown in party.view.items():
                stored = theirs[party.name][seq]
                assert shown["name"] == stored.name
                assert shown["data"].get("body", "") == stored.text
                assert shown.get("client_id") == (str(stored.client_id) if stored.client_id else None)

    def check_acks(self, log: list[Row]) -> None:
        stored = {str(row.client_id): row for row in log}
        for client_id, ack in self.acks.items():
            if client_id in self.sent:
                row = stored[client_id]
                assert ack["seq"] == (row.visitor_seq if ack["who"] == "visitor" else row.seq)
                assert row.text == self.sent[client_id][1]["body"]

    def teardown(self) -> None:
        try:
            self.do(self.end())
        finally:
            self.bus.close()
            self.runner.close()

    async def end(self) -> None:
        try:
            await self.sweep_all()
        finally:
            for tab in [*self.visitor.tabs, *self.agent.tabs]:
                await tab.leave()
            await get_channel_layer().serve().flush()

    async def sweep_all(self) -> None:
        """One sweep brings every subscribed tab to the head, whatever became of the hints."""
        await hub().sweep()
        await self.settle()
        heads = await pool.run(self.heads)
        for party in (self.visitor, self.agent):
            for tab in party.tabs:
                assert tab.position in (None, heads[party is self.agent]), "A tab was not caught up."


@pytest.mark.timeout(0 if IS_LONG else 120)
def test_programs_of_visitors_and_agents(live_world: World, settings: Any) -> None:
    settings.TRUSTED_CIDRS = ["127.0.0.0/8"]
    Conversation.world = live_world
    Conversation.token = api_token(live_world.north, live_world.north.maya)
    profile = LONG if IS_LONG else QUICK
    run_state_machine_as_test(Conversation, settings=type(profile)(profile, suppress_health_check=list(HealthCheck)))
