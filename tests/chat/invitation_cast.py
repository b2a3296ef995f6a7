"""What the tests of the screens of invitations share."""

from __future__ import annotations

from typing import Any

from chat.actions.invitations import create_invitation
from chat.condition_names import known_names
from chat.forms.condition import ConditionForm
from chat.forms.conditions import Conditions, Rows
from chat.invitation_gallery import STARTS
from chat.models import Invitation
from chat.views.invitation_editor import Editor


def start(side: Any, design: str = "bar_foot", **settings: Any) -> Invitation:
    """A draft from the gallery."""
    chosen = STARTS[design]
    with side.inside():
        return create_invitation(by=side.ada, variant=chosen.variant("en"), **{**chosen.settings(), **settings})


def sent(side: Any, invitation: Invitation, **changes: Any) -> dict[str, Any]:
    """What the editor's page sends when nothing was changed, with changes."""
    with side.inside():
        editor = Editor(None, Invitation.objects.get(pk=invitation.pk), known_names())
        found = {**_values(editor.form), **_tree(editor.audience), **_tree(editor.trigger)}
        for variant in editor.variants:
            found |= _values(variant)
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


def _values(form: Any) -> dict[str, Any]:
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value is not None and value is not False}
    return {name: "on" if value is True else _as_typed(value) for name, value in sent.items()}


def _as_typed(value: Any) -> Any:
    return value.strftime("%Y-%m-%dT%H:%M") if hasattr(value, "strftime") else value


def _tree(conditions: Conditions) -> dict[str, Any]:
    def of(member: ConditionForm | Rows) -> dict[str, Any]:
        if isinstance(member, Rows):
            own = {f"{member.prefix}-match": member.match}
            return own | {name: value for each in member.members for name, value in of(each).items()}
        return _values(member)

    return of(conditions.top)
