"""Opening pages as somebody."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from helpdesk.accounts.models import Membership
from tests.world import Side


def client_of(member: Membership) -> Client:
    """A browser in which the member is signed in."""
    client = Client()
    client.force_login(member.user)
    return client


def page(name: str, side: Side, **kwargs: Any) -> str:
    """The address of a named page of a workspace."""
    return reverse(name, kwargs={"slug": side.slug, **kwargs})
