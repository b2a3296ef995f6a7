"""All supervised processes together: started in order, watched, started again, stopped in order."""

import re
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from helpdesk.supervisor.child import Child, Death, Spec

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LOOK_SECONDS = 0.5
IMPORTANT = re.compile(r"\b(ERROR|CRITICAL)\b")
KEEPS_DYING = 3  # deaths in a row after which the log file is named


class Stopped(Exception):
    """A signal asked to stop while something was being waited for."""


class Family:
    """The processes of one installation. Everything happens in the main thread, in `wait_for` and `watch`."""

    def __init__(self, *, log_directory: Path, directory: Path, say: Callable[[str], None]) -> None:
        self.children: list[Child] = []
        self.environment: dict[str, str] = {}
        self.stop_asked = 0
        self._log_directory = log_directory
        self._directory = directory
        self._say = say
        self._echoed_at: dict[str, float] = {}
        self._wake_in, self._wake_out = socket.socketpair()
        for end in (self._wake_in, self._wake_out):
            end.setblocking(False)
        log_directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def listen_to_signals(self) -> None:
        """Stop signals end the waiting; a second one ends the stopping. Any signal wakes the watch at once."""
        for signum in STOP_SIGNALS:
            signal.signal(signum, self._on_stop_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_out.fileno(), warn_on_full_buffer=False)

    def start(self, spec: Spec) -> Child:
        """Start a process and keep it running from now on."""
        child = self._child(spec)
        child.start()
        self.children.append(child)
        return child

    def run_once(self, spec: Spec) -> Child:
        """Run a process to its end; the caller looks at `process.returncode`. Raises Stopped when asked to stop."""
        child = self._child(spec)
        child.start()
        try:
            self.wait_for(child.has_ended)
        except Stopped:
            self._stop_together([child])
            raise
        return child

    def wait_for(self, condition: Callable[[], bool], seconds: float = float("inf")) -> bool:
        """Wait until the condition holds, looking after the children meanwhile. False when the time is over."""
        deadline = time.monotonic() + seconds
        pause = 0.02
        while not condition():
            if self.stop_asked:
                raise Stopped
            if time.monotonic() > deadline:
                return False
            self._rest(pause)
            pause = min(pause * 1.5, 0.2)
            self._look_after_all()
        return True

    def watch(self) -> None:
        """Look after the children until a signal asks to stop."""
        while not self.stop_asked:
            self._rest(LOOK_SECONDS)
            self._look_after_all()

    def stop(self, order: Sequence[Iterable[str]]) -> None:
        """Stop all children, group by group; those of a group together. Names that do not run are left out."""
        for names in order:
            self._stop_together([child for child in self.children if child.name in set(names)])
        self._stop_together(self.children)

    def _child(self, spec: Spec) -> Child:
        return Child(spec, log_directory=self._log_directory, environment=self.environment, directory=self._directory)

    def _look_after_all(self) -> None:
        for child in self.children:
            self._echo(child)
            death = child.note_death()
            if death:
                self._echo(child)
                self._tell(child, death)
            if child.is_due() and not self.stop_asked:
                child.start()

    def _tell(self, child: Child, death: Death) -> None:
        text = f"{child.name} stopped ({death.reason}); starting it again in {death.pause:g} s."
        if death.failures >= KEEPS_DYING:
            text = (
                f"{child.name} keeps stopping ({death.failures} times, {death.reason}); next try in {death.pause:g} s. "
                f"Its log: {child.log}"
            )
        self._say(text)

    def _echo(self, child: Child) -> None:
        """Repeat errors on the console, at most one a second of each child: the log file has them all."""
        for line in child.new_lines():
            now = time.monotonic()
            if IMPORTANT.search(line) and now - self._echoed_at.get(child.name, 0.0) >= 1.0:
                self._echoed_at[child.name] = now
                self._say(f"{child.name} | {line}")

    def _stop_together(self, children: Sequence[Child]) -> None:
        running = [child for child in children if not child.has_ended()]
        for child in running:
            child.ask_to_stop()
        for child in running:
            deadline = time.monotonic() + child.spec.stop_seconds
            while not child.has_ended() and time.monotonic() < deadline and self.stop_asked < 2:
                self._rest(0.05)
            if not child.has_ended():
                self._say(f"{child.name} did not stop by itself and was killed.")
                child.kill()
            while not child.has_ended():
                self._rest(0.05)

    def _on_stop_signal(self, *_: object) -> None:
        self.stop_asked += 1

    def _rest(self, seconds: float) -> None:
        select.select([self._wake_in], [], [], seconds)
        try:
            while self._wake_in.recv(512):
                pass
        except BlockingIOError:
            return
