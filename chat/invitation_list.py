"""What stands about each invitation in the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from chat.condition_words import Names, sentence_of
from chat.models import Invitation, InvitationStatus
from chat.targeting.measure import Stage
from chat.targeting.reading import read_tree
from chat.targeting_words import STAGES, Words

TONES = {InvitationStatus.ACTIVE: "good", InvitationStatus.PAUSED: "wait"}
SHOWN_STAGES = (Stage.SHOWN, Stage.ACCEPTED, Stage.MESSAGED, Stage.CONVERTED)


@dataclass(frozen=True)
class ListRow:
    invitation: Invitation
    tone: str
    audience: SafeString
    trigger: SafeString
    figures: list[tuple[Words, Any]]  # None: it was never shown


def rows_of(invitations: Iterable[Invitation], names: Names) -> list[ListRow]:
    return [
        ListRow(
            invitation=each,
            tone=TONES.get(InvitationStatus(each.status), ""),
            audience=sentence_of(read_tree(each.audience), names),
            trigger=sentence_of(read_tree(each.trigger), names),
            figures=[(STAGES[stage], each.figures.get(stage.value, 0)) for stage in SHOWN_STAGES],
        )
        for each in invitations
    ]
