"""The console's words in one language, as JSON for the page (django's own catalogue view needs a script with eval)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JSONCatalog


@lru_cache(maxsize=16)
def js_catalog(language: str) -> dict[str, Any]:
    """msgid → text, or → [plural forms]; the browser chooses the form by its own plural rules."""
    view = JSONCatalog()
    view.translation = DjangoTranslation(language, domain="djangojs")
    catalog: dict[str, Any] = view.get_catalog()
    return catalog
