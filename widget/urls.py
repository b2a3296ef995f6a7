"""The visitors' door. No trailing slashes; everything here is answered by `helpdesk.middleware.WidgetDoor`."""

from django.urls import path

from widget import api, views

urlpatterns = [
    path("widget.js", views.loader, name="widget_loader"),
    path("widget/frame", views.frame, name="widget_frame"),
    path("widget/preview/<str:key>", views.preview, name="widget_preview"),
    path("widget/v1/config", api.config),
    path("widget/v1/seen", api.seen),
    path("widget/v1/session", api.session),
    path("widget/v1/chats", api.command_view("chat.start")),
    path("widget/v1/messages", api.command_view("message.send")),
    path("widget/v1/end", api.command_view("chat.end")),
    path("widget/v1/leave", api.command_view("chat.leave")),
    path("widget/v1/read", api.command_view("read")),
    path("widget/v1/page", api.command_view("page")),
    path("widget/v1/profile", api.profile),
    path("widget/v1/events", api.events),
]
