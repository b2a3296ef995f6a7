"""Which pages may carry a widget."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings


def origin_of(address: str) -> str:
    """scheme://host[:port] of an address, lower-case and without a default port; "" when it has none."""
    # A browser takes a backslash for a slash, urlsplit does not: they would name different hosts.
    try:
        parts = urlsplit(address.replace("\\", "/"))
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != default else "")


def own_origin() -> str:
    return origin_of(settings.BASE_URL)


def is_allowed(origin: str, sites: Iterable[str]) -> bool:
    """Whether an origin is one of the sites: the exact origin, or a sub-domain of `https://*.name.tld`."""
    if not origin:
        return False
    scheme, _, host = origin.partition("://")
    for site in sites:
        if "//*." in site:
            site_scheme, _, domain = site.partition("://*")
            if scheme == site_scheme and host.endswith(domain) and host != domain[1:]:
                return True
        elif origin == site:
            return True
    return False
