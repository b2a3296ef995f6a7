"""A client's tab at one of the real doors, which holds every frame against the protocol's promises."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from channels.testing import WebsocketCommunicator

from helpdesk.asgi import application

PATIENCE = 15.0
VISITORS = {"ticket.assigned", "message.created", "ticket.changed", "chat.ended"}


@dataclass
class Party:
    """One visitor or one agent: what all tabs together know of the ticket."""

    name: str
    path: str
    credentials: dict[str, str]
    view: dict[int, dict[str, Any]] = field(default_factory=dict)
    epoch: str = ""
    head: int = 0
    mark: int = 0  # the largest figure of a receipt
    tabs: list[Tab] = field(default_factory=list)

    @property
    def is_visitor(self) -> bool:
        return self.name == "visitor"

    def see_head(self, head: int) -> None:
        assert head >= self.head, f"The {self.name}'s head went back from {self.head} to {head}."
        self.head = head

    def apply(self, event: dict[str, Any]) -> None:
        known = self.view.setdefault(event["seq"], event)
        assert known == event, f"Event {event['seq']} was {known} and is {event} now."
        self.see_head(max(self.head, event["seq"]))

    def last(self) -> int:
        """The end of the part of the view that has no gap."""
        seq = 0
        while seq + 1 in self.view:
            seq += 1
        return seq


class Tab:
    """One socket. `position` is the last event of its stream; None while it is not subscribed."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.position: int | None = None
        self.answers: dict[str, dict[str, Any]] = {}
        self.socket = WebsocketCommunicator(application, party.path, subprotocols=["helpdesk.v1"])
        self.socket.scope["client"] = ("127.0.0.1", 1)  # trusted by the test's settings: no limit counts

    # --- talking ----------------------------------------------------------------------------------------------------
    async def enter(self, resume: list[dict[str, Any]]) -> None:
        connected, _protocol = await self.socket.connect(timeout=PATIENCE)
        assert connected
        await self.send(type="hello", v=1, resume=resume, **self.party.credentials)
        await self.hear_until(lambda frame: frame["type"] == "welcome")
        self.party.tabs.append(self)
        await self.settle()

    async def send(self, **frame: Any) -> None:
        await self.socket.send_to(text_data=json.dumps(frame))

    async def command(self, type: str, **fields: Any) -> dict[str, Any]:
        """Send a command and return its ack, error, `subscribed` or `resync`."""
        id = await self.begin(type, **fields)
        return await self.answer_to(id)

    async def begin(self, type: str, **fields: Any) -> str:
        id = uuid4().hex
        await self.send(type=type, id=id, **fields)
        return id

    async def answer_to(self, id: str) -> dict[str, Any]:
        if id not in self.answers:
            await self.hear_until(lambda frame: frame.get("id") == id)
        return self.answers.pop(id)

    async def unsubscribe(self, ticket: str) -> None:
        await self.send(type="unsubscribe", ticket=ticket)
        await self.settle()
        self.position = None

    async def settle(self) -> None:
        """Every frame sent before has been handled, and what the server said to it has been read."""
        assert (await self.command("settle.mark"))["code"] == "unknown_type"

    async def leave(self) -> None:
        self.party.tabs.remove(self)
        await self.socket.disconnect(timeout=PATIENCE)

    # --- hearing ----------------------------------------------------------------------------------------------------
    async def hear_until(self, fits: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                output = await self.socket.receive_output(PATIENCE)
                assert output["type"] == "websocket.send", output
                frame = json.loads(output["text"])
                self._hear(frame, output["text"])
                if fits(frame):
                    return

    def _hear(self, frame: dict[str, Any], text: str) -> None:
        if self.party.is_visitor:
            self._check_for_visitor(frame, text)
        if "id" in frame:
            self.answers[frame["id"]] = frame
        handler = getattr(self, f"_hear_{frame['type'].replace('.', '_')}", None)
        if handler is not None:
            handler(frame)

    @staticmethod
    def _check_for_visitor(frame: dict[str, Any], text: str) -> None:
        assert "NOTE" not in text, "A visitor heard of a note."
        assert not frame["type"].endswith(".changed"), frame
        assert frame["type"] != "event" or frame["name"] in VISITORS, frame

    def _hear_subscribed(self, frame: dict[str, Any]) -> None:
        self.party.epoch = frame["epoch"]
        self.party.see_head(frame["head"])
        assert frame["from"] <= frame["head"] + 1
        self.position = frame["from"] - 1

    def _hear_resync(self, frame: dict[str, Any]) -> None:
        self.position = None
        if frame["why"] == "epoch":
            self.party.epoch = frame["epoch"]

    def _hear_event(self, frame: dict[str, Any]) -> None:
        assert self.position is not None, f"An event without a subscription: {frame}"
        assert frame["seq"] == self.position + 1, f"Event {frame['seq']} follows {self.position}."
        self.position = frame["seq"]
        self.party.apply(frame)

    def _hear_heartbeat(self, frame: dict[str, Any]) -> None:
        for head in frame["heads"].values():
            self.party.see_head(head)

    def _hear_receipt(self, frame: dict[str, Any]) -> None:
        self.party.mark = max(self.party.mark, frame["delivered"], frame["read"])
