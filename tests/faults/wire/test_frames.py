"""Every raw frame gets the answer that RFC 6455 asks for, and leaves the web process as healthy as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.wire import closing_cases, framing_cases, text_cases
from tests.faults.wire.case import Case
from tests.faults.wire.server import WebServer

CASES = [*framing_cases.CASES, *text_cases.CASES, *closing_cases.CASES]


@pytest.fixture(autouse=True)
def _healthy(web: WebServer) -> Iterator[None]:
    yield
    web.check_health()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_raw_frame(web: WebServer, case: Case) -> None:
    with web.welcomed() as connection:
        case.play(connection)
