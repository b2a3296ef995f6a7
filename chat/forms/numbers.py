"""Numbers in settings: their range is the stored field's, and one sentence says everything that can be wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext


class NumberField(forms.IntegerField):
    """A whole number for a field of a model. It may be left empty where the model allows NULL."""

    def __init__(self, model: type[models.Model], name: str, label: Any, unit: Any, hint: Any) -> None:
        stored: Any = model._meta.get_field(name)
        self.unit = unit
        # What the type of the column allows is among them, and wider.
        self.low = max(each.limit_value for each in stored.validators if isinstance(each, MinValueValidator))
        self.high = min(each.limit_value for each in stored.validators if isinstance(each, MaxValueValidator))
        widget = forms.NumberInput({"class": "input num", "min": self.low, "max": self.high, "inputmode": "numeric"})
        super().__init__(label=label, help_text=hint, required=not stored.null, widget=widget)

    def clean(self, value: Any) -> int | None:
        try:
            number: int | None = super().clean(value)
        except ValidationError:
            number = self.low - 1
        if number is not None and not self.low <= number <= self.high:
            raise ValidationError(self._range(), code="invalid")
        return number

    def _range(self) -> str:
        span = {"low": self.low, "high": self.high}
        if self.required:
            return gettext("Write a whole number from %(low)d to %(high)d.") % span
        return gettext("Write a whole number from %(low)d to %(high)d, or leave it empty.") % span
