"""How true the foretold waits were, in words for the settings. Must hold: the workspace is active."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.eta_record import FEWEST, EtaRecord, eta_records
from chat.simulation_page import seconds_in_words
from helpdesk.accounts.models import Department


@dataclass(frozen=True)
class ToldWaits:
    """One department. `share` is "" while there is too little to say."""

    name: str  # "": chats without a department
    share: str
    details: list[str]


def told_waits(departments: Sequence[Department | None]) -> list[ToldWaits]:
    """Of each; None is the chats without a department. Empty when nobody was told a wait yet."""
    records = eta_records()
    rows = [(each.name if each else "", records.get(each.pk if each else None, EtaRecord())) for each in departments]
    if not any(record.told for _name, record in rows):
        return []
    # Who has no chats without a department need not read of them.
    return [_in_words(name, record) for name, record in rows if name or record.told]


def _in_words(name: str, record: EtaRecord) -> ToldWaits:
    if record.percent_close is None or record.median_off_seconds is None:
        few = _("Not enough yet: %(count)d of the %(needed)d chats that it takes.")
        return ToldWaits(name, "", [few % {"count": record.told, "needed": FEWEST}])
    details = [
        _("Half of the waits were off by %(time)s at most.") % {"time": seconds_in_words(record.median_off_seconds)},
        _("%(share)s were off by a quarter of what was said at most.") % {"share": _share(record.percent_near)},
        _("%(share)s were over a minute longer.") % {"share": _share(record.percent_longer)},
        ngettext("The last %(count)d chat.", "The last %(count)d chats.", record.told) % {"count": record.told},
    ]
    return ToldWaits(name, _share(record.percent_close), details)


def _share(percent: int | None) -> str:
    """Kept in one line."""
    return (_("%(percent)d %%") % {"percent": percent}).replace(" ", "\u00a0")
