"""A TCP proxy on loopback that can be told to behave like a bad network.

It stands between clients and web, and between web and Redis or PostgreSQL. Commands are method calls in the same
process; they act on the connections of now and, while they last, on new ones.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from dataclasses import dataclass, field

READ = 65_536
RESET = struct.pack("ii", 1, 0)  # SO_LINGER with time 0: close sends RST


@dataclass
class Weather:
    """How a proxy treats what passes. Seconds; `rate` in bytes a second (0 = no limit), `drip` in bytes a piece."""

    latency: float = 0.0
    jitter: float = 0.0
    rate: float = 0.0
    drip: int = 0

    def delay(self, size: int) -> float:
        wait = self.latency + random.uniform(0, self.jitter)
        return wait + (size / self.rate if self.rate else 0.0)


@dataclass(eq=False)
class Link:
    """One connection through the proxy. It passes nothing while `open` is clear, and keeps what waits."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None
    weather: Weather = field(default_factory=Weather)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    is_mute: bool = False  # what the server says is thrown away: the connection must be cut afterwards
    passed: int = 0

    def reset(self) -> None:
        """End both sides with RST, as a crashed host or a firewall does."""
        for side in (self.client, self.server):
            if side is not None and not side.transport.is_closing():
                raw = side.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                side.transport.abort()

    def half_close(self) -> None:
        """Say the end towards the client only; what it sends still passes."""
        if self.client.can_write_eof() and not self.client.transport.is_closing():
            self.client.write_eof()


class Proxy:
    """Listens on 127.0.0.1 and hands each connection on to `target`. Every command returns how many it hit."""

    def __init__(self, target: tuple[str, int], *, port: int = 0) -> None:
        self.target = target
        self.port = port
        self.links: set[Link] = set()
        self.weather = Weather()
        self.is_hole = False
        self.accepted = 0
        self.swallowed = 0  # connections that were accepted while nothing passed
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> Proxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=4096)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- commands ---------------------------------------------------------------------------------------------------
    def cut(self, share: float = 1.0) -> int:
        """RST on this share of the connections."""
        return self._each(share, Link.reset)

    def half_close(self, share: float = 1.0) -> int:
        return self._each(share, Link.half_close)

    def black_hole(self, share: float = 1.0) -> int:
        """Let nothing pass on this share of the connections; with all of them new ones are accepted and get nothing."""
        self.is_hole = share >= 1.0
        return self._each(share, lambda link: link.open.clear())

    def mute(self) -> int:
        """Throw away what the servers say on the connections of now. They are of no use afterwards: cut them."""

        def silence(link: Link) -> None:
            link.is_mute = True

        return self._each(1.0, silence)

    def set_weather(self, share: float = 1.0, **weather: float) -> int:
        """Latency, jitter, rate and drip for this share of the connections; with all of them for new ones too."""
        new = Weather(**weather)  # type: ignore[arg-type]
        if share >= 1.0:
            self.weather = new

        def treat(link: Link) -> None:
            link.weather = new

        return self._each(share, treat)

    def heal(self) -> None:
        """Pass everything again, at once. What waited in a hole arrives now; what was cut stays cut."""
        self.is_hole, self.weather = False, Weather()
        for link in self.links:
            link.weather = self.weather
            link.open.set()

    def _each(self, share: float, act: object) -> int:
        chosen = [link for link in self.links if share >= 1.0 or random.random() < share]
        for link in chosen:
            act(link)  # type: ignore[operator]
        return len(chosen)

    # --- passing ----------------------------------------------------------------------------------------------------
    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        link = Link(writer, weather=self.weather)
        self.links.add(link)
        self.accepted += 1
        if self.is_hole:
            self.swallowed += 1
        else:
            link.open.set()
        try:
            await self._carry(link, reader)
        except (OSError, EOFError):
            link.reset()
        except asyncio.CancelledError:
            link.reset()
        finally:
            self.links.discard(link)
            self._tasks.discard(task)

    async def _carry(self, link: Link, reader: asyncio.StreamReader) -> None:
        await link.open.wait()
        far_reader, link.server = await asyncio.open_connection(*self.target)
        both = (self._pump(link, reader, link.server), self._pump(link, far_reader, link.client))
        async with asyncio.TaskGroup() as group:
            for one in both:
                group.create_task(self._until_broken(link, one))
        for side in (link.client, link.server):
            side.close()

    async def _until_broken(self, link: Link, pump: object) -> None:
        """A broken side breaks the other one too; without this the pair would hang until somebody writes."""
        try:
            await pump  # type: ignore[misc]
        except (OSError, RuntimeError):  # RuntimeError: there is more to say after the end was said
            link.reset()

    async def _pump(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(READ):
            await link.open.wait()
            step = link.weather.drip or len(data)
            for start in range(0, len(data), step):
                piece = data[start : start + step]
                wait = link.weather.delay(len(piece))
                if wait:
                    await asyncio.sleep(wait)
                await link.open.wait()
                if link.is_mute and writer is link.client:
                    continue
                writer.write(piece)
                link.passed += len(piece)
                await writer.drain()
        if writer.can_write_eof() and not writer.transport.is_closing():
            writer.write_eof()
