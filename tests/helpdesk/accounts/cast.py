"""People for the tests of accounts."""

from contextlib import contextmanager

from helpdesk.accounts.actions.workspace import create_workspace
from helpdesk.accounts.models import Membership, Role, User, Workspace
from helpdesk.tenancy import scope

PASSWORD = "correct horse battery"


def person(name: str, host: str = "north.example") -> User:
    return User.objects.create_user(f"{name.lower()}@{host}", PASSWORD, name=name)


def join(workspace: Workspace, user: User, role: str = Role.AGENT) -> Membership:
    with scope.workspace(workspace.pk):
        return Membership.objects.create(user=user, role=role)


@contextmanager
def inside(workspace: Workspace):
    with scope.workspace(workspace.pk):
        yield


class Company:
    """A workspace with an owner, an admin and two agents, and its scope open."""

    def __init__(self, name: str = "North") -> None:
        host = f"{name.lower()}.example"
        self.workspace = create_workspace(
            name=name, owner=person("Olga", host), time_zone="Europe/Athens", language="en"
        )
        self.owner = self._member(f"olga@{host}")
        self.admin = join(self.workspace, person("Adam", host), Role.ADMIN)
        self.maya = join(self.workspace, person("Maya", host))
        self.noor = join(self.workspace, person("Noor", host))

    def _member(self, email: str) -> Membership:
        with inside(self.workspace):
            return Membership.objects.select_related("user").get(user__email=email)
