"""One web process for all raw tests. They know no database but its own, so once, beside SQLite, is enough."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.wire.server import WebServer, running_web

collect_ignore = ["test_frames.py", "test_handshakes.py", "test_http.py"] if os.environ.get("DATABASE_URL") else []


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    directory: Path = tmp_path_factory.mktemp("wire")
    with running_web(directory) as server:
        yield server
