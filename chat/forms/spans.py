"""Whole numbers with a unit, and spans of time in the unit in which people think of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext


class Whole(forms.IntegerField):
    """A whole number from `low` to `high`; one sentence says everything that can be wrong."""

    def __init__(self, *, low: int, high: int, unit: Any = "", factor: int = 1, **options: Any) -> None:
        """`factor`: how many of what is stored one of the unit is. `low` and `high` are in the unit."""
        self.low, self.high, self.unit, self.factor = low, high, unit, factor
        attributes = {"class": "input num", "min": low, "max": high, "inputmode": "numeric"}
        super().__init__(widget=forms.NumberInput(attributes), **options)

    def prepare_value(self, value: Any) -> Any:
        """What is stored comes as a number, what was typed as text."""
        if isinstance(value, int) and self.factor > 1:
            return value // self.factor if value % self.factor == 0 else round(value / self.factor, 2)
        return value

    def clean(self, value: Any) -> int | None:
        try:
            number: int | None = super().clean(value)
        except ValidationError:
            number = self.low - 1
        if number is None:
            return None
        if not self.low <= number <= self.high:
            raise ValidationError(self._range(), code="invalid")
        return number * self.factor

    def _range(self) -> str:
        span = {"low": self.low, "high": self.high}
        if self.required:
            return gettext("Write a whole number from %(low)d to %(high)d.") % span
        return gettext("Write a whole number from %(low)d to %(high)d, or leave it empty.") % span
