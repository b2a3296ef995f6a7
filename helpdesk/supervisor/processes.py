"""The processes of an installation on one machine, as command lines."""

import sys
from pathlib import Path

from helpdesk.supervisor.child import Spec

# The shop first, so that nobody starts a chat on the way down; Valkey last, because all others use it.
STOP_ORDER = (("demo-shop",), ("web",), ("beat",), ("worker-live", "worker-bulk"), ("valkey",))


def manage(name: str, *arguments: str, stop_seconds: float = 10.0) -> Spec:
    return Spec(name, (sys.executable, "manage.py", *arguments), stop_seconds)


def web(host: str, port: int) -> Spec:
    # It drains for up to 15 seconds (see runweb); one more before it is killed.
    return manage("web", "runweb", "--host", host, "--port", str(port), stop_seconds=16.0)


def demo_shop(host: str, port: int, app_origin: str, keys: list[str]) -> Spec:
    names = ("--key", "--key2")
    # As one word each: a key may begin with a hyphen, which alone would be read as an option.
    given = [f"{name}={key}" for name, key in zip(names, keys, strict=False)]
    arguments = ("--host", host, "--port", str(port), "--app", app_origin, *given)
    return Spec("demo-shop", (sys.executable, "-m", "helpdesk.demo_shop", *arguments), 3.0)


def live_worker(name: str = "live") -> Spec:
    """Decides what people wait for: threads, a queue of its own, so that mail never stands before it."""
    return _celery("worker-live", "worker", "-n", f"{name}@%h", "-P", "threads", "-c", "4", "-Q", "routing", *_WORKER)


def bulk_worker() -> Spec:
    """Everything else, in processes that can be ended when a task takes too long or grows too large."""
    queues = "mail,webhook,default,slow"
    limits = ("--time-limit", "120", "--soft-time-limit", "90")
    sizes = ("--max-tasks-per-child", "1000", "--max-memory-per-child", "300000")
    orphans = ("--include", "helpdesk.supervisor.prefork")
    return _celery(
        "worker-bulk",
        "worker",
        "-n",
        "bulk@%h",
        "-P",
        "prefork",
        "-c",
        "2",
        "-Q",
        queues,
        *limits,
        *sizes,
        *orphans,
        *_WORKER,
    )


def beat(data: Path) -> Spec:
    # Not `worker --beat`: a worker that is killed would leave its beat behind, and the next start would make two.
    return _celery("beat", "beat", "--schedule", str(data / "beat" / "schedule"), "--pidfile=")


_WORKER = ("--without-mingle", "--without-gossip")


def _celery(name: str, *arguments: str) -> Spec:
    return Spec(name, (sys.executable, "-m", "celery", "-A", "helpdesk", *arguments, "--loglevel", "WARNING"), 10.0)
