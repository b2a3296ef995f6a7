"""Setting up invitations: what an admin does. Showing them is chat.actions.inviting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from chat import invitation_forms
from chat.models import (
    Invitation,
    InvitationManners,
    InvitationPause,
    InvitationStatus,
    InvitationVariant,
)
from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.models import Department, Membership
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.tenancy import scope
from helpdesk.times import wire_time

MOST_INVITATIONS = 200  # that were not put away
MOST_ACTIVE = 50
MOST_VARIANTS = 6
NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


# --- invitations ------------------------------------------------------------------------------------------------------
def create_invitation(*, by: Membership, variant: Mapping[str, Any] | None = None, **settings: Any) -> Invitation:
    """A draft with these settings (`chat.invitation_forms.INVITATION`) and one variant, "A".

    Raises `not_allowed`, `too_many`, and what the fields refuse with `field`: `invalid_condition` with `problems`
    [{path, code, message}] for a tree of conditions.
    """
    require_admin(by)
    with scope.atomic():
        if Invitation.objects.kept().count() >= MOST_INVITATIONS:
            raise HelpdeskError(
                "too_many", _("Keep %(count)d invitations at most. Archive some.") % {"count": MOST_INVITATIONS}
            )
        invitation = Invitation(name=settings.pop("name", "") or _("New invitation"))
        _apply(invitation, invitation_forms.clean(settings, invitation_forms.INVITATION))
        _refuse_odd_times(invitation)
        invitation.save()
        _new_variant(invitation, {"name": NAMES[0], **(variant or {})})
        record(by=by, action="invitation.created", target=invitation)
    return invitation


def change_invitation(*, by: Membership, invitation: Invitation, **settings: Any) -> Invitation:
    """Give it these settings; those that are left out stay. What is armed in open pages follows within seconds.

    Raises as `create_invitation`; `not_found` for one that is gone; `invitation_unready` for one that is active and
    would not be fit to be shown.
    """
    require_admin(by)
    with scope.atomic():
        invitation = _locked(invitation)
        changed = _apply(invitation, invitation_forms.clean(settings, invitation_forms.INVITATION))
        _refuse_odd_times(invitation)
        if changed:
            _refuse_unready_if_active(invitation)
            invitation.save()
            record(by=by, action="invitation.changed", target=invitation, changed=changed)
    return invitation


def copy_invitation(*, by: Membership, invitation: Invitation) -> Invitation:
    """A draft like it, with its variants and without its figures. Raises `not_allowed`, `too_many`, `not_found`."""
    require_admin(by)
    with scope.atomic():
        invitation = _locked(invitation)
        settings = {name: getattr(invitation, name) for name in invitation_forms.INVITATION if name != "name"}
        # In the language of whoever copies; cut, since it must fit.
        name = (_("Copy of %(name)s") % {"name": invitation.name})[:80]
        variants = [_settings_of(each) for each in invitation.variants.all()]
        copy = create_invitation(by=by, name=name, variant=variants[0] if variants else None, **settings)
        for variant in variants[1:]:
            _new_variant(copy, variant)
    return copy


def activate_invitation(*, by: Membership, invitation: Invitation) -> Invitation:
    """Let it be shown from now on. An automatic pause counts anew from here.

    Raises `not_allowed`, `not_found`, `too_many`; `invitation_unready` when it says nothing, has no variant with a
    weight, or its time is over.
    """
    require_admin(by)
    with scope.atomic():
        invitation = _locked(invitation)
        if invitation.is_active:
            return invitation
        if Invitation.objects.active().count() >= MOST_ACTIVE:
            raise HelpdeskError(
                "too_many", _("Have %(count)d active invitations at most. Pause some.") % {"count": MOST_ACTIVE}
            )
        _refuse_unready(invitation)
        invitation.status, invitation.paused_why = InvitationStatus.ACTIVE, ""
        invitation.started_at = timezone.now()
        invitation.save()
        record(by=by, action="invitation.activated", target=invitation)
    return invitation


def pause_invitation(*, by: Membership, invitation: Invitation) -> Invitation:
    """Show it to nobody until it is activated again. Raises `not_allowed`, `not_found`."""
    require_admin(by)
    return _leave(by, invitation, InvitationStatus.PAUSED, InvitationPause.BY_HAND, "invitation.paused")


def archive_invitation(*, by: Membership, invitation: Invitation) -> Invitation:
    """Put it away; its figures stay, and it can be activated again. Raises `not_allowed`, `not_found`."""
    require_admin(by)
    return _leave(by, invitation, InvitationStatus.ARCHIVED, "", "invitation.archived")


def _leave(
    by: Membership, invitation: Invitation, status: InvitationStatus, why: InvitationPause | str, action: str
) -> Invitation:
    with scope.atomic():
        invitation = _locked(invitation)
        if invitation.status != status:
            invitation.status, invitation.paused_why = status, why
            invitation.save()
            record(by=by, action=action, target=invitation)
    return invitation


# --- variants ---------------------------------------------------------------------------------------------------------
def add_variant(*, by: Membership, invitation: Invitation, **settings: Any) -> InvitationVariant:
    """A further variant (`chat.invitation_forms.VARIANT`), by default like the first, with the next letter as its name.

    Raises `not_allowed`, `not_found`, `too_many`, `invalid` for a name that another has, and what the fields refuse.
    """
    require_admin(by)
    with scope.atomic():
        invitation = _locked(invitation)
        variants = list(invitation.variants.all())
        if len(variants) >= MOST_VARIANTS:
            raise HelpdeskError("too_many", _("Keep %(count)d variants at most.") % {"count": MOST_VARIANTS})
        taken = {each.name for each in variants}
        name = next(letter for letter in NAMES if letter not in taken)
        like_the_first = _settings_of(variants[0]) if variants else {}
        variant = _new_variant(invitation, {**like_the_first, "name": name, **settings})
        record(by=by, action="invitation.variant_added", target=invitation, variant=variant.name)
    return variant


def change_variant(*, by: Membership, variant: InvitationVariant, **settings: Any) -> InvitationVariant:
    """Give it these settings; those that are left out stay.

    Raises as `add_variant`; `invitation_unready` where an active invitation would not be fit to be shown.
    """
    require_admin(by)
    with scope.atomic():
        invitation, variant = _locked_variant(variant)
        changed = _apply(variant, invitation_forms.clean(settings, invitation_forms.VARIANT))
        if changed:
            _refuse_same_name(variant)
            variant.save()
            _refuse_unready_if_active(invitation)
            # Texts may be long, and say nothing about who did what: which fields is enough.
            record(
                by=by, action="invitation.variant_changed", target=invitation, variant=variant.name, fields=[*changed]
            )
    return variant


def remove_variant(*, by: Membership, variant: InvitationVariant) -> None:
    """It is gone with its figures; those of the invitation stay. Raises `not_allowed`, `not_found`, `last_variant`."""
    require_admin(by)
    with scope.atomic():
        invitation, variant = _locked_variant(variant)
        if invitation.variants.count() == 1:
            raise HelpdeskError("last_variant", _("An invitation has one variant at least. Change this one."))
        variant.delete()
        _refuse_unready_if_active(invitation)
        record(by=by, action="invitation.variant_removed", target=invitation, variant=variant.name)


def _new_variant(invitation: Invitation, settings: Mapping[str, Any]) -> InvitationVariant:
    variant = InvitationVariant(invitation=invitation)
    # What is left out is as empty as the fields are when nobody filled them.
    complete = {"texts": {}, "content": {}, "action": {}, **settings}
    _apply(variant, invitation_forms.clean(complete, invitation_forms.VARIANT))
    _refuse_same_name(variant)
    variant.save()
    return variant


def _settings_of(variant: InvitationVariant) -> dict[str, Any]:
    return {name: getattr(variant, name) for name in invitation_forms.VARIANT}


def _refuse_same_name(variant: InvitationVariant) -> None:
    others = InvitationVariant.objects.filter(invitation=variant.invitation, name=variant.name).exclude(pk=variant.pk)
    if others.exists():
        raise HelpdeskError("invalid", _("There is a variant of this name already."), field="name")


# --- manners ----------------------------------------------------------------------------------------------------------
def set_manners(*, by: Membership, **settings: Any) -> InvitationManners:
    """How much visitors are asked at most, whoever invites them; what is left out stays.

    Raises `not_allowed`, and what the fields refuse.
    """
    require_admin(by)
    with scope.atomic():
        InvitationManners.objects.bulk_create([InvitationManners()], ignore_conflicts=True)
        manners: InvitationManners = InvitationManners.objects.select_for_update().get()
        changed = _apply(manners, invitation_forms.clean(settings, invitation_forms.MANNERS))
        if changed:
            manners.save()
            record(by=by, action="invitation.manners", target=by.workspace, changed=changed)
    return manners


# --- checks -----------------------------------------------------------------------------------------------------------
def _locked(invitation: Invitation) -> Invitation:
    found: Invitation | None = (
        Invitation.objects.select_for_update(of=("self",)).select_related("department").filter(pk=invitation.pk).first()
    )
    if found is None:
        raise not_found()
    return found


def _locked_variant(variant: InvitationVariant) -> tuple[Invitation, InvitationVariant]:
    """The invitation first: whoever changes one of its variants holds it."""
    invitation = _locked(variant.invitation)
    found = InvitationVariant.objects.filter(pk=variant.pk, invitation=invitation).first()
    if found is None:
        raise not_found()
    return invitation, found


def _apply(row: Model, settings: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the values; what was and what is for each that differs, as JSON."""
    changed = {}
    for name, after in settings.items():
        before = getattr(row, name)
        if before != after:
            setattr(row, name, after)
            changed[name] = [_as_json(before), _as_json(after)]
    return changed


