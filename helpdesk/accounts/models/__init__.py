from helpdesk.accounts.models.api_token import ApiToken
from helpdesk.accounts.models.audit_entry import AuditEntry
from helpdesk.accounts.models.department import Department, DepartmentMember
from helpdesk.accounts.models.installation import Installation
from helpdesk.accounts.models.invitation import Invitation, InvitationDepartment
from helpdesk.accounts.models.membership import Membership, Role, Status
from helpdesk.accounts.models.opening_hours import OpeningHours
from helpdesk.accounts.models.user import User
from helpdesk.accounts.models.workspace import Workspace

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Department",
    "DepartmentMember",
    "Installation",
    "Invitation",
    "InvitationDepartment",
    "Membership",
    "OpeningHours",
    "Role",
    "Status",
    "User",
    "Workspace",
]
