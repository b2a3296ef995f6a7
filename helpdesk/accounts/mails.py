"""Mail written from a pair of templates, in the reader's language, with links to our own address only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from helpdesk.deliveries.actions import queue_mail
from helpdesk.deliveries.models import Delivery


def own_url(path: str) -> str:
    """A link for a mail. Made from BASE_URL: the Host header of a request is whatever its sender wrote."""
    return f"{settings.BASE_URL}{path}"


def queue_template(
    *, to: str, template: str, context: dict[str, Any], language: str, dedupe_key: str | None = None
) -> Delivery:
    """Queue the mail `emails/<template>_{subject.txt,message.txt,message.html}` in the caller's transaction."""
    context = {**context, "base_url": settings.BASE_URL, "direction": direction_of(language)}
    with translation.override(language):
        subject = " ".join(render_to_string(f"emails/{template}_subject.txt", context).split())
        text = render_to_string(f"emails/{template}_message.txt", context).strip() + "\n"
        html = render_to_string(f"emails/{template}_message.html", context)
    return queue_mail(to=[to], subject=subject, text=text, html=html, dedupe_key=dedupe_key)


def direction_of(language: str) -> str:
    return "rtl" if translation.get_language_info(language)["bidi"] else "ltr"
