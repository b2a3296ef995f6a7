"""What conditions are called in the settings, and the phrases that sentences about them are made of."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chat.targeting.conditions import Match
from chat.targeting.kinds import Kind, Zone
from chat.targeting.operators import Operator

Words = Promise | str

# By what they are about, in the order in which a list offers them.
GROUPS: tuple[tuple[Words, dict[Kind, Words]], ...] = (
    (
        _("The page"),
        {
            Kind.PAGE_URL: _("Page address"),
            Kind.PAGE_TITLE: _("Page title"),
            Kind.PREVIOUS_URL: _("Address of the page before"),
            Kind.SECONDS_ON_PAGE: _("Time on the page"),
            Kind.SECONDS_IDLE: _("Time without a movement"),
            Kind.SCROLL_PERCENT: _("Scrolled down"),
            Kind.EXIT_INTENT: _("Is about to leave"),
            Kind.ELEMENT_SEEN: _("Has seen a part of the page"),
        },
    ),
    (
        _("The visit"),
        {
            Kind.ENTRY_URL: _("Address of the first page"),
            Kind.REFERRER_DOMAIN: _("Came from the site"),
            Kind.UTM_SOURCE: _("Campaign: source"),
            Kind.UTM_MEDIUM: _("Campaign: medium"),
            Kind.UTM_CAMPAIGN: _("Campaign: name"),
            Kind.UTM_TERM: _("Campaign: search term"),
            Kind.UTM_CONTENT: _("Campaign: content"),
            Kind.SECONDS_ON_SITE: _("Time on the site"),
            Kind.PAGES_IN_VISIT: _("Pages in this visit"),
            Kind.VISIT_NUMBER: _("Number of the visit"),
            Kind.IS_RETURNING: _("Was here before"),
            Kind.SECONDS_SINCE_LAST_VISIT: _("Time since the last visit"),
        },
    ),
    (
        _("The visitor"),
        {
            Kind.LANGUAGE: _("Language"),
            Kind.COUNTRY: _("Country"),
            Kind.REGION: _("Region"),
            Kind.CITY: _("City"),
            Kind.DEVICE: _("Device"),
            Kind.BROWSER: _("Browser"),
            Kind.SCREEN_WIDTH: _("Width of the screen"),
            Kind.SCREEN_HEIGHT: _("Height of the screen"),
            Kind.ATTRIBUTE: _("Attribute"),
            Kind.SEGMENT: _("Segment"),
            Kind.TAG: _("Tag"),
            Kind.CONSENT: _("Has consented"),
        },
    ),
    (
        _("Basket and events"),
        {
            Kind.CART_VALUE: _("Value of the basket"),
            Kind.CART_ITEMS: _("Items in the basket"),
            Kind.CART_ATTRIBUTE: _("Attribute of the basket"),
            Kind.CUSTOM_EVENT: _("Event"),
        },
    ),
    (
        _("Earlier contact"),
        {
            Kind.SECONDS_SINCE_LAST_CHAT: _("Time since the last chat"),
            Kind.LAST_RATING: _("Last rating"),
            Kind.INVITATION_SHOWN: _("Was shown an invitation"),
            Kind.INVITATION_DISMISSED: _("Closed an invitation"),
            Kind.INVITATION_ACCEPTED: _("Accepted an invitation"),
        },
    ),
    (
        _("Time and team"),
        {
            Kind.HOUR: _("Hour of the day"),
            Kind.WEEKDAY: _("Day of the week"),
            Kind.DEPARTMENT_ONLINE: _("Somebody is online"),
            Kind.FREE_PLACES: _("Free places"),
            Kind.QUEUE_LENGTH: _("Waiting in the queue"),
        },
    ),
)
KINDS: dict[Kind, Words] = {kind: words for _title, kinds in GROUPS for kind, words in kinds.items()}

OPERATORS: dict[Operator, Words] = {
    Operator.CONTAINS: pgettext_lazy("condition", "contains"),
    Operator.DOES_NOT_CONTAIN: pgettext_lazy("condition", "does not contain"),
    Operator.IS: pgettext_lazy("condition", "is"),
    Operator.IS_NOT: pgettext_lazy("condition", "is not"),
    Operator.STARTS_WITH: pgettext_lazy("condition", "starts with"),
    Operator.DOES_NOT_START_WITH: pgettext_lazy("condition", "does not start with"),
    Operator.IN_LIST: pgettext_lazy("condition", "is one of"),
    Operator.NOT_IN_LIST: pgettext_lazy("condition", "is none of"),
    Operator.LIKE: pgettext_lazy("condition", "is like, with * for anything,"),
    Operator.NOT_LIKE: pgettext_lazy("condition", "is not like, with * for anything,"),
    Operator.MATCHES: pgettext_lazy("condition", "matches the pattern"),
    Operator.DOES_NOT_MATCH: pgettext_lazy("condition", "does not match the pattern"),
    Operator.AT_LEAST: pgettext_lazy("condition", "is at least"),
    Operator.LESS_THAN: pgettext_lazy("condition", "is less than"),
    Operator.MORE_THAN: pgettext_lazy("condition", "is more than"),
    Operator.AT_MOST: pgettext_lazy("condition", "is at most"),
    Operator.EQUALS: pgettext_lazy("condition", "equals"),
    Operator.DOES_NOT_EQUAL: pgettext_lazy("condition", "does not equal"),
    Operator.HAS_ANY: pgettext_lazy("condition", "has one of"),
    Operator.HAS_NONE: pgettext_lazy("condition", "has none of"),
    Operator.YES: pgettext_lazy("condition", "yes"),
    Operator.NO: pgettext_lazy("condition", "no"),
    Operator.IS_SET: pgettext_lazy("condition", "is set"),
    Operator.IS_NOT_SET: pgettext_lazy("condition", "is not set"),
}

MATCHES: dict[Match, Words] = {Match.ALL: _("all of these"), Match.ANY: _("any of these")}
ZONES: dict[Zone, Words] = {Zone.VISITOR: _("the visitor’s time"), Zone.WORKSPACE: _("the workspace’s time")}

# What people say rather than “Country is one of”. Everything else is put together from the two lists above.
PHRASES: dict[tuple[Kind, Operator], Words] = {
    (Kind.PAGE_URL, Operator.CONTAINS): _("on pages that contain %(value)s"),
    (Kind.PAGE_URL, Operator.DOES_NOT_CONTAIN): _("not on pages that contain %(value)s"),
    (Kind.PAGE_URL, Operator.STARTS_WITH): _("on pages that start with %(value)s"),
    (Kind.PAGE_URL, Operator.IS): _("on the page %(value)s"),
    (Kind.PAGE_URL, Operator.IN_LIST): _("on the page %(value)s"),
    (Kind.PAGE_URL, Operator.LIKE): _("on pages like %(value)s"),
    (Kind.PAGE_URL, Operator.MATCHES): _("on pages that match %(value)s"),
    (Kind.SECONDS_ON_PAGE, Operator.AT_LEAST): _("after %(value)s on the page"),
    (Kind.SECONDS_ON_SITE, Operator.AT_LEAST): _("after %(value)s on the site"),
    (Kind.SECONDS_IDLE, Operator.AT_LEAST): _("after %(value)s without a movement"),
    (Kind.SCROLL_PERCENT, Operator.AT_LEAST): _("once %(value)s of the page were scrolled"),
    (Kind.EXIT_INTENT, Operator.YES): _("when they are about to leave"),
    (Kind.EXIT_INTENT, Operator.NO): _("as long as they are not about to leave"),
    (Kind.ELEMENT_SEEN, Operator.YES): _("once %(name)s is in view"),
    (Kind.ELEMENT_SEEN, Operator.NO): _("as long as %(name)s was not in view"),
    (Kind.REFERRER_DOMAIN, Operator.IS): _("coming from %(value)s"),
    (Kind.REFERRER_DOMAIN, Operator.IN_LIST): _("coming from %(value)s"),
    (Kind.REFERRER_DOMAIN, Operator.CONTAINS): _("coming from sites that contain %(value)s"),
    (Kind.IS_RETURNING, Operator.YES): _("who were here before"),
    (Kind.IS_RETURNING, Operator.NO): _("who are here for the first time"),
    (Kind.LANGUAGE, Operator.IN_LIST): _("in %(value)s"),
    (Kind.LANGUAGE, Operator.IS): _("in %(value)s"),
    (Kind.COUNTRY, Operator.IN_LIST): _("from %(value)s"),
    (Kind.COUNTRY, Operator.IS): _("from %(value)s"),
    (Kind.COUNTRY, Operator.NOT_IN_LIST): _("not from %(value)s"),
    (Kind.COUNTRY, Operator.IS_NOT): _("not from %(value)s"),
    (Kind.SEGMENT, Operator.HAS_ANY): _("who are in %(value)s"),
    (Kind.SEGMENT, Operator.HAS_NONE): _("who are not in %(value)s"),
    (Kind.CONSENT, Operator.YES): _("who have consented"),
    (Kind.CONSENT, Operator.NO): _("who have not consented"),
    (Kind.CART_VALUE, Operator.AT_LEAST): _("with a basket of at least %(value)s"),
    (Kind.CART_ITEMS, Operator.AT_LEAST): _("with a basket of at least %(value)s"),
    (Kind.INVITATION_SHOWN, Operator.YES): _("who were shown %(name)s"),
    (Kind.INVITATION_SHOWN, Operator.NO): _("who were not shown %(name)s"),
    (Kind.INVITATION_DISMISSED, Operator.YES): _("who closed %(name)s"),
    (Kind.INVITATION_DISMISSED, Operator.NO): _("who did not close %(name)s"),
    (Kind.INVITATION_ACCEPTED, Operator.YES): _("who accepted %(name)s"),
    (Kind.INVITATION_ACCEPTED, Operator.NO): _("who did not accept %(name)s"),
    (Kind.DEPARTMENT_ONLINE, Operator.YES): _("while somebody of %(name)s is online"),
    (Kind.DEPARTMENT_ONLINE, Operator.NO): _("while nobody of %(name)s is online"),
    (Kind.CUSTOM_EVENT, Operator.AT_LEAST): _("once the event %(name)s has happened %(value)s"),
    (Kind.CUSTOM_EVENT, Operator.LESS_THAN): _("as long as the event %(name)s has happened less than %(value)s"),
}
