"""How times look on the wire."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=512)  # the moment of one message is written into several frames
def wire_time(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC with milliseconds and "Z"; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
