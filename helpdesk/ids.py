"""Public identifiers. Python 3.11's `uuid` has no version 7."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74 random bits.

    Time order keeps index inserts local. Nothing else may rely on the order: message order is the event's `seq`.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80 | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)


def read_uuid(text: str) -> uuid.UUID | None:
    """The identifier that the text is; None for any other text."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
