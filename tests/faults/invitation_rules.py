"""What must hold of invitations whatever fails: judged over the rows, and over what the pages say that they showed.

`python -m tests.faults.invitation_rules shown.json`, in the environment of an installation that rests. The file lists
{browser, visit, tab, exposure} for each time that a page put something on the screen. Prints the verdict as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

Shown = list[dict[str, str]]


def shown_once(shown: Shown) -> Iterator[str]:
    """V1: an exposure is on one screen, once; and in a visit there is one exposure at most."""
    for exposure, count in Counter(each["exposure"] for each in shown).items():
        if count > 1:
            yield f"V1: exposure {exposure} was shown {count} times"
    visits: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in shown:
        visits[each["browser"], each["visit"]].add(each["exposure"])
    for (browser, _visit), exposures in visits.items():
        if len(exposures) > 1:
            yield f"V1: browser {browser} was shown {len(exposures)} invitations in one visit"


def written_first(shown: Shown) -> Iterator[str]:
    """V2: what was on a screen stands in the rows, of this browser, and is no holdout; its report has arrived."""
    from chat.models import InvitationExposure

    rows = {str(row.public_id): row for row in InvitationExposure.objects.all()}
    for each in shown:
        row = rows.get(each["exposure"])
        if row is None or str(row.browser) != each["browser"] or row.is_holdout:
            yield f"V2: exposure {each['exposure']} was shown, and the rows know nothing of it"
        elif row.shown_at is None:
            yield f"V2: exposure {each['exposure']} was shown, and its report was lost"


def within_caps(_shown: Shown) -> Iterator[str]:
    """V3: no more rows for a browser's visit, day or week, or of an invitation in all, than there may be."""
    from chat.inviting.catalogue import current_manners
    from chat.models import Invitation, InvitationExposure

    manners = current_manners().as_manners()
    rows = list(InvitationExposure.objects.that_count())
    for what, caps, names in (
        ("visit", manners.per_visit, ("browser", "visit")),
        ("day", manners.per_day, ("browser",)),
        ("invitation", 1, ("browser", "invitation_id")),
    ):
        for key, count in Counter(tuple(getattr(row, name) for name in names) for row in rows).items():
            if caps is not None and count > caps:
                yield f"V3: {count} exposures for one {what}: {key}"
    for invitation in Invitation.objects.all():
        granted = sum(row.invitation_id == invitation.pk and not row.is_holdout for row in rows)
        total = invitation.frequency["total"]
        if total is not None and granted > total:
            yield f"V3: {invitation} was granted {granted} times, of {total}"
        if granted != invitation.shown_total:
            yield f"V3: {invitation} was granted {granted} times, and counts {invitation.shown_total}"


def replays(_shown: Shown) -> Iterator[str]:
    """V4: each record leads to the same decision again."""
    from chat.models import InvitationDecision

    for record in InvitationDecision.objects.iterator(200):
        if not record.is_replayed_equal:
            yield f"V4: decision {record.pk} comes out otherwise now"


def judge(shown: Shown) -> dict[str, Any]:
    from chat.models import InvitationDecision, InvitationExposure
    from helpdesk.accounts.models import Workspace
    from helpdesk.tenancy import scope

    with scope.workspace(Workspace.objects.get(slug="north").pk):
        rules = (shown_once, written_first, within_caps, replays)
        exposures = InvitationExposure.objects
        return {
            "violations": [sentence for rule in rules for sentence in rule(shown)],
            "figures": {
                "exposures": exposures.count(),
                "held out": exposures.filter(is_holdout=True).count(),
                "never reported": exposures.filter(is_holdout=False, shown_at=None).count(),
                "of the scarce one": exposures.filter(invitation__name="Scarce").count(),
                "decision records": InvitationDecision.objects.count(),
            },
        }


if __name__ == "__main__":
    django.setup()
    json.dump(judge(json.loads(Path(sys.argv[1]).read_text())), sys.stdout)
