"""A real SMTP server for each test, and stubborn ones."""

import socket
import threading
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller


class Mailbox:
    """What an aiosmtpd server took, and what it answers to RCPT and DATA."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.rcpt_answer = ""
        self.data_answer = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt_answer:
            return self.rcpt_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data_answer:
            return self.data_answer
        self.messages.append(envelope.content)
        return "250 OK"


def use_smtp(settings, port: int) -> None:
    settings.OUTGOING_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 1


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    use_smtp(settings, port)
    yield box
    controller.stop()


@pytest.fixture
def half_open_server(settings) -> Iterator[None]:
    """Accepts the connection and never says a word."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                held.append(listener.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    use_smtp(settings, listener.getsockname()[1])
    yield
    listener.close()
    for connection in held:
        connection.close()


@pytest.fixture(autouse=True)
def no_broker(monkeypatch) -> list[object]:
    """Nudges are noted instead of handed to a broker."""
    nudged: list[object] = []
    monkeypatch.setattr("helpdesk.deliveries.actions.nudge", lambda task, *args, **options: nudged.append(task))
    return nudged
