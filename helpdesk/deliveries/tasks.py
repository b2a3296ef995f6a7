"""The sweeps of deliveries; beat runs them, and `queue_mail` nudges the first."""

from celery import shared_task

from helpdesk.deliveries import actions


@shared_task
def send_due() -> None:
    actions.send_due()


@shared_task
def forget_old() -> None:
    actions.forget_old()
