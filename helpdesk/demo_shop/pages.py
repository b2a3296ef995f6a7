"""The shop's pages: a path and a basket in, a page out. The markup stands in pages/."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from helpdesk.demo_shop.words import BY_SLUG, GOODS, WORDS, Good

PAGES = Path(__file__).parent / "pages"
STAR = '<svg viewBox="0 0 24 24" aria-hidden="true"><use href="#i-star"/></svg>'


@dataclass(frozen=True)
class Page:
    html: str
    status: int = 200


@dataclass(frozen=True)
class Shop:
    """Whose widget stands on the pages: the app's origin, and a public key for each language."""

    app_origin: str
    keys: Mapping[str, str]

    def snippet(self, language: str) -> str:
        """The public snippet, exactly as an owner copies it. Without a key there is nothing to embed."""
        key = self.keys.get(language)
        if not key:
            return ""
        return f'<script async src="{escape(self.app_origin)}/widget.js" data-key="{escape(key)}"></script>'


def page(shop: Shop, path: str, basket: Counter[str]) -> Page:
    """The page at this path, for a customer with this basket."""
    language = "ar" if path == "/ar" or path.startswith("/ar/") else "en"
    words = {**WORDS[language], "basket_count": str(basket.total())}
    local = path.removeprefix("/ar").rstrip("/") or "/"
    title, main, status = _main(local, words, basket)
    badge = f'<b aria-hidden="true">{basket.total()}</b>' if basket else ""
    frame = {"badge": badge, "sprite": text("goods.svg"), "snippet": shop.snippet(language)}
    html = fill("layout", words, title=title, main=main, cart=_cart(words, basket), **frame)
    return Page(html, status)


def _main(path: str, words: Mapping[str, str], basket: Counter[str]) -> tuple[str, str, int]:
    shop = words["shop"]
    if path == "/":
        hero = BY_SLUG["tide"].pictures[words["language"]]
        return f"{shop} · {words['tagline']}", fill("home", words, hero_label=hero, cards=_cards(words, GOODS)), 200
    if path.startswith("/goods/") and path.removeprefix("/goods/") in BY_SLUG:
        good = BY_SLUG[path.removeprefix("/goods/")]
        return f"{good.names[words['language']]} · {shop}", _product(words, good), 200
    if path == "/basket":
        return f"{words['basket']} · {shop}", fill("basket", words, lines=_lines(words, basket)), 200
    if path == "/checkout":
        return f"{words['checkout']} · {shop}", fill("checkout", words, sum=_sum(basket)), 200
    for name in ("thanks", "kiln"):
        if path == f"/{name}":
            return f"{words[name]} · {shop}", fill("text", words, heading=words[name], text=words[f"{name}_text"]), 200
    missing = fill("text", words, heading=words["not_found"], text=words["not_found_text"])
    return f"{words['not_found']} · {shop}", missing, 404


def _product(words: Mapping[str, str], good: Good) -> str:
    language = words["language"]
    return fill(
        "product",
        words,
        slug=good.slug,
        kind=words[good.kind],
        name=good.names[language],
        story=good.stories[language],
        price=price(good.cents),
        picture=good.picture,
        picture_label=good.pictures[language],
        thumbs="".join(_thumb(words, other, current=other is good) for other in GOODS),
        stars=STAR * 5,
        cards=_cards(words, tuple(other for other in GOODS if other is not good)),
    )


def _thumb(words: Mapping[str, str], good: Good, *, current: bool) -> str:
    mark = ' aria-current="page"' if current else ""
    picture = f'<svg viewBox="0 0 400 400" aria-hidden="true"><use href="#{good.picture}"/></svg>'
    label = good.names[words["language"]]
    return f'<a href="{words["root"]}/goods/{good.slug}" aria-label="{label}" data-switch{mark}>{picture}</a>'


def _cards(words: Mapping[str, str], goods: tuple[Good, ...]) -> str:
    return "".join(_with_good("card", words, good) for good in goods)


def _lines(words: Mapping[str, str], basket: Counter[str]) -> str:
    if not basket:
        return f"<p>{words['basket_empty']}</p>"
    rows = "".join(_with_good("basket_row", words, BY_SLUG[slug], count=str(n)) for slug, n in basket.items())
    return fill("basket_lines", words, rows=rows, sum=_sum(basket))


def _with_good(file: str, words: Mapping[str, str], good: Good, **more: str) -> str:
    facts = {"slug": good.slug, "picture": good.picture, "name": good.names[words["language"]]}
    return fill(file, words, price=price(good.cents), **facts, **more)


def _cart(words: Mapping[str, str], basket: Counter[str]) -> str:
    """The basket as the chat is told of it, for an attribute of the page."""
    items = [
        {
            "name": BY_SLUG[slug].names[words["language"]],
            "quantity": count,
            "price": BY_SLUG[slug].cents / 100,
            "image": f"/pictures/{slug}.svg",
        }
        for slug, count in basket.items()
    ]
    return escape(json.dumps({"value": value_of(basket), "currency": "EUR", "items": items} if items else None))


def value_of(basket: Counter[str]) -> float:
    """In euros."""
    return sum(BY_SLUG[slug].cents * count for slug, count in basket.items()) / 100


def picture(path: str) -> str:
    """The picture of a good as a file of its own, from the sprite of the pages; "" where there is none."""
    good = BY_SLUG.get(path.removeprefix("/pictures/").removesuffix(".svg"))
    if good is None or path != f"/pictures/{good.slug}.svg":
        return ""
    defs = text("goods.svg").partition("<defs>")[2].partition("</defs>")[0]
    drawn = text("goods.svg").partition(f'id="{good.picture}"')[2].partition(">")[2].partition("</symbol>")[0]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><defs>{defs}</defs>{drawn}</svg>'


def _sum(basket: Counter[str]) -> str:
    return price(round(value_of(basket) * 100))


def price(cents: int) -> str:
    return f"€{cents / 100:.2f}"


def fill(file: str, words: Mapping[str, str], **more: str) -> str:
    return Template(text(f"{file}.html")).substitute(words, **more)


@cache
def text(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")
