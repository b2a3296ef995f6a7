"""One event loop for the whole suite, so that tests can share a cluster, whose proxies live on it."""

import asyncio
import sys
from collections.abc import Iterator

import pytest
import uvloop

from tests.faults.attack import Attack, Report, plan, possible
from tests.faults.client import SHORT
from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield runner


@pytest.fixture(scope="session")
def postgres(runner: asyncio.Runner) -> Iterator[Cluster]:
    cluster = Cluster("postgres")
    runner.run(cluster.__aenter__())
    yield cluster
    runner.run(cluster.stop())


@pytest.fixture
def sqlite(runner: asyncio.Runner) -> Iterator[Cluster]:
    cluster = Cluster("sqlite")
    runner.run(cluster.__aenter__())
    yield cluster
    runner.run(cluster.stop())


@pytest.fixture
def attack(runner: asyncio.Runner):
    """Attack a cluster for so many seconds; the report is printed and must be good."""

    def attack(cluster: Cluster, seconds: float, **options: int) -> Report:
        crowd = Crowd(cluster.world, cluster.addresses, SHORT, **options)
        # The bound of I10 leaves room for a machine that does other things too; the long form has the real one.
        planned = plan(possible(cluster.database, seconds), seconds=seconds, every=3.2, seed=7)
        report = runner.run(Attack(cluster, crowd, seconds, planned, allowed=60).run(cluster.database))
        sys.stdout.write(report.text() + "\n")
        assert report.is_good, report.text()
        return report

    return attack
