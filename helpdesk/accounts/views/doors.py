"""What the settings pages share: who may open them, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.forms import RefusableForm
from helpdesk.accounts.models import Membership, User, Workspace
from helpdesk.errors import HelpdeskError

View = Callable[..., HttpResponse]


class MemberRequest(HttpRequest):
    """A request of somebody signed in; below /w/<slug>/ `WorkspaceEntry` has added what stands here. For types only."""

    user: User
    member: Membership
    workspace: Workspace
    LANGUAGE_CODE: str


def admins_only(view: View) -> View:
    """Agents of the workspace read who can help them (403); strangers never come this far (404)."""

    @wraps(view)
    def checked(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.member.is_admin:
            raise PermissionDenied(_("These settings are for the owner and admins."))
        return view(request, *args, **kwargs)

    return checked


def in_own_time(view: View) -> View:
    """Times on the page are written as the reader's clock shows them: in their own zone, else the workspace's."""

    @wraps(view)
    def shown(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with timezone.override(request.user.time_zone or request.workspace.time_zone):
            return view(request, *args, **kwargs)

    return shown


def saves(request: HttpRequest, form: RefusableForm, verb: Callable[[], Any]) -> bool:
    """Whether the form was sent, is valid and its verb did what was asked.

    What the verb refuses is shown at its field, and what was typed stays.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        verb()
    except (HelpdeskError, ValidationError) as error:
        form.refuse(error)
        return False
    return True


def attempt(request: HttpRequest, verb: Callable[[], Any], done: str) -> bool:
    """Call a verb behind a single button: a toast says what happened."""
    try:
        verb()
    except HelpdeskError as error:
        messages.error(request, str(error.message))
        return False
    messages.success(request, done)
    return True
