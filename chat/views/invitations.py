"""The invitations of a workspace: their list, the gallery to start from, and what is done with one at a click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions.invitation_editing import order_invitations
from chat.actions.invitations import (
    activate_invitation,
    archive_invitation,
    copy_invitation,
    create_invitation,
    pause_invitation,
)
from chat.condition_names import known_names
from chat.invitation_gallery import STARTS
from chat.invitation_list import rows_of
from chat.inviting.catalogue import current_manners
from chat.models import Invitation, InvitationStatus
from helpdesk.accounts.views.doors import MemberRequest, admins_only, attempt, in_own_time
from widget.models import Widget


@admins_only
@in_own_time
@require_safe
def invitations(request: MemberRequest, slug: str) -> HttpResponse:
    """In the order in which they go; `?put_away` shows the archived ones instead."""
    is_archive = "put_away" in request.GET
    everything = Invitation.objects.select_related("department").order_by("priority", "id")
    archived = everything.filter(status=InvitationStatus.ARCHIVED)
    context = {
        "rows": rows_of(archived if is_archive else everything.kept(), known_names()),
        "is_archive": is_archive,
        "archived": archived.count(),
        "is_switched_off": current_manners().is_switched_off,
        "is_followed": Widget.objects.exclude(live_visitors="off").exists(),
    }
    return render(request, "chat/invitations.html", context)


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def gallery(request: MemberRequest, slug: str) -> HttpResponse:
    """Choosing a design makes a draft of it."""
    if request.method == "POST" and (start := STARTS.get(request.POST.get("design", ""))):
        made: list[Invitation] = []

        def create() -> None:
            variant = start.variant(request.workspace.language)
            made.append(create_invitation(by=request.member, variant=variant, **start.settings()))

        if attempt(request, create, _("A draft is made. Nobody sees it until you activate it.")):
            return redirect("invitation", slug=slug, public_id=made[0].public_id)
    shown = {each.design: each.variant(request.LANGUAGE_CODE) for each in STARTS.values()}
    widget = Widget.objects.first()
    context = {"starts": STARTS.values(), "variants": shown, "widget": widget}
    return render(request, "chat/invitation_gallery.html", context)


@admins_only
@require_POST
def order(request: MemberRequest, slug: str) -> HttpResponse:
    """`order`: the ids in their new order; or `move`: one of them, "up" or "down"."""
    known = [
        str(key) for key in Invitation.objects.kept().order_by("priority", "id").values_list("public_id", flat=True)
    ]
    wanted = [each for each in request.POST.getlist("order") if each in known] or known
    moved, _colon, way = request.POST.get("move", "").partition(":")
    if moved in wanted:
        place = wanted.index(moved)
        wanted.insert(max(0, place + (-1 if way == "up" else 1)), wanted.pop(place))
    attempt(
        request, lambda: order_invitations(by=request.member, order=[UUID(each) for each in wanted]), _("Reordered.")
    )
    return redirect("invitations", slug=slug)


@admins_only
@require_POST
def activate(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    found = _invitation(public_id)
    said = _("%(name)s is active. Open pages follow within seconds.") % {"name": found.name}
    if not attempt(request, lambda: activate_invitation(by=request.member, invitation=found), said):
        return redirect("invitation", slug=slug, public_id=public_id)
    return redirect("invitations", slug=slug)


@admins_only
@require_POST
def pause(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _put_away(request, slug, public_id, pause_invitation, _("%(name)s is paused."))


@admins_only
@require_POST
def copy(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    found = _invitation(public_id)
    made: list[Any] = []
    said = _("A copy is made, as a draft.")
    if attempt(request, lambda: made.append(copy_invitation(by=request.member, invitation=found)), said):
        return redirect("invitation", slug=slug, public_id=made[0].public_id)
    return redirect("invitations", slug=slug)


@admins_only
@require_POST
def archive(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _put_away(request, slug, public_id, archive_invitation, _("%(name)s is archived. Its figures stay."))


def _put_away(request: MemberRequest, slug: str, public_id: UUID, verb: Callable[..., Any], done: str) -> HttpResponse:
    found = _invitation(public_id)
    attempt(request, lambda: verb(by=request.member, invitation=found), done % {"name": found.name})
    return redirect("invitations", slug=slug)


def _invitation(public_id: UUID) -> Invitation:
    found: Invitation = get_object_or_404(Invitation.objects.select_related("department"), public_id=public_id)
    return found
