"""What is true of the whole installation."""

from __future__ import annotations

import secrets
import time

from django.db import models

CACHE_SECONDS = 5.0


def new_epoch() -> str:
    return secrets.token_hex(8)


class Installation(models.Model):
    """One row. `epoch` is an opaque string; it changes when the log may have gone back, after a restore from backup."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    epoch = models.CharField(max_length=32, default=new_epoch)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="installation_only_one")]

    def __str__(self) -> str:
        return self.epoch


_known = ("", 0.0)


def current_epoch() -> str:
    """The installation's epoch, at most five seconds old. Clients that hold another one load afresh."""
    global _known
    epoch, read_at = _known
    if not epoch or time.monotonic() - read_at > CACHE_SECONDS:
        epoch = Installation.objects.get_or_create(only=True)[0].epoch
        _known = (epoch, time.monotonic())
    return epoch


def forget_epoch() -> None:
    """Read it again the next time it is asked for."""
    global _known
    _known = ("", 0.0)
