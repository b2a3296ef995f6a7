"""What a table of raw frames consists of: what is sent to a welcomed socket, and all that must come back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.wire.connection import Connection
from tests.faults.wire.frames import CLOSE, PING, PONG, TEXT, Heard, close, frame, question


@dataclass(frozen=True)
class Echo:
    """The refusal of an unknown command, which brings the command's id back as it was."""

    id: str


@dataclass(frozen=True)
class Refused:
    """An error frame with this code."""

    code: str


@dataclass(frozen=True)
class Pong:
    payload: bytes = b""


@dataclass(frozen=True)
class Closed:
    """A close frame with this code (None: without one), then the end of the connection and nothing else."""

    code: int | None


Expected = Echo | Refused | Pong | Closed


@dataclass(frozen=True)
class Case:
    """`sends` go out in segments of their own, `after_work` once a command was answered.

    After `hears` a socket that was not closed still answers a ping.
    """

    name: str
    sends: Sequence[bytes]
    hears: Sequence[Expected]
    after_work: bool = False

    def play(self, connection: Connection) -> None:
        if self.after_work:
            connection.send(frame(TEXT, question("before")))
            check(connection.next(skip={PING}), Echo("before"))
        connection.send(*self.sends)
        for expected in self.hears:
            check(connection.next(skip={PING}), expected)
        if self.hears and isinstance(self.hears[-1], Closed):
            connection.send(close(self.hears[-1].code))
            assert connection.ends()
        else:
            assert connection.answers_ping()
            connection.say_goodbye()


def check(heard: Heard | None, expected: Expected) -> None:
    assert heard is not None, f"The connection ended instead of {expected}."
    if isinstance(expected, Pong):
        assert heard == Heard(PONG, expected.payload)
    elif isinstance(expected, Closed):
        assert (heard.opcode, heard.close_code) == (CLOSE, expected.code), heard
    else:
        assert heard.opcode == TEXT, heard
        said = json.loads(heard.payload)
        assert said["type"] == "error", said
        if isinstance(expected, Echo):
            assert (said["code"], said["id"]) == ("unknown_type", expected.id)
        else:
            assert said["code"] == expected.code


def with_and_without_work(name: str, sends: Sequence[bytes], hears: Sequence[Expected]) -> list[Case]:
    """The same as the first thing on a socket, and after a command that was answered."""
    return [Case(name, sends, hears), Case(f"{name}, after work", sends, hears, after_work=True)]
