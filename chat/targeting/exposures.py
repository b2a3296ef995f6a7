"""What somebody was shown or sent before, by whatever channel: all of it draws on one budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chat.records import read


class Channel(StrEnum):
    INVITATION = "invitation"
    SURVEY = "survey"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Exposure:
    """One time. Somebody who was held out has one too: both groups must spend their budgets alike to be compared."""

    campaign: str  # the invitation, survey or mailing
    at: float  # when it was decided to show it
    channel: Channel = Channel.INVITATION
    visit: str = ""  # "" for what is not shown on a page
    page: str = ""  # the page view
    is_holdout: bool = False
    dismissed_at: float | None = None
    accepted_at: float | None = None


def exposure_of(stored: Mapping[str, Any]) -> Exposure:
    exposure: Exposure = read(Exposure, stored, channel=Channel(stored["channel"]))
    return exposure
