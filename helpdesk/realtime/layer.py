"""The channel layer: hints to the sockets of this process at once, to the other processes by one shared bus.

A subclass of channels-redis' pub/sub layer with the same interface. What differs: groups are kept in this process
only (no SUBSCRIBE per socket), local members are served before Redis is asked, and what gathers while a PUBLISH is
under way leaves as one. Everything here is a hint: lost, doubled and reordered hints must be harmless.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import msgpack
import redis
from channels_redis.pubsub import RedisPubSubChannelLayer
from channels_redis.utils import create_pool, decode_hosts
from redis import asyncio as aioredis

from helpdesk.realtime.row_news import RowBoard, RowNews, read_messages

log = logging.getLogger(__name__)

PUBLISH_SECONDS = 2.0  # an upper bound for one PUBLISH
BACKLOG = 10_000  # hints kept while Redis is away; older ones are dropped, the sweep finds what they announced
BATCH = 256
MAILBOX = 1_000  # messages waiting in one mailbox

counters = {"dropped_backlog": 0, "dropped_mailbox": 0, "publish_failed": 0}


Message = dict[str, Any]
Item = tuple[str, "Message | RowNews"]  # a group, and what its members hear
Sink = Callable[[Message], None]


def _pack(items: Sequence[tuple[str, Message]]) -> bytes:
    return msgpack.packb(items, use_bin_type=True)


class LoopLayer:
    """The layer of one event loop. Its methods run on that loop, but for `publish`."""

    extensions = ("groups", "flush")

    def __init__(self, hosts: Any = None, prefix: str = "asgi", **_options: Any) -> None:
        self.bus = f"{prefix}.bus"
        self.identity = uuid.uuid4().bytes
        self.prefix = self.identity.hex()
        self.loop = asyncio.get_running_loop()
        self.thread = threading.get_ident()
        self.sinks: dict[str, Sink] = {}
        self.mailboxes: dict[str, asyncio.Queue[Message]] = {}
        self.groups: dict[str, dict[str, None]] = {}
        self.rows = RowBoard(self._send_row, self._members)
        self.backlog: deque[tuple[str, Message]] = deque(maxlen=BACKLOG)
        self.flusher: asyncio.Task[None] | None = None
        self.listener: asyncio.Task[None] | None = None
        self.client = aioredis.Redis(connection_pool=create_pool(decode_hosts(hosts)[0]))

    # --- the channel layer's interface -----------------------------------------------------------------------------
    async def new_channel(self, prefix: str = "specific.") -> str:
        mailbox: asyncio.Queue[Message] = asyncio.Queue()
        name = self.attach(lambda message: _drop_in(mailbox, message))
        self.mailboxes[name] = mailbox
        return name

    async def receive(self, channel: str) -> Message:
        return await self.mailboxes[channel].get()

    async def send(self, channel: str, message: Message) -> None:
        if channel in self.sinks:
            self.sinks[channel](message)
        else:
            self._announce("\0" + channel, message)

    async def group_add(self, group: str, channel: str) -> None:
        self.groups.setdefault(group, {})[channel] = None

    async def group_discard(self, group: str, channel: str) -> None:
        members = self.groups.get(group)
        if members is not None:
            members.pop(channel, None)
            if not members:
                del self.groups[group]

    async def group_send(self, group: str, message: Message) -> None:
        self.group_send_nowait(group, message)

    async def flush(self) -> None:
        for task in (self.flusher, self.listener):
            if task is not None:
                task.cancel()
        self.flusher = self.listener = None
        self.rows.close()
        self.sinks.clear()
        self.mailboxes.clear()
        self.groups.clear()
        await self.client.aclose()

    # --- ours -------------------------------------------------------------------------------------------------------
    def attach(self, sink: Sink) -> str:
        """A new channel whose messages `sink` takes at once, on the loop; it may not fail. Returns the name.

        A socket needs no mailbox and no task that waits at it: what it hears goes straight to its outgoing queue.
        """
        if self.listener is None:
            self.listener = asyncio.ensure_future(self._listen())
        name = f"{self.prefix}!{uuid.uuid4().hex}"
        self.sinks[name] = sink
        return name

    def forget_channel(self, channel: str) -> None:
        """Close a channel. Its groups are left by `group_discard`, one by one, by whoever joined them."""
        self.sinks.pop(channel, None)
        self.mailboxes.pop(channel, None)

    def group_send_nowait(self, group: str, message: Message) -> None:
        self._deliver(group, message)
        self._announce(group, message)

    def publish(self, items: Sequence[Item]) -> None:
        """Send hints from any thread of this process; returns at once."""
        if threading.get_ident() == self.thread:
            self._publish(items)
        else:
            self.loop.call_soon_threadsafe(self._publish, items)

    def _publish(self, items: Sequence[Item]) -> None:
        rows: dict[RowNews, list[str]] = {}
        for group, message in items:
            if isinstance(message, RowNews):
                rows.setdefault(message, []).append(group)
            else:
                self.group_send_nowait(group, message)
        for news, targets in rows.items():
            self.rows.offer(news, targets)

    def _send_row(self, targets: Sequence[str], message: Message) -> None:
        for group in targets:
            self.group_send_nowait(group, message)

    def _members(self, targets: Sequence[str]) -> int:
        return sum(len(self.groups.get(group, ())) for group in targets)

    def _deliver(self, group: str, message: Message) -> None:
        if group.startswith("\0"):
            sink = self.sinks.get(group[1:])
            if sink is not None:
                sink(message)
            return
        # A copy: whoever hears something may leave.
        for channel in tuple(self.groups.get(group, ())):
            sink = self.sinks.get(channel)
            if sink is not None:
                sink(message)

    def _announce(self, group: str, message: Message) -> None:
        if len(self.backlog) == BACKLOG:
            counters["dropped_backlog"] += 1
        self.backlog.append((group, message))
        if self.flusher is None:
            self.flusher = asyncio.ensure_future(self._flush())

    async def _flush(self) -> None:
        """Publish what has gathered. While Redis does not answer, wait; the backlog forgets its oldest hints."""
        try:
            await asyncio.sleep(0)  # everything that was announced in this turn of the loop joins the batch
            while self.backlog:
                batch = [self.backlog.popleft() for _ in range(min(BATCH, len(self.backlog)))]
                try:
                    async with asyncio.timeout(PUBLISH_SECONDS):
                        await self.client.publish(self.bus, self.identity + _pack(batch))
                except (TimeoutError, OSError, redis.RedisError) as error:
                    _end_if_cancelled()
                    counters["publish_failed"] += 1
                    log.warning("The bus does not take hints (%s); the sweep delivers meanwhile.", error)
                    await asyncio.sleep(1)
        finally:
            self.flusher = None

    async def _listen(self) -> None:
        """Hear the other processes; after an outage subscribe again."""
        while True:
            try:
                async with self.client.pubsub() as pubsub:
                    await pubsub.subscribe(self.bus)
                    while True:
                        _end_if_cancelled()
                        heard = await pubsub.get_message(ignore_subscribe_messages=True, timeout=10)
                        if heard is not None:
                            self._hear(heard["data"])
            except (OSError, redis.RedisError, TimeoutError) as error:
                _end_if_cancelled()
                log.warning("The bus is not heard (%s); trying again.", error)
                await asyncio.sleep(0.5)

    def _hear(self, data: bytes) -> None:
        if data[:16] == self.identity:
            return
        try:
            items = msgpack.unpackb(memoryview(data)[16:], raw=False)
        except (ValueError, msgpack.UnpackException):
            log.warning("A message on the bus is not ours; ignored.")
            return
        for group, message in items:
            self._deliver(group, message)


def _end_if_cancelled() -> None:
    """redis-py can swallow a cancellation while it connects, and fail while it closes: end all the same."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _drop_in(mailbox: asyncio.Queue[Message], message: Message) -> None:
    if mailbox.qsize() >= MAILBOX:
        counters["dropped_mailbox"] += 1
        return
    mailbox.put_nowait(message)


