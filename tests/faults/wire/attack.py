"""Broken and made-up frames by the thousand against the two doors.

Every frame must be answered as the protocol says, nothing may fail inside (no ERROR in the log), no socket may close,
another pair of clients must go on talking, and the memory may not grow.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from channels.testing import WebsocketCommunicator

from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.asgi import application
from helpdesk.realtime import pool
from helpdesk.realtime.hub import hub
from tests.faults.wire import recorded
from tests.faults.wire.recorded import VALUES, Facts, written
from tests.faults.wire.rules import check_answers, expected_of
from tests.world import World

BATCH = 24
WITNESS_EVERY = 2_000  # frames
PATIENCE = 60.0
NOISE = '{}[]":,\\0123456789eE+-.truefalsn \t\r\n\x00\x7f\u2028é😀'


@dataclass
class Report:
    frames: int = 0
    seconds: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    resident_kib: list[int] = field(default_factory=list)  # at each tenth of the way


class Complaints(logging.Handler):
    """Whatever the product reports as an error while it is attacked."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(logging.Formatter().format(record))


class Mutator:
    """Makes frames out of good ones."""

    def __init__(self, frames: list[dict[str, Any]], seed: int) -> None:
        self.frames = frames
        self.random = random.Random(seed)
        self.made = 0

    def next(self) -> str:
        """A frame: broken as text, with one wrong field, made up, or (rarely: it costs a commit) as it was."""
        self.made += 1
        way = self.random.random()
        if way < 0.4:
            return self.broken(self.good())
        if way < 0.78:
            return self.with_wrong_field()
        if way < 0.8:
            return self.good()
        return json.dumps({"type": self.random.choice(self.frames)["type"], "id": self.made, "x": self.made_up(3)})

    def fresh(self) -> dict[str, Any]:
        frame = {"id": f"f{self.made}", **self.random.choice(self.frames)}
        if "client_id" in frame and self.random.random() < 0.2:  # else one that was used before
            frame["client_id"] = str(UUID(int=self.random.getrandbits(128), version=4))
        return frame

    def good(self) -> str:
        return json.dumps(self.fresh())

    def with_wrong_field(self) -> str:
        frame = self.fresh()
        name = self.random.choice([*frame, "unknown", "\ud83d\ude00"])
        return written(frame, name, self.random.choice(VALUES), frame["id"])

    def broken(self, text: str) -> str:
        """One to three characters cut out, put in or doubled, or the end missing."""
        for _ in range(self.random.randint(1, 3)):
            at, upto = sorted(self.random.randrange(len(text) + 1) for _ in range(2))
            upto = min(upto, at + 5)
            way = self.random.randrange(4)
            if way == 0:
                text = text[:at] + text[upto:]
            elif way == 1:
                text = text[:at] + self.random.choice(NOISE) + text[at:]
            elif way == 2:
                text = text[:upto] + text[at:]
            else:
                text = text[:at]
        return text

    def made_up(self, depth: int) -> Any:
        """Any JSON."""
        kind = self.random.randrange(7 if depth else 5)
        if kind < 5:
            return [None, True, self.random.randint(-(2**60), 2**60), self.random.random(), self.word()][kind]
        count = self.random.randrange(5)
        if kind == 5:
            return [self.made_up(depth - 1) for _ in range(count)]
        return {self.word(): self.made_up(depth - 1) for _ in range(count)}

    def word(self) -> str:
        return "".join(self.random.choice(NOISE) for _ in range(self.random.randrange(12)))


class Target:
    """A socket under attack."""

    def __init__(self, client: Any, door: Any, mutator: Mutator) -> None:
        self.client, self.door, self.mutator = client, door, mutator

    def batch(self) -> list[str]:
        """The next frames, without those that are too large to reach a door: they end below it, with 1009."""
        texts = [self.mutator.next() for _ in range(BATCH)]
        return [text for text in texts if len(text.encode()) <= 65_536]

    async def attack(self, texts: list[str]) -> list[dict[str, Any]]:
        """Send the texts, check what they were answered, return it."""
        self.door.strikes = -BATCH  # the third bad frame closes a socket; here they are only counted
        heard = await exchange(self.client, texts)
        check_answers(texts, heard)
        assert self.door.strikes + BATCH == sum(expected_of(text).is_bad for text in texts), texts
        return heard


