"""The supervisor's parts: pauses, the data lock, ports, Valkey, the welcome text."""

import socket
import stat
import subprocess
from pathlib import Path

import pytest

from helpdesk.supervisor import ports
from helpdesk.supervisor.child import LARGEST_LOG, pause_before_start, rotate
from helpdesk.supervisor.installation import Installation, Wishes, visible_host, welcome
from helpdesk.supervisor.lock import AlreadyRunning, DataLock
from helpdesk.supervisor.valkey import Valkey


def test_pauses_double_up_to_half_a_minute():
    assert [pause_before_start(n) for n in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert pause_before_start(10_000) == 30


def test_a_second_lock_is_refused_with_the_note_of_the_first(tmp_path):
    path = tmp_path / "run.lock"
    with DataLock(path, "http://127.0.0.1:8000"):
        with pytest.raises(AlreadyRunning) as refused, DataLock(path, "another"):
            pass
        assert refused.value.note == "http://127.0.0.1:8000"
    with DataLock(path, "later"):
        assert path.read_text() == "later"


def test_a_taken_port_is_not_free_and_the_next_one_is_found():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not ports.is_free("127.0.0.1", port)
        assert ports.next_free("127.0.0.1", port) > port
    assert ports.is_free("127.0.0.1", port)


def test_a_large_log_is_put_aside_at_start(tmp_path):
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (LARGEST_LOG + 1))
    rotate(log)
    assert not log.exists()
    assert (tmp_path / "web.log.1").stat().st_size == LARGEST_LOG + 1


def start(valkey: Valkey) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(valkey.command(), stdout=subprocess.DEVNULL)
    for _ in range(500):
        if valkey.answers():
            return process
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("valkey did not answer")


def test_valkey_is_private_and_keeps_its_data_over_a_kill(tmp_path):
    valkey = Valkey(tmp_path)
    first = start(valkey)
    assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o700
    assert ask(valkey, b"SET kept yes\r\n") == b"+OK\r\n"
    assert ask(valkey, b"CONFIG SET appendfsync always\r\n") == b"+OK\r\n"
    first.kill()
    first.wait()
    second = start(valkey)
    assert ask(valkey, b"GET kept\r\n") == b"$3\r\nyes\r\n"
    second.terminate()
    second.wait()


def ask(valkey: Valkey, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(valkey.socket))
        client.sendall(command)
        return client.recv(100)


def test_a_path_too_long_for_a_socket_is_replaced_by_a_private_short_one(tmp_path):
    valkey = Valkey(tmp_path / ("deep" * 30))
    directory = valkey.socket.parent
    assert len(str(valkey.socket)) <= 100
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    valkey.clean_up()
    assert not directory.exists()


@pytest.mark.parametrize(
    ("host", "visible"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("example", "example")],
)
def test_the_visible_host_can_be_put_into_an_address(host, visible):
    assert visible_host(host) == visible


def test_a_taken_port_is_one_clear_line_and_exit_code_2(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        wishes = Wishes("127.0.0.1", port, tmp_path, demo=False)
        assert Installation(wishes, directory=tmp_path, environment={}).run() == 2
    said = capsys.readouterr().out
    assert said == f"Port {port} on 127.0.0.1 is taken by another program. Start with --port N to use another one.\n"


def test_a_second_start_on_the_same_data_names_the_first(tmp_path, capsys):
    with DataLock(tmp_path / "run.lock", "http://127.0.0.1:8000 (process 7)"):
        wishes = Wishes("127.0.0.1", 9, tmp_path, demo=False)
        assert Installation(wishes, directory=tmp_path, environment={}).run() == 2
    assert "running on this data already: http://127.0.0.1:8000 (process 7)." in capsys.readouterr().out


def test_the_welcome_names_every_address_and_sign_in():
    demo = {
        "shop_url": "http://localhost:8001",
        "workspaces": [
            {
                "slug": "saltholm",
                "users": [{"email": "maya@saltholm.example", "password": "secret", "role": "owner", "api_token": "t"}],
                "widgets": [{"key": "k", "allowed_sites": []}],
            }
        ],
    }
    text = welcome("http://127.0.0.1:8000", Path("/data"), demo, mail_is_sent=False)
    for part in (
        "http://127.0.0.1:8000",
        "http://localhost:8001",
        "maya@saltholm.example",
        "secret",
        "/data/mail",
        "/data/log",
    ):
        assert part in text
    assert "/data/mail" not in welcome("http://127.0.0.1:8000", Path("/data"), {}, mail_is_sent=True)
