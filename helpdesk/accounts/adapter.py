"""What we change in allauth's behaviour."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.accounts.mails import direction_of, own_url
from helpdesk.accounts.models import User


def remember_language(request: HttpRequest, language: str) -> None:
    """Keep a person's language in the session, where `PersonLocale` finds it without a query."""
    if language:
        request.session["language"] = language


class AccountAdapter(DefaultAccountAdapter):
    """Mail through delivery rows, with links that no Host header can bend, and few words on the screen."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail carries only what the templates need: no request, no site of the request's Host."""
        language = translation.get_language() or settings.LANGUAGE_CODE
        context = {
            **{name: self._own_link(name, value) for name, value in context.items() if name != "request"},
            "email": email,
            "base_url": settings.BASE_URL,
            "direction": direction_of(language),
        }
        self.render_mail(template_prefix, email, context).send()

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        remember_language(request, user.language)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A confirmed address becomes the one to sign in with; the earlier ones go.

        Refuses an address that another account signs in with, also one that account has not confirmed. allauth's own
        ACCOUNT_CHANGE_EMAIL is not used: it takes away an address that was never confirmed before the new one is.
        """
        others = User.objects.exclude(pk=email_address.user_id)
        if others.filter(email__iexact=email_address.email).exists():
            messages.error(
                request, _("This address belongs to another account. Sign in to that one, or choose another.")
            )
            return False
        with transaction.atomic():
            if not super().confirm_email(request, email_address):
                return False
            email_address.set_as_primary()
            EmailAddress.objects.filter(user=email_address.user).exclude(pk=email_address.pk).delete()
        return True

    @staticmethod
    def _own_link(name: str, value: Any) -> Any:
        """allauth builds links from the request's Host header, which is whatever its sender wrote."""
        if not name.endswith("_url"):
            return value
        parts = urlsplit(value)
        return own_url(parts.path + (f"?{parts.query}" if parts.query else ""))
