"""The demo: what a first start finds, and what later starts leave alone."""

import json
import re
import stat
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from helpdesk.accounts.actions.api_token import revoke_api_token
from helpdesk.accounts.actions.workspace import create_workspace
from helpdesk.accounts.credentials import member_by_token
from helpdesk.accounts.models import ApiToken, Membership, User, Workspace
from helpdesk.accounts.models.api_token import hash_token
from helpdesk.deliveries.models import Delivery
from helpdesk.demo.dar_alfakhar import DAR_ALFAKHAR
from helpdesk.tenancy import scope
from tickets.models import CannedMessage, Channel, Contact, Event, Scope, State, Ticket, TicketRead
from widget.actions.widgets import change_widget
from widget.models import Widget

SHOP = "http://localhost:8001"
VARIABLES = {"visitor.name", "visitor.email", "agent.name", "ticket.number", "workspace.name"}


def seed(data, shop=SHOP):
    call_command("seed_demo", base_url="http://127.0.0.1:8000", shop_url=shop, data=data)
    path = data / "demo.json"
    return json.loads(path.read_text()) if path.exists() else None


def users(facts):
    return [user for workspace in facts["workspaces"] for user in workspace["users"]]


class TheDemo(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.path = Path(cls.directory.name)
        with scope.outside():
            cls.facts = seed(cls.path)

    def setUp(self):
        # What a test does to the file is undone, as the database is.
        text = (self.path / "demo.json").read_text()
        self.addCleanup((self.path / "demo.json").write_text, text)

    def inside(self, slug="saltholm"):
        return scope.workspace(Workspace.objects.get(slug=slug).pk)

    # --- demo.json ---------------------------------------------------------------------------------------------------
    def test_the_file_holds_exactly_what_others_read(self):
        assert list(self.facts) == ["base_url", "shop_url", "workspaces"]
        assert [each["slug"] for each in self.facts["workspaces"]] == ["saltholm", "dar-alfakhar"]
        for workspace in self.facts["workspaces"]:
            assert list(workspace) == ["slug", "users", "widgets"]
            assert [user["role"] for user in workspace["users"]].index("owner") == 0
            assert all(list(user) == ["email", "password", "role", "api_token"] for user in workspace["users"])
            assert [list(each) for each in workspace["widgets"]] == [["key", "allowed_sites"]]
            assert workspace["widgets"][0]["allowed_sites"][0] == SHOP
        assert stat.S_IMODE((self.path / "demo.json").stat().st_mode) == 0o600
        assert [path.name for path in self.path.iterdir()] == ["demo.json"]

    def test_every_sign_in_and_every_token_works(self):
        for user in users(self.facts):
            person = User.objects.get(email=user["email"])
            assert person.check_password(user["password"])
            validate_password(user["password"], person)
            assert member_by_token(user["api_token"]).user == person

    def test_no_mail_leaves_for_addresses_that_nobody_has(self):
        assert not Delivery.objects.exists()

    # --- the workspaces ----------------------------------------------------------------------------------------------
    def test_saltholm_has_what_a_shop_has(self):
        with self.inside():
            tickets = Ticket.objects.all()
            assert 15 <= tickets.count() <= 25
            assert {ticket.state for ticket in tickets} == set(State.values)
            assert {ticket.channel for ticket in tickets} == set(Channel.values)
            assert tickets.filter(language="ko").exists()
            assert tickets.filter(language="el").exists()
            assert max(len(text) for text in Event.objects.values_list("text", flat=True)) > 700
            assert Event.objects.filter(name="note.created").count() > 3
            assert Contact.objects.exclude(email="").count() > 5
            by_visitor = [ticket.visitor_id for ticket in tickets]
            assert max(by_visitor.count(visitor) for visitor in by_visitor) == 3

    def test_the_owner_finds_work_of_their_own_unassigned_work_and_unread_work(self):
        with self.inside():
            owner = Membership.objects.get(user__email=users(self.facts)[0]["email"])
            read = {each.ticket_id: each.inbound for each in TicketRead.objects.filter(membership=owner)}
            waiting = Ticket.objects.open().exclude(waiting_since=None)
            assert waiting.assigned_to(owner.pk).exists()
            assert waiting.unassigned().exists()
            unread = [ticket for ticket in Ticket.objects.open() if ticket.inbound > read.get(ticket.pk, 0)]
            assert 3 <= len(unread) < Ticket.objects.count() / 2

    def test_the_second_workspace_is_arabic(self):
        workspace = Workspace.objects.get(slug="dar-alfakhar")
        assert (workspace.language, workspace.name) == ("ar", "دار الفخار")
        with self.inside("dar-alfakhar"):
            assert set(Membership.objects.values_list("user__language", flat=True)) == {"ar"}
            assert Ticket.objects.filter(language="ar").count() > 4

    def test_canned_messages_use_only_variables_that_exist(self):
        for workspace in Workspace.objects.all():
            with scope.workspace(workspace.pk):
                texts = list(CannedMessage.objects.values_list("text", flat=True))
                scopes = set(CannedMessage.objects.values_list("scope", flat=True))
            assert scopes == set(Scope.values)
            used = {name for text in texts for name in re.findall(r"{{([\w.]+)", text)}
            assert used <= VARIABLES
            assert "visitor.name" in used

    # --- history -----------------------------------------------------------------------------------------------------
    def test_every_log_is_without_gaps_and_in_the_order_of_time(self):
        for workspace in Workspace.objects.all():
            with scope.workspace(workspace.pk):
                for ticket in Ticket.objects.all():
                    events = list(ticket.events.order_by("seq"))
                    assert [event.seq for event in events] == list(range(1, ticket.last_seq + 1))
                    public = [event.visitor_seq for event in events if event.visitor_seq]
                    assert public == list(range(1, ticket.last_visitor_seq + 1))
                    times = [event.created_at for event in events]
                    assert times == sorted(times)

    def test_conversations_lie_in_the_past_and_agree_with_their_logs(self):
        with self.inside():
            now = timezone.now()
            for ticket in Ticket.objects.all():
                events = list(ticket.events.order_by("seq"))
                said = [event.created_at for event in events if event.text]
                assert ticket.last_at == said[-1]
                assert abs(ticket.created_at - events[0].created_at) < timedelta(seconds=5)
                assert abs(ticket.updated_at - events[-1].created_at) < timedelta(seconds=5)
                assert ticket.waiting_since is None or ticket.waiting_since in said
            assert Ticket.objects.filter(created_at__lt=now - timedelta(days=7)).exists()
            assert Ticket.objects.filter(updated_at__gt=now - timedelta(minutes=5)).exists()

    def test_a_customer_who_came_back_came_in_another_visit(self):
        with self.inside():
            ticket = Ticket.objects.filter(visitor__name__startswith="Inês").first()
            assert ticket.visitor.visits.count() == 3
            assert all(visit.browser for visit in ticket.visitor.visits.all())

    # --- later starts ------------------------------------------------------------------------------------------------
    def test_a_later_start_keeps_sign_ins_and_follows_the_shop(self):
        with self.inside():
            widget = Widget.objects.get()
            owner = Membership.objects.get(role="owner")
            change_widget(widget=widget, by=owner, allowed_sites=[SHOP, "https://saltholm.example"])
        tickets = Ticket.unscoped.count()
        later = seed(self.path, "http://localhost:8009")
        assert users(later) == users(self.facts)
        assert later["shop_url"] == "http://localhost:8009"
        sites = [each["widgets"][0]["allowed_sites"] for each in later["workspaces"]]
        assert sites == [["http://localhost:8009", "https://saltholm.example"], ["http://localhost:8009"]]
        assert Ticket.unscoped.count() == tickets
        assert seed(self.path, "http://localhost:8009") == later

    def test_a_token_that_does_not_work_any_more_is_made_anew_and_the_others_stay(self):
        revoked = users(self.facts)[1]
        with self.inside():
            token = ApiToken.objects.select_related("membership__user").get(token_hash=hash_token(revoked["api_token"]))
            revoke_api_token(token=token, by=token.membership)
        before, after = users(self.facts), users(seed(self.path))
        assert [old == new for old, new in zip(before, after, strict=True)] == [n != 1 for n in range(len(before))]
        assert member_by_token(after[1]["api_token"]).user.email == revoked["email"]

    def test_a_lost_file_is_written_again_with_sign_ins_that_work(self):
        (self.path / "demo.json").unlink()
        again = users(seed(self.path))
        assert [user["email"] for user in again] == [user["email"] for user in users(self.facts)]
        assert User.objects.get(email=again[0]["email"]).check_password(again[0]["password"])
        with pytest.raises(Exception, match="token_revoked"):
            member_by_token(users(self.facts)[0]["api_token"])


@pytest.mark.django_db
def test_an_interrupted_seeding_leaves_nothing_and_is_repeated(tmp_path):
    command = "helpdesk.management.commands.seed_demo"
    with patch(f"{command}.PLOTS", (DAR_ALFAKHAR,)):
        with patch(f"{command}.write_facts", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
            seed(tmp_path)
        assert not Workspace.objects.exists()
        assert not User.objects.exists()
        assert seed(tmp_path)["workspaces"][0]["slug"] == "dar-alfakhar"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Northwind", "Saltholm"])
def test_a_database_that_people_filled_is_left_alone_in_silence(tmp_path, capsys, name):
    create_workspace(name=name, owner=User.objects.create_user("olga@north.example", "correct horse battery"))
    assert seed(tmp_path) is None
    assert not list(tmp_path.iterdir())
    assert Workspace.objects.count() == 1
    assert capsys.readouterr() == ("", "")
