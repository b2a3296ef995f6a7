"""Reading /proc, on this very process."""

import os
import subprocess
import sys
import time

import pytest

from bench.processes import cpu_seconds, pss_kib, tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


def test_a_tree_holds_the_children() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert {os.getpid(), child.pid} <= set(tree(os.getpid()))
    finally:
        child.communicate(b"\n")


def test_what_a_process_worked_counts() -> None:
    before = cpu_seconds([os.getpid()])
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass
    assert cpu_seconds([os.getpid()]) > before


def test_memory_is_that_of_the_process() -> None:
    assert pss_kib([os.getpid()]) > 1000
