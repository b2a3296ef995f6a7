"""What a widget shows, as its loader and frame read it. Nothing here is secret or names an agent's address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from chat.capacity import Capacity, current_capacity
from chat.presence import SHOP_WINDOW, as_agent, available_members
from helpdesk.accounts.models import Department
from helpdesk.fields import MAX_TEXT
from helpdesk.times import wire_time
from widget.invitation_texts import INVITATION
from widget.look import brand
from widget.models import FORM_FIELDS, Widget
from widget.texts import LAUNCHER

TYPES = {"name": "text", "email": "email", "phone": "tel", "department": "select", "question": "textarea"}
AUTOCOMPLETE = {"name": "name", "email": "email", "phone": "tel"}
FACES = 3


def language_for(widget: Widget, wanted: str) -> str:
    """The widget's own language if it has one, else the best of ours for `wanted` (as in Accept-Language), else the
    workspace's."""
    if widget.language:
        return widget.language
    offered = {code for code, _name in settings.LANGUAGES}
    for part in wanted.replace(" ", "").lower().split(","):
        code = part.split(";")[0]
        for candidate in (code, code.split("-")[0]):
            if candidate in offered:
                return candidate
    return widget.workspace.language if widget.workspace.language in offered else "en"


def shown_config(widget: Widget, language: str) -> dict[str, Any]:
    """`widget_config` as it was at most five seconds ago; a change made in this process shows at once.

    Must hold: the widget's workspace is active. The answer is shared: nobody may change it.
    """
    return SHOP_WINDOW.get(
        widget.workspace_id, ("config", widget.pk, language), lambda: widget_config(widget, language)
    )


def widget_config(widget: Widget, language: str, *, report: bool = False) -> dict[str, Any]:
    """The public configuration in one language. Must hold: the widget's workspace is active."""
    capacity = current_capacity()
    offline_why = capacity.offline_why(widget.department_id)
    online = offline_why is None
    opens_at = None if online else capacity.hours.next_opening(widget.department_id, timezone.now())
    with translation.override(language):
        texts = _texts(widget, language)
        return {
            "key": widget.key,
            "name": widget.name,
            "workspace": {"name": widget.workspace.name},
            "language": language,
            "dir": "rtl" if get_language_info(language)["bidi"] else "ltr",
            "online": online,
            "offline_why": offline_why,
            "opens_at": wire_time(opens_at),
            "consent": widget.consent,
            "report": report,
            "live": _live(widget),
            "look": {
                "position": widget.position,
                "dark": widget.dark,
                "launcher_label": texts.pop("launcher_label"),
                "offline_label": texts.pop("offline_label"),
                "brand": brand(widget.colour),
            },
            "texts": texts,
            "agents": [as_agent(member, online=online) for member in _faces(widget)],
            "departments": _departments(capacity),
            "forms": {kind: _form(widget, kind, language) for kind in ("prechat", "offline")},
            "limits": {"text": MAX_TEXT},
            "strings": {key: str(words) for key, words in LAUNCHER.items()},
        }


def _live(widget: Widget) -> dict[str, Any]:
    """Whether visitors are followed, with what the page then needs. Words only where somebody may be invited."""
    live: dict[str, Any] = {"when": widget.live_visitors, "src": static("dist/browsing.js")}
    if widget.live_visitors != "off":
        words = {key: str(words) for key, words in INVITATION.items()}
        live |= {"invitations": static("dist/invitations.js"), "words": words}
    return live


def _faces(widget: Widget) -> list[Any]:
    members = available_members()
    if widget.department is not None:
        members = members.filter(departments=widget.department)
    return list(members.order_by("id")[:FACES])


def _departments(capacity: Capacity) -> list[dict[str, Any]]:
    return [{**each.as_badge(), "online": capacity.offline_why(each.pk) is None} for each in Department.objects.all()]


def _own_words(texts: dict[str, Any], widget: Widget, language: str) -> dict[str, Any]:
    """What the workspace wrote for the language, else for its own language."""
    return {**texts.get(widget.workspace.language, {}), **{k: v for k, v in texts.get(language, {}).items() if v}}


def _texts(widget: Widget, language: str) -> dict[str, str]:
    own = _own_words(widget.texts, widget, language)
    ours = {
        "greeting_title": _("Hello! How can we help?"),
        "greeting_text": _("Ask us anything. We answer here."),
        "reply_promise": _("We answer as soon as we can"),
        "offline_text": _("Nobody is here right now. Leave a message: you find our answer here."),
        "launcher_label": "",
        "offline_label": _("Leave a message"),
        "queue_full_text": _("We have many chats at the moment. Leave a message: you find our answer here."),
    }
    return {key: own.get(key) or words for key, words in ours.items()}


def _form(widget: Widget, kind: str, language: str) -> dict[str, Any] | None:
    settings_of = widget.forms[kind]
    if kind == "prechat" and not settings_of.get("enabled", True):
        return None
    own = _own_words(settings_of.get("texts", {}), widget, language)
    fields = [
        _field(name, asked == "required", own)
        for name in FORM_FIELDS
        if (asked := settings_of["fields"].get(name, "off")) != "off"
    ]
    if not fields:
        return None
    return {"intro": own.get("intro", ""), "fields": fields}


def _field(name: str, required: bool, own: dict[str, Any]) -> dict[str, Any]:
    labels = {
        "name": _("Your name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "department": _("What is it about?"),
        "question": _("Your question"),
    }
    field: dict[str, Any] = {
        "name": name,
        "type": TYPES[name],
        "label": own.get(name) or labels[name],
        "required": required,
        "autocomplete": AUTOCOMPLETE.get(name, ""),
    }
    if name == "department":
        field["options"] = [{"value": str(each.public_id), "label": each.name} for each in Department.objects.all()]
    return field
