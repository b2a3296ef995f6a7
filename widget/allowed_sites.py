"""What a person writes as an allowed site, and what we make of it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from helpdesk.errors import HelpdeskError
from widget.sites import origin_of

MAX_SITES = 50
LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
# Names under which strangers register or host: "every sub-domain" of these would be everybody.
SHARED_SECOND_LEVEL = {"ac", "co", "com", "edu", "go", "gob", "gov", "gr", "mil", "ne", "net", "nom", "or", "org"}
SHARED_HOSTS = {
    "appspot.com",
    "azurewebsites.net",
    "blogspot.com",
    "cloudfront.net",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "myshopify.com",
    "netlify.app",
    "pages.dev",
    "shopify.com",
    "vercel.app",
    "web.app",
    "wixsite.com",
    "wordpress.com",
    "workers.dev",
}


def clean_sites(lines: Iterable[str]) -> list[str]:
    """The origins of all lines, each once, in their order. Raises `invalid_domain`, field `allowed_sites`."""
    sites = list(dict.fromkeys(clean_site(line) for line in lines if line.strip()))
    if len(sites) > MAX_SITES:
        raise _refusal(
            _("List at most %(count)d sites. A line like https://*.shop.example stands for many.")
            % {"count": MAX_SITES}
        )
    return sites


def clean_site(line: str) -> str:
    """An exact origin, or `https://*.name.tld`.

    Without a scheme https is meant, on this machine http. A closing slash is forgiven; a path is not, because it would
    promise a limit that browsers cannot keep.
    """
    line = line.strip()
    parts = _split(line)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username or parts.password:
        raise _refusal(
            _("“%(line)s” is more than a site. Write only its beginning, like https://shop.example.") % {"line": line}
        )
    host = parts.hostname or ""
    if "*" in host:
        return _wildcard(line, parts, host)
    if not _is_host(host, has_scheme="://" in line):
        raise _not_a_site(line)
    origin = origin_of(f"{parts.scheme}://{_netloc(parts, _ascii(host, line))}")
    if not origin:
        raise _not_a_site(line)
    return origin


def _split(line: str) -> SplitResult:
    if any(character.isspace() or character in '\\"<>' for character in line) or len(line) > 300:
        raise _not_a_site(line)
    try:
        parts = urlsplit(line if "://" in line else f"//{line}", scheme="")
        parts.port  # noqa: B018  (raises when it is no number)
    except ValueError:
        raise _not_a_site(line) from None
    scheme = parts.scheme or ("http" if _is_loopback(parts.hostname or "") else "https")
    if scheme not in ("http", "https"):
        raise _not_a_site(line)
    return parts._replace(scheme=scheme)


def _wildcard(line: str, parts: SplitResult, host: str) -> str:
    domain = host.removeprefix("*.")
    labels = _ascii(domain, line).split(".") if "*" not in domain else []
    is_one_name = len(labels) >= 2 and all(LABEL.match(label) for label in labels)
    if not host.startswith("*.") or not is_one_name or _is_shared(labels) or parts.scheme != "https":
        raise _refusal(
            _("“%(line)s” is too wide. Name a domain of yours, like https://*.shop.example.") % {"line": line}
        )
    port = f":{parts.port}" if parts.port and parts.port != 443 else ""
    return f"https://*.{'.'.join(labels)}{port}"


def _is_shared(labels: list[str]) -> bool:
    is_country = len(labels) == 2 and len(labels[1]) == 2 and labels[0] in SHARED_SECOND_LEVEL
    return is_country or ".".join(labels) in SHARED_HOSTS


def _is_host(host: str, *, has_scheme: bool) -> bool:
    if _is_loopback(host) or _is_address(host):
        return True
    labels = host.split(".")
    return bool(host) and (len(labels) > 1 or has_scheme)  # a lone word is a machine at home only if it is written so


def _ascii(host: str, line: str) -> str:
    """The name as browsers send it: punycode. Also refuses labels that no name can have."""
    if _is_address(host):
        return host
    try:
        name = host.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        raise _not_a_site(line) from None
    if not all(LABEL.match(label) for label in name.split(".")):
        raise _not_a_site(line)
    return name


def _netloc(parts: SplitResult, host: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{parts.port}" if parts.port else shown


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return (
        host == "localhost"
        or host.endswith(".localhost")
        or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
    )


def _not_a_site(line: str) -> HelpdeskError:
    return _refusal(
        _("“%(line)s” is not the address of a site. Write it like https://shop.example.") % {"line": line[:80]}
    )


def _refusal(message: str) -> HelpdeskError:
    return HelpdeskError("invalid_domain", message, field="allowed_sites")
