"""The demo shop: a site like a customer's, with nothing on it of the product but the snippet."""

import http.client
import re
import threading
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from helpdesk.demo_shop import __main__ as program
from helpdesk.demo_shop.pages import Shop, page
from helpdesk.demo_shop.server import ShopServer, policy
from helpdesk.demo_shop.words import GOODS, WORDS
from helpdesk.supervisor import processes

SHOP = Shop("http://127.0.0.1:8000", {"en": "key-en", "ar": "key-ar"})
PATHS = ["/", "/goods/tide", "/goods/ember", "/goods/slate", "/goods/dune", "/basket", "/checkout", "/kiln", "/thanks"]


class Reader(HTMLParser):
    """Collects what a browser would treat as code: script tags, inline handlers and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts.append(dict(attrs))
        if tag == "style":
            self.inline.append(tag)
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", [prefix + path for prefix in ("", "/ar") for path in PATHS])
def test_every_page_carries_the_snippet_and_no_inline_code(path):
    reader = Reader()
    found = page(SHOP, path, Counter(tide=1))
    reader.feed(found.html)
    key = "key-ar" if path.startswith("/ar") else "key-en"
    assert found.status == 200
    assert reader.scripts[-1] == {"async": None, "src": "http://127.0.0.1:8000/widget.js", "data-key": key}
    assert [script["src"] for script in reader.scripts[:-1]] == ["/shop.js"]
    assert reader.inline == []
    assert "$" not in re.sub(r"<svg.*?</svg>", "", found.html, flags=re.S)


def test_the_arabic_pages_are_right_to_left():
    assert '<html lang="ar" dir="rtl">' in page(SHOP, "/ar/", Counter()).html
    assert '<html lang="en" dir="ltr">' in page(SHOP, "/", Counter()).html


def test_both_languages_say_the_same_things():
    assert WORDS["en"].keys() == WORDS["ar"].keys()
    for good in GOODS:
        assert set(good.names) == set(good.stories) == set(good.pictures) == {"en", "ar"}


def test_a_shop_without_a_key_embeds_nothing():
    assert "widget.js" not in page(Shop("http://127.0.0.1:8000", {}), "/", Counter()).html


def test_the_policy_allows_only_what_the_snippet_needs():
    allowed = dict(part.strip().split(" ", 1) for part in policy("https://help.example").split(";"))
    assert allowed["script-src"] == "'self' https://help.example"
    assert allowed["frame-src"] == "https://help.example"
    assert allowed["connect-src"] == "'self' https://help.example wss://help.example"
    assert allowed["style-src"] == "'self'"
    assert "unsafe" not in policy("https://help.example")


@pytest.fixture
def client() -> Iterator[http.client.HTTPConnection]:
    with ShopServer(("127.0.0.1", 0), SHOP) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        yield connection
        connection.close()
        server.shutdown()


def ask(
    client: http.client.HTTPConnection, method: str, path: str, body: str = "", cookie: str = ""
) -> http.client.HTTPResponse:
    client.request(method, path, body, {"Cookie": cookie} if cookie else {})
    answer = client.getresponse()
    answer.text = answer.read().decode()
    return answer


def test_the_basket_is_kept_in_a_cookie(client):
    added = ask(client, "POST", "/basket", "add=tide", "saltholm_basket=ember")
    assert (added.status, added.getheader("Location")) == (303, "/basket")
    cookie = added.getheader("Set-Cookie").split(";")[0]
    assert cookie == "saltholm_basket=ember.tide"
    assert "€92.00" in ask(client, "GET", "/basket", cookie=cookie).text
    removed = ask(client, "POST", "/basket", "remove=tide", cookie)
    assert removed.getheader("Set-Cookie").split(";")[0] == "saltholm_basket=ember"


def test_nonsense_is_answered_plainly(client):
    assert ask(client, "GET", "/goods/unknown").status == 404
    assert ask(client, "POST", "/basket", "add=unknown").getheader("Set-Cookie").startswith("saltholm_basket=;")
    assert ask(client, "GET", "/", cookie="saltholm_basket=x.y.<script>").status == 200


def test_files_and_pages_carry_the_policy(client):
    for path in ("/", "/shop.css", "/shop.js", "/icon.svg", "/nowhere"):
        assert ask(client, "GET", path).getheader("Content-Security-Policy") == policy(SHOP.app_origin)


def test_a_key_that_begins_with_a_hyphen_reaches_the_shop(monkeypatch):
    shops = []

    class Stub:
        def __init__(self, address, shop):
            shops.append(shop)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def serve_forever(self):
            return None

    command = processes.demo_shop("127.0.0.1", 8001, "http://127.0.0.1:8000", ["-fyW1Ib", "--x"]).command
    monkeypatch.setattr("sys.argv", list(command[2:]))
    monkeypatch.setattr(program, "ShopServer", Stub)
    monkeypatch.setattr(program.signal, "signal", lambda *_: None)
    program.main()
    assert shops[0].keys == {"en": "-fyW1Ib", "ar": "--x"}
