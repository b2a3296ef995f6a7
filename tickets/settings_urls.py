"""Settings of canned messages, under /w/<slug>/settings/."""

from django.urls import path

from tickets.views import canned

urlpatterns = [
    path("canned/", canned.canned_messages, name="canned"),
    path("canned/new/", canned.new, name="new_canned_message"),
    path("canned/<uuid:public_id>/", canned.edit, name="canned_message"),
    path("canned/<uuid:public_id>/delete/", canned.delete, name="delete_canned_message"),
]
