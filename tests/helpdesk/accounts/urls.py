from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path("accounts/invitations/<str:token>/", lambda request, token: HttpResponse(), name="accept_invitation")
]
