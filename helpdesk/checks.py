"""`manage.py check`: every model belongs to a workspace or is listed with a reason."""

from __future__ import annotations

from typing import Any

import maxminddb
from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from helpdesk.tenancy.models import ScopedManager, ScopedModel

OURS = ("helpdesk", "deliveries", "accounts", "tickets", "chat", "widget")
# Models of ours that belong to no single workspace, and why.
GLOBAL_MODELS = {
    "accounts.Workspace": "it is the tenant itself",
    "accounts.User": "a person may work in several workspaces",
    "accounts.Installation": "it describes the whole installation",
    "deliveries.Delivery": "a password reset belongs to a person; rows are never read by tenants",
}


@register(Tags.models)
def every_model_is_scoped(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each model of ours is a ScopedModel whose managers are scoped, or stands in GLOBAL_MODELS."""
    problems: list[CheckMessage] = []
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model._meta.label in GLOBAL_MODELS:
            continue
        if not issubclass(model, ScopedModel):
            problems.append(
                Error(
                    f"{model._meta.label} belongs to no workspace.",
                    hint="Derive it from ScopedModel, or list it in helpdesk.checks.GLOBAL_MODELS with the reason.",
                    id="helpdesk.E001",
                )
            )
        elif not _is_read_in_scope(model):
            problems.append(
                Error(
                    f"{model._meta.label} can be read outside its workspace.",
                    hint="Let its Meta inherit ScopedModel.Meta, and make `objects` from a ScopedManager.",
                    id="helpdesk.E002",
                )
            )
    return problems


@register(Tags.files)
def city_database_can_be_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """GEOIP_CITY_DB is empty, or the file is there and is a database."""
    path = settings.GEOIP_CITY_DB
    if not path:
        return []
    try:
        maxminddb.open_database(path).close()
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        hint = "Give it the path of a city database (*.mmdb), or leave it empty: countries are known without it."
        return [Error(f"GEOIP_CITY_DB cannot be read: {error}", hint=hint, id="helpdesk.E003")]
    return []


def _is_read_in_scope(model: Any) -> bool:
    managers = (model._meta.base_manager, model._meta.default_manager, model.objects)
    return all(isinstance(manager, ScopedManager) for manager in managers)
