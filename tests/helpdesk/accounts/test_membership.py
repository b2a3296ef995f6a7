"""Roles change only as they may, and whoever is shut out is out."""

import pytest

from helpdesk.accounts.actions.api_token import MAX_TOKENS, create_api_token, revoke_api_token
from helpdesk.accounts.actions.department import change_department, create_department, delete_department
from helpdesk.accounts.actions.membership import (
    change_role,
    deactivate_member,
    reactivate_member,
    transfer_ownership,
)
from helpdesk.accounts.actions.profile import update_profile
from helpdesk.accounts.models import ApiToken, AuditEntry, Department, Membership, Role
from helpdesk.accounts.models.api_token import hash_token
from helpdesk.errors import HelpdeskError
from tests.helpdesk.accounts.cast import Company


def refused(call, **fields) -> HelpdeskError:
    with pytest.raises(HelpdeskError) as refusal:
        call(**fields)
    return refusal.value


def test_an_admin_makes_an_agent_an_admin(north):
    change_role(member=north.maya, role=Role.ADMIN, by=north.admin)
    north.maya.refresh_from_db()
    assert north.maya.role == Role.ADMIN
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.actor_name, entry.data) == (
        "member.role_changed",
        "Adam",
        {"before": "agent", "after": "admin"},
    )


def test_an_agent_changes_no_roles(north):
    assert refused(change_role, member=north.noor, role=Role.ADMIN, by=north.maya).code == "not_allowed"


def test_an_admin_who_was_shut_out_changes_nothing(north):
    deactivate_member(member=north.admin, by=north.owner)
    north.admin.refresh_from_db()
    assert refused(change_role, member=north.noor, role=Role.ADMIN, by=north.admin).code == "not_allowed"


@pytest.mark.parametrize("role", [Role.OWNER, "god", ""])
def test_nobody_becomes_owner_by_a_role_change(north, role):
    assert refused(change_role, member=north.maya, role=role, by=north.owner).code == "choice"


def test_the_owner_is_neither_demoted_nor_shut_out(north):
    assert refused(change_role, member=north.owner, role=Role.AGENT, by=north.admin).code == "not_allowed"
    assert refused(deactivate_member, member=north.owner, by=north.admin).code == "not_allowed"
    assert refused(deactivate_member, member=north.owner, by=north.owner).code == "not_allowed"


def test_nobody_shuts_themselves_out(north):
    assert refused(deactivate_member, member=north.admin, by=north.admin).code == "not_allowed"


def test_shutting_somebody_out_ends_their_tokens_and_keeps_their_departments(north):
    department = create_department(name="Sales", by=north.owner, members=[north.maya])
    create_api_token(membership=north.maya, name="script")
    deactivate_member(member=north.maya, by=north.admin)
    north.maya.refresh_from_db()
    assert not north.maya.is_active
    assert not Membership.objects.active().filter(pk=north.maya.pk).exists()
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert list(department.members.all()) == [north.maya]


def test_somebody_let_in_again_is_what_they_were_but_for_the_tokens(north):
    create_api_token(membership=north.maya, name="script")
    deactivate_member(member=north.maya, by=north.admin)
    reactivate_member(member=north.maya, by=north.admin)
    north.maya.refresh_from_db()
    assert (north.maya.is_active, north.maya.role) == (True, Role.AGENT)
    assert not ApiToken.objects.filter(revoked_at=None).exists()


def test_the_owner_hands_the_workspace_over(north):
    transfer_ownership(to=north.maya, by=north.owner)
    roles = dict(Membership.objects.values_list("user__name", "role"))
    assert roles == {"Olga": "admin", "Maya": "owner", "Adam": "admin", "Noor": "agent"}


def test_two_handovers_at_once_leave_one_owner(north):
    stale = Membership.objects.get(pk=north.owner.pk)
    transfer_ownership(to=north.maya, by=north.owner)
    assert refused(transfer_ownership, to=north.noor, by=stale).code == "not_allowed"
    assert Membership.objects.filter(role=Role.OWNER).count() == 1


def test_the_workspace_is_not_handed_to_somebody_shut_out(north):
    deactivate_member(member=north.maya, by=north.admin)
    assert refused(transfer_ownership, to=north.maya, by=north.owner).code == "not_allowed"


def test_a_department_takes_exactly_the_members_given(north):
    department = create_department(name="Sales", by=north.admin, members=[north.maya, north.admin])
    change_department(department=department, name="Sales & Advice", members=[north.noor, north.admin], by=north.admin)
    department.refresh_from_db()
    assert department.name == "Sales & Advice"
    assert {member.name for member in department.members.all()} == {"Noor", "Adam"}


def test_a_department_name_is_taken_whatever_its_case(north):
    create_department(name="Sales", by=north.admin)
    assert refused(create_department, name=" SALES ", by=north.admin).field == "name"
    assert Department.objects.count() == 1


@pytest.mark.parametrize(("name", "code"), [("", "blank"), ("  ", "blank"), ("x" * 61, "too_long")])
def test_a_department_needs_a_fitting_name(north, name, code):
    assert refused(create_department, name=name, by=north.admin).code == code


def test_a_member_of_another_workspace_cannot_be_put_into_a_department(north):
    stranger = Company("South").maya
    department = create_department(name="Sales", by=north.admin, members=[stranger, north.maya])
    assert list(department.members.all()) == [north.maya]


def test_a_deleted_department_is_gone_and_written_down(north):
    department = create_department(name="Sales", by=north.admin)
    delete_department(department=department, by=north.admin)
    assert not Department.objects.exists()
    assert AuditEntry.objects.first().target == "Sales"


def test_an_agent_makes_no_departments(north):
    assert refused(create_department, name="Sales", by=north.maya).code == "not_allowed"


def test_a_token_is_kept_only_as_its_hash(north):
    row, token = create_api_token(membership=north.maya, name="script")
    assert token.startswith("hd_")
    assert len(token) == 46
    row.refresh_from_db()
    assert row.token_hash == hash_token(token)
    assert token not in str(row.__dict__)
    assert token not in str(AuditEntry.objects.first().__dict__)


def test_a_revoked_token_stays_revoked(north):
    row, _ = create_api_token(membership=north.maya, name="script")
    revoke_api_token(token=row, by=north.maya)
    first = row.revoked_at
    revoke_api_token(token=row, by=north.maya)
    row.refresh_from_db()
    assert row.revoked_at == first


def test_an_admin_revokes_somebody_elses_token_and_an_agent_does_not(north):
    row, _ = create_api_token(membership=north.maya, name="script")
    assert refused(revoke_api_token, token=row, by=north.noor).code == "not_allowed"
    revoke_api_token(token=row, by=north.admin)
    assert row.revoked_at


def test_tokens_have_a_limit_and_a_name(north):
    assert refused(create_api_token, membership=north.maya, name=" ").code == "blank"
    for number in range(MAX_TOKENS):
        create_api_token(membership=north.maya, name=str(number))
    assert refused(create_api_token, membership=north.maya, name="one more").code == "invalid"


def test_a_person_describes_themselves(north):
    update_profile(by=north.maya, name="Maya L.", alias="M.", language="el", time_zone="Europe/Athens")
    north.maya.refresh_from_db()
    assert (north.maya.user.name, north.maya.public_name, north.maya.user.language) == ("Maya L.", "M.", "el")
