"""`manage.py runweb`: the web process, HTTP and sockets, which drains before it closes."""

import asyncio
import gc
import logging
import os
import resource
import signal
import sys
from argparse import ArgumentParser
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from helpdesk.realtime import drain
from helpdesk.realtime.watchdog import Watchdog
from helpdesk.server_sockets import LeanHttp, LeanSocket
from helpdesk.supervisor.lock import AlreadyRunning, DataLock

DRAIN_SECONDS = 11  # `bye` to every socket, then running commits end (bounded to 10 s by the drain itself)
CLOSE_SECONDS = 3
OPEN_FILES = 65_536

log = logging.getLogger(__name__)


class DrainingServer(uvicorn.Server):
    """uvicorn's own shutdown closes sockets first; here readiness turns red and clients are told to move on before."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        Watchdog().start()

    async def shutdown(self, sockets: Any = None) -> None:
        try:
            await asyncio.wait_for(drain.begin(), DRAIN_SECONDS)
        except Exception:
            log.exception("The drain did not finish; closing the sockets anyway.")
        await super().shutdown(sockets)


class Command(BaseCommand):
    help = "Serve HTTP and sockets until SIGTERM or SIGINT, then drain and end within 15 seconds."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with self.only_one():
                self.serve(options["host"], options["port"])
        except AlreadyRunning as other:
            self.stderr.write(
                f"Another web process uses this SQLite database ({other.note}). Use PostgreSQL for more than one."
            )
            sys.exit(2)

    def only_one(self) -> AbstractContextManager[object]:
        """With SQLite hints between sockets and writes stay inside one process: a second one is refused."""
        if connection.vendor != "sqlite":
            return nullcontext()
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        return DataLock(settings.DATA_DIR / "web.lock", f"process {os.getpid()}")

    def serve(self, host: str, port: int) -> None:
        allow_many_sockets()
        config = server_config(host, port)
        config.load()
        # What is imported by now stays for good: the collector need not walk through it again and again.
        gc.collect()
        gc.freeze()
        # After a clean end uvicorn raises its signals again, to the handlers from before: ours make that exit 0.
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: None)
        DrainingServer(config).run()


def allow_many_sockets() -> None:
    """Each socket is an open file, and shells start programs with as few as 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < OPEN_FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES if hard < 0 else min(OPEN_FILES, hard), hard))


def server_config(host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        "helpdesk.asgi:application",
        host=host,
        port=port,
        http=LeanHttp,
        ws=LeanSocket,
        ws_max_size=65_536,
        ws_ping_interval=None,  # LeanSocket has one timer for all sockets
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=CLOSE_SECONDS,
        timeout_keep_alive=20,
        backlog=2048,
        limit_concurrency=12_000,  # counts sockets too
        proxy_headers=bool(settings.TRUSTED_PROXIES),
        forwarded_allow_ips=settings.TRUSTED_PROXIES,
        server_header=False,
        access_log=False,
        log_level="warning",
    )
