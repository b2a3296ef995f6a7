"""An invitation lets in whom it was sent to, once, for three days."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils import timezone

from helpdesk.accounts.actions.department import create_department
from helpdesk.accounts.actions.invitation import (
    accept_invitation,
    accept_invitation_as_new,
    find_invitation,
    invite_member,
    resend_invitation,
    revoke_invitation,
)
from helpdesk.accounts.actions.membership import deactivate_member
from helpdesk.accounts.models import AuditEntry, Invitation, Membership, Role, User
from helpdesk.deliveries.models import Delivery
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope
from tests.helpdesk.accounts.cast import PASSWORD, person


def invite(company, email="nina@else.example", **fields):
    return invite_member(email=email, by=company.admin, **fields)


def token_of(delivery=None) -> str:
    delivery = delivery or Delivery.objects.latest("id")
    return re.search(r"/invitations/([\w-]+)/", delivery.text)[1]


def refused(call, **fields) -> HelpdeskError:
    with pytest.raises(HelpdeskError) as refusal:
        call(**fields)
    return refusal.value


def test_the_mail_carries_the_link_and_the_row_only_its_hash(north, settings):
    invitation = invite(north)
    mail = Delivery.objects.get()
    token = token_of(mail)
    assert len(token) == 43
    assert f"{settings.BASE_URL}/" in mail.text
    assert mail.to == ["nina@else.example"]
    assert token not in str(invitation.__dict__)
    assert token in mail.html


def test_a_new_person_comes_in_with_role_and_departments_and_a_verified_address(north):
    sales = create_department(name="Sales", by=north.admin)
    invite(north, role=Role.ADMIN, departments=[sales])
    with scope.outside():
        member = accept_invitation_as_new(token=token_of(), password=PASSWORD, name="Nina")
    assert (member.name, member.role, member.workspace_id) == ("Nina", "admin", north.workspace.pk)
    assert list(member.departments.all()) == [sales]
    assert EmailAddress.objects.get(user=member.user).verified
    assert AuditEntry.objects.first().action == "member.joined"


def test_an_existing_person_comes_in_and_keeps_the_account(north):
    nina = person("Nina", "else.example")
    invite(north, email="NINA@else.example")
    with scope.outside():
        member = accept_invitation(token=token_of(), user=nina)
    assert member.user == nina
    assert EmailAddress.objects.get(user=nina, email="nina@else.example").verified


def test_an_existing_account_must_be_signed_in_to(north):
    person("Nina", "else.example")
    invite(north)
    assert refused(accept_invitation_as_new, token=token_of(), password="another password 1").field == "email"


def test_somebody_elses_account_does_not_come_in(north):
    invite(north)
    assert refused(accept_invitation, token=token_of(), user=person("Thief", "evil.example")).code == "not_allowed"
    assert Invitation.objects.open().count() == 1, "the link still works for whom it is meant"


def test_a_verified_second_address_counts_and_an_unverified_one_does_not(north):
    sam = person("Sam", "home.example")
    address = EmailAddress.objects.create(user=sam, email="nina@else.example", verified=False)
    invite(north)
    assert refused(accept_invitation, token=token_of(), user=sam).code == "not_allowed"
    address.verified = True
    address.save()
    assert accept_invitation(token=token_of(), user=sam).user == sam


def test_a_link_works_once(north):
    invite(north)
    token = token_of()
    accept_invitation_as_new(token=token, password=PASSWORD, name="Nina")
    assert Invitation.objects.get().token_hash is None
    assert find_invitation(token) is None
    assert refused(accept_invitation, token=token, user=User.objects.get(name="Nina")).code == "not_found"


def test_a_link_ends_after_72_hours(north):
    invite(north)
    left = Invitation.objects.get().expires_at - timezone.now()
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)
    Invitation.objects.update(expires_at=timezone.now())
    assert find_invitation(token_of()).is_expired, "so that the page can say so"
    assert refused(accept_invitation_as_new, token=token_of(), password=PASSWORD).code == "not_found"
    assert not User.objects.filter(email="nina@else.example").exists()


def test_empty_and_crooked_links_open_nothing(north):
    invite(north)
    token = token_of()
    accept_invitation_as_new(token=token, password=PASSWORD, name="Nina")  # its hash is NULL now
    invite(north, email="next@else.example")
    good = token_of()
    assert find_invitation(good), "the premise: this one works"
    swapped = good.swapcase()
    for crooked in ["", " ", "None", "0", good[:-1], good + " ", " " + good[1:], swapped, "é" * 43, "\x00" * 43]:
        assert find_invitation(crooked) is None, crooked


def test_inviting_again_ends_the_earlier_link(north):
    invite(north)
    first = token_of()
    invite(north, email="Nina@Else.example")
    assert find_invitation(first) is None
    assert find_invitation(token_of())
    assert Invitation.objects.pending().count() == 1


def test_sending_again_makes_a_new_link_and_three_new_days(north):
    invitation = invite(north)
    first = token_of()
    assert refused(resend_invitation, invitation=invitation, by=north.admin).code == "rate_limited"
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    resend_invitation(invitation=invitation, by=north.admin)
    assert find_invitation(first) is None
    assert not find_invitation(token_of()).is_expired


def test_an_invitation_taken_back_opens_nothing(north):
    invitation = invite(north)
    revoke_invitation(invitation=invitation, by=north.admin)
    assert find_invitation(token_of()) is None
    assert refused(resend_invitation, invitation=invitation, by=north.admin).code == "not_found"


def test_an_agent_invites_nobody(north):
    assert refused(invite_member, email="nina@else.example", by=north.maya).code == "not_allowed"


@pytest.mark.parametrize("role", [Role.OWNER, "god"])
def test_nobody_is_invited_as_owner(north, role):
    assert refused(invite, company=north, role=role).code == "choice"


@pytest.mark.parametrize("email", ["", "nina", "a@b", "nina@else.example\nBcc: x@y.example", "a@x.example,b@x.example"])
def test_only_a_whole_address_is_invited(north, email):
    assert refused(invite, company=north, email=email).code == "invalid_email"
    assert not Delivery.objects.exists()


def test_somebody_who_is_here_is_not_invited(north):
    assert "already" in str(refused(invite, company=north, email="MAYA@north.example").message)
    deactivate_member(member=north.maya, by=north.admin)
    assert "before" in str(refused(invite, company=north, email="maya@north.example").message)


def test_a_weak_password_makes_no_account(north):
    invite(north)
    with pytest.raises(ValidationError):
        accept_invitation_as_new(token=token_of(), password="12345", name="Nina")
    assert not User.objects.filter(email="nina@else.example").exists()
    assert Invitation.objects.open().count() == 1


def test_the_same_person_in_two_workspaces_stays_one_account(north, south):
    invite(north, email="maya@south.example")
    with scope.outside():
        accept_invitation(token=token_of(), user=south.maya.user)
    assert Membership.unscoped.filter(user=south.maya.user).count() == 2
