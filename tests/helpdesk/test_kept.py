"""Questions whose SQL is kept: the answers are those of the query set, whoever asks, however often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.accounts.models import Membership
from helpdesk.tenancy import scope
from helpdesk.tenancy.kept import MOST_KEPT, Kept
from tests.world import World

pytestmark = pytest.mark.django_db


def _chosen(pks: Sequence[int]) -> QuerySet[Membership]:
    chosen: QuerySet[Membership] = Membership.objects.filter(pk__in=pks).select_related("user").order_by("id")
    return chosen


CHOSEN = Kept(_chosen, pks=[models.BigAutoField()])
PRESENT = Kept(
    lambda at: (
        Membership.objects.filter(lease_until__gt=at).order_by("id").values_list("pk", "lease_until", named=True)
    ),
    at=models.DateTimeField(),
)


def keys(world: World) -> tuple[list[int], list[int]]:
    return tuple(  # type: ignore[return-value]
        sorted(Membership.unscoped.filter(workspace=side.workspace).values_list("pk", flat=True))
        for side in (world.north, world.south)
    )


def test_each_workspace_reads_its_own_rows_with_the_same_form(world: World) -> None:
    north, south = keys(world)
    for _again in range(2):
        for side, own in ((world.north, north), (world.south, south)):
            with side.inside():
                found = CHOSEN.ask(pks=[*north, *south][: len(north) + len(south)])
                assert [each.pk for each in found] == own


def test_without_a_workspace_nothing_is_asked(world: World) -> None:
    north, _south = keys(world)
    with world.north.inside():
        CHOSEN.ask(pks=north[:1])
    with scope.outside(), pytest.raises(scope.NoWorkspace):
        CHOSEN.ask(pks=north[:1])


def test_lists_of_any_length_are_asked_for_also_those_that_are_not_kept(world: World) -> None:
    north, _south = keys(world)
    with world.north.inside():
        for length in range(1, len(north) + 1):
            assert [each.pk for each in CHOSEN.ask(pks=north[:length])] == north[:length]
        padded = [*north, *range(10**9, 10**9 + MOST_KEPT)]
        assert [each.pk for each in CHOSEN.ask(pks=padded)] == north


def test_rows_come_as_the_query_set_would_give_them(world: World) -> None:
    now = timezone.now()
    with world.north.inside():
        Membership.objects.update(lease_until=None)
        Membership.objects.filter(pk=world.north.members["maya"].pk).update(lease_until=now + timedelta(minutes=1))
        [row] = PRESENT.ask(at=now)
        assert (row.pk, row.lease_until) == (world.north.members["maya"].pk, now + timedelta(minutes=1))
        assert PRESENT.ask(at=now + timedelta(minutes=1)) == []
        [member] = CHOSEN.ask(pks=[row.pk])
        assert (member.user.name, member.languages) == ("Maya Lindqvist", member.languages)
        assert isinstance(member.public_id, type(world.north.members["maya"].public_id))


def test_the_query_set_is_built_once_for_a_connection(world: World) -> None:
    built = []

    def build(among: Any) -> QuerySet[Membership]:
        built.append(among)
        found: QuerySet[Membership] = Membership.objects.filter(Q(pk__in=among))
        return found

    question = Kept(build, among=[models.BigAutoField()])
    north, _south = keys(world)
    with world.north.inside(), CaptureQueriesContext(connection) as asked:
        for each in north:
            assert [member.pk for member in question.ask(among=[each])] == [each]
        assert [member.pk for member in question.ask(among=north[:3])] == north[:3]
        assert [member.pk for member in question.ask(among=north[:4])] == north[:4]
    assert [len(among) for among in built] == [1, 4]  # three values and four have one form
    assert len([each for each in asked.captured_queries if "PREPARE" not in each["sql"]]) == len(north) + 2


def test_a_row_that_is_changed_meanwhile_is_read_anew(world: World) -> None:
    maya = world.north.members["maya"]
    with world.north.inside():
        assert CHOSEN.ask(pks=[maya.pk])[0].alias == maya.alias
        Membership.objects.filter(pk=maya.pk).update(alias="Mia")
        assert CHOSEN.ask(pks=[maya.pk])[0].alias == "Mia"
