"""What admins set for one agent, as a form."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chat.forms.numbers import NumberField
from chat.models import Desk
from helpdesk.accounts.forms import RefusableForm, SpokenLanguages


class AgentForm(SpokenLanguages, RefusableForm):
    chat_limit = NumberField(
        Desk, "chat_limit", _("Chats at once"), _("chats"), _("Empty: as the department says. 0: takes none.")
    )
