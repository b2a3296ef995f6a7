"""What ids in conditions are called in this workspace, and which kinds of conditions its screens offer."""

from __future__ import annotations

from chat.condition_words import Names
from chat.forms.condition import Offered
from chat.invitation_forms import AUDIENCE_KINDS, TRIGGER_KINDS
from chat.models import Invitation
from chat.targeting.kinds import Kind
from helpdesk.accounts.models import Department

# Nothing tells these yet: a condition about them would be true of nobody.
UNTOLD = frozenset({Kind.REGION, Kind.SEGMENT, Kind.TAG, Kind.LAST_RATING})


def known_names() -> Names:
    """In two queries. Must hold: the workspace is active."""
    return Names(
        departments={str(key): name for key, name in Department.objects.values_list("public_id", "name")},
        invitations={str(key): name for key, name in Invitation.objects.values_list("public_id", "name")},
    )


def offered_for_audience(names: Names) -> Offered:
    return Offered(AUDIENCE_KINDS - UNTOLD, names)


def offered_for_trigger(names: Names) -> Offered:
    return Offered(TRIGGER_KINDS - UNTOLD, names)
