"""A visitor whom no socket reaches: long polling and POST, with the same rules."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

from tests.faults.calls import CallFailed, call
from tests.faults.client import Client, Entry


class PollClient(Client):
    """Visitors only: agents have no long poll."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._work = asyncio.Event()
        self._door = random.randrange(len(self.doors))
        self._failures = 0

    def kick(self) -> None:
        self._work.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send_all())
            group.create_task(self._listen())

    async def stop(self) -> None:
        self.is_over = True
        self.kick()

    async def _call(self, method: str, path: str, **options: Any) -> tuple[int, dict[str, Any]]:
        """Through one door after another: a door that failed may be down."""
        try:
            self.history.connects += 1
            return await call(self.doors[self._door % len(self.doors)], method, path, token=self.me.token, **options)
        except CallFailed:
            self._door += 1
            raise

    # --- writing ----------------------------------------------------------------------------------------------------
    async def _send_all(self) -> None:
        while not self.is_over:
            entry = next(self.due(), None)
            if entry is None:
                await self._rest()
                continue
            try:
                await self._send(entry)
            except CallFailed:
                self.let_rest(entry)

    async def _rest(self) -> None:
        self._work.clear()
        try:
            async with asyncio.timeout(0.2):
                await self._work.wait()
        except TimeoutError:
            return

    async def _send(self, entry: Entry) -> None:
        self.note_sending(entry)
        frame = {name: value for name, value in entry.frame.items() if name != "type"}
        path = "/widget/v1/chats" if entry.frame["type"] == "chat.start" else "/widget/v1/messages"
        status, answer = await self._call("POST", path, body=frame, seconds=self.timing.ack)
        self.hear(json.dumps(answer))
        if status == 200:
            self.take_ack(answer)
        elif "code" in answer:
            self.take_refusal(entry.client_id, answer)
        else:
            raise CallFailed(f"{path} answers {status}")

    # --- reading ----------------------------------------------------------------------------------------------------
    async def _listen(self) -> None:
        while not self.is_over:
            copy = self.copies.get(self.ticket)
            if copy is None:
                await asyncio.sleep(0.1)
                continue
            try:
                await self._poll()
                self._failures = 0
            except CallFailed:
                self._failures += 1
                await asyncio.sleep(self.timing.pause(self._failures))

    async def _poll(self) -> None:
        copy = self.copies[self.ticket]
        path = f"/widget/v1/events?ticket={copy.ticket}&after={copy.last}&wait={self.timing.poll}"
        status, answer = await self._call("GET", path, seconds=self.timing.poll + self.timing.ack)
        if status != 200:
            raise CallFailed(f"the poll answers {status}")
        self.hear(json.dumps(answer))
        if copy.epoch not in (None, answer["epoch"]):
            copy.start_afresh(answer["epoch"])
            return
        copy.epoch = answer["epoch"]
        for event in answer["events"]:
            self.take_event(event)
