"""Where an address is, as far as lists of networks know. The address itself is looked up and forgotten."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import maxminddb
from django.conf import settings
from iptocc import country_code


def place_of(address: str) -> tuple[str, str]:
    """(country as two letters, city), each "" where unknown. The city needs GEOIP_CITY_DB."""
    country, city = _from_database(address)
    return country or _country(address), city


def _country(address: str) -> str:
    try:
        return country_code(address) or ""
    except ValueError:
        return ""


def _from_database(address: str) -> tuple[str, str]:
    database = _database()
    if database is None:
        return "", ""
    try:
        found: Any = database.get(address)
    except ValueError:
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    country = found.get("country", {}).get("iso_code", "")
    return country, found.get("city", {}).get("names", {}).get("en", "")[:80]


@lru_cache(maxsize=1)
def _database() -> Any:
    """The reader of GEOIP_CITY_DB, None without one. That it can be read is checked at the start."""
    return maxminddb.open_database(settings.GEOIP_CITY_DB) if settings.GEOIP_CITY_DB else None
