"""What a live visitor's row says, as facts. Without the database: what only it knows is added where it is decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chat.browsing.origins import host_of
from chat.browsing.rows import Row, Tab
from chat.targeting.facts import (
    Cart,
    Consent,
    Facts,
    Happening,
    Page,
    Person,
    Screen,
    Team,
    Visit,
    utc_offset,
)


def facts_of_row(
    row: Row, tab: Tab, now: float, *, teams: tuple[Team, ...] = (), workspace_offset: int = 0, page: Any = None
) -> Facts:
    """`page`: what the page says of itself when a trigger fires (`PAGE_FACTS`); None while nothing has."""
    told = page or {}
    screen = row.screen or {}
    return Facts(
        now=now,
        person=Person(
            key=row.visitor[0] if row.visitor else row.browser,
            consent=Consent(row.consent),
            language=row.language.split("-")[0].lower() or None,  # browsers say de-DE where a condition means German
            country=row.country or None,
            city=row.city or None,
            utc_offset=utc_offset(row.time_zone, now) if row.time_zone else None,
            attributes=row.attributes,
        ),
        visit=Visit(
            id=row.visit,
            number=row.visits,
            pages=row.pages,
            active_seconds=told.get("seconds_visit", row.active_seconds),
            entry_url=row.entry_url,
            referrer_domain=host_of(row.referrer),
            utm=row.utm,
            last_visit_at=row.last_visit_at,
        ),
        page=Page(
            id=told.get("view") or tab.view,
            loaded_at=tab.since,
            url=tab.url,
            title=tab.title,
            previous_url=row.trail[0]["url"] if row.trail else "",
            active_seconds=told.get("seconds_page"),
            idle_seconds=told.get("seconds_idle"),
            scroll_percent=told.get("scroll_percent"),
            has_exit_intent=told.get("exit_intent"),
            seen=tuple(told["seen"]) if told.get("seen") is not None else None,
        ),
        utc_offset=workspace_offset,
        screen=Screen(row.device[2] or None, row.device[0] or None, screen.get("width"), screen.get("height")),
        cart=_cart(row.cart),
        events=tuple(Happening(each["name"], _moment(each)) for each in row.events),
        teams=teams,
        is_widget_open=bool(told.get("widget_open")),
    )


def _cart(cart: dict[str, Any] | None) -> Cart:
    if cart is None:
        return Cart()
    return Cart(cart["value"], sum(item["quantity"] for item in cart["items"]), {"currency": cart["currency"]})


def _moment(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(event["at"]).timestamp()
