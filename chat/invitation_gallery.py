"""The twelve designs with something sensible in each, to start from: for whom, when, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from chat.models import Design
from chat.targeting.conditions import Condition, Group, written
from chat.targeting.kinds import Kind
from chat.targeting.operators import Operator
from chat.targeting_words import Words

MINUTE = 60


@dataclass(frozen=True)
class Start:
    """What a new draft of a design begins with."""

    design: Design
    name: Words
    when: Words  # for whom and at what moment, as one reads it in the gallery
    texts: Mapping[str, Words | tuple[Words, ...]]
    audience: tuple[Condition | Group, ...] = ()
    trigger: tuple[Condition, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict)
    action: str = "chat"
    more: Mapping[str, Any] = field(default_factory=dict)  # other settings of the invitation

    def settings(self) -> dict[str, Any]:
        """What `create_invitation` is given, in the language of whoever chooses it."""
        return {
            "name": str(self.name),
            "audience": written(Group(of=self.audience)),
            "trigger": written(Group(of=self.trigger)),
            **self.more,
        }

    def variant(self, language: str) -> dict[str, Any]:
        """Said in every language of ours; `language` is the one for everybody else."""
        said = {code: self._said(code) for code, _name in settings.LANGUAGES}
        texts = {"": said.get(language) or said[settings.LANGUAGE_CODE], **said}
        texts.pop(language, None)  # the same as for everybody
        return {"design": self.design, "texts": texts, "content": dict(self.content), "action": {"kind": self.action}}

    def _said(self, language: str) -> dict[str, Any]:
        with translation.override(language):
            return {
                name: [str(each) for each in words] if isinstance(words, tuple) else str(words)
                for name, words in self.texts.items()
            }


def _text(kind: Kind, operator: Operator, value: Any) -> Condition:
    return Condition(kind, operator, value)


def _yes(kind: Kind, *, no: bool = False) -> Condition:
    return Condition(kind, Operator.NO if no else Operator.YES)


def _after(kind: Kind, seconds: float) -> Condition:
    return Condition(kind, Operator.AT_LEAST, seconds)


WHOEVER = {"agent": "whoever"}
PRODUCT_PAGE = _text(Kind.PAGE_URL, Operator.CONTAINS, "/product")
PAYMENT = _text(Kind.PAGE_URL, Operator.CONTAINS, "/checkout")
HAS_BASKET = _after(Kind.CART_ITEMS, 1)

STARTS: dict[str, Start] = {
    each.design: each
    for each in (
        Start(
            Design.BUBBLE_HELLO,
            _("A friendly hello"),
            _("20 seconds on a page, for everybody"),
            {"text": _("Looking for something? Tell us what it is, and we find it."), "button": _("Ask us")},
            trigger=(_after(Kind.SECONDS_ON_PAGE, 20),),
            content=WHOEVER,
        ),
        Start(
            Design.BUBBLE_CHIPS,
            _("Questions about a product"),
            _("30 seconds on a product; one tap asks"),
            {
                "text": _("Do you have a question about this?"),
                "chips": (_("How fast is the delivery?"), _("Can I return it?"), _("Something else")),
            },
            audience=(PRODUCT_PAGE,),
            trigger=(_after(Kind.SECONDS_ON_PAGE, 30),),
            action="chips",
        ),
        Start(
            Design.BUBBLE_RATE,
            _("Did you find it?"),
            _("On the pages of the search, 15 seconds without a movement"),
            {"text": _("Did you find what you were looking for?")},
            audience=(_text(Kind.PAGE_URL, Operator.CONTAINS, "/search"),),
            trigger=(_after(Kind.SECONDS_IDLE, 15),),
            action="rate",
            more={"availability": "any"},
        ),
        Start(
            Design.CARD_PERSON,
            _("Somebody who knows it"),
            _("Returning visitors, 30 seconds on a page"),
            {
                "title": _("Hello again!"),
                "text": _("Ask me anything about what you see here."),
                "button": _("Chat with me"),
                "second": _("Not now"),
            },
            audience=(_yes(Kind.IS_RETURNING),),
            trigger=(_after(Kind.SECONDS_ON_PAGE, 30),),
            content=WHOEVER,
        ),
        Start(
            Design.CARD_PRODUCT,
            _("Goes well with it"),
            _("45 seconds on a product, nothing in the basket yet"),
            {
                "title": _("Goes well with it"),
                "text": _("Most people take the two together."),
                "button": _("Ask about the two"),
            },
            audience=(PRODUCT_PAGE, Condition(Kind.CART_ITEMS, Operator.EQUALS, 0)),
            trigger=(_after(Kind.SECONDS_ON_PAGE, 45),),
        ),
        Start(
            Design.CARD_COUPON,
            _("A welcome present"),
            _("First visit, basket of at least 40"),
            {
                "title": _("Welcome!"),
                "text": _("Ten percent off your first order."),
                "code": "WELCOME10",
                "button": _("Use it now"),
                "second": _("Ask first"),
            },
            audience=(_yes(Kind.IS_RETURNING, no=True), _after(Kind.CART_VALUE, 40)),
            trigger=(_after(Kind.SECONDS_ON_PAGE, 20),),
            action="coupon",
            more={"availability": "any"},
        ),
        Start(
            Design.BAR_TOP,
            _("A word about sizes"),
            _("On product pages, once half of the page was scrolled"),
            {"text": _("Unsure about the size?"), "button": _("Ask us, we know")},
            audience=(PRODUCT_PAGE,),
            trigger=(_after(Kind.SCROLL_PERCENT, 50),),
        ),
        Start(
            Design.BAR_FOOT,
            _("Checkout help"),
            _("60 seconds still on the payment page"),
            {
                "title": _("Anything unclear before you pay?"),
                "text": _("Somebody answers at once."),
                "button": _("Ask us"),
            },
            audience=(PAYMENT,),
            trigger=(_after(Kind.SECONDS_IDLE, MINUTE),),
            content=WHOEVER,
        ),
        Start(
            Design.BAR_PHONE,
            _("Help on the phone"),
            _("Narrow screens, 30 seconds on a page"),
            {"title": _("Can we help you choose?"), "button": _("Chat")},
            audience=(Condition(Kind.SCREEN_WIDTH, Operator.AT_MOST, 600),),
            trigger=(_after(Kind.SECONDS_ON_PAGE, 30),),
            content=WHOEVER,
        ),
        Start(
            Design.FULL_EXIT,
            _("Before they leave"),
            _("When somebody with a basket is about to leave"),
            {
                "title": _("Shall we keep your basket?"),
                "text": _("We send you the link. No newsletter."),
                "button": _("Keep my basket"),
                "second": _("No, thanks"),
            },
            audience=(HAS_BASKET,),
            trigger=(_yes(Kind.EXIT_INTENT),),
            action="email",
            more={"availability": "any"},
        ),
        Start(
            Design.FULL_BASKET,
            _("Basket left"),
            _("10 minutes idle with a basket"),
            {
                "title": _("Still thinking it over?"),
                "text": _("Ask about what is in your basket."),
                "button": _("Ask us"),
                "second": _("Not now"),
            },
            audience=(HAS_BASKET,),
            trigger=(_after(Kind.SECONDS_IDLE, 10 * MINUTE),),
        ),
        Start(
            Design.FULL_WELCOME,
            _("First visit from an advertisement"),
            _("New visitors who come by a campaign, after 10 seconds"),
            {
                "title": _("New here?"),
                "text": _("What are you after?"),
                "chips": (_("A gift"), _("Something for myself"), _("Just looking")),
            },
            audience=(_yes(Kind.IS_RETURNING, no=True), Condition(Kind.UTM_CAMPAIGN, Operator.IS_NOT, "")),
            trigger=(_after(Kind.SECONDS_ON_SITE, 10),),
            action="chips",
        ),
    )
}
