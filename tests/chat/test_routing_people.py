"""What admins set for people: limits, languages, priorities, pauses."""

from __future__ import annotations

import pytest

from chat.models import Desk, PausedWhy
from helpdesk.accounts.actions.department import change_department
from helpdesk.accounts.models import AuditEntry, DepartmentMember, Membership
from helpdesk.errors import HelpdeskError
from tests.chat.routing_cast import delivery_of, text_of
from tests.pages import client_of, page


def test_an_admin_sets_an_agents_limit_and_languages(world):
    north = world.north
    client, url = client_of(north.ada), page("member", north, public_id=north.theo.public_id)
    assert client.get(url).status_code == 200
    assert client.post(url, {"chat_limit": "2", "languages": ["el", "ar"]}).status_code == 302
    with north.inside():
        assert Desk.objects.get(membership=north.theo).chat_limit == 2
        assert Membership.objects.get(pk=north.theo.pk).languages == ["ar", "el"]
        actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
        assert actions[-2:] == ["member.languages_changed", "member.chat_limit_changed"]
    refused = client.post(url, {"chat_limit": "51"})
    assert "from 0 to 50, or leave it empty" in text_of(refused)
    client.post(url, {"chat_limit": ""})
    with north.inside():
        assert Desk.objects.get(membership=north.theo).chat_limit is None


def test_an_admin_pauses_and_resumes_somebody(world):
    north, client = world.north, client_of(world.north.ada)
    client.post(page("pause_member", north, public_id=north.theo.public_id))
    with north.inside():
        assert Desk.objects.get(membership=north.theo).paused_why == PausedWhy.ADMIN
    text = text_of(client.get(page("member", north, public_id=north.theo.public_id)))
    assert "by an admin" in text
    client.post(page("resume_member", north, public_id=north.theo.public_id))
    with north.inside():
        assert Desk.objects.get(membership=north.theo).paused_at is None
        assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True))[-2:] == [
            "member.paused",
            "member.resumed",
        ]


def test_priorities_are_set_on_the_departments_page(world):
    north = world.north
    delivery = delivery_of(north, maya=50)
    url, maya, theo = page("department", north, public_id=delivery.public_id), north.maya.pk, north.theo.pk
    client = client_of(north.ada)
    data = {"name": "Delivery", "members": [maya, theo], f"priority_{maya}": "7", f"priority_{theo}": ""}
    assert client.post(url, data).status_code == 302
    with north.inside():
        kept = dict(DepartmentMember.objects.filter(department=delivery).values_list("membership_id", "priority"))
        assert kept == {maya: 7, theo: 50}
        change_department(department=delivery, name="Delivery", members=[north.maya, north.theo], by=north.ada)
        assert DepartmentMember.objects.get(department=delivery, membership=north.maya).priority == 7
        with pytest.raises(HelpdeskError):
            change_department(department=delivery, name="Delivery", members=[], by=north.ada, priorities={maya: 101})
    assert 'value="7"' in client.get(url).content.decode()
    assert "from 1 to 100" in text_of(client.post(url, {**data, f"priority_{theo}": "0"}))


def test_people_say_what_they_answer_in(world):
    north, client = world.north, client_of(world.north.maya)
    data = {"name": "Maya", "alias": "", "language": "en", "time_zone": "", "languages": ["sv", "en"]}
    assert client.post(page("profile", north), data).status_code == 302
    with north.inside():
        assert Membership.objects.get(pk=north.maya.pk).languages == ["en", "sv"]
    assert "valid choice" in text_of(client.post(page("profile", north), {**data, "languages": ["klingon"]}))
