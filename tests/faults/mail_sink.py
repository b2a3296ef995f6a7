"""A mail server that keeps nothing but what was accepted, by Message-ID."""

from __future__ import annotations

import asyncio
from collections import Counter
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP


class MailSink:
    """Listens on 127.0.0.1. While `is_refusing` it answers 451: try again later."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self.refused = 0
        self.is_refusing = False
        self.port = 0
        self._server: asyncio.Server | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # aiosmtpd's name
        if self.is_refusing:
            self.refused += 1
            return "451 try again later"
        message = message_from_bytes(envelope.content)
        self.accepted[str(message["Message-ID"]).strip()] += 1
        return "250 kept"

    async def start(self) -> MailSink:
        self._server = await asyncio.get_running_loop().create_server(lambda: SMTP(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        if self._server is not None:
            self._server.close()
