"""One Helpdesk per data directory."""

import fcntl
import os
from pathlib import Path
from typing import Self


class AlreadyRunning(Exception):
    """Another process holds this data directory; `note` is what it wrote about itself."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


class DataLock:
    """A lock on a file, held while this process lives: the kernel drops it after kill -9 too, so it is never stale."""

    def __init__(self, path: Path, note: str) -> None:
        self.path = path
        self.note = note
        self._fd = -1

    def __enter__(self) -> Self:
        """Take the lock and leave the note in it, or raise AlreadyRunning with the note of the one who has it."""
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note = os.read(fd, 1000).decode(errors="replace").strip()
            os.close(fd)
            raise AlreadyRunning(note) from None
        os.ftruncate(fd, 0)
        os.write(fd, self.note.encode())
        self._fd = fd
        return self

    def __exit__(self, *_: object) -> None:
        # The file stays: removing it would let two starts lock two different files of the same name.
        os.close(self._fd)
