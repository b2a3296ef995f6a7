"""Mail leaves once, is tried again when it can be, and is never lost in silence."""

import email
import logging
import threading
from datetime import timedelta

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, send_mail
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from helpdesk.deliveries import actions, tasks
from helpdesk.deliveries.models import Delivery
from helpdesk.nudge import nudge

pytestmark = pytest.mark.django_db(transaction=True)


def queue(**fields):
    fields = {"to": ["maya@north.example"], "subject": "Hello", "text": "Good morning", **fields}
    return actions.queue_mail(**fields)


def make_due(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())


def test_mail_is_sent_once_with_its_own_message_id(mailbox):
    delivery = queue(html="<p>Good morning</p>")

    assert actions.send_due() == 1
    assert actions.send_due() == 0

    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DONE
    [raw] = mailbox.messages
    sent = email.message_from_bytes(raw)
    assert sent["Message-ID"] == delivery.message_id
    assert sent["Subject"] == "Hello"
    assert sent.get_content_type() == "multipart/alternative"


def test_sent_mail_keeps_no_words(mailbox):
    delivery = queue(text="Open https://north.example/secret", html="<a>secret</a>")
    actions.send_due()
    delivery.refresh_from_db()
    assert (delivery.text, delivery.html) == ("", "")


def test_a_temporary_refusal_is_tried_again_with_the_same_message_id(mailbox):
    mailbox.data_answer = "451 Come back later"
    delivery = queue()
    before = timezone.now()
    actions.send_due()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.WAITING
    assert "451" in delivery.last_error
    assert timedelta(seconds=47) < delivery.due_at - before < timedelta(seconds=75)
    assert actions.send_due() == 0, "it is not due yet"

    mailbox.data_answer = ""
    make_due(delivery)
    actions.send_due()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DONE
    assert delivery.attempts == 2
    assert email.message_from_bytes(mailbox.messages[0])["Message-ID"] == delivery.message_id


@pytest.mark.parametrize("answer", ["rcpt_answer", "data_answer"])
def test_a_final_refusal_is_dead_at_once_and_logged(mailbox, caplog, answer):
    setattr(mailbox, answer, "550 No such person")
    delivery = queue()
    with caplog.at_level(logging.ERROR):
        actions.send_due()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DEAD
    assert "550" in delivery.last_error
    assert str(delivery.public_id) in caplog.text


def test_a_half_open_server_costs_one_time_out_and_the_mail_is_kept(half_open_server):
    delivery = queue()
    actions.send_due()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.WAITING
    assert delivery.attempts == 1
    assert delivery.locked_until is None
    assert delivery.last_error


def test_a_slow_host_ends_the_run_instead_of_holding_up_the_worker(half_open_server):
    for _ in range(4):
        queue()
    assert actions.send_due(run_seconds=0.5) == 1


def test_the_waits_grow_and_the_eighth_failure_is_the_last(settings, caplog):
    settings.OUTGOING_EMAIL_BACKEND = "tests.helpdesk.deliveries.test_sending.BrokenBackend"
    delivery = queue()
    waits = []
    for _ in range(7):
        make_due(delivery)
        before = timezone.now()
        actions.send_due()
        delivery.refresh_from_db()
        assert delivery.state == Delivery.State.WAITING
        waits.append((delivery.due_at - before).total_seconds())
    for wait, planned in zip(waits, actions.RETRY_SECONDS, strict=True):
        assert 0.79 * planned < wait < 1.21 * planned + 1
    make_due(delivery)
    actions.send_due()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DEAD
    assert delivery.last_error


class BrokenBackend:
    def __init__(self, **options):
        pass

    def send_messages(self, messages):
        raise OSError("The cable is cut")


def test_mail_that_kills_its_worker_ends_as_dead():
    delivery = queue()
    for _ in range(8):
        assert actions._claim_next() is not None  # claimed, and then the worker is killed
        Delivery.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    actions.send_due()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DEAD


def test_mail_held_by_another_worker_is_left_alone_until_its_lock_runs_out(mailbox):
    queue()
    assert actions._claim_next() is not None
    assert actions.send_due() == 0
    Delivery.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert actions.send_due() == 1


