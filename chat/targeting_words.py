"""What is wrong with a condition, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.targeting.reading import Fault, Problem

FAULTS: dict[Fault, Promise | str] = {
    Fault.OBJECT_EXPECTED: _("A condition or a group of conditions is missing here."),
    Fault.UNKNOWN_FIELD: _("This field means nothing here. Leave it out."),
    Fault.UNKNOWN_MATCH: _("Say whether all of the conditions must be met or any."),
    Fault.LIST_EXPECTED: _("Give at least one entry."),
    Fault.TOO_DEEP: _("A group within a group cannot hold another group."),
    Fault.EMPTY_GROUP: _("This group is empty. Add a condition or remove the group."),
    Fault.TOO_MANY: _("These are too many conditions. Use at most %(most)d."),
    Fault.UNKNOWN_KIND: _("There is no such condition."),
    Fault.KIND_NOT_ALLOWED: _("This condition cannot be used here."),
    Fault.UNKNOWN_OPERATOR: _("There is no such comparison."),
    Fault.OPERATOR_NOT_ALLOWED: _("This cannot be compared in that way."),
    Fault.NAME_MISSING: _("Say which one is meant."),
    Fault.TEXT_EXPECTED: _("Write a text."),
    Fault.TEXT_TOO_LONG: _("This text is too long. Use at most %(most)d characters."),
    Fault.NUMBER_EXPECTED: _("Write a number."),
    Fault.TOO_MANY_ENTRIES: _("This list is too long. Use at most %(most)d entries."),
    Fault.NOT_A_CHOICE: _("Write whole numbers from %(least)d to %(most)d."),
    Fault.PATTERN_TOO_LONG: _("This pattern is too long. Use at most %(most)d characters."),
    Fault.BAD_PATTERN: _("This pattern cannot be used: %(said)s. Patterns are those of RE2, which has no lookaround."),
    Fault.SPAN_EXPECTED: _("Write a whole number of seconds, at least 1, or leave it out."),
    Fault.ZONE_EXPECTED: _("Say whose time is meant: the visitor’s or the workspace’s."),
}


def sentence(problem: Problem) -> str:
    """The sentence for a problem, in the active language."""
    return str(FAULTS[problem.code]) % problem.data
