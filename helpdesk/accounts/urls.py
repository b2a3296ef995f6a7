"""Pages of accounts outside every workspace, under /accounts/."""

from django.urls import path

from helpdesk.accounts.views import invitations

urlpatterns = [path("invitations/<str:token>/", invitations.accept, name="accept_invitation")]
