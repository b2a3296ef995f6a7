"""Telling a plot: every row comes from the verb that a person's click would call."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password

from chat.actions import conversations, reading
from chat.actions.messages import Message, send_message
from chat.actions.visits import record_page
from helpdesk.accounts.actions.department import create_department
from helpdesk.accounts.actions.invitation import TOKEN_LENGTH, accept_invitation_as_new, invite_member
from helpdesk.accounts.actions.profile import update_profile
from helpdesk.accounts.actions.workspace import update_workspace
from helpdesk.accounts.models import Department, Membership, User, Workspace
from helpdesk.deliveries.models import Delivery
from helpdesk.demo.passwords import new_password
from helpdesk.demo.past import Timeline, move_into_the_past
from helpdesk.demo.story import Act, Customer, Person, Plot, Story
from helpdesk.signup import open_workspace
from helpdesk.tenancy import scope
from tickets.actions.canned import create_canned
from tickets.authors import Author
from tickets.models import Scope, State, Ticket, Visitor
from widget.actions.sessions import open_session
from widget.actions.widgets import change_widget
from widget.models import Widget

BROWSERS = {
    "desktop": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
    "Safari/537.36",
    "mac": "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Safari/605.1.15",
    "phone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1",
    "android": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
    "Mobile Safari/537.36",
}
PAGE_TIME = timedelta(seconds=80)
BREATH = timedelta(seconds=20)  # between two acts, even where a story says only the hour
EVERYTHING = 1_000_000  # reading up to more than there is means all


def tell(plot: Plot, shop_url: str) -> dict[str, str]:
    """Make the plot's workspace with everything in it. Returns the passwords by e-mail address.

    Must hold: a transaction is open, no workspace is active, nobody has the plot's addresses.
    """
    owner_password = new_password()
    owner = _sign_up(plot, owner_password)
    workspace = open_workspace(name=plot.latin_name, owner=owner, time_zone=plot.time_zone, language=plot.language)
    with scope.workspace(workspace.pk):
        return {owner.email: owner_password, **_Telling(plot, shop_url, workspace).run()}


def _sign_up(plot: Plot, password: str) -> User:
    person = plot.team[0]
    email = plot.email_of(person)
    validate_password(password, User(email=email, name=person.name))
    user = User.objects.create_user(
        email, password, name=person.name, language=person.language, time_zone=plot.time_zone
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


class _Telling:
    """One plot on its way into its workspace."""

    def __init__(self, plot: Plot, shop_url: str, workspace: Workspace) -> None:
        self.plot = plot
        self.shop_url = shop_url
        self.workspace = workspace
        self.timeline = Timeline()
        self.members: dict[str, Membership] = {plot.team[0].key: _member(plot.email_of(plot.team[0]))}
        self.departments: dict[str, Department] = {}
        self.customers = {customer.key: customer for customer in plot.customers}
        self.tokens: dict[str, str] = {}

    @property
    def owner(self) -> Membership:
        return self.members[self.plot.team[0].key]

    def run(self) -> dict[str, str]:
        self._name_workspace()
        passwords = dict(self._hire(person) for person in self.plot.team[1:])
        for name, people in self.plot.departments.items():
            members = [self.members[key] for key in people]
            self.departments[name] = create_department(name=name, by=self.owner, members=members)
        self.widget = change_widget(
            widget=Widget.objects.select_related("workspace").get(),
            by=self.owner,
            name=self.plot.name,
            allowed_sites=[self.shop_url],
            **self.plot.widget,
        )
        self._write_canned()
        for story in sorted(self.plot.stories, key=lambda story: story.acts[0].ago, reverse=True):
            self._tell_story(story)
        return passwords

    # --- the house ---------------------------------------------------------------------------------------------------
    def _name_workspace(self) -> None:
        """The address came from the Latin name; people read the one in the workspace's own script."""
        update_workspace(
            workspace=self.workspace,
            by=self.owner,
            name=self.plot.name,
            language=self.workspace.language,
            time_zone=self.workspace.time_zone,
            reopen_days=self.workspace.reopen_days,
            idle_minutes=self.workspace.idle_minutes,
            return_minutes=self.workspace.return_minutes,
            decision_days=self.workspace.decision_days,
        )

    def _hire(self, person: Person) -> tuple[str, str]:
        """Through an invitation, as anybody comes in. Returns the address and the password."""
        email, password = self.plot.email_of(person), new_password()
        invite_member(email=email, role=person.role, by=self.owner)
        accept_invitation_as_new(
            token=_token_in_mail_to(email),
            password=password,
            name=person.name,
            language=person.language,
            time_zone=self.plot.time_zone,
        )
        member = self.members[person.key] = _member(email)
        if person.alias:
            update_profile(
                by=member,
                name=person.name,
                alias=person.alias,
                language=person.language,
                time_zone=self.plot.time_zone,
            )
        return email, password

    def _write_canned(self) -> None:
        for canned in self.plot.canned:
            department = self.departments.get(canned.department)
            shared = Scope.DEPARTMENT if department else Scope.WORKSPACE
            create_canned(
                by=self.members[canned.by],
                shortcut=canned.shortcut,
                title=canned.title,
                text=canned.text,
                scope=Scope.PERSONAL if canned.is_personal else shared,
                department=department,
            )

    # --- the conversations -------------------------------------------------------------------------------------------
    def _tell_story(self, story: Story) -> None:
        first, *rest = story.acts
        self.timeline = Timeline()
        visitor = self._arrive(self.customers[story.customer], first.ago)
        self.timeline.mark(first.ago)
        ticket = self._start(visitor, story, first.text)
        ago, has_read = first.ago, ""  # who wrote last has read all before
        for act in rest:
            ago = min(act.ago, ago - BREATH)
            self.timeline.mark(ago)
            if act.who != has_read:
                self._read(act, ticket, visitor)
                has_read = act.who
            self._act(act, ticket, visitor)
        if story.is_seen:
            reading.member_read(member=self.owner, ticket_id=ticket, upto=EVERYTHING)
        # At once: a customer who comes back in a later story must find the earlier visit long over.
        move_into_the_past(self.timeline, Ticket.objects.get(public_id=ticket))

    def _read(self, act: Act, ticket: UUID, visitor: Visitor) -> None:
        """Nobody answers what they have not read."""
        if act.who:
            reading.member_read(member=self.members[act.who], ticket_id=ticket, upto=EVERYTHING)
        else:
            reading.visitor_read(visitor=visitor, ticket_id=ticket, upto=EVERYTHING)

    def _arrive(self, customer: Customer, ago: timedelta) -> Visitor:
        """The customer walks through the shop's pages and ends on the one where they write."""
        first, *more = customer.pages
        self.timeline.mark(ago + PAGE_TIME * len(customer.pages))
        visitor, self.tokens[customer.key] = open_session(
            widget=self.widget,
            token=self.tokens.get(customer.key),
            page=self.shop_url + first[0],
            referrer=customer.referrer,
            language=customer.language,
            time_zone=customer.time_zone,
            user_agent=BROWSERS[customer.browser],
        )
        self._open_page(visitor, first)
        for number, page in enumerate(more, 1):
            self.timeline.mark(ago + PAGE_TIME * (len(customer.pages) - number))
            self._open_page(visitor, page)
        return visitor

    def _open_page(self, visitor: Visitor, page: tuple[str, str]) -> None:
        path, title = page
        record_page(visitor=visitor, url=self.shop_url + path, title=title, referrer="")

    def _start(self, visitor: Visitor, story: Story, text: str) -> UUID:
        customer = self.customers[story.customer]
        said = {"name": customer.name, "email": customer.email, "phone": customer.phone}
        department = self.departments[story.department].public_id if story.department else None
        chat = conversations.NewChat(
            client_id=uuid4(),
            text=text,
            form={name: value for name, value in said.items() if value},
            department=department,
            offline=story.is_offline_form,
        )
        address = self._address_of(customer)
        ack = conversations.start_chat(visitor=visitor, widget=self.widget, address=address, chat=chat)
        visitor.refresh_from_db()
        if ack.ticket is None:
            raise AssertionError("A chat that started has a ticket.")
        return ack.ticket

    def _address_of(self, customer: Customer) -> str:
        """An address for documentation (RFC 5737), one for each customer: the limits are counted by address."""
        return f"198.51.100.{1 + self.plot.customers.index(customer)}"

    def _act(self, act: Act, ticket: UUID, visitor: Visitor) -> None:
        author = Author.of_member(self.members[act.who]) if act.who else Author.of_visitor(visitor)
        place: dict[str, Any] = {"by": author, "ticket_id": ticket, "client_id": uuid4()}
        if act.verb in ("says", "replies"):
            send_message(Message(**place, text=act.text))
        elif act.verb == "notes":
            send_message(Message(**place, text=act.text, kind="note"))
        elif act.verb == "takes":
            conversations.take_ticket(**place)
        elif act.verb == "assigns":
            conversations.assign_ticket(**place, to=self.members[act.text].public_id)
        elif act.verb == "resolves":
            conversations.set_state(**place, state=State.RESOLVED)
        elif act.verb == "marks_spam":
            conversations.set_state(**place, state=State.SPAM)
        elif act.verb == "leaves":
            conversations.end_chat(**place)
        elif act.verb != "looks":
            raise ValueError(f"Nobody can do this: {act.verb}.")


def _member(email: str) -> Membership:
    return Membership.objects.select_related("user", "workspace").get(user__email=email)


def _token_in_mail_to(email: str) -> str:
    """The token in the mail that is about to leave. The mail is taken back: nobody lives at this address."""
    mail = Delivery.objects.get(to=[email])
    found = re.search(rf"/([\w-]{{{TOKEN_LENGTH}}})/", mail.text)
    if found is None:
        raise AssertionError("An invitation holds its link.")
    mail.delete()
    return found[1]
