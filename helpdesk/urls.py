"""Every URL prefix of the product."""

from django.urls import include, path, re_path

from chat.views.console import console
from helpdesk import health
from helpdesk.accounts.views.landing import landing
from helpdesk.api import unknown_route
from widget.settings_urls import setup_urlpatterns

handler400 = "helpdesk.api.bad_request"

urlpatterns = [
    path("", landing, name="home"),
    path("", include("widget.urls")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("accounts/", include("helpdesk.signup")),  # before allauth, whose own sign-up opens no workspace
    path("accounts/", include("helpdesk.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("w/<slug:slug>/", console, name="inbox"),
    path("w/<slug:slug>/inbox/<int:number>", console, name="ticket"),
    path("w/<slug:slug>/visitors", console, name="visitors"),
    path("w/<slug:slug>/settings/", include("helpdesk.accounts.settings_urls")),
    path("w/<slug:slug>/settings/", include("tickets.settings_urls")),
    path("w/<slug:slug>/settings/", include("chat.settings_urls")),
    path("w/<slug:slug>/settings/", include("widget.settings_urls")),
    path("w/<slug:slug>/setup/", include(setup_urlpatterns)),
    path("api/v1/", include("chat.urls")),
    re_path(r"^api/", unknown_route),
]
