"""From runs to the table."""

import pytest

from bench.report import BEGIN, END, Goal, Row, between_markers, fault_lines, markdown, plain, rows
from bench.scenarios import Case, Results, flat

SATURATION = Case("saturation", 200, 2)


def measured(per_second: float, **more: object) -> dict[str, object]:
    return {"per_second": per_second, "cpu_us": {"web": 200.0, "postgres": 50.0}, "lost": 0, "problems": {}, **more}


def test_figures_inside_a_mapping_keep_both_names() -> None:
    figures = flat(measured(10.0, ack_ms={"p50": 1.0}))
    assert figures["ack_ms p50"] == 1
    assert figures["cpu_us"] == 250
    assert figures["cpu_us web"] == 200


def test_each_rival_is_a_row_with_the_ratio_of_the_medians() -> None:
    results = Results()
    for ours, node in ((900.0, 500.0), (1000.0, 400.0), (5000.0, 450.0)):
        results.add(SATURATION, "ours", measured(ours))
        results.add(SATURATION, "node", measured(node))
    first = rows(results)[0]
    assert (first.ours, first.against, first.theirs) == (1000, "Node", 450)
    assert first.ratio == pytest.approx(2.22, abs=0.01)
    assert first.verdict() == "reached"


def test_a_missed_goal_is_said() -> None:
    assert Row("x", "p99, ms", 60, goal=Goal(50)).verdict() == "missed"
    assert Row("x", "p99, ms", 60, "Node", 50, Goal(1.5, of_ratio=True)).verdict() == "reached"
    assert Row("x", "msg/s", 60, "Node", 50, Goal(2, at_most=False, of_ratio=True)).verdict() == "missed"
    assert Row("x", "p99, ms", 60).verdict() == ""


def test_a_server_that_loses_messages_is_named() -> None:
    results = Results()
    results.add(SATURATION, "node", measured(1.0, lost=3, problems={"out of order": 1}))
    (line,) = fault_lines(results)
    assert line.startswith("saturation, 200 chats, 2 processes, node: 1 × out of order; 3 had not arrived")


def test_the_table_has_a_line_for_each_row() -> None:
    table = [Row("x", "msg/s", 1234.5, "Node", 50, Goal(2, at_most=False, of_ratio=True))]
    assert plain(table).splitlines()[1].split()[:3] == ["x", "msg/s", "1,234"]
    assert "| x | msg/s | 1,234 | Node | 50.0 | 24.69 × | ≥ 2 × | reached |" in markdown(table, {"Node": "v20"}, [])


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter"
    assert between_markers(text, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter"
    with pytest.raises(ValueError, match="bench:begin"):
        between_markers("no markers", "new")
