"""Departments: which people answer which questions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from helpdesk.ids import uuid7
from helpdesk.tenancy.models import ScopedManager, ScopedModel


class DepartmentQuerySet(models.QuerySet["Department"]):
    def of(self, membership_id: int) -> DepartmentQuerySet:
        return self.filter(departmentmember__membership_id=membership_id)


class Department(ScopedModel):
    """A group of agents that tickets are addressed to. An agent may be in many."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    members = models.ManyToManyField(
        "accounts.Membership", through="accounts.DepartmentMember", related_name="departments"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(DepartmentQuerySet)()

    class Meta(ScopedModel.Meta):
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="department_name_unique")]

    def __str__(self) -> str:
        return self.name

    def as_badge(self) -> dict[str, Any]:
        return {"id": str(self.public_id), "name": self.name}


class DepartmentMember(ScopedModel):
    department = models.ForeignKey(Department, on_delete=models.CASCADE)
    membership = models.ForeignKey("accounts.Membership", on_delete=models.CASCADE)
    # Who is rung first among those who are free: 1 … 100.
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=50, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # Is told when a chat of the department finds nobody.
    is_lead = models.BooleanField(default=False)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["department", "membership"], name="department_member_once")]
