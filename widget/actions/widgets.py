"""Making, changing and removing widgets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from chat.presence import shop_window_changed
from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope
from widget.allowed_sites import clean_site, clean_sites
from widget.models import Widget

EDITABLE = (
    "name",
    "is_active",
    "allowed_sites",
    "department",
    "language",
    "colour",
    "position",
    "dark",
    "consent",
    "live_visitors",
    "texts",
    "forms",
)


def create_widget(*, name: str, by: Membership, allowed_sites: Iterable[str] = ()) -> Widget:
    """Make a widget with our look, words and forms. Without a site it works on our preview page only.

    Raises `not_allowed`, `blank`, `invalid_domain`.
    """
    require_admin(by)
    name = name.strip()[:80]
    if not name:
        raise HelpdeskError("blank", _("Give the widget a name."), field="name")
    with scope.atomic():
        widget = Widget.objects.create(name=name, allowed_sites=clean_sites(allowed_sites))
        record(by=by, action="widget.created", target=widget)
    return widget


def change_widget(*, widget: Widget, by: Membership, **wanted: Any) -> Widget:
    """Change what is given of EDITABLE. Pages that carry the widget follow within half a minute.

    Raises `not_allowed`, `invalid_domain`, `required` for an offline form that asks for no way to answer,
    ValidationError for values that the fields refuse.
    """
    require_admin(by)
    if "allowed_sites" in wanted:
        wanted["allowed_sites"] = clean_sites(wanted["allowed_sites"])
    if "forms" in wanted:
        require_way_to_answer(wanted["forms"])
    changed = [field for field in EDITABLE if field in wanted and getattr(widget, field) != wanted[field]]
    for field in changed:
        setattr(widget, field, wanted[field])
    widget.full_clean(exclude=["workspace"])
    with scope.atomic():
        if changed:
            widget.save(update_fields=changed)
            record(by=by, action="widget.changed", target=widget, fields=changed)
            shop_window_changed(widget.workspace_id)
    return widget


def require_way_to_answer(forms: dict[str, Any]) -> None:
    """An offline message that nobody can answer helps nobody."""
    fields = forms["offline"]["fields"]
    if "required" not in (fields.get("email"), fields.get("phone")):
        raise HelpdeskError(
            "required",
            _("The offline form must require an e-mail address or a phone number, or you cannot answer."),
            field="offline",
        )


def allow_site(*, widget: Widget, site: str, by: Membership) -> str:
    """Add one site to those that may carry the widget. Returns it as stored. Raises `not_allowed`, `invalid_domain`."""
    require_admin(by)
    origin = clean_site(site)
    with scope.atomic():
        widget = Widget.objects.select_for_update().get(pk=widget.pk)
        if origin not in widget.allowed_sites:
            change_widget(widget=widget, by=by, allowed_sites=[*widget.allowed_sites, origin])
    return origin


def delete_widget(*, widget: Widget, by: Membership) -> None:
    """Remove a widget for good: pages that carry its key show nothing. Its tickets and visitors stay."""
    require_admin(by)
    with scope.atomic():
        record(by=by, action="widget.deleted", target=widget)
        shop_window_changed(widget.workspace_id)
        widget.delete()
