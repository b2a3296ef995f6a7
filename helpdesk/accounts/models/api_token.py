"""Tokens for programs that act as a member."""

from __future__ import annotations

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedModel

PREFIX = "hd_"


def hash_token(token: str) -> str:
    """SHA-256: the token has 256 random bits, so a slow hash would protect nothing more."""
    return hashlib.sha256(token.encode()).hexdigest()


class ApiToken(ScopedModel):
    """A member's token. The token itself is shown once; only its hash and first characters are kept."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    membership = models.ForeignKey("accounts.Membership", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    hint = models.CharField(max_length=12, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
