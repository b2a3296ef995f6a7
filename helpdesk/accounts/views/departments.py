"""Departments and who is in them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.actions.department import change_department, create_department, delete_department
from helpdesk.accounts.forms import DepartmentForm
from helpdesk.accounts.models import Department, DepartmentMember
from helpdesk.accounts.views.doors import MemberRequest, admins_only, attempt, saves


@admins_only
@require_safe
def departments(request: MemberRequest, slug: str) -> HttpResponse:
    rows = Department.objects.prefetch_related("members__user")
    return render(request, "accounts/departments.html", {"departments": rows})


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, slug: str) -> HttpResponse:
    form = DepartmentForm(request.POST or None)
    if saves(request, form, lambda: create_department(by=request.member, **form.wanted())):
        messages.success(request, _("The department is made."))
        return redirect("departments", slug=slug)
    return render(request, "accounts/department.html", {"form": form, "department": None})


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    department = get_object_or_404(Department.objects.all(), public_id=public_id)
    initial = {"name": department.name, "members": department.members.all()}
    title = department.name
    members = DepartmentMember.objects.filter(department=department)
    priorities = dict(members.values_list("membership_id", "priority"))
    leads = list(members.filter(is_lead=True).values_list("membership_id", flat=True))
    form = DepartmentForm(request.POST or None, initial=initial, priorities=priorities, leads=leads)
    if saves(request, form, lambda: change_department(department=department, by=request.member, **form.wanted())):
        messages.success(request, _("The department is saved."))
        return redirect("departments", slug=slug)
    return render(request, "accounts/department.html", {"form": form, "department": department, "title": title})


@admins_only
@require_POST
def delete(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    department = get_object_or_404(Department.objects.all(), public_id=public_id)
    attempt(
        request, lambda: delete_department(department=department, by=request.member), _("The department is deleted.")
    )
    return redirect("departments", slug=slug)
