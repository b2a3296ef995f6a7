"""Short runs that a planted bug cannot survive. Each is run without the bug too, and must then find nothing.

A hunt gets a cluster whose product runs already, and returns the violations it finds.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.faults.attack import Attack, Report
from tests.faults.client import Entry, Timing
from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd
from tests.faults.faults import Fault, Ground, cut, end, until, until_ready
from tests.faults.history import check
from tests.faults.socket_client import SocketClient

# Nothing but the server may repair what the hunt breaks, so silence is borne as long as in real life.
PATIENT = Timing(ack=1.5, quiet=44.0, first_pause=0.1, longest_pause=0.5, poll=2)
GIVE_UP = 10.0


class TrustingClient(SocketClient):
    """Applies what it is sent without looking for gaps: it sees what the server's own gap check is worth."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trusting = True


class ImpatientClient(SocketClient):
    """The planted bug of a client: all it has is sent at once, and the latest first after a reconnect."""

    def due(self) -> Iterator[Entry]:
        for lane in self.lanes.values():
            yield from (entry for entry in reversed(lane) if not entry.is_flying)

    def _find(self, client_id: str | None) -> Entry | None:
        every = (entry for lane in self.lanes.values() for entry in lane)
        return next((entry for entry in every if entry.client_id == client_id), None)

    def _shift(self, client_id: str | None) -> None:
        for lane in self.lanes.values():
            for entry in [entry for entry in lane if entry.client_id == client_id]:
                lane.remove(entry)


@dataclass(frozen=True)
class Hunt:
    """`base` names doubles that run with and without the bug: mechanisms that would hide it."""

    name: str
    run: Callable[[Cluster, type[SocketClient]], Awaitable[Report]]
    base: str = ""
    workers: bool = False


def make_crowd(cluster: Cluster, kind: type[SocketClient], *, clients: int = 12, rate: float = 14) -> Crowd:
    return Crowd(cluster.world, cluster.addresses, PATIENT, clients=clients, rate=rate, kind=kind)


# --- the faults of the hunts ----------------------------------------------------------------------------------------
async def lose_answers(ground: Ground) -> str:
    """What the clients say arrives, what they are told does not, and then the connections break."""
    muted = sum(door.mute() for door in ground.cluster.doors)
    await asyncio.sleep(0.5)
    return f"{muted} connections were mute, then: {await cut('clients')(ground)}"


async def kill_busy_web(ground: Ground) -> str:
    """Kill a web process that has been at work for a moment: one that still starts has nothing to lose."""
    web = ground.random.randrange(ground.cluster.webs)
    await until_ready(ground, web)
    acked = ground.crowd.history.acked
    seen = len(acked)
    await until(lambda: len(acked) > seen + 3, 15, "acks")
    return await end(f"web{web}", signal.SIGKILL, -9)(ground)


async def kill_busy_mailer(ground: Ground) -> str:
    """Kill whoever asks for mail when it has begun to."""
    count = "SELECT count(*) FROM accounts_invitation"
    before = ground.cluster.store.query(count)[0][0]
    await until(lambda: ground.cluster.store.query(count)[0][0] > before + 2, 30, "invitations")
    return await end("mailer", signal.SIGKILL, -9)(ground)


async def take_redis_away(ground: Ground) -> str:
    part = ground.part("redis")
    part.is_wanted = False
    part.signal(signal.SIGKILL)
    await until(lambda: not part.is_running(), 5, "Redis is gone")
    return "Redis is gone for good"


ANSWERS_LOST = Fault("answers-lost", "clients", lose_answers)
WEB_KILL = Fault("web-kill", "web", kill_busy_web)
REDIS_AWAY = Fault("redis-away", "redis", take_redis_away)
REDIS_CUT = Fault("redis-cut", "redis", cut("redis"))
MAILER_KILL = Fault("mailer-kill", "mailer", kill_busy_mailer)


