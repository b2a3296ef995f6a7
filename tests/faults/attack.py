"""One attack: a crowd writes, faults come by a seeded plan, all heals, and the histories are compared with the log."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd
from tests.faults.faults import FAULTS, Fault, Ground, NotLanded
from tests.faults.history import History, Kept, Violation, check, percentile, summary

QUIET_SECONDS = 1.0  # from the last plan entry to the end of talking


@dataclass(frozen=True)
class Landing:
    """One fault of the plan: when, and its evidence; `landed` is False when it has none."""

    at: float
    name: str
    landed: bool
    evidence: str


@dataclass
class Report:
    """What a run did and found. `is_good` is the verdict."""

    title: str
    seconds: float = 0.0
    landings: list[Landing] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def not_landed(self) -> list[Landing]:
        return [each for each in self.landings if not each.landed]

    @property
    def is_good(self) -> bool:
        return not self.violations and not self.not_landed and not self.failures

    def kinds(self) -> Counter[str]:
        return Counter(each.name for each in self.landings if each.landed)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "is_good": self.is_good, "kinds": self.kinds()}

    def text(self) -> str:
        """The table that a person reads."""
        lines = [f"{self.title}: {'GOOD' if self.is_good else 'BAD'} ({self.seconds:.0f} s)"]
        kinds = self.kinds()
        if self.landings:
            lines.append(f"  faults landed {kinds.total()} of {len(self.landings)}, {len(kinds)} kinds")
            lines += [f"    {name:20} {count:4}" for name, count in sorted(kinds.items())]
        lines += [f"  {name:24} {value}" for name, value in self.figures.items()]
        lines += [f"  NOT LANDED at {each.at:.1f}: {each.name}: {each.evidence}" for each in self.not_landed]
        lines += [f"  FAILED: {each}" for each in self.failures]
        if self.violations:
            lines.append(summary(self.violations))
        return "\n".join(lines)


def plan(faults: list[Fault], *, seconds: float, every: float, seed: int) -> list[tuple[float, Fault]]:
    """When which fault comes. Each kind comes once (or its weight) before one comes again, in a seeded order."""
    dice = random.Random(seed)
    found: list[tuple[float, Fault]] = []
    round_of: list[Fault] = []
    at = every
    while at < seconds - QUIET_SECONDS:
        if not round_of:
            round_of = [fault for fault in faults for _ in range(fault.weight)]
            dice.shuffle(round_of)
        found.append((at, round_of.pop()))
        at += every * dice.uniform(0.7, 1.3)
    return found


def possible(database: str, seconds: float) -> list[Fault]:
    """The faults for this database. A refused mail comes back after a minute or more, so short runs leave it out."""
    return [
        fault
        for fault in FAULTS
        if (database == "postgres" or not fault.postgres_only) and (fault.name != "mail-refused" or seconds >= 300)
    ]


@dataclass
class Attack:
    """The parameters of a run.

    `faults` says when which one comes, `allowed` is I10's bound in seconds, `give_up` how long views are waited for at
    all, `mail_wait` how long deliveries may take to end. With `last_words` each visitor writes once more after all
    faults, so that the last event of each ticket is announced on a network that works.
    """

    cluster: Cluster
    crowd: Crowd
    seconds: float
    faults: list[tuple[float, Fault]] = field(default_factory=list)
    seed: int = 1
    allowed: float = 10.0
    give_up: float = 90.0
    mail_every: float = 0.7
    mail_wait: float = 80.0
    last_words: bool = False
    trail: dict[int, list[str]] = field(default_factory=dict)  # who was behind, second by second, while all healed

    async def run(self, title: str) -> Report:
        """Everything from the first chat to the verdict. Raises TimeoutError when the crowd cannot even enter."""
        began = time.monotonic()
        report = Report(title)
        await self.crowd.enter()
        if self.cluster.workers:
            self.cluster.start_mailer(self.mail_every)
        self.crowd.talk()
        report.landings = await self._attack()
        self.crowd.is_talking = False
        if self.last_words:
            await asyncio.sleep(2)
            self.crowd.say_last_words()
        kept = await self.settle(report)
        report.failures += self.crowd.failures()
        await self.crowd.leave()
        self.crowd.history.views = self.crowd.views()
        report.violations = check(self.crowd.history, kept)
        report.failures += [f"{count} × {what}" for what, count in self.crowd.history.refused.items()]
        report.figures |= figures(self.crowd.history, kept)
        report.seconds = time.monotonic() - began
        if not report.is_good:
            report.failures += [f"behind after {second} s: {', '.join(names)}" for second, names in self.trail.items()]
            report.failures.append(self.cluster.log_ends())
        return report

    async def _attack(self) -> list[Landing]:
        """Carry out the plan. A fault whose target is busy with another waits for it."""
        began = time.monotonic()
        ground = Ground(self.cluster, self.crowd, random.Random(self.seed))
        running = []
        for at, fault in self.faults:
            await asyncio.sleep(max(0.0, began + at - time.monotonic()))
            running.append(asyncio.ensure_future(self._land(ground, fault, began)))
        await asyncio.sleep(max(0.0, began + self.seconds - time.monotonic()))
        return list(await asyncio.gather(*running))

    async def _land(self, ground: Ground, fault: Fault, began: float) -> Landing:
        async with ground.lock(fault.target):
            at = time.monotonic() - began
            try:
                return Landing(at, fault.name, True, await fault.inject(ground))
            except NotLanded as reason:
                return Landing(at, fault.name, False, str(reason))

    # --- afterwards -------------------------------------------------------------------------------------------------
    async def settle(self, report: Report) -> Kept:
        """Heal everything, wait until all agree and all mail has ended, then read what was kept."""
        for proxy in self.cluster.proxies():
            proxy.heal()
        await self.cluster.wait_until_whole()
        converged, behind = await self._converge()
        if behind:
            report.failures.append(f"behind at the end: {', '.join(behind[:8])}")
        if "mailer" in self.cluster.parts:
            report.figures["mail settled after s"] = round(await self._end_mail(), 1)
        kept = await asyncio.to_thread(self.cluster.store.read)
        kept.effects = Counter(self.cluster.sink.accepted)
        kept.converged, kept.allowed = converged, self.allowed
        return kept

    async def _converge(self) -> tuple[float | None, list[str]]:
        """Seconds until every outbox is empty and every copy complete; None after `give_up`, and who is behind."""
        began = time.monotonic()
        while True:
            waited = time.monotonic() - began
            heads = await asyncio.to_thread(self.cluster.store.heads)
            behind = [f"{self.crowd.backlog()} unsent"] if self.crowd.backlog() else self.crowd.lag(heads)
            if not behind:
                return round(waited, 2), []
            if waited > self.give_up:
                return None, behind
            self.trail[round(waited)] = behind[:8]
            await asyncio.sleep(0.3)

    async def _end_mail(self) -> float:
        began = time.monotonic()
        mailer = self.cluster.parts.pop("mailer")
        await mailer.end()
        await asyncio.to_thread(self.cluster.store.bring_mails_forward)
        while time.monotonic() - began < self.mail_wait:
            if not await asyncio.to_thread(self.cluster.store.unfinished_mails):
                break
            await asyncio.sleep(0.3)
        return time.monotonic() - began


def figures(history: History, kept: Kept) -> dict[str, Any]:
    """What a report says in numbers."""
    answer, delivery = history.answer_seconds(), history.delivery_seconds()
    return {
        "acks": len(history.acked),
        "acknowledged writes": len(answer),
        "events in the log": sum(len(ticket.events) for ticket in kept.tickets.values()),
        "sent again": history.retried,
        "connects": history.connects,
        "closes": dict(sorted(history.closes.items())),
        "final errors": dict(history.refused),
        "mails": dict(Counter(mail.state for mail in kept.mails)),
        "mail copies": kept.effects.total() - len(kept.effects),
        "ack p50/p99 s": f"{percentile(answer, 0.5):.3f} / {percentile(answer, 0.99):.3f}",
        "delivery p50/p99 s": f"{percentile(delivery, 0.5):.3f} / {percentile(delivery, 0.99):.3f}",
        "converged after s": kept.converged,
        "views": len(history.views),
    }