def _as_json(value: Any) -> Any:
    if isinstance(value, Department):
        return value.name
    return wire_time(value) if hasattr(value, "astimezone") else value


def _refuse_odd_times(invitation: Invitation) -> None:
    if invitation.starts_at and invitation.ends_at and invitation.starts_at >= invitation.ends_at:
        raise HelpdeskError("invalid", _("The end must come after the start."), field="ends_at")


def _refuse_unready_if_active(invitation: Invitation) -> None:
    if invitation.is_active:
        _refuse_unready(invitation)


def _refuse_unready(invitation: Invitation) -> None:
    if invitation.has_ended(timezone.now()):
        raise HelpdeskError("invitation_unready", _("Its time is over. Give it another end."), field="ends_at")
    if not _has_weight(invitation):
        text = _("Give one variant a weight: nobody would be shown anything.")
        raise HelpdeskError("invitation_unready", text, field="weight")
    if _says_nothing(invitation):
        text = _("Write a title or a text: this would be shown empty.")
        raise HelpdeskError("invitation_unready", text, field="texts")


def _has_weight(invitation: Invitation) -> bool:
    return any(each.weight for each in invitation.variants.all())


def _says_nothing(invitation: Invitation) -> bool:
    words = [each.words("") for each in invitation.variants.all() if each.weight]
    return not all(each.get("title") or each.get("text") for each in words)
