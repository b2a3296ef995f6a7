"""The answers of the REST API about live visitors, as one member may read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chat.browsing.here import boards
from helpdesk.errors import not_found

STATES = ("browsing", "invited", "queued", "chatting")
MOST_COUNTED = 50  # pages and sources; the rest of a long tail tells nobody anything


@dataclass(frozen=True)
class Wanted:
    """Which rows to list; "" and None: all."""

    state: str = ""
    country: str = ""
    query: str = ""
    department: UUID | None = None
    limit: int = 100

    def fits(self, row: dict[str, Any]) -> bool:
        words = (row["name"], row["email"], row["url"], row["title"], row["source"], row["city"])
        return (
            (not self.state or row["state"] == self.state)
            and (not self.country or row["country"] == self.country)
            and (self.department is None or row["department"] == str(self.department))
            and (not self.query or any(self.query.casefold() in word.casefold() for word in words))
        )


def list_visitors(workspace_id: int, joined: Collection[str], wanted: Wanted) -> dict[str, Any]:
    """Those who came last first, with how many there are of each kind (of all, whatever is filtered).

    `total` counts what fits; without a filter also those who are only counted. `joined`: the member's groups.
    Raises HelpdeskError unavailable.
    """
    board = boards().of(workspace_id)
    board.refresh()
    with board.lock:
        rows = [shown.for_groups(joined) for shown in board.rows.values()]
        beyond, is_complete = board.total - len(rows), board.is_complete
    found = sorted((row for row in rows if wanted.fits(row)), key=lambda row: (row["since"], row["id"]), reverse=True)
    is_filtered = wanted != Wanted(limit=wanted.limit)
    return {
        "visitors": found[: wanted.limit],
        "total": len(found) + (0 if is_filtered else beyond),
        "counts": {
            "state": _count(rows, lambda row: row["state"]),
            "country": _count(rows, lambda row: row["country"]),
            "page": _count(rows, lambda row: row["url"].split("?")[0], MOST_COUNTED),
            "source": _count(rows, lambda row: row["source"], MOST_COUNTED),
            "department": _count(rows, lambda row: row["department"]),
        },
        "complete": is_complete,
    }


def one_visitor(workspace_id: int, joined: Collection[str], browser: UUID) -> dict[str, Any]:
    """The row with what is shown of one visitor only. Raises HelpdeskError not_found, unavailable."""
    board = boards().of(workspace_id)
    board.refresh()
    with board.lock:
        shown = board.rows.get(str(browser))
        row = shown.for_groups(joined) if shown else None
    detail = board.detail(str(browser)) if row else None
    if row is None or detail is None:
        raise not_found()
    return {**row, **detail}


def _count(
    rows: Iterable[dict[str, Any]], kind: Callable[[dict[str, Any]], str | None], most: int | None = None
) -> dict[str, int]:
    counted = Counter(kind(row) for row in rows)
    return {name: count for name, count in counted.most_common(most) if name}
