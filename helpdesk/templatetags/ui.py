"""The small parts that every server-rendered page uses: icons, fields, avatars."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, Textarea, TextInput
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from helpdesk.accounts.names import initials_of
from helpdesk.modules import modules_of

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite; for decoration only, so always beside words or inside a labelled button."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#i-{}"/></svg>', classes, static("img/icons.svg"), name
    )


@register.simple_tag
def avatar(member: Any, size: str = "m") -> SafeString:
    return format_html(
        '<span class="av h{} {}" aria-hidden="true">{}</span>', member.hue, size, initials_of(member.name)
    )


@register.simple_tag
def preload_modules(entry: str, rel: str = "modulepreload") -> SafeString:
    """Ask at once for a script and all that it imports; `prefetch` does so for the next page, after this one."""
    return format_html_join(
        "\n",
        '<link rel="{}" href="{}" as="script" crossorigin>',
        ((rel, static(name)) for name in modules_of(entry)),
    )


@register.inclusion_tag("ui/field.html")
def field(
    bound: BoundField, label: str = "", hint: str = "", ltr: bool = False, optional: bool = True
) -> dict[str, Any]:
    """A labelled input with its hint and problem, tied together for screen readers.

    `ltr` is for addresses, codes and colours, which are written from left to right in every language. `hint` stands
    for the field's own; `optional=False` leaves the word out where another answer makes the field a required one.
    """
    control = bound.field.widget
    is_check = isinstance(control, CheckboxInput)
    # False leaves an attribute out; allauth's placeholders only repeat the label.
    attributes: dict[str, Any] = {"placeholder": control.attrs.get("data-example", False)}
    if not is_check:
        attributes["class"] = f"{control.attrs.get('class', '')} input".strip()
    if ltr:
        attributes["dir"] = "ltr"
    elif isinstance(control, TextInput | Textarea) and "dir" not in control.attrs:
        attributes["dir"] = "auto"  # people write in their customers' scripts, whatever the page is in
    return {
        "field": bound,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "is_optional": optional and not bound.field.required,
        "is_check": is_check,
        "control": bound.as_widget(attrs=attributes),
    }


@register.filter
def language_name(code: str) -> str:
    """A language in its own words, as people look for it in a list."""
    from django.utils.translation import get_language_info

    return get_language_info(code)["name_local"]
