"""What a visitor must have said before a chat, or an offline message, is accepted. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError

ANSWERS = ("name", "email", "phone", "department")


def check_answers(
    form: Mapping[str, Any], answers: Mapping[str, Any], known: Mapping[str, str], *, offline: bool
) -> list[dict[str, str]]:
    """The answers as the ticket keeps them: [{"name", "value"}], only what was asked and answered now.

    `form` is one of `Widget.forms`, `answers` what came along, `known` the visitor's profile: what is known is not
    asked again. Raises HelpdeskError `required` with the field; an offline message also needs an e-mail address or a
    phone number.
    """
    fields = form.get("fields", {}) if form.get("enabled", True) else {}
    for name in ANSWERS:
        if fields.get(name) == "required" and not answers.get(name) and not known.get(name):
            raise HelpdeskError("required", _("This is needed to start."), field=name)
    if offline and not any(answers.get(name) or known.get(name) for name in ("email", "phone")):
        raise HelpdeskError(
            "required", _("Leave an e-mail address or a phone number, so that we can answer."), field="email"
        )
    asked = [name for name in ANSWERS if fields.get(name, "off") != "off" or name in ("name", "email", "phone")]
    return [{"name": name, "value": str(answers[name])} for name in asked if answers.get(name)]
