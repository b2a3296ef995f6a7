"""Questions that are asked so often that Django shall put each together only once.

For a small answer Django spends more time on finding the words of a question than PostgreSQL spends on the answer. A
`Kept` question is still a QuerySet, written where its model is known; its SQL is kept for each connection, and given to
PostgreSQL once (`helpdesk.tenancy.bulk`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from helpdesk.tenancy import bulk, scope

T = TypeVar("T")
Field: TypeAlias = "models.Field[Any, Any]"

MOST_KEPT = 64  # the longest list of values whose form is kept


@dataclass(frozen=True, slots=True)
class _Hole:
    """Where a value goes that is known only when the question is asked."""

    name: str
    field: Field
    place: int | None = None  # in a list of values

    def value(self, given: dict[str, Any]) -> Any:
        value = given[self.name] if self.place is None else given[self.name][self.place]
        return self.field.get_db_prep_value(value, connections[DEFAULT_DB_ALIAS])


class _ActiveWorkspace:
    """The hole of a workspace: of the one that is active when the question is asked."""

    def value(self, given: dict[str, Any]) -> int:
        return scope.require_workspace_id()


class _Given(Expression):
    """A hole in a query set."""

    def __init__(self, hole: _Hole) -> None:
        super().__init__(output_field=hole.field)
        self.hole = hole

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self.hole,)


class Kept(Generic[T]):
    """A question about rows, those of the active workspace where the query set's manager says so.

    `build` makes the QuerySet from what stands for the values, each of which is declared by a field of its type, or by
    a list of one for several values. It is called seldom, so it must not look at anything but these.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, T]], **declared: Field | list[Field]) -> None:
        self._build = build
        self._declared = declared
        self._forms: WeakKeyDictionary[Any, dict[tuple[int, ...], _Form[T]]] = WeakKeyDictionary()

    def ask(self, **given: Any) -> list[T]:
        """The answer now. Must hold: a value for everything declared, and no list is empty. Raises NoWorkspace."""
        lists = {name: _padded(given[name]) for name, kind in self._declared.items() if isinstance(kind, list)}
        given |= lists
        lengths = tuple(len(values) for values in lists.values())
        forms = self._forms.setdefault(connections[DEFAULT_DB_ALIAS], {})
        form = forms.get(lengths)
        if form is None:
            form = _Form(self._build(**{name: self._stand_in(name, given) for name in self._declared}))
            if all(length <= MOST_KEPT for length in lengths):
                forms[lengths] = form
        return form.ask(given)

    def _stand_in(self, name: str, given: dict[str, Any]) -> Any:
        kind = self._declared[name]
        if isinstance(kind, list):
            return [_Given(_Hole(name, kind[0], place)) for place in range(len(given[name]))]
        return _Given(_Hole(name, kind))


def _padded(values: Sequence[Any]) -> Sequence[Any]:
    """The values up to the next power of two, the last one several times: few forms, and the answer is the same."""
    missing = (1 << (len(values) - 1).bit_length()) - len(values)
    return [*values, *[values[-1]] * missing] if missing else values


class _Form(Generic[T]):
    """The SQL of a query set, and Django's way from its rows to what the query set yields."""

    def __init__(self, queryset: models.QuerySet[Any, T]) -> None:
        compiler: Any = queryset.query.get_compiler(using=queryset.db)
        with scope.workspace(_ActiveWorkspace()):  # type: ignore[arg-type]  # it becomes a hole too
            self._text, self._parameters = compiler.as_sql()
        # What makes objects of rows asks the query for its compiler, and that one for the rows.
        compiler.execute_sql = self._execute
        any_queryset: Any = queryset
        any_queryset.query.get_compiler = lambda *_arguments, **_options: compiler
        self._iterable: Any = any_queryset._iterable_class(any_queryset)
        self._rows: Sequence[Any] = ()

    def ask(self, given: dict[str, Any]) -> list[T]:
        values = [
            each.value(given) if isinstance(each, _Hole | _ActiveWorkspace) else each for each in self._parameters
        ]
        self._rows = bulk.run(bulk.Statement(self._text, values))
        try:
            return list(self._iterable)
        finally:
            self._rows = ()

    def _execute(self, *_arguments: Any, **_options: Any) -> Iterator[Sequence[Any]]:
        return iter([self._rows])