# --- the hunts ------------------------------------------------------------------------------------------------------
async def skirmish(cluster: Cluster, kind: type[SocketClient]) -> Report:
    """Answers get lost, connections break and web processes die while people write."""
    faults = [(1.0, ANSWERS_LOST), (2.5, ANSWERS_LOST)] + [(4.0 + number, WEB_KILL) for number in range(4)]
    run = Attack(cluster, make_crowd(cluster, kind, rate=20), 9, faults, allowed=60, give_up=GIVE_UP)
    return await run.run("skirmish")


async def silence(cluster: Cluster, kind: type[SocketClient]) -> Report:
    """Redis is gone, then nobody writes any more: only the server can find what its last hints did not bring."""
    run = Attack(cluster, make_crowd(cluster, kind), 4, [(0.5, REDIS_AWAY)], allowed=12, give_up=25)
    return await run.run("silence")


async def heartbeat(cluster: Cluster, kind: type[SocketClient]) -> Report:
    """Hints get lost and nobody in the server makes up for it: what is left are the heartbeat's heads, every 20 s."""
    faults = [(0.3 + 0.5 * number, REDIS_CUT) for number in range(8)]
    crowd = make_crowd(cluster, kind, rate=25)
    return await Attack(cluster, crowd, 5, faults, allowed=35, give_up=40, last_words=True).run("heartbeat")


async def lossy_hints(cluster: Cluster, kind: type[SocketClient]) -> Report:
    """The bus loses hints all the time, and the clients trust what they are sent."""
    faults = [(0.3 + 0.5 * number, REDIS_CUT) for number in range(12)]
    crowd = make_crowd(cluster, TrustingClient, rate=30)
    return await Attack(cluster, crowd, 7, faults, allowed=60, give_up=GIVE_UP).run("lossy hints")


async def mail(cluster: Cluster, kind: type[SocketClient]) -> Report:
    """Whoever asks for mail is killed again and again."""
    faults = [(1.0 + number, MAILER_KILL) for number in range(6)]
    crowd = make_crowd(cluster, kind, clients=4, rate=1)
    attack = Attack(cluster, crowd, 8, faults, allowed=60, give_up=GIVE_UP, mail_every=0.05, mail_wait=30)
    return await attack.run("mail")


async def restored_backup(cluster: Cluster, kind: type[SocketClient]) -> Report:
    """The log goes back to a backup while some agents are offline, and grows past what they had before they return."""
    crowd = make_crowd(cluster, kind, clients=10, rate=12)
    attack = Attack(cluster, crowd, 0, allowed=60, give_up=GIVE_UP)
    report = Report("restored backup")
    await crowd.enter()
    crowd.talk()
    await settle_after(attack, report, 2)
    await again(cluster, lambda: cluster.keep("backup"))
    lost_from = time.monotonic()
    crowd.talk()
    await settle_after(attack, report, 3)
    sleepers = crowd.agents[::2]
    await asyncio.gather(*(sleeper.go_offline() for sleeper in sleepers))
    await again(cluster, lambda: cluster.restore("backup"), "manage.py", "new_epoch")
    crowd.history.acked = [ack for ack in crowd.history.acked if ack.at < lost_from]
    crowd.talk()
    await asyncio.sleep(8)
    for sleeper in sleepers:
        sleeper.online.set()
    kept = await settle_after(attack, report, 3)
    await crowd.leave()
    crowd.history.views = crowd.views()
    report.violations = check(crowd.history, kept)
    return report


async def settle_after(attack: Attack, report: Report, seconds: float) -> Any:
    await asyncio.sleep(seconds)
    attack.crowd.is_talking = False
    return await attack.settle(report)


async def again(cluster: Cluster, change: Callable[[], None], *command: str) -> None:
    """Change the database while the product stands still."""
    await cluster.stop_product()
    await asyncio.to_thread(change)
    if command:
        await cluster.run_once(*command)
    cluster.start_product()
    await cluster.wait_until_whole()


HUNTS = {
    hunt.name: hunt
    for hunt in (
        Hunt("skirmish", skirmish),
        Hunt("silence", silence),
        Hunt("heartbeat", heartbeat, base="no-sweep,no-catching-up"),
        Hunt("lossy hints", lossy_hints),
        Hunt("mail", mail, workers=True),
        Hunt("restored backup", restored_backup),
    )
}
