"""The loader, the iframe's page and our own preview page. None of them reads or sets a cookie."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from helpdesk import __version__
from helpdesk.errors import not_found
from helpdesk.realtime import pool
from helpdesk.tenancy import scope
from widget.auth import widget_by_key
from widget.config import language_for, widget_config
from widget.sites import own_origin
from widget.texts import FRAME
from widget.tokens import hash_token


@lru_cache(maxsize=2)
def _loader(modified_at: float) -> tuple[bytes, str]:
    """The built loader and its ETag; read again when the file changed."""
    content = Path(_loader_path()).read_bytes()
    return content, quote_etag(hash_token(content.decode())[:32])


def _current_loader() -> tuple[bytes, str]:
    return _loader(Path(_loader_path()).stat().st_mtime)


@lru_cache(maxsize=1)
def _loader_path() -> str:
    found = finders.find("dist/widget.js")
    if not isinstance(found, str):
        raise not_found()
    return found


async def loader(request: HttpRequest) -> HttpResponse:
    """`/widget.js`: the address never changes, so it is kept only briefly and checked by its ETag."""
    content, etag = await pool.run(_current_loader)
    response = HttpResponse(content, content_type="text/javascript; charset=utf-8", headers={"ETag": etag})
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return get_conditional_response(request, etag=etag, response=response) or response


def _policy(frame_ancestors: list[str]) -> str:
    """Nothing but our own files and our own server; who may frame the page is said by the widget's allowed sites."""
    socket = own_origin().replace("http", "ws", 1)
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {socket}",
            "frame-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            f"frame-ancestors {' '.join(frame_ancestors)}",
        ]
    )


async def frame(request: HttpRequest) -> HttpResponse:
    """The iframe's page. `frame-ancestors` is what keeps other sites from embedding it."""
    wanted = request.GET.get("language") or request.headers.get("Accept-Language", "")
    html, sites = await pool.run(_frame, request.GET.get("key", ""), wanted)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = _policy(["'self'", *sites])
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def _frame(key: str, wanted: str) -> tuple[str, list[str]]:
    widget = widget_by_key(key)
    language = language_for(widget, wanted)
    with scope.workspace(widget.workspace_id), translation.override(language):
        config = widget_config(widget, language)
        boot = {
            "key": widget.key,
            "app_origin": own_origin(),
            "sites": widget.allowed_sites,
            "config": config,
            "strings": {key: str(words) for key, words in FRAME.items()},
            "version": __version__,
        }
        context: dict[str, Any] = {"boot_json": boot, "language": language, "dir": config["dir"]}
        return render_to_string("widget/frame.html", context), widget.allowed_sites


async def preview(request: HttpRequest, key: str) -> HttpResponse:
    """A plain page of ours that carries the public snippet: how the widget looks before the shop has it."""
    wanted = request.GET.get("language") or request.headers.get("Accept-Language", "")
    html = await pool.run(_preview, key, wanted)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = _policy(["'self'"])
    response["Cache-Control"] = "no-store"
    return response


def _preview(key: str, wanted: str) -> str:
    widget = widget_by_key(key)
    language = language_for(widget, wanted)
    with scope.workspace(widget.workspace_id), translation.override(language):
        config = widget_config(widget, language)
        context = {"widget": widget, "config": config, "base_url": settings.BASE_URL, "language": language}
        return render_to_string("widget/preview.html", {**context, "dir": config["dir"]})
