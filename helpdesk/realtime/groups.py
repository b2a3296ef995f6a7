"""The names of the groups that hints go to. Every name carries its workspace: one tenant's is never another's."""

from uuid import UUID


def ticket_agents(workspace_id: int, ticket: UUID | str) -> str:
    """By the public id: a socket joins before anything was read. To join is no right to hear, see `Pipe`."""
    return f"w{workspace_id}.t{ticket}.agents"


def ticket_visitor(workspace_id: int, ticket: UUID | str) -> str:
    return f"w{workspace_id}.t{ticket}.visitor"


def inbox_all(workspace_id: int) -> str:
    """Owner and admins, who see every ticket."""
    return f"w{workspace_id}.inbox"


def inbox_department(workspace_id: int, department_id: int | None) -> str:
    """Agents of a department; None = every agent, for tickets without a department."""
    return f"w{workspace_id}.inbox.d{department_id or 0}"


def ticket_row(workspace_id: int, department_id: int | None, assignee_id: int | None) -> list[str]:
    """Where a ticket is shown: the same rule as `TicketQuerySet.visible_to`."""
    targets = [inbox_all(workspace_id), inbox_department(workspace_id, department_id)]
    return targets if assignee_id is None else [*targets, member(workspace_id, assignee_id)]


def member(workspace_id: int, membership_id: int) -> str:
    return f"w{workspace_id}.m{membership_id}"


def members(workspace_id: int) -> str:
    """Everybody who works in the workspace."""
    return f"w{workspace_id}.members"


def visitor(workspace_id: int, visitor_id: int) -> str:
    return f"w{workspace_id}.v{visitor_id}"


def browser(workspace_id: int, browser: UUID | str) -> str:
    """The open pages of one live visitor. Kept in each process, as all groups are: one more asks nothing of Redis."""
    return f"w{workspace_id}.b{browser}"
