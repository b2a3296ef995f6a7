"""What we leave out of Channels, pinned against the installed version: if these fail, read its consumer again."""

from __future__ import annotations

import inspect

import pytest
from channels import consumer, db

from chat.sockets import AgentDoor
from helpdesk.realtime.lifecycle import LivingSocket
from widget.sockets import VisitorDoor


@pytest.mark.parametrize("door", [AgentDoor, VisitorDoor])
def test_the_doors_override_dispatch_and_call(door: type) -> None:
    assert door.dispatch is LivingSocket.dispatch
    assert door.__call__ is LivingSocket.__call__


def test_channels_still_takes_the_hop_that_we_leave_out() -> None:
    assert "aclose_old_connections" in inspect.getsource(consumer.AsyncConsumer.dispatch)
    assert "await_many_dispatch" in inspect.getsource(consumer.AsyncConsumer.__call__)


async def test_a_frame_never_enters_the_shared_database_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def hop() -> None:
        raise AssertionError("a hop through the shared database thread")

    monkeypatch.setattr(db, "close_old_connections", hop)
    seen: list[str] = []

    class Socket(LivingSocket):
        async def frame(self, text: str) -> None:
            seen.append(text)

    await Socket().dispatch({"type": "websocket.receive", "text": "{}"})
    assert seen == ["{}"]
