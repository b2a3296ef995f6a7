"""The shop's web server: plain pages, a basket in a cookie, a strict Content-Security-Policy."""

import secrets
from collections import Counter
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from helpdesk.demo_shop.pages import PAGES, Shop, page, picture, value_of
from helpdesk.demo_shop.words import BY_SLUG

FILES = {"/shop.css": "text/css", "/shop.js": "text/javascript", "/icon.svg": "image/svg+xml"}
LARGEST_FORM = 4096
BASKET = "saltholm_basket"


def policy(app_origin: str) -> str:
    """What a careful shop allows: its own files, and of the help desk exactly what the snippet's guide asks for."""
    sockets = app_origin.replace("http", "ws", 1)
    return (
        f"default-src 'none'; script-src 'self' {app_origin}; style-src 'self'; img-src 'self'; "
        f"frame-src {app_origin}; connect-src 'self' {app_origin} {sockets}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class ShopServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], shop: Shop) -> None:
        super().__init__(address, ShopHandler)
        self.shop = shop
        self.policy = policy(shop.app_origin)


class ShopHandler(BaseHTTPRequestHandler):
    """One request. GET shows a page or a file; POST changes the basket and sends the browser on."""

    server: ShopServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path in FILES:
            self._answer(200, FILES[path], (PAGES / path.removeprefix("/")).read_bytes())
            return
        drawn = picture(path)
        if drawn:
            self._answer(200, "image/svg+xml", drawn.encode())
            return
        found = page(self.server.shop, path, self._basket())
        self._answer(found.status, "text/html", found.html.encode())

    do_HEAD = do_GET  # noqa: N815  (the names are http.server's)

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        basket = self._basket()
        form = self._form()
        root = "/ar" if path.startswith("/ar/") else ""
        if path.removeprefix(root) == "/basket":
            basket.update(slug for slug in form.get("add", []) if slug in BY_SLUG)
            for slug in form.get("remove", []):
                basket.pop(slug, None)
            self._redirect(f"{root}/basket", basket)
        else:
            # As shops do, the page that thanks is told which order it is for: it tells whoever counts orders.
            order = {"order": secrets.token_hex(4), "value": f"{value_of(basket):.2f}"}
            self._redirect(f"{root}/thanks?{urlencode(order)}", Counter())

    def _basket(self) -> Counter[str]:
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return Counter()
        words = cookie[BASKET].value.split(".") if BASKET in cookie else []
        return Counter(word for word in words[:99] if word in BY_SLUG)

    def _form(self) -> dict[str, list[str]]:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdigit() else 0
        if size > LARGEST_FORM:
            # What is not read would be taken for the next request on this connection.
            self.close_connection = True
            return {}
        return parse_qs(self.rfile.read(size).decode(errors="replace"))

    def _redirect(self, path: str, basket: Counter[str]) -> None:
        self.send_response(303)
        self.send_header("Location", path)
        value = ".".join(sorted(basket.elements())[:99])
        self.send_header("Set-Cookie", f"{BASKET}={value}; Path=/; SameSite=Lax; HttpOnly")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.server.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Not a line per request: the log is for what goes wrong."""
