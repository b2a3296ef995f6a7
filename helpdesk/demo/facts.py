"""What demo.json says: addresses, sign-ins, tokens and widget keys, for `./run`, for tests and for people."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from helpdesk.accounts.actions.api_token import create_api_token, revoke_api_token
from helpdesk.accounts.models import ApiToken, Membership, Workspace
from helpdesk.accounts.models.api_token import hash_token
from helpdesk.demo.passwords import new_password
from helpdesk.demo.story import Plot
from helpdesk.tenancy import scope
from widget.actions.widgets import change_widget
from widget.models import Widget

FILE = "demo.json"
TOKEN_NAME = "Demo"  # noqa: S105  (its name, not a token)
Known = dict[str, dict[str, str]]


def read_known(data: Path) -> Known:
    """The sign-ins that the file holds, by e-mail address; none when it is missing or spoilt."""
    try:
        facts = json.loads((data / FILE).read_text())
        return {user["email"]: user for workspace in facts["workspaces"] for user in workspace["users"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_facts(data: Path, facts: dict[str, Any]) -> None:
    """Replace the file whole, readable by its owner alone: it holds passwords."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = data / f"{FILE}.{secrets.token_hex(4)}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(facts, file, indent=2, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(data / FILE)
    finally:
        draft.unlink(missing_ok=True)


def demo_workspace(plot: Plot) -> Workspace | None:
    """The plot's workspace, if this installation has it: a workspace of the same address may be somebody's own."""
    workspace = Workspace.objects.filter(slug=plot.slug).first()
    if workspace is None:
        return None
    with scope.workspace(workspace.pk):
        is_ours = Membership.objects.filter(user__email=plot.email_of(plot.team[0])).exists()
    return workspace if is_ours else None


def workspace_facts(workspace: Workspace, plot: Plot, known: Known) -> dict[str, Any]:
    """What the file says of one workspace. What `known` lacks is made anew: passwords, and tokens that do not work."""
    with scope.workspace(workspace.pk):
        members = Membership.objects.active().select_related("user", "workspace")
        team = [members.filter(user__email=plot.email_of(person)).first() for person in plot.team]
        return {
            "slug": workspace.slug,
            "users": [_user_facts(member, known.get(member.user.email, {})) for member in team if member],
            "widgets": [{"key": each.key, "allowed_sites": each.allowed_sites} for each in Widget.objects.all()],
        }


def _user_facts(member: Membership, known: dict[str, str]) -> dict[str, str]:
    return {
        "email": member.user.email,
        "password": known.get("password") or _fresh_password(member),
        "role": member.role,
        "api_token": _token(member, known.get("api_token", "")),
    }


def _fresh_password(member: Membership) -> str:
    """Somebody removed the file: the demo must stay usable, and its addresses can be nobody's."""
    password = new_password()
    member.user.set_password(password)
    member.user.save(update_fields=["password"])
    return password


def _token(member: Membership, known: str) -> str:
    tokens = ApiToken.objects.filter(membership=member, revoked_at=None)
    if known and tokens.filter(token_hash=hash_token(known)).exists():
        return known
    for lost in tokens.filter(name=TOKEN_NAME):
        revoke_api_token(token=lost, by=member)
    return create_api_token(membership=member, name=TOKEN_NAME)[1]


def follow_shop(workspace: Workspace, shop_url: str) -> None:
    """The shop may have another port today: its origin takes the first place of the first widget's allowed sites."""
    with scope.workspace(workspace.pk):
        widget = Widget.objects.select_related("workspace").first()
        admin = next((m for m in Membership.objects.active().select_related("user") if m.is_admin), None)
        if widget is not None and admin is not None:
            change_widget(widget=widget, by=admin, allowed_sites=[shop_url, *widget.allowed_sites[1:]])
