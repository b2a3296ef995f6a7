"""The pages of the simulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.models import RoutingPolicy, Simulation
from chat.routing.figures import Tally
from chat.simulation_chart import chart_of, line, nice_top
from chat.simulation_page import figures_of, seconds_in_words
from chat.trial import OpenWhen, Trial
from tests.chat.yesterday import MORNING, YESTERDAY, north, run, rush, start, state
from tests.pages import client_of, page
from tests.world import Side

__all__ = ["north"]


def asked(**changes: Any) -> dict[str, Any]:
    """The form as it is shown to a workspace that has set nothing."""
    shown = {
        "period": "yesterday",
        "strategy": "average_utilization",
        "chats_at_once": "4",
        "rest_seconds": "0",
        "ring_seconds": "30",
        "max_cycles": "2",
        "is_sticky": "on",
        "sticky_days": "30",
        "sticky_hold_seconds": "0",
        "language_rule": "prefer",
        "language_seconds": "20",
        "max_wait_minutes": "10",
        "overflow_department": "",
        "overflow_seconds": "60",
        "open_when": "saved",
        "presence": "recorded",
    }
    return {**shown, **changes}


def test_nothing_tried_yet_leads_to_the_form(north: Side) -> None:
    text = client_of(north.ada).get(page("simulator", north)).content.decode()
    assert "Nothing tried yet" in text
    assert page("new_simulation", north) in text


def test_what_is_left_as_it_is_set_is_no_change(north: Side) -> None:
    response = client_of(north.ada).post(page("new_simulation", north), asked())
    with north.inside():
        simulation = Simulation.objects.get()
    assert response["Location"] == page("simulation", north, public_id=simulation.public_id)
    assert simulation.changes["settings"] == {}
    assert (simulation.begins_at, simulation.ends_at) == (YESTERDAY.begins_at, YESTERDAY.ends_at)


def test_what_was_typed_is_tried_and_nothing_is_saved(north: Side) -> None:
    sales = north.departments["sales"]
    sent = asked(
        chats_at_once="",
        is_sticky="",
        overflow_department=str(sales.public_id),
        open_when="week",
        **{f"day_{number}": "9-17" for number in range(6)},
    )
    address = f"{page('new_simulation', north)}?department={north.departments['delivery'].public_id}"
    client_of(north.ada).post(address, sent)
    with north.inside():
        simulation = Simulation.objects.get()
        assert not RoutingPolicy.objects.exists()
    assert simulation.department_id == north.departments["delivery"].pk
    assert simulation.changes["settings"] == {
        "chats_at_once": [4, None],
        "is_sticky": [True, False],
        "overflow_department": [None, sales.pk],
    }
    assert simulation.changes["week"] == [[[540, 1020]]] * 6 + [[]]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"period": "own"}, "Choose a date."),
        ({"period": "own", "starts_on": "2026-01-01", "ends_on": "2026-03-01"}, "Choose 31 days at most."),
        ({"period": "own", "starts_on": "2026-01-02", "ends_on": "2026-01-01"}, "Choose days that are over"),
        ({"ring_seconds": "3"}, "Write a whole number from 5 to 600."),
        ({"open_when": "week", "day_0": "noon"}, "Write times from"),
    ],
)
def test_what_cannot_be_tried_is_said_and_what_was_typed_stays(north: Side, sent: dict[str, Any], said: str) -> None:
    response = client_of(north.ada).post(page("new_simulation", north), asked(chats_at_once="7", **sent))
    assert response.status_code == 200
    text = response.content.decode()
    assert said in text
    assert 'value="7"' in text


def test_hours_that_are_not_asked_for_are_nobodys_problem(north: Side) -> None:
    response = client_of(north.ada).post(page("new_simulation", north), asked(day_0="noon"))
    assert response.status_code == 302


def shown(side: Side, simulation: Simulation) -> str:
    response = client_of(side.ada).get(page("simulation", side, public_id=simulation.public_id))
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_page_says_how_far_it_is_and_can_cancel(north: Side) -> None:
    simulation = start(north, Trial({"chats_at_once": 1}))
    with north.inside():
        Simulation.objects.update(status="running", progress=40, told_at=timezone.now())
    text = shown(north, simulation)
    assert 'value="40"' in text
    client = client_of(north.ada)
    progress = client.get(page("simulation_progress", north, public_id=simulation.public_id)).json()
    assert progress == {"is_finished": False, "progress": 40, "words": "40 percent"}
    client.post(page("cancel_simulation", north, public_id=simulation.public_id))
    assert state(north, simulation) == "cancelled"
    assert "It was stopped before it was done." in shown(north, simulation)


def test_the_result_has_both_sides_with_the_change_the_chart_and_the_agents(north: Side) -> None:
    rush(north)
    simulation = run(north, start(north, Trial({"chats_at_once": 1}), department="delivery"))
    text = shown(north, simulation)
    for words in (
        "As it was set",
        "With your changes",
        "Longest wait",
        "worse",
        "Maya Lindqvist",
        "The same as a table",
    ):
        assert words in text
    assert "Who was online in these days was not recorded" in text
    assert "What really happened: 6 chats were answered, after 10 s in the median." in text
    assert "<dt>Chats at once</dt>" in text


def test_days_without_chats_say_so(north: Side) -> None:
    assert "No chats in these days" in shown(north, run(north, start(north)))


def test_what_failed_says_what_to_do(north: Side) -> None:
    simulation = start(north)
    with north.inside():
        Simulation.objects.update(status="failed", problem="too_long")
    assert "Choose fewer days" in shown(north, simulation)


def test_an_earlier_run_can_be_changed_and_run_again(north: Side) -> None:
    simulation = start(north, Trial({"chats_at_once": 9}, open_when=OpenWhen.ALWAYS), department="delivery")
    text = client_of(north.ada).get(f"{page('new_simulation', north)}?like={simulation.public_id}").content.decode()
    assert 'name="chats_at_once" value="9"' in text
    assert f'name="starts_on" value="{MORNING:%Y-%m-%d}"' in text
    assert "Delivery" in text


def test_the_list_names_the_earlier_runs(north: Side) -> None:
    start(north, department="delivery")
    text = client_of(north.ada).get(page("simulator", north)).content.decode()
    assert "Delivery" in text
    assert "Ada Admin" in text
    assert "Waiting for its turn" in text


def test_agents_are_told_whose_page_it_is(north: Side) -> None:
    simulation = start(north)
    client = client_of(north.maya)
    for name in ("simulator", "new_simulation"):
        assert client.get(page(name, north)).status_code == 403
    assert client.get(page("simulation", north, public_id=simulation.public_id)).status_code == 403


# --- in words and pictures --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (8.44, "8.4 s"),
        (9.0, "9 s"),
        (34.4, "34 s"),
        (59.6, "1:00 min"),
        (112, "1:52 min"),
        (7530, "2:05 h"),
    ],
)
def test_times_are_as_precise_as_one_reads_them(seconds: float, words: str) -> None:
    assert seconds_in_words(seconds) == words


def test_a_change_says_whether_it_is_good_news() -> None:
    figures = run_figures(wait_median=30.0, within_30=0.5, rings=10, missed=0, wait_max=None)
    changed = run_figures(wait_median=20.0, within_30=0.25, rings=12, missed=0, wait_max=None)
    said = {row["name"]: (row["change"], row["tone"]) for row in figures_of(figures, changed)}
    assert said["Wait, median"] == ("−10 s", "good")
    assert said["Answered within 30 seconds"] == ("−25 points", "bad")
    assert said["Rings"] == ("+2", "")
    assert said["Missed rings"] == ("no change", "")
    assert said["Longest wait"] == ("", "")


def run_figures(**known: Any) -> dict[str, Any]:
    empty = Tally(0.0, 60.0).figures()
    return {**empty, **known}


@pytest.mark.parametrize(("most", "top"), [(0, 1), (1, 1), (3, 4), (7, 10), (41, 60), (61, 100), (150, 200)])
def test_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert nice_top(most) == top


def test_a_line_goes_in_steps() -> None:
    assert line([0, 2, 1], 4) == "M0 200V200H213.3V100H426.7V150H640"


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (1, ["00:00", "06:00", "12:00", "18:00", "00:00"]),
        (3, ["1 Mar", "2 Mar", "3 Mar", "4 Mar"]),
        (28, ["1 Mar", "5 Mar", "9 Mar", "13 Mar", "17 Mar", "21 Mar", "25 Mar", "29 Mar"]),
        (31, ["1 Mar", "1 Apr"]),
    ],
)
def test_the_days_of_the_chart_are_named_at_even_distances(days: int, labels: list[str]) -> None:
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    result = {"before": {"waiting": [0]}, "after": {"waiting": [0]}, "bucket_seconds": 86_400}
    assert chart_of(result, begin, begin + timedelta(days=days))["labels"] == labels
