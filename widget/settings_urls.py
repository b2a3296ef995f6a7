"""Settings of the widgets, under /w/<slug>/settings/; the first steps, under /w/<slug>/setup/."""

from django.urls import path

from widget import settings_views as views

urlpatterns = [
    path("widgets/", views.widgets, name="widgets"),
    path("widgets/new/", views.new, name="new_widget"),
    path("widgets/look/", views.look, name="widget_look"),
    path("widgets/<uuid:public_id>/", views.edit, name="widget"),
    path("widgets/<uuid:public_id>/seen/", views.sighting, name="widget_seen"),
    path("widgets/<uuid:public_id>/invitations/", views.invitation_look, name="invitation_look"),
    path("widgets/<uuid:public_id>/delete/", views.delete, name="delete_widget"),
]

setup_urlpatterns = [
    path("", views.setup, name="setup"),
    path("progress/", views.setup_progress, name="setup_progress"),
]
