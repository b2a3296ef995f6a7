"""Settings of people and the workspace, under /w/<slug>/settings/."""

from django.urls import path

from helpdesk.accounts.views import departments, hours, members, profile, start, workspace

urlpatterns = [
    path("", start.start, name="settings"),
    path("profile/", profile.profile, name="profile"),
    path("profile/tokens/", profile.create_token, name="create_token"),
    path("profile/tokens/<uuid:public_id>/revoke/", profile.revoke_token, name="revoke_token"),
    path("members/", members.members, name="members"),
    path("members/<uuid:public_id>/role/", members.role, name="member_role"),
    path("members/<uuid:public_id>/deactivate/", members.deactivate, name="deactivate_member"),
    path("members/<uuid:public_id>/reactivate/", members.reactivate, name="reactivate_member"),
    path("members/<uuid:public_id>/transfer/", members.transfer, name="transfer_ownership"),
    path("invitations/<uuid:public_id>/resend/", members.resend, name="resend_invitation"),
    path("invitations/<uuid:public_id>/revoke/", members.revoke, name="revoke_invitation"),
    path("departments/", departments.departments, name="departments"),
    path("departments/new/", departments.new, name="new_department"),
    path("departments/<uuid:public_id>/", departments.change, name="department"),
    path("departments/<uuid:public_id>/delete/", departments.delete, name="delete_department"),
    path("hours/", hours.overview, name="hours"),
    path("hours/workspace/", hours.of_workspace, name="workspace_hours"),
    path("hours/departments/<uuid:public_id>/", hours.of_department, name="department_hours"),
    path("workspace/", workspace.workspace, name="workspace_settings"),
]
