"""The short form of `python -m tests.faults.scenarios invitations`: one web process, its worker and Redis killed."""

import sys
from argparse import Namespace

from tests.faults.scenarios import invitations

SHORT = Namespace(database="sqlite", calm=20, rate=4, browsers=12, seconds=20, seed=1)


def test_nothing_is_shown_twice_or_beyond_a_cap(runner, record_testsuite_property):
    report = runner.run(invitations.run(SHORT))
    sys.stdout.write(report.text() + "\n")
    record_testsuite_property("invitations", report.figures)
    assert report.is_good, report.text()
    assert report.figures["asked in the storm"] >= 100
