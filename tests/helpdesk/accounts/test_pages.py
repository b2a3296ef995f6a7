"""The pages of accounts: who may open them, what they keep, and what they never tell."""

import re

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from helpdesk.accounts.actions.invitation import invite_member
from helpdesk.accounts.actions.membership import deactivate_member
from helpdesk.accounts.models import ApiToken, Department, Invitation, Membership, User, Workspace
from helpdesk.accounts.models.api_token import hash_token
from helpdesk.deliveries.models import Delivery
from helpdesk.tenancy import scope
from tests.pages import client_of, page
from tests.world import PASSWORD
from widget.models import Widget

SIGNUP = {
    "workspace": "Meltemi",
    "name": "Eleni Markou",
    "email": "eleni@meltemi.example",
    "password1": PASSWORD,
    "time_zone": "Europe/Athens",
    "language": "el-GR",
}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def token_in(mail: Delivery) -> str:
    return re.search(r"/invitations/([\w-]+)/", mail.text)[1]


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# ---- signing up and in


def test_signing_up_opens_a_workspace_with_an_owner_and_a_widget(client, db):
    response = client.post(reverse("account_signup"), SIGNUP)
    assert response.url == "/w/meltemi/setup/"
    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.time_zone, workspace.language) == ("Meltemi", "Europe/Athens", "el")
    with scope.workspace(workspace.pk):
        owner = Membership.objects.get()
        assert (owner.role, owner.user.name, owner.user.language) == ("owner", "Eleni Markou", "el")
        assert Widget.objects.get().allowed_sites == []
    assert client.get("/w/meltemi/setup/").status_code == 200
    mail = Delivery.objects.get()
    assert mail.to == ["eleni@meltemi.example"]
    assert "/accounts/confirm-email/" in mail.text


def test_a_refused_sign_up_keeps_what_was_typed_and_makes_nothing(client, db):
    response = client.post(reverse("account_signup"), {**SIGNUP, "password1": "123"})
    html = response.content.decode()
    assert 'value="Meltemi"' in html
    assert 'value="eleni@meltemi.example"' in html
    assert re.search(r'id="id_password1"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_password1"', html)
    assert 'id="id_password1_error"' in html
    assert not User.objects.exists()
    assert not Workspace.objects.exists()


def test_signing_up_with_a_taken_address_tells_only_its_mailbox(client, world):
    before = Workspace.objects.count()
    response = client.post(reverse("account_signup"), {**SIGNUP, "email": "MAYA@north.example"})
    assert response.url == reverse("account_email_verification_sent")
    assert Workspace.objects.count() == before
    assert "_auth_user_id" not in client.session
    mail = Delivery.objects.latest("id")
    assert mail.to == ["maya@north.example"]
    assert "already" in mail.subject


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, world):
    def answer(email):
        response = client.post(reverse("account_login"), {"login": email, "password": "wrong password"})
        html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        return response.status_code, html.replace(email, "")

    assert answer("maya@north.example") == answer("ghost@north.example")