def test_two_sweepers_at_once_send_each_mail_once(mailbox):
    for number in range(12):
        queue(subject=f"Number {number}")
    start = threading.Barrier(2)

    def sweep():
        start.wait()
        try:
            actions.send_due()
        finally:
            connection.close()

    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()
    subjects = sorted(email.message_from_bytes(raw)["Subject"] for raw in mailbox.messages)
    assert subjects == sorted(f"Number {number}" for number in range(12))
    assert Delivery.objects.filter(state=Delivery.State.DONE).count() == 12


def test_mail_of_a_rolled_back_transaction_never_leaves(mailbox):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue()
        assert Delivery.objects.exists(), "the premise: it was written"
        raise RuntimeError
    assert actions.send_due() == 0
    assert mailbox.messages == []


def test_mail_survives_a_broker_that_is_away(mailbox, monkeypatch):
    asked = threading.Event()

    def nobody_listens(*args, **options):
        asked.set()
        raise OperationalError("Connection refused")

    monkeypatch.setattr("helpdesk.deliveries.actions.nudge", nudge)
    monkeypatch.setattr(tasks.send_due, "apply_async", nobody_listens)
    with transaction.atomic():
        delivery = queue()
    assert asked.wait(5), "the premise: the worker was nudged, in vain"
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.WAITING
    tasks.send_due()  # what beat does every five seconds once the broker is back
    assert len(mailbox.messages) == 1


def test_the_same_dedupe_key_makes_one_mail(mailbox):
    with transaction.atomic():
        first = queue(dedupe_key="welcome-1")
        second = queue(dedupe_key="welcome-1")
    assert first.pk == second.pk
    actions.send_due()
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "Hello\r\nBcc: thief@evil.example"},
        {"to": ["maya@north.example\nBcc: thief@evil.example"]},
        {"headers": {"X-Name": "a\nb"}},
        {"sender": "a@b.example\r\nX: y"},
    ],
)
def test_line_breaks_cannot_smuggle_headers_in(fields):
    with pytest.raises(BadHeaderError):
        queue(**fields)
    assert not Delivery.objects.exists()


def test_django_mail_becomes_a_row(settings):
    settings.EMAIL_BACKEND = "helpdesk.deliveries.mail.QueueingBackend"
    assert send_mail("Hello", "Text", None, ["maya@north.example"], html_message="<p>Text</p>") == 1
    row = Delivery.objects.get()
    assert (row.subject, row.text, row.html, row.to) == ("Hello", "Text", "<p>Text</p>", ["maya@north.example"])


@pytest.mark.parametrize("extra", [{"cc": ["b@c.example"]}, {"bcc": ["b@c.example"]}])
def test_what_a_delivery_cannot_carry_is_refused_loudly(settings, extra):
    settings.EMAIL_BACKEND = "helpdesk.deliveries.mail.QueueingBackend"
    with pytest.raises(ValueError, match="one message per recipient"):
        EmailMessage("Hello", "Text", None, ["maya@north.example"], **extra).send()
    assert not Delivery.objects.exists()


def test_without_a_mail_server_mail_lands_readable_in_the_data_directory(settings, tmp_path):
    settings.OUTGOING_EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    queue(text="Your link: https://north.example/accounts/x/", subject="Einladung für Θανάσης")
    actions.send_due()
    [path] = (tmp_path / "mail").iterdir()
    assert "https://north.example/accounts/x/" in path.read_text()


def test_old_mail_is_forgotten_after_a_week_and_dead_mail_after_a_month():
    def aged(state, days):
        row = queue()
        Delivery.objects.filter(pk=row.pk).update(state=state, finished_at=timezone.now() - timedelta(days=days))
        return row.pk

    kept = {
        aged(Delivery.State.DONE, 6),
        aged(Delivery.State.DEAD, 29),
        queue().pk,
    }
    aged(Delivery.State.DONE, 8)
    aged(Delivery.State.DEAD, 31)
    assert actions.forget_old() == 2
    assert set(Delivery.objects.values_list("pk", flat=True)) == kept


def test_alternatives_other_than_html_are_not_mistaken_for_it(settings):
    settings.EMAIL_BACKEND = "helpdesk.deliveries.mail.QueueingBackend"
    message = EmailMultiAlternatives("Hello", "Text", None, ["maya@north.example"])
    message.attach_alternative("BEGIN:VCALENDAR", "text/calendar")
    message.send()
    assert Delivery.objects.get().html == ""
