"""What a User-Agent says, in words an agent understands."""

from __future__ import annotations

from functools import lru_cache

from ua_parser import parse


@lru_cache(maxsize=2048)
def describe(user_agent: str) -> tuple[str, str, str]:
    """(browser, operating system, device), each at most 60 characters, "" where unknown."""
    found = parse(user_agent[:500])
    browser = found.user_agent
    system = found.os
    device = found.device
    return (
        f"{browser.family} {browser.major or ''}".strip()[:60] if browser else "",
        f"{system.family} {system.major or ''}".strip()[:60] if system else "",
        (device.model or device.family or "")[:60] if device else "",
    )