async def exchange(client: Any, texts: list[str]) -> list[dict[str, Any]]:
    """Send texts and return all that was said until each was handled."""
    for text in texts:
        await client.send_input({"type": "websocket.receive", "text": text})
    # This refusal waits for the messages before it, and is in no recorded frame.
    await client.send_to(text_data='{"type": "subscribe", "ticket": "-", "id": "the end"}')
    heard: list[dict[str, Any]] = []
    while True:
        output = await client.receive_output(PATIENCE)
        assert output["type"] == "websocket.send", f"The socket closed: {output} after {texts}"
        output["text"].encode()  # a server could not send half of a surrogate pair
        frame = json.loads(output["text"])
        if frame.get("id") == "the end":
            return heard
        heard.append(frame)


async def enter(path: str, **hello: Any) -> tuple[Any, Any]:
    """A welcomed socket, and the door on the server's side of it."""
    known = {*hub().sockets, *hub().light}
    client = WebsocketCommunicator(application, path, subprotocols=["helpdesk.v1"])
    client.scope["client"] = ("127.0.0.1", 1)  # trusted: what is attacked are the frames, not the limits
    assert (await client.connect(timeout=PATIENCE))[0]
    await client.send_to(text_data=json.dumps({"type": "hello", "v": 1, **hello}))
    heard = await exchange(client, [])
    assert "welcome" in {frame["type"] for frame in heard}, heard
    (door,) = {*hub().sockets, *hub().light} - known
    return client, door


class Witnesses:
    """A visitor and an agent who talk meanwhile, and must not notice anything."""

    def __init__(self, visitor: Any, agent: Any, ticket: str) -> None:
        self.visitor, self.agent, self.ticket = visitor, agent, ticket
        self.said = 0

    async def talk(self) -> None:
        self.said += 1
        words = f"witness {self.said}"
        client_id = str(UUID(int=self.said, version=4))
        message = {"type": "message.send", "id": words, "ticket": self.ticket, "client_id": client_id, "body": words}
        heard = await exchange(self.visitor, [json.dumps(message)])
        assert [frame["type"] for frame in heard if frame.get("id") == words] == ["ack"], heard
        deadline = time.monotonic() + PATIENCE
        while words not in {each["data"].get("body") for each in heard if each["type"] == "event"}:
            assert time.monotonic() < deadline, "The agent heard nothing."
            heard = await exchange(self.agent, [])


async def attack(world: World, *, frames: int, seed: int, say: Callable[[Report], None] | None = None) -> Report:
    """Send so many frames to both doors. Raises AssertionError at the first answer against the rules."""
    north = world.north
    facts, witnesses, tokens = await pool.run(prepare, world)
    began, report, complaints = time.monotonic(), Report(), Complaints()
    logging.getLogger().addHandler(complaints)
    visitor = await enter("/ws/visitor/", token=north.token)
    agent = await enter("/ws/agent/", token=tokens["maya"], workspace=north.slug)
    talkers = [
        (await enter("/ws/visitor/", token=tokens["visitor"]))[0],
        (await enter("/ws/agent/", token=tokens["theo"], workspace=north.slug))[0],
    ]
    pair = Witnesses(*talkers, witnesses)
    for client in talkers:
        await exchange(client, [json.dumps({"type": "subscribe", "id": 1, "ticket": witnesses, "after": 0})])
    targets = [
        Target(*visitor, Mutator(recorded.visitors(facts), seed)),
        Target(*agent, Mutator(recorded.agents(facts), seed + 1)),
    ]
    try:
        while report.frames < frames:
            for target in targets:
                texts = target.batch()
                report.answers.update(frame.get("code", frame["type"]) for frame in await target.attack(texts))
                report.frames += len(texts)
            assert not complaints.heard, complaints.heard[0]
            if report.frames >= WITNESS_EVERY * (pair.said + 1):
                await pair.talk()
            if report.frames * 10 >= frames * (len(report.resident_kib) + 1):
                report.resident_kib.append(resident_kib())
                report.seconds = time.monotonic() - began
                if say:
                    say(report)
    finally:
        logging.getLogger().removeHandler(complaints)
        for client in [visitor[0], agent[0], *talkers]:
            await client.disconnect(timeout=PATIENCE)
    return report


def prepare(world: World) -> tuple[Facts, str, dict[str, str]]:
    """On a pool thread. Ids for the frames, the ticket of the witnesses, and tokens."""
    north = world.north
    other, token = north.new_visitor()
    tokens = {"visitor": token}
    with north.inside():
        for name in ("maya", "theo"):
            tokens[name] = create_api_token(membership=getattr(north, name), name="fuzz")[1]
    facts = Facts(
        ticket=str(north.start().ticket),
        member=str(north.theo.public_id),
        department=str(north.departments["delivery"].public_id),
    )
    return facts, str(north.start(visitor=other).ticket), tokens


def resident_kib() -> int:
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])
