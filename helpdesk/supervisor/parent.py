"""Tie a process to the one that started it, so that nothing is left running when that one is killed."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

# Loaded here, not after the fork: loading a library between fork and exec can deadlock.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent_pid: int, signum: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process `signum` when its parent ends; end at once if the parent has gone already.

    To be called in the new process. Linux only; elsewhere it does nothing. The kernel watches the *thread* that
    forked, so the parent must start its children from its main thread.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    # The parent may have died between the fork and the line above: then no signal would ever come.
    if os.getppid() != parent_pid:
        os._exit(1)
