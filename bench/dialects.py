"""How the load generator talks to each kind of server: entering, sending a message, reading what comes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from bench.websocket import ClientSocket

Side = Literal["visitor", "agent"]


class Heard(NamedTuple):
    """A frame that says something about a message. `kind` is ack, event or error; `seq` is 0 in an error."""

    kind: str
    ticket: Any
    client_id: str | None
    seq: int
    note: str = ""
    retry_ms: int = 0


class Dialect(Protocol):
    def socket(self, port: int, side: Side) -> ClientSocket:
        """A socket for that side, not yet connected."""

    def greet(self, socket: ClientSocket, who: str, tickets: Sequence[Any], heads: Mapping[Any, int]) -> None:
        """Say who one is and which tickets one follows; `heads` is how far one got in them before."""

    def answers_to_greeting(self, tickets: Sequence[Any]) -> int:
        """How many frames say that one is in."""

    def entered(self, payload: bytes) -> bool:
        """Whether this frame says that the socket follows one more ticket."""

    def message(self, ticket: Any, client_id: str, body: str) -> bytes:
        """The frame that sends a message."""

    def read(self, socket: ClientSocket, payload: bytes) -> Heard | None:
        """What the frame says about a message; None when it says nothing. May answer the server."""


class Helpdesk:
    """`helpdesk.v1`, as docs/protocol.md says it."""

    # Momentary frames: most of what an agent gets, and nothing the measurement asks for.
    PASSED_OVER = (
        b'{"type":"inbox.changed"',
        b'{"type":"receipt"',
        b'{"type":"visitor.changed"',
        b'{"type":"presence"',
    )

    def socket(self, port: int, side: Side) -> ClientSocket:
        return ClientSocket(port, f"/ws/{side}/", "helpdesk.v1")

    def greet(self, socket: ClientSocket, who: str, tickets: Sequence[Any], heads: Mapping[Any, int]) -> None:
        resume = [{"ticket": ticket, "after": heads[ticket]} for ticket in tickets if ticket in heads]
        client = {"app": "bench", "version": "1", "tab": "1"}
        socket.send(_json({"type": "hello", "v": 1, "token": who, "client": client, "resume": resume}))
        for ticket in tickets:
            if ticket not in heads:
                socket.send(_json({"type": "subscribe", "id": 1, "ticket": ticket, "after": -1}))

    def answers_to_greeting(self, tickets: Sequence[Any]) -> int:
        return len(tickets)

    def entered(self, payload: bytes) -> bool:
        return json.loads(payload)["type"] == "subscribed"

    def message(self, ticket: Any, client_id: str, body: str) -> bytes:
        return b'{"type":"message.send","id":1,"ticket":"%b","client_id":"%b","body":"%b"}' % (
            ticket.encode(),
            client_id.encode(),
            body.encode(),
        )

    def read(self, socket: ClientSocket, payload: bytes) -> Heard | None:
        if payload.startswith(self.PASSED_OVER):
            return None
        frame = json.loads(payload)
        kind = frame["type"]
        if kind in ("ack", "event"):
            return Heard(kind, frame["ticket"], frame.get("client_id"), frame["seq"])
        if kind == "error":
            retry_ms = frame.get("retry_in_ms", 50) if frame["retry"] else 0
            return Heard(kind, None, frame.get("client_id"), 0, frame["code"], retry_ms)
        if kind == "heartbeat":
            socket.send(b'{"type":"pong"}')
        elif kind == "resync":
            return Heard("error", frame["ticket"], None, 0, "resync")
        return None


class Limits:
    """The least that the rivals in bench/limits need: join → joined, send → ack, and event."""

    def socket(self, port: int, side: Side) -> ClientSocket:
        return ClientSocket(port, "/ws")

    def greet(self, socket: ClientSocket, who: str, tickets: Sequence[Any], heads: Mapping[Any, int]) -> None:
        socket.send(_json({"type": "join", "sender": who, "tickets": list(tickets)}))

    def answers_to_greeting(self, tickets: Sequence[Any]) -> int:
        return 1

    def entered(self, payload: bytes) -> bool:
        return json.loads(payload)["type"] == "joined"

    def message(self, ticket: Any, client_id: str, body: str) -> bytes:
        return b'{"type":"send","ticket":%d,"client_id":"%b","body":"%b"}' % (ticket, client_id.encode(), body.encode())

    def read(self, socket: ClientSocket, payload: bytes) -> Heard | None:
        frame = json.loads(payload)
        if frame["type"] == "error":
            return Heard("error", None, frame.get("client_id"), 0, frame["code"])
        return Heard(frame["type"], frame["ticket"], frame["client_id"], frame["seq"])


DIALECTS: dict[str, Dialect] = {"helpdesk": Helpdesk(), "limits": Limits()}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
