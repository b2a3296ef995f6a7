"""The load generator's frames, against the library that our server uses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, SERVER, Protocol

from bench.websocket import PING, TEXT, BadServer, FrameReader, client_frame

LENGTHS = st.sampled_from([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])


@given(LENGTHS)
@settings(deadline=None)
def test_a_server_reads_what_the_client_writes(length: int) -> None:
    server = Protocol(SERVER, max_size=None)
    server.receive_data(client_frame(b"x" * length))
    (frame,) = server.events_received()
    assert frame == Frame(Opcode.TEXT, b"x" * length)


@given(st.lists(LENGTHS, min_size=1, max_size=4), st.integers(1, 100_000))
@settings(deadline=None)
def test_the_client_reads_what_a_server_writes_however_it_is_cut(lengths: list[int], piece: int) -> None:
    frames = [Frame(Opcode.TEXT, bytes([65 + number]) * length) for number, length in enumerate(lengths)]
    data = b"".join(frame.serialize(mask=False) for frame in frames)
    reader = FrameReader()
    read = [found for start in range(0, len(data), piece) for found in reader.feed(data[start : start + piece])]
    assert read == [(TEXT, bytes(frame.data)) for frame in frames]


def test_control_frames_are_told_apart() -> None:
    assert FrameReader().feed(Frame(Opcode.PING, b"hi").serialize(mask=False)) == [(PING, b"hi")]


def test_masked_frames_and_fragments_are_refused() -> None:
    client = Protocol(CLIENT)
    client.send_text(b"masked")
    with pytest.raises(BadServer):
        FrameReader().feed(b"".join(client.data_to_send()))
    with pytest.raises(BadServer):
        FrameReader().feed(Frame(Opcode.TEXT, b"half", fin=False).serialize(mask=False))
