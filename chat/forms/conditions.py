"""Trees of conditions as rows of a form. What is wrong with them the core says; here it is shown at its input."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chat.condition_phrases import GROUPS, MATCHES
from chat.condition_words import sentence_of
from chat.forms.condition import ConditionForm, Offered
from chat.forms.condition_values import first_operator, shown_condition
from chat.targeting.conditions import Group, Match, written
from chat.targeting.kinds import Kind
from chat.targeting.reading import MAX_CONDITIONS, Fault, InvalidTree, Problem, read_tree
from chat.targeting_words import FAULTS, sentence


@dataclass
class Rows:
    """A group in the form: the top, or one in it."""

    prefix: str
    match: str
    members: list[ConditionForm | Rows] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    is_group = True

    @property
    def number(self) -> str:
        """What the button that adds a row to it says."""
        return self.prefix.rpartition("-")[2]

    @property
    def matches(self) -> list[tuple[str, Any]]:
        return [(match.value, words) for match, words in MATCHES.items()]

    def rows(self) -> Iterator[ConditionForm]:
        for member in self.members:
            yield from [member] if isinstance(member, ConditionForm) else member.rows()

    def stored(self) -> dict[str, Any]:
        return {"match": self.match, "of": [member.stored() for member in self.members]}


class Conditions:
    """A tree in a form, below `prefix`: as typed in `data`, without data as `initial` is."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, prefix: str, initial: Group | None = None, offered: Offered
    ) -> None:
        self.prefix, self.offered = prefix, offered
        self.tree: Group | None = None
        if data is not None:
            self.top = self._typed(data)
            self._add(str(data.get(f"{prefix}-add", "-")))
        else:
            self.top = self._shown(written(initial or Group()))
        self.is_asked_again = data is not None and f"{prefix}-add" in data  # rows only; nothing is to be saved

    @property
    def is_full(self) -> bool:
        return sum(1 for _row in self.top.rows()) >= MAX_CONDITIONS

    def is_valid(self) -> bool:
        """Whether the core takes it: `tree` holds it then. Else every problem stands at its input."""
        try:
            self.tree = read_tree(self.top.stored(), kinds=self.offered.kinds)
        except InvalidTree as invalid:
            for problem in invalid.problems:
                self._show(problem)
            return False
        empty = [row for row in self.top.rows() if row.lacks_text()]
        for row in empty:
            row.add_error("text", str(FAULTS[Fault.TEXT_EXPECTED]))
        return not empty

    def sentence(self) -> str:
        """The tree in words; "" as long as something is wrong with it."""
        if any(row.lacks_text() for row in self.top.rows()):
            return ""
        try:
            return sentence_of(read_tree(self.top.stored(), kinds=self.offered.kinds), self.offered.names)
        except InvalidTree:
            return ""

    # --- for pages that add rows ---
    def kinds(self) -> list[tuple[str, ConditionForm]]:
        """A row of each kind, to be copied by the page."""
        offered = (kind for kind in Kind if kind in self.offered.kinds)
        return [(kind.value, self._blank("__prefix__", kind)) for kind in offered]

    def blank_row(self) -> ConditionForm:
        return self._blank("__prefix__", self._first_kind())

    def blank_group(self) -> Rows:
        return Rows("__prefix__", Match.ANY)

    def _blank(self, prefix: str, kind: Kind) -> ConditionForm:
        shown = {"kind": kind.value, "operator": first_operator(kind).value}
        return ConditionForm(prefix=prefix, offered=self.offered, initial=shown)

    def _first_kind(self) -> Kind:
        return next(kind for _title, group in GROUPS for kind in group if kind in self.offered.kinds)

    # --- from what was sent ---
    def _typed(self, data: Mapping[str, Any]) -> Rows:
        top = Rows(self.prefix, str(data.get(f"{self.prefix}-match", "")))
        for number in self._numbers(data, self.prefix):
            prefix = f"{self.prefix}-{number}"
            if f"{prefix}-remove" in data:
                continue
            if f"{prefix}-kind" in data:
                top.members.append(ConditionForm(data, prefix=prefix, offered=self.offered))
                continue
            inner = [f"{prefix}-{each}" for each in self._numbers(data, prefix)]
            kept = [each for each in inner if f"{each}-remove" not in data]
            rows: list[ConditionForm | Rows] = [ConditionForm(data, prefix=each, offered=self.offered) for each in kept]
            if kept or not inner:  # a group that has lost all its rows is gone with them
                top.members.append(Rows(prefix, str(data.get(f"{prefix}-match", "")), rows))
        return top

    @staticmethod
    def _numbers(data: Mapping[str, Any], prefix: str) -> list[int]:
        name = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-(?:kind|match)")
        return sorted({int(found[1]) for key in data if (found := name.fullmatch(key))})[: MAX_CONDITIONS + 1]

    def _add(self, where: str) -> None:
        """The buttons of a page without a script: "row", "group", or the number of the group that gets a row."""
        number = 1 + max((_number_of(each) for each in self.top.members), default=-1)
        if where == "row":
            self.top.members.append(self._blank(f"{self.prefix}-{number}", self._first_kind()))
        elif where == "group":
            self.top.members.append(Rows(f"{self.prefix}-{number}", Match.ANY))
        for group in self.top.members:
            if isinstance(group, Rows) and group.prefix in (f"{self.prefix}-{where}", f"{self.prefix}-{number}"):
                inner = 1 + max((_number_of(each) for each in group.members), default=-1)
                group.members.append(self._blank(f"{group.prefix}-{inner}", self._first_kind()))

    # --- from what is saved ---
    def _shown(self, stored: Mapping[str, Any]) -> Rows:
        top = Rows(self.prefix, stored["match"])
        for number, member in enumerate(stored["of"]):
            prefix = f"{self.prefix}-{number}"
            if "of" not in member:
                top.members.append(self._row(prefix, member))
                continue
            group = Rows(prefix, member["match"])
            group.members += [self._row(f"{prefix}-{inner}", each) for inner, each in enumerate(member["of"])]
            top.members.append(group)
        return top

    def _row(self, prefix: str, stored: Mapping[str, Any]) -> ConditionForm:
        return ConditionForm(prefix=prefix, offered=self.offered, initial=shown_condition(stored))

    # --- problems ---
    def _show(self, problem: Problem) -> None:
        numbers = [int(number) for number in re.findall(r"of\[(\d+)\]", problem.path)]
        last = re.search(r"(?:^|\.)([a-z_]+)(?:\[\d+\])?$", problem.path)
        name = last[1] if last and last[1] != "of" else ""
        member: ConditionForm | Rows = self.top
        for number in numbers:
            if isinstance(member, Rows) and number < len(member.members):
                member = member.members[number]
        if isinstance(member, Rows):
            member.problems.append(sentence(problem))
        elif (shown := sentence(problem)) not in member.errors.get(member.input_of(name or "kind"), ()):
            member.add_error(member.input_of(name or "kind"), shown)


def _number_of(member: ConditionForm | Rows) -> int:
    """Its number below what it stands in."""
    return int(str(member.prefix).rpartition("-")[2])
