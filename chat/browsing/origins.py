"""Where a visit came from, in words an agent understands."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

DIRECT = "direct"
# The ending of a host, and how people call it.
KNOWN = {
    "google": "Google",
    "bing": "Bing",
    "duckduckgo": "DuckDuckGo",
    "yahoo": "Yahoo",
    "ecosia": "Ecosia",
    "yandex": "Yandex",
    "baidu": "Baidu",
    "naver": "Naver",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "youtube": "YouTube",
    "tiktok": "TikTok",
    "pinterest": "Pinterest",
    "linkedin": "LinkedIn",
    "reddit": "Reddit",
    "twitter": "X",
    "x": "X",
    "t": "X",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
}
SHORT = {"t.co", "x.com"}  # one letter is the name of many a site


def source_of(url: str, referrer: str, utm: Mapping[str, str]) -> str:
    """The campaign's own word (utm_source), else whose site the referrer is, else "direct".

    A referrer of the page's own host is no source: the visitor came from within.
    """
    if utm.get("source"):
        return utm["source"]
    host = host_of(referrer)
    if not host or host == host_of(url):
        return DIRECT
    return _name(host)


def _name(host: str) -> str:
    labels = host.split(".")
    for at in range(len(labels) - 1):
        name, after = KNOWN.get(labels[at]), labels[at + 1 :]
        if len(labels[at]) == 1 and ".".join(labels[at:]) not in SHORT:
            continue
        # "google.example.com" is no Google: after the name come one or two short labels, as in .co.uk.
        if name and len(after) <= 2 and all(len(label) <= 3 for label in after):
            return name
    return host


def host_of(url: str) -> str:
    """The host without "www."; "" when there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
