"""The time zones that this machine knows."""

import zoneinfo
from functools import cache


@cache
def known_time_zones() -> frozenset[str]:
    """Their names. Asked once: the standard library walks through hundreds of files each time."""
    return frozenset(zoneinfo.available_timezones())
