"""The agents' REST API, below /api/v1/. Paths have no trailing slash."""

from django.urls import path

from chat.api import routing, team, tickets, visitors
from tickets.api import canned

urlpatterns = [
    path("me", team.Me.as_view()),
    path("members", team.Members.as_view()),
    path("departments", team.Departments.as_view()),
    path("presence", team.Presence.as_view()),
    path("counts", tickets.Counts.as_view()),
    path("tickets", tickets.Tickets.as_view()),
    path("tickets/<str:ticket>", tickets.TicketDetail.as_view()),
    path("tickets/<str:ticket>/events", tickets.TicketEvents.as_view()),
    *(path(f"tickets/<str:ticket>/{verb}", tickets.verb_view(verb)) for verb in tickets.VERBS),
    path("tickets/<str:ticket>/routing", routing.TicketRouting.as_view()),
    path("rings/<str:ring>/accept", routing.addressed_view("ring.accept")),
    path("rings/<str:ring>/decline", routing.addressed_view("ring.decline")),
    path("alerts/<str:alert>/seen", routing.addressed_view("alert.seen")),
    path("desk", routing.OwnDesk.as_view()),
    path("desk/pause", routing.desk_view("desk.pause")),
    path("desk/resume", routing.desk_view("desk.resume")),
    path("desk/force-online", routing.desk_view("desk.force_online")),
    path("desk/keep-hours", routing.desk_view("desk.keep_hours")),
    path("visitors", visitors.Visitors.as_view()),
    path("visitors/<str:browser>", visitors.VisitorDetail.as_view()),
    path("visitors/<str:browser>/invite", visitors.VisitorInvite.as_view()),
    path("canned", canned.CannedList.as_view()),
    path("canned/<str:canned>", canned.CannedDetail.as_view()),
]
