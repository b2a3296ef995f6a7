"""How often somebody may do something."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError


class Bucket:
    """A token bucket: `rate` a second on average, `burst` at once."""

    __slots__ = ("burst", "level", "rate", "updated_at")

    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = burst
        self.level = float(burst)
        self.updated_at = time.monotonic()

    def take(self) -> bool:
        """Whether one more may be done now; it is counted if so."""
        if not self.has_some():
            return False
        self.level -= 1
        return True

    def has_some(self) -> bool:
        now = time.monotonic()
        self.level = min(self.burst, self.level + (now - self.updated_at) * self.rate)
        self.updated_at = now
        return self.level >= 1

    def spend(self, count: int) -> None:
        """Count what was done already; the level may go below nothing."""
        self.level -= count


class Window:
    """At most `limit` acts of one party in `seconds`, counted in this process.

    Counted here and not in Redis because it stands in the path of every message; with several web processes the limit
    is per process. `check` refuses, `count` is called once the act was done, so duplicates and refusals cost nothing.
    """

    def __init__(self, limit: int, seconds: float, *, parties: int = 50_000) -> None:
        self.limit = limit
        self.seconds = seconds
        self.parties = parties
        self._acts: OrderedDict[object, deque[float]] = OrderedDict()

    def check(self, party: object) -> None:
        """Raises HelpdeskError rate_limited with the time until the next act is allowed."""
        if not self.allows(party):
            raise rate_limited(self.seconds - (time.monotonic() - self._acts[party][0]))

    def allows(self, party: object, *, already: int = 0) -> bool:
        """Whether one more act is allowed. `already`: acts that were done and are not counted yet."""
        acts = self._acts.get(party)
        if acts is None:
            return already < self.limit
        now = time.monotonic()
        while acts and now - acts[0] >= self.seconds:
            acts.popleft()
        return len(acts) + already < self.limit

    def count(self, party: object) -> None:
        acts = self._acts.pop(party, None) or deque()
        acts.append(time.monotonic())
        self._acts[party] = acts
        while len(self._acts) > self.parties:
            self._acts.popitem(last=False)

    def clear(self) -> None:
        self._acts.clear()


def rate_limited(seconds: float) -> HelpdeskError:
    return HelpdeskError(
        "rate_limited",
        _("That was a lot at once. Wait a moment; what you wrote is kept."),
        retry_in_ms=max(int(seconds * 1000), 200),
    )


def address_group(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: what one household or office has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ip_network(f"{address}/64", strict=False))


def is_trusted_address(address: str) -> bool:
    """Whether HELPDESK_TRUSTED_CIDRS exempts the address from the per-address limits."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in ip_network(cidr, strict=False) for cidr in settings.TRUSTED_CIDRS)


def limit_address(name: str, address: str, limit: int, seconds: int) -> None:
    """Count one act of an address in the shared cache. Raises HelpdeskError rate_limited over `limit` in `seconds`."""
    if is_trusted_address(address):
        return
    slot = int(time.time() // seconds)
    key = f"limit:{name}:{address_group(address)}:{slot}"
    cache.add(key, 0, timeout=seconds + 60)
    try:
        used = cache.incr(key)
    except ValueError:  # it expired between the two calls
        return
    if used > limit:
        raise rate_limited(seconds - time.time() % seconds)