def _as_messages(items: Sequence[Item]) -> list[tuple[str, Message]]:
    """The items as they go over the bus; rows are read now."""
    rows = dict(read_messages({each for _group, each in items if isinstance(each, RowNews)}))
    found = []
    for group, each in items:
        message = rows.get(each) if isinstance(each, RowNews) else each
        if message is not None:
            found.append((group, message))
    return found


class HintLayer(RedisPubSubChannelLayer):
    """The layer that settings name. In a process with a running loop it is local first; elsewhere it only publishes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hosts = kwargs.get("hosts")
        self._bus = f"{kwargs.get('prefix', 'asgi')}.bus"
        self._serving: LoopLayer | None = None
        self._plain: redis.Redis | None = None
        self._plain_pid = 0
        self._plain_lock = threading.Lock()

    def _get_layer(self) -> LoopLayer:
        loop = asyncio.get_running_loop()
        try:
            return self._layers[loop]
        except KeyError:
            self._layers[loop] = LoopLayer(*self._args, **self._kwargs)
            return self._layers[loop]

    def serve(self) -> LoopLayer:
        """Called on the event loop that holds the sockets: hints from threads of this process go there first."""
        self._serving = self._get_layer()
        return self._serving

    def publish(self, items: Sequence[Item]) -> None:
        """Send hints from a thread: of the web process (handed to its loop) or of a worker (one plain PUBLISH).

        Best effort: a failure is counted and logged, never raised, because what it announces is already committed.
        """
        serving = self._serving
        if serving is not None and not serving.loop.is_closed():
            serving.publish(items)
            return
        try:
            self._client().publish(self._bus, b"\0" * 16 + _pack(_as_messages(items)))
        except (OSError, redis.RedisError) as error:
            counters["publish_failed"] += 1
            log.warning("The bus does not take hints (%s); the sweep delivers meanwhile.", error)

    def _client(self) -> redis.Redis:
        """A client of this process's own: one made before a fork must not be shared."""
        with self._plain_lock:
            if self._plain is None or self._plain_pid != os.getpid():
                address = decode_hosts(self._hosts)[0]["address"]
                self._plain = redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1)
                self._plain_pid = os.getpid()
            return self._plain
