"""The editor of an invitation, and its conditions in words while they are typed."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions.invitation_editing import Edited, VariantRefused, save_invitation
from chat.actions.invitations import MOST_VARIANTS, NAMES
from chat.condition_names import known_names, offered_for_audience, offered_for_trigger
from chat.condition_words import Names
from chat.forms.conditions import Conditions
from chat.forms.invitation import InvitationForm, shown_invitation
from chat.forms.invitation_variant import VariantForm, shown_variant
from chat.models import Invitation
from chat.targeting.conditions import written
from chat.targeting.reading import read_tree
from helpdesk.accounts.views.doors import MemberRequest, admins_only, in_own_time
from helpdesk.errors import HelpdeskError
from widget.models import Widget

OFFERED = {"audience": offered_for_audience, "trigger": offered_for_trigger}


@admins_only
@in_own_time
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    invitation = _invitation(public_id)
    editor = Editor(request.POST if request.method == "POST" else None, invitation, known_names())
    if request.method == "POST" and not editor.is_asked_again and editor.is_valid() and editor.save(request):
        messages.success(request, _("The invitation is saved."))
        return redirect("invitation", slug=slug, public_id=public_id)
    context = {
        "invitation": _invitation(public_id),  # as it is saved, whatever was typed
        "editor": editor,
        "form": editor.form,
        "widget": Widget.objects.first(),
        "is_typed": request.method == "POST",
    }
    return render(request, "chat/edit_invitation.html", context)


@admins_only
@require_POST
def explain(request: MemberRequest, slug: str) -> HttpResponse:
    """Conditions as they are typed: the sentence, and what the sample texts do."""
    prefix = request.POST.get("prefix", "")
    offered = OFFERED.get(prefix, offered_for_audience)(known_names())
    tree = Conditions(request.POST, prefix=prefix, offered=offered)
    tried = {
        row.prefix: render_to_string("chat/condition_tried.html", {"tried": row.tried()})
        for row in tree.top.rows()
        if row.can_be_tried
    }
    sentence = render_to_string("chat/condition_sentence.html", {"tree": tree, "explained": tree.sentence()})
    return JsonResponse({"sentence": sentence.strip(), "tried": tried})


class Editor:
    """All forms of the page together."""

    def __init__(self, data: QueryDict | None, invitation: Invitation, names: Names) -> None:
        self.invitation = invitation
        self.data = data
        self.rows = {str(each.public_id): each for each in invitation.variants.all()}
        self.form = InvitationForm(data, initial=shown_invitation(invitation))
        self.audience = self._tree("audience", invitation.audience, names)
        self.trigger = self._tree("trigger", invitation.trigger, names)
        self.variants = self._variants()

    def _tree(self, prefix: str, stored: Any, names: Names) -> Conditions:
        offered = OFFERED[prefix](names)
        return Conditions(self.data, prefix=prefix, initial=read_tree(stored), offered=offered)

    def _variants(self) -> list[VariantForm]:
        if self.data is None:
            return [
                VariantForm(prefix=f"v{index}", name=row.name, initial=shown_variant(row))
                for index, row in enumerate(self.rows.values())
            ]
        numbers = sorted({int(found[1]) for name in self.data if (found := re.fullmatch(r"v(\d{1,3})-design", name))})
        free = (name for name in NAMES if name not in {row.name for row in self.rows.values()})
        forms = []
        for number in numbers[: MOST_VARIANTS + 1]:
            row = self.rows.get(self.data.get(f"v{number}-key", ""))
            forms.append(VariantForm(self.data, prefix=f"v{number}", name=row.name if row else next(free)))
        if self.data.get("again") == "variant" and forms and len(forms) < MOST_VARIANTS:
            first = forms[0]
            like = {name: first[name].value() for name in first.fields if name not in ("key", "remove", "language")}
            forms.append(VariantForm(prefix=f"v{numbers[-1] + 1}", name=next(free), initial=like))
        return forms

    @property
    def is_asked_again(self) -> bool:
        """Another row, variant or language was asked for; nothing is to be saved."""
        return bool(self.data) and (
            "again" in (self.data or {}) or self.audience.is_asked_again or self.trigger.is_asked_again
        )

    @property
    def can_add_variant(self) -> bool:
        return len(self.variants) < MOST_VARIANTS

    def is_valid(self) -> bool:
        """All are asked, so that everything at fault is shown at once."""
        forms: tuple[Any, ...] = (self.form, self.audience, self.trigger, *self.variants)
        are_valid = [each.is_valid() for each in forms]
        return all(are_valid)

    def save(self, request: MemberRequest) -> bool:
        """Must hold: all is valid. What a verb refuses is shown at its field."""
        assert self.audience.tree is not None
        assert self.trigger.tree is not None
        kept = [each for each in self.variants if not each.cleaned_data["remove"]]
        gone = [self.rows[key] for each in self.variants if each not in kept and (key := self._key(each))]
        try:
            save_invitation(
                by=request.member,
                invitation=self.invitation,
                settings={
                    **self.form.settings(),
                    "audience": written(self.audience.tree),
                    "trigger": written(self.trigger.tree),
                },
                variants=[Edited(self.rows.get(self._key(each)), each.settings()) for each in kept],
                removed=gone,
            )
        except VariantRefused as refused:
            kept[refused.index].refuse(refused.error)
            return False
        except HelpdeskError as error:
            self.form.refuse(error)
            return False
        return True

    def _key(self, form: VariantForm) -> str:
        key: str = form.cleaned_data["key"]
        return key if key in self.rows else ""


def _invitation(public_id: UUID) -> Invitation:
    rows = Invitation.objects.select_related("department").prefetch_related("variants")
    found: Invitation = get_object_or_404(rows, public_id=public_id)
    return found
