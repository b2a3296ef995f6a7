"""Run after a restore from backup: every client drops what it holds and loads afresh."""

from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.accounts.models.installation import Installation, forget_epoch, new_epoch


class Command(BaseCommand):
    help = "Change the installation's epoch, so that clients reload what a restored log no longer holds."

    def handle(self, *args: Any, **options: Any) -> None:
        Installation.objects.update_or_create(only=True, defaults={"epoch": new_epoch()})
        forget_epoch()
        self.stdout.write("The epoch was changed. Running servers tell their clients within seconds.")
