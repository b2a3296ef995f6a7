"""The checker itself: a history that keeps every promise is green, and each broken promise turns its own rule red."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.history import Acked, Event, Heard, History, Kept, Mail, Seen, Sent, Ticket, View, check, summary

VERA, MAYA = "v-1", "m-1"


def message(number: int, sender: str, *, note: bool = False) -> Sent:
    return Sent(
        at=float(number),
        client="vera" if sender == VERA else "maya",
        sender=sender,
        ticket="t",
        client_id=f"c{number}",
        name="note.created" if note else "message.created",
        body=f"body {number}",
        audience="visitor" if sender == VERA else "agents",
    )


def good() -> tuple[History, Kept]:
    """Vera writes, Maya notes something, Maya answers; both see it; one mail was sent."""
    sent = [message(1, VERA), message(2, MAYA, note=True), message(3, MAYA)]
    visitor_numbers = [1, None, 2]
    events = [
        Event(i + 1, visitor_numbers[i], each.name, each.sender, each.client_id, each.body, f"e{i + 1}")
        for i, each in enumerate(sent)
    ]
    acked = [
        Acked(each.at + 0.5, each.client, each.client_id, "t", seq) for each, seq in zip(sent, (1, 2, 3), strict=True)
    ]
    seen = [Seen(each.seq, each.name, each.client_id, each.body) for each in events]
    history = History(
        sent={each.client_id: each for each in sent},
        acked=acked,
        heard={
            "vera": Heard("north", "visitor", {"e1", "e3", "t"}, {"message.created"}, {"canary-north"}),
            "maya": Heard("north", "agents", {"e1", "e2", "e3", "t"}, {"note.created"}, {"canary-note-north"}),
        },
        views=[
            View("maya", "agents", "t", tuple(seen)),
            View("vera", "visitor", "t", (seen[0], replace(seen[2], seq=2))),
        ],
    )
    kept = Kept(
        tickets={"t": Ticket("north", events)},
        ids={"north": {"t", "e1", "e2", "e3"}, "south": {"s1"}},
        mails=[Mail("a@example.com", "<1>", "done")],
        asked={"a@example.com"},
    )
    kept.effects["<1>"] = 2  # at least once: a copy with the same Message-ID is one effect
    return history, kept


Break = Callable[[History, Kept], None]


def drop_from_log(history: History, kept: Kept) -> None:
    del kept.tickets["t"].events[2]


def store_twice(history: History, kept: Kept) -> None:
    kept.tickets["t"].events.append(replace(kept.tickets["t"].events[2], seq=4, visitor_seq=3))


def leave_a_hole(history: History, kept: Kept) -> None:
    kept.tickets["t"].events[2] = replace(kept.tickets["t"].events[2], visitor_seq=3)


def acknowledge_another_number(history: History, kept: Kept) -> None:
    history.acked[2] = replace(history.acked[2], seq=7)


def store_after_a_later_one(history: History, kept: Kept) -> None:
    first, second, third = kept.tickets["t"].events
    kept.tickets["t"].events = [replace(third, seq=1, visitor_seq=1), replace(first, seq=2, visitor_seq=2), second]


def swap_two_of_one_sender(history: History, kept: Kept) -> None:
    history.sent["c3"] = replace(history.sent["c3"], at=1.9)
    history.acked.clear()


def forget_one_in_a_view(history: History, kept: Kept) -> None:
    history.views[0] = replace(history.views[0], events=history.views[0].events[:2])


def change_a_view(history: History, kept: Kept) -> None:
    history.views[1] = replace(history.views[1], events=history.views[1].events[::-1])


def invent_an_event(history: History, kept: Kept) -> None:
    kept.tickets["t"].events.append(Event(4, 3, "message.created", MAYA, "c9", "boo"))


def change_the_words(history: History, kept: Kept) -> None:
    kept.tickets["t"].events[0] = replace(kept.tickets["t"].events[0], body="something else")


def tell_the_visitor_a_note(history: History, kept: Kept) -> None:
    history.heard["vera"].ids.add("e2")


def tell_the_visitor_its_name(history: History, kept: Kept) -> None:
    history.heard["vera"].names.add("note.created")


def tell_the_visitor_its_words(history: History, kept: Kept) -> None:
    history.heard["vera"].canaries.add("canary-note-north")


def tell_a_foreign_id(history: History, kept: Kept) -> None:
    history.heard["maya"].ids.add("s1")


def tell_foreign_words(history: History, kept: Kept) -> None:
    history.heard["maya"].canaries.add("canary-south")


def leave_mail_waiting(history: History, kept: Kept) -> None:
    kept.mails[0] = replace(kept.mails[0], state="waiting")


def forget_the_mail(history: History, kept: Kept) -> None:
    kept.asked.add("b@example.com")


def say_done_without_sending(history: History, kept: Kept) -> None:
    kept.mails.append(Mail("b@example.com", "<2>", "done"))


def send_twice(history: History, kept: Kept) -> None:
    kept.mails.append(Mail("a@example.com", "<2>", "done"))
    kept.effects["<2>"] = 1


def send_what_nobody_wrote(history: History, kept: Kept) -> None:
    kept.effects["<9>"] = 1


def agree_too_late(history: History, kept: Kept) -> None:
    kept.converged = 10.1


def never_agree(history: History, kept: Kept) -> None:
    kept.converged = None


BROKEN: list[tuple[str, Break]] = [
    ("I1", drop_from_log),
    ("I2", store_twice),
    ("I3", leave_a_hole),
    ("I4", acknowledge_another_number),
    ("I5", store_after_a_later_one),
    ("I5", swap_two_of_one_sender),
    ("I6", forget_one_in_a_view),
    ("I6", change_a_view),
    ("I7", invent_an_event),
    ("I7", change_the_words),
    ("I8", tell_the_visitor_a_note),
    ("I8", tell_the_visitor_its_name),
    ("I8", tell_the_visitor_its_words),
    ("I8", tell_a_foreign_id),
    ("I8", tell_foreign_words),
    ("I9", leave_mail_waiting),
    ("I9", forget_the_mail),
    ("I9", say_done_without_sending),
    ("I9", send_twice),
    ("I9", send_what_nobody_wrote),
    ("I10", agree_too_late),
    ("I10", never_agree),
]


def test_a_history_that_keeps_every_promise_is_green():
    assert check(*good()) == []


@pytest.mark.parametrize(("invariant", "spoil"), BROKEN, ids=[spoil.__name__ for _, spoil in BROKEN])
def test_a_broken_promise_turns_its_rule_red(invariant, spoil):
    history, kept = good()
    spoil(history, kept)
    found = check(history, kept)
    assert invariant in {each.invariant for each in found}
    assert invariant in summary(found)


def test_a_command_that_may_find_nothing_to_do_need_not_be_in_the_log():
    history, kept = good()
    history.sent["c4"] = replace(message(4, MAYA), name="ticket.changed", seals=False)
    history.acked.append(Acked(4.5, "maya", "c4", "t", 3))
    assert check(history, kept) == []


def test_what_was_sent_and_never_acknowledged_may_be_missing():
    history, kept = good()
    history.sent["c4"] = message(4, VERA)
    assert check(history, kept) == []


def test_what_the_server_adds_by_itself_is_no_intruder():
    history, kept = good()
    kept.tickets["t"].events.append(Event(4, None, "ticket.assigned", MAYA, None, ""))
    assert {each.invariant for each in check(history, kept)} == {"I6"}  # only the agent's view lacks it


def test_evidence_names_what_it_is_about():
    history, kept = good()
    drop_from_log(history, kept)
    text = summary(check(history, kept))
    assert "c3 of maya" in text
    assert "acknowledged at 3.500 as 3 is not in the log of t" in text
