"""A planned stop that loses nothing."""

from helpdesk.realtime.hub import hub


def is_draining() -> bool:
    """Readiness answers 503 from the moment the drain begins."""
    return hub().is_draining


async def begin() -> None:
    """Tell every client to come back a little later, finish what is being committed, close the sockets."""
    await hub().drain()