def test_a_password_reset_answers_the_same_for_every_address(client, world):
    known = client.post(reverse("account_reset_password"), {"email": "maya@north.example"})
    unknown = client.post(reverse("account_reset_password"), {"email": "ghost@north.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_the_host_header_never_gets_into_a_mail(world, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(HTTP_HOST="evil.example", headers={"X-Forwarded-Host": "evil.example"})
    client.post(reverse("account_reset_password"), {"email": "maya@north.example"})
    client.post(reverse("account_reset_password"), {"email": "ghost@north.example"})
    client.post(reverse("account_signup"), {**SIGNUP, "email": "maya@north.example"})
    client.post(reverse("account_signup"), SIGNUP)
    mails = Delivery.objects.all()
    assert len(mails) == 4
    for mail in mails:
        everything = f"{mail.subject} {mail.text} {mail.html} {mail.headers}"
        assert "evil.example" not in everything
        assert settings.BASE_URL in mail.text
        assert settings.BASE_URL in mail.html


def test_a_password_reset_works_once_and_signs_other_devices_out(client, world):
    other = client_of(world.north.maya)
    client.post(reverse("account_reset_password"), {"email": "maya@north.example"})
    link = re.search(r"http://testserver(\S+)", Delivery.objects.latest("id").text)[1]
    form = client.get(link, follow=True)
    assert form.status_code == 200
    url = form.redirect_chain[-1][0]
    new = {"password1": "a new good password", "password2": "a new good password"}
    assert client.post(url, new).status_code == 302
    assert other.get(page("profile", world.north)).status_code == 302, "signed out"
    assert "does not work any more" in Client().get(link, follow=True).content.decode()


def confirmation_link() -> str:
    return re.search(r"http://testserver(/accounts/confirm-email/\S+)", Delivery.objects.latest("id").text)[1]


def test_a_new_address_counts_once_its_link_was_followed(world):
    client = client_of(world.north.maya)
    client.post(reverse("account_email"), {"action_add": "", "email": "maya@new.example"})
    user = User.objects.get(pk=world.north.maya.user.pk)
    assert user.email == "maya@north.example"
    assert Delivery.objects.latest("id").to == ["maya@new.example"]
    assert "maya@new.example" in client.get(reverse("account_email")).content.decode()
    link = confirmation_link()
    assert Client().get(link).status_code == 200
    user.refresh_from_db()
    assert user.email == "maya@north.example", "opening the link changes nothing; mail scanners open links"
    Client().post(link)
    user.refresh_from_db()
    assert user.email == "maya@new.example"


def test_nobody_takes_over_the_address_another_account_signs_in_with(world):
    client = client_of(world.north.maya)
    client.post(reverse("account_email"), {"action_add": "", "email": "THEO@north.example"})
    assert client.post(confirmation_link(), follow=True).status_code == 200
    assert User.objects.get(pk=world.north.maya.user.pk).email == "maya@north.example"


def test_signing_out_takes_a_post(client, world):
    client = client_of(world.north.maya)
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_signing_in_changes_the_session_id(world):
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["mark"] = 1
    session.save()
    client.cookies["helpdesk_sid"] = session.session_key
    client.post(reverse("account_login"), {"login": "maya@north.example", "password": PASSWORD})
    assert "_auth_user_id" in client.session
    assert client.session.session_key != session.session_key


def test_sign_in_leads_to_the_workspace(world):
    client = Client()
    client.post(reverse("account_login"), {"login": "maya@north.example", "password": PASSWORD})
    assert client.get("/").url == "/w/north/"


def test_sign_in_does_not_lead_out_of_the_house(world):
    response = Client().post(
        reverse("account_login"),
        {"login": "maya@north.example", "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert "evil" not in response.url


def test_the_first_page_explains_itself_to_strangers_and_greets_those_without_a_workspace(client, world):
    assert reverse("account_signup") in client.get("/").content.decode()
    client.force_login(world.outsider)
    html = client.get("/").content.decode()
    assert "No workspace yet" in html
    assert reverse("new_workspace") in html


def test_somebody_opens_a_second_workspace(world):
    client = client_of(world.north.maya)
    response = client.post(reverse("new_workspace"), {"workspace": "Maya’s own", "time_zone": "", "language": ""})
    assert response.url == "/w/maya-s-own/setup/"
    assert Membership.unscoped.filter(user=world.north.maya.user).count() == 2


# ---- who may open the settings

ADMIN_PAGES = ["members", "departments", "new_department", "workspace_settings", "widgets", "new_widget", "setup"]
OWN_PAGES = ["profile", "canned", "new_canned_message"]


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_admins_open_the_settings_agents_read_why_not_and_strangers_find_nothing(world, name):
    url = page(name, world.north)
    for admin in (world.north.olga, world.north.ada):
        assert client_of(admin).get(url).status_code == 200
    refused = client_of(world.north.maya).get(url)
    assert refused.status_code == 403
    assert "Agent" in refused.content.decode()
    assert client_of(world.south.oscar).get(url).status_code == 404
    assert Client().get(url).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", OWN_PAGES)
def test_everybody_opens_their_own_pages(world, name):
    assert client_of(world.north.maya).get(page(name, world.north)).status_code == 200
    assert client_of(world.south.oscar).get(page(name, world.north)).status_code == 404


def test_an_agent_changes_nothing_by_posting_past_the_page(world):
    north, client = world.north, client_of(world.north.maya)
    theo = {"public_id": north.theo.public_id}
    attempts = [
        (page("members", north), {"email": "friend@else.example", "role": "admin"}),
        (page("member_role", north, **theo), {"role": "admin"}),
        (page("deactivate_member", north, **theo), {}),
        (page("transfer_ownership", north, public_id=north.maya.public_id), {}),
        (page("new_department", north), {"name": "Mine"}),
        (page("workspace_settings", north), {"name": "Mine"}),
    ]
    for url, data in attempts:
        assert client.post(url, data).status_code == 403, url
    with north.inside():
        assert not Invitation.objects.exists()
        assert Membership.objects.get(pk=north.theo.pk).is_active


def test_ids_of_another_workspace_are_not_found(world):
    client = client_of(world.north.olga)
    with world.south.inside():
        invitation = invite_member(email="a@else.example", by=world.south.oscar)
        department = Department.objects.first()
    foreign = [
        page("member_role", world.north, public_id=world.south.sam.public_id),
        page("deactivate_member", world.north, public_id=world.south.sam.public_id),
        page("resend_invitation", world.north, public_id=invitation.public_id),
        page("revoke_invitation", world.north, public_id=invitation.public_id),
        page("department", world.north, public_id=department.public_id),
        page("delete_department", world.north, public_id=department.public_id),
    ]
    for url in foreign:
        assert client.post(url, {"role": "admin", "name": "x"}).status_code == 404, url


def test_changes_take_a_post(world):
    client = client_of(world.north.olga)
    for name in ("member_role", "deactivate_member", "reactivate_member", "transfer_ownership"):
        assert client.get(page(name, world.north, public_id=world.north.maya.public_id)).status_code == 405


def test_every_form_is_protected_against_forgery(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.north.olga.user)
    url = page("deactivate_member", world.north, public_id=world.north.maya.public_id)
    assert client.post(url).status_code == 403
    with world.north.inside():
        assert Membership.objects.get(pk=world.north.maya.pk).is_active


def test_somebody_whose_access_was_removed_is_a_stranger_at_once(world):
    client = client_of(world.north.maya)
    url = page("profile", world.north)
    assert client.get(url).status_code == 200
    with world.north.inside():
        deactivate_member(member=world.north.maya, by=world.north.ada)
    assert client.get(url).status_code == 404
    assert "No workspace yet" in client.get("/").content.decode()


def test_no_settings_page_has_inline_script_or_style(world):
    client = client_of(world.north.olga)
    for name in ADMIN_PAGES + OWN_PAGES:
        html = client.get(page(name, world.north)).content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style", html), name
        for script in re.findall(r"<script([^>]*)>", html):
            assert "src=" in script or 'type="application/json"' in script, name


# ---- what the pages do


def test_an_invitation_travels_from_the_form_to_a_new_member(world):
    client = client_of(world.north.ada)
    with world.north.inside():
        delivery = Department.objects.get(name="Delivery")
    sent = client.post(
        page("members", world.north),
        {"email": "nina@else.example", "role": "agent", "departments": [delivery.pk]},
    )
    assert said(sent) == ["The invitation is on its way to nina@else.example."]
    link = reverse("accept_invitation", args=[token_in(Delivery.objects.latest("id"))])

    nina = Client()
    assert "nina@else.example" in nina.get(link).content.decode()
    weak = nina.post(link, {"name": "Nina", "password": "123"})
    assert 'value="Nina"' in weak.content.decode(), "what was typed stays"
    joined = nina.post(link, {"name": "Nina", "password": PASSWORD, "language": "ko-KR"})
    assert joined.url == "/w/north/"
    assert nina.get(page("profile", world.north)).status_code == 200
    with world.north.inside():
        member = Membership.objects.get(user__email="nina@else.example")
        assert list(member.departments.all()) == [delivery]
        assert member.user.language == "ko"

    again = Client().get(link)
    assert again.status_code == 410
    assert "does not work any more" in again.content.decode()


def test_an_invited_person_with_an_account_signs_in_first(world):
    with world.north.inside():
        invite_member(email="sam@south.example", by=world.north.olga)
    link = reverse("accept_invitation", args=[token_in(Delivery.objects.latest("id"))])
    assert f"{reverse('account_login')}?next=" in Client().get(link).content.decode()
    wrong = client_of(world.north.maya)
    assert "another address" in wrong.get(link).content.decode()
    wrong.post(link)
    sam = client_of(world.south.sam)
    with scope.outside():
        assert Membership.unscoped.filter(user=world.south.sam.user).count() == 1, "opening the page changes nothing"
    assert sam.get(link).status_code == 200
    assert sam.post(link).url == "/w/north/"


@pytest.mark.parametrize("token", ["x", "a" * 43, "None", "%00", "a" * 400])
def test_a_crooked_invitation_link_gets_a_clear_page(client, db, token):
    response = client.get(f"/accounts/invitations/{token}/")
    assert response.status_code == 410
    assert "does not work any more" in response.content.decode()


def test_a_refused_invitation_shows_the_sentence_at_the_field(world):
    response = client_of(world.north.ada).post(
        page("members", world.north), {"email": "maya@north.example", "role": "agent"}
    )
    html = response.content.decode()
    assert 'id="id_email_error"' in html
    assert "already" in html
    assert 'value="maya@north.example"' in html


def test_a_role_is_changed_by_the_form(world):
    url = page("member_role", world.north, public_id=world.north.maya.public_id)
    client_of(world.north.ada).post(url, {"role": "admin"})
    with world.north.inside():
        assert Membership.objects.get(pk=world.north.maya.pk).role == "admin"


def test_the_owner_is_safe_from_a_posted_form(world):
    url = page("deactivate_member", world.north, public_id=world.north.olga.public_id)
    response = client_of(world.north.ada).post(url)
    assert "owner stays" in said(response)[0]
    with world.north.inside():
        assert Membership.objects.get(pk=world.north.olga.pk).is_active


def test_a_new_token_is_shown_once_and_works_as_stored(world):
    client = client_of(world.north.maya)
    html = client.post(page("create_token", world.north), {"name": "Export"}).content.decode()
    token = re.search(r'id="new-token">(hd_[\w-]+)<', html)[1]
    with world.north.inside():
        row = ApiToken.objects.get()
        assert row.token_hash == hash_token(token)
    assert token not in client.get(page("profile", world.north)).content.decode()
    client.post(page("revoke_token", world.north, public_id=row.public_id))
    with world.north.inside():
        assert ApiToken.objects.get().revoked_at


def test_nobody_revokes_a_colleagues_token_from_their_own_profile(world):
    client_of(world.north.maya).post(page("create_token", world.north), {"name": "Export"})
    with world.north.inside():
        row = ApiToken.objects.get()
    url = page("revoke_token", world.north, public_id=row.public_id)
    assert client_of(world.north.theo).post(url).status_code == 404


def test_the_profile_sets_the_language_of_the_pages(world):
    client = client_of(world.north.maya)
    data = {"name": "Maya", "alias": "M.", "language": "ar", "time_zone": "Asia/Seoul"}
    client.post(page("profile", world.north), data)
    html = client.get(page("profile", world.north)).content.decode()
    assert '<html lang="ar" dir="rtl">' in html


def test_the_workspace_form_keeps_what_was_refused(world):
    client = client_of(world.north.ada)
    data = {
        "name": "Northern",
        "language": "en",
        "time_zone": "UTC",
        "reopen_days": "999",
        "idle_minutes": "5",
        "return_minutes": "2",
        "decision_days": "30",
    }
    html = client.post(page("workspace_settings", world.north), data).content.decode()
    assert 'value="Northern"' in html
    assert 'value="999"' in html
    assert Workspace.objects.get(slug="north").name == "North"
    client.post(page("workspace_settings", world.north), {**data, "reopen_days": "14"})
    kept = Workspace.objects.get(slug="north")
    assert (kept.reopen_days, kept.decision_days) == (14, 30)
    for days in ("6", "366"):
        assert (
            "problem"
            in client.post(
                page("workspace_settings", world.north), {**data, "reopen_days": "14", "decision_days": days}
            ).content.decode()
        )
    assert Workspace.objects.get(slug="north").decision_days == 30


def test_a_department_is_made_filled_and_deleted(world):
    client = client_of(world.north.ada)
    client.post(page("new_department", world.north), {"name": "Repairs", "members": [world.north.theo.pk]})
    with world.north.inside():
        repairs = Department.objects.get(name="Repairs")
        assert list(repairs.members.all()) == [world.north.theo]
    url = page("department", world.north, public_id=repairs.public_id)
    taken = client.post(url, {"name": "delivery", "members": []})
    assert 'id="id_name_error"' in taken.content.decode()
    client.post(page("delete_department", world.north, public_id=repairs.public_id))
    with world.north.inside():
        assert not Department.objects.filter(name="Repairs").exists()


def test_a_person_of_another_workspace_cannot_be_posted_into_a_department(world):
    client = client_of(world.north.ada)
    response = client.post(page("new_department", world.north), {"name": "Spies", "members": [world.south.sam.pk]})
    assert response.status_code == 200
    with world.north.inside():
        assert not Department.objects.filter(name="Spies").exists()


def test_error_pages_are_calm_and_say_what_to_do(client, db):
    response = client.get("/there/is/nothing")
    assert response.status_code == 404
    assert "We could not find this page" in response.content.decode()


def test_a_form_that_was_open_too_long_is_explained_in_the_readers_language(world):
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "ar"})
    response = client.post(reverse("account_login"), {"login": "maya@north.example"})
    assert response.status_code == 403
    assert '<html lang="ar" dir="rtl">' in response.content.decode()


def test_the_page_for_our_own_failures_needs_no_database(django_db_blocker):
    from django.template.loader import get_template

    with django_db_blocker.block():
        assert "Something broke on our side" in get_template("500.html").render()


@pytest.mark.parametrize("slug", ["Nowhere", "no_where", "n" * 300])
def test_an_address_that_no_workspace_can_have_is_not_found(world, slug):
    for path in ("", "inbox/1", "settings/profile/"):
        assert client_of(world.north.maya).get(f"/w/{slug}/{path}").status_code == 404
        assert Client().get(f"/w/{slug}/{path}").status_code == 302
