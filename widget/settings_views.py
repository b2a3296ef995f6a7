"""Settings of the widgets, with the widget itself beside them, and the first steps after sign-up."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.models import Invitation, Membership
from helpdesk.accounts.views.doors import MemberRequest, admins_only, attempt, saves
from helpdesk.times import wire_time
from tickets.models import Ticket
from widget.actions.widgets import allow_site, change_widget, create_widget, delete_widget
from widget.config import language_for, widget_config
from widget.forms import NewWidgetForm, SiteForm, WidgetForm
from widget.invitation_texts import INVITATION
from widget.look import brand
from widget.models import Widget, colour_form


@admins_only
@require_safe
def widgets(request: MemberRequest, slug: str) -> HttpResponse:
    rows = [{"widget": each, "seen": seen(each)} for each in Widget.objects.select_related("department")]
    return render(request, "widget/widgets.html", {"rows": rows})


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, slug: str) -> HttpResponse:
    form = NewWidgetForm(request.POST or None)
    made: list[Widget] = []
    if saves(request, form, lambda: made.append(create_widget(by=request.member, **form.cleaned_data))):
        messages.success(request, _("The widget is made. Put it on your page next."))
        return redirect("widget", slug=slug, public_id=made[0].public_id)
    return render(request, "widget/new_widget.html", {"form": form})


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    widget = _widget(public_id)
    form = WidgetForm(request.POST or None, widget=widget)
    # A copy, so that the page around does not show what was refused as if it were saved.
    if saves(request, form, lambda: change_widget(widget=_widget(public_id), by=request.member, **form.settings())):
        messages.success(request, _("The widget is saved. Your pages follow within half a minute."))
        return redirect("widget", slug=slug, public_id=public_id)
    context = {
        "form": form,
        "widget": widget,
        "seen": seen(widget),
        "look": brand(widget.colour),
        "our_words": _our_words(widget, form.languages),
        "origin": settings.BASE_URL,
    }
    return render(request, "widget/edit_widget.html", context)


@admins_only
@require_safe
def invitation_look(request: MemberRequest, slug: str, public_id: UUID) -> JsonResponse:
    """What an invitation needs around it, for the previews of the settings: `?language=` is the visitor's."""
    widget = _widget(public_id)
    with translation.override(language_for(widget, request.GET.get("language", request.LANGUAGE_CODE))):
        words = {key: str(said) for key, said in INVITATION.items()}
    look = {"brand": brand(widget.colour), "dark": widget.dark, "position": widget.position}
    return JsonResponse({"look": look, "words": words})


def _our_words(widget: Widget, languages: list[str]) -> dict[str, dict[str, str]]:
    """What the widget says in each language as long as the workspace has not written its own words."""
    blank = Widget(workspace=widget.workspace, name=widget.name, key=widget.key)
    words = {}
    for code in languages:
        config = widget_config(blank, code)
        words[code] = {**config["texts"], "offline_label": config["look"]["offline_label"], "launcher_label": ""}
    return words


@admins_only
@require_POST
def delete(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    widget = _widget(public_id)
    attempt(request, lambda: delete_widget(widget=widget, by=request.member), _("The widget is deleted."))
    return redirect("widgets", slug=slug)


@admins_only
@require_safe
def sighting(request: MemberRequest, slug: str, public_id: UUID) -> JsonResponse:
    """“Watching for your page…”: asked every few seconds by the page that shows the snippet."""
    return JsonResponse(seen(_widget(public_id)))


@admins_only
@require_safe
def look(request: MemberRequest, slug: str) -> JsonResponse:
    """The colours that follow from `?colour=`, so that the preview reckons as the widget does."""
    colour = request.GET.get("colour", "")
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        return JsonResponse({"code": "invalid", "detail": str(colour_form.message)}, status=400)
    return JsonResponse(brand(colour))


def seen(widget: Widget) -> dict[str, Any]:
    """Whether and where a page of the shop has loaded the widget."""
    if widget.seen_at is None:
        return {"seen": False, "at": None, "origin": "", "words": ""}
    if timezone.now() - widget.seen_at < timedelta(minutes=1):
        words = _("Seen on %(site)s just now") % {"site": widget.seen_origin}
    else:
        words = _("Seen on %(site)s, %(time)s ago") % {"site": widget.seen_origin, "time": timesince(widget.seen_at)}
    return {"seen": True, "at": wire_time(widget.seen_at), "origin": widget.seen_origin, "words": words}


def _widget(public_id: UUID) -> Widget:
    return get_object_or_404(Widget.objects.select_related("department", "workspace"), public_id=public_id)


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: MemberRequest, slug: str) -> HttpResponse:
    """Five steps to the first chat; a POST names the site that may carry the first widget."""
    widget = Widget.objects.select_related("department", "workspace").first()
    if widget is None:
        return redirect("new_widget", slug=slug)
    form = SiteForm(request.POST or None)
    if saves(request, form, lambda: allow_site(widget=widget, by=request.member, **form.cleaned_data)):
        return redirect("setup", slug=slug)
    context = {"form": form, "widget": widget, "origin": settings.BASE_URL, "progress": _progress(widget)}
    return render(request, "widget/setup.html", context)


@admins_only
@require_safe
def setup_progress(request: MemberRequest, slug: str) -> JsonResponse:
    widget = Widget.objects.first()
    return JsonResponse(_progress(widget) if widget else {"steps": {}, "done": 0, "seen": None})


def _progress(widget: Widget) -> dict[str, Any]:
    steps = {
        "account": True,
        "name": True,
        "widget": widget.seen_at is not None,
        "chat": Ticket.objects.filter(widget=widget).exists(),
        "team": Membership.objects.active().count() > 1 or Invitation.objects.pending().exists(),
    }
    return {"steps": steps, "done": sum(steps.values()), "seen": seen(widget)}
