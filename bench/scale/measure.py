"""One database, asked as `python -m bench.scale` wishes: `python -m bench.scale.measure SIZE`, with DATABASE_URL.

Makes the data if there is none, and prints the names of all questions as JSON. Then, for each line {"name", "repeats"}
of its input, it prints {"waited": [seconds], "used": [seconds of processor time, of client and server], "statements"},
for {"explain": name} the plans of the SELECTs, and for {"writes": batch} what a message costs PostgreSQL.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  (only once Django is set up)
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.scale.data import fill  # noqa: E402
from bench.scale.reading import questions  # noqa: E402
from bench.scale.writing import server_seconds, write_cost  # noqa: E402
from tickets.models import Ticket  # noqa: E402

WARM = 3


def main() -> None:
    call_command("migrate", verbosity=0)
    if not Ticket.unscoped.exists():
        fill(int(sys.argv[1]))
    asked = dict(questions())
    say(list(asked))
    for line in sys.stdin:
        order = json.loads(line)
        say(answer(order, asked))


def answer(order: dict[str, Any], asked: dict[str, Callable[[], Any]]) -> Any:
    if "writes" in order:
        return write_cost(order["writes"])
    if "explain" in order:
        return plans(asked[order["explain"]])
    return times(asked[order["name"]], order["repeats"])


def say(what: Any) -> None:
    print(json.dumps(what), flush=True)


def times(ask: Callable[[], Any], repeats: int) -> dict[str, Any]:
    for _ in range(WARM):
        ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
        statements = len(captured)  # the next request empties the list
    waited, used = [], []
    for _ in range(repeats):
        began, busy = time.perf_counter(), time.process_time() + server_seconds()
        ask()
        waited.append(time.perf_counter() - began)
        used.append(time.process_time() + server_seconds() - busy)
    return {"waited": waited, "used": used, "statements": statements}


def plans(ask: Callable[[], Any]) -> str:
    """EXPLAIN of each SELECT that `ask` makes. PostgreSQL only."""
    with CaptureQueriesContext(connection) as captured:
        ask()
        statements = [query["sql"] for query in captured]
    parts = []
    with connection.cursor() as cursor:
        for statement in statements:
            if statement.startswith("SELECT") and "FOR NO KEY" not in statement:
                cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + statement)
                plan = "\n".join(line for (line,) in cursor.fetchall())
                parts.append(f"{statement[:1500]}\n{plan}")
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
