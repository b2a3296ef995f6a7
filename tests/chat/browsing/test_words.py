"""Where a visit came from and where its visitor is, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chat.browsing import places
from chat.browsing.origins import source_of
from helpdesk.checks import city_database_can_be_read

HERE = "https://shop.example/lamps"


@pytest.mark.parametrize(
    ("referrer", "source"),
    [
        ("", "direct"),
        ("https://shop.example/", "direct"),
        ("https://www.shop.example/", "direct"),
        ("https://www.google.com/", "Google"),
        ("https://www.google.co.uk/search?q=x", "Google"),
        ("android-app://com.google.android.gm/", "com.google.android.gm"),
        ("https://l.instagram.com/?u=x", "Instagram"),
        ("https://m.facebook.com/", "Facebook"),
        ("https://t.co/abc", "X"),
        ("https://x.com/abc", "X"),
        ("https://www.t.example/", "t.example"),
        ("https://google.evil.example/", "google.evil.example"),
        ("https://blog.example.org/post", "blog.example.org"),
        ("https://[broken", "direct"),
        ("nonsense", "direct"),
    ],
)
def test_a_referrer_becomes_a_name_that_people_know(referrer: str, source: str) -> None:
    assert source_of(HERE, referrer, {}) == source


def test_a_campaign_has_the_last_word() -> None:
    assert source_of(HERE, "https://www.google.com/", {"source": "spring letter"}) == "spring letter"


@pytest.mark.parametrize("address", ["192.168.1.4", "127.0.0.1", "::1", "", "nonsense"])
def test_an_address_of_no_country_has_none(address: str) -> None:
    assert places.place_of(address) == ("", "")


def test_the_country_of_an_address() -> None:
    assert places.place_of("8.8.8.8") == ("US", "")
    assert len(places.place_of("2a00:1450:4001:81b::200e")[0]) == 2


class Cities:
    """A city database of one place."""

    def get(self, address: str) -> Any:
        if address == "bad":
            raise ValueError(address)
        names = {"en": "Athens", "el": "Αθήνα"}
        return {"country": {"iso_code": "GR"}, "city": {"names": names}} if address == "192.0.2.9" else None


def test_with_a_city_database_the_city_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_database", Cities)
    assert places.place_of("192.0.2.9") == ("GR", "Athens")
    assert places.place_of("8.8.8.8") == ("US", ""), "what it does not know the list may"
    assert places.place_of("bad") == ("", "")


def test_a_city_database_that_cannot_be_read_stops_the_start(settings: Any, tmp_path: Path) -> None:
    assert city_database_can_be_read(None) == []
    settings.GEOIP_CITY_DB = str(tmp_path / "none.mmdb")
    assert [problem.id for problem in city_database_can_be_read(None)] == ["helpdesk.E003"]
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"nothing of the kind")
    settings.GEOIP_CITY_DB = str(broken)
    assert [problem.id for problem in city_database_can_be_read(None)] == ["helpdesk.E003"]
