"""Settings of how chats are given out, under /w/<slug>/settings/."""

from django.urls import path

from chat.views import agents, routing, routing_log, simulation

urlpatterns = [
    path("members/<uuid:public_id>/", agents.agent, name="member"),
    path("members/<uuid:public_id>/pause/", agents.pause, name="pause_member"),
    path("members/<uuid:public_id>/resume/", agents.resume, name="resume_member"),
    path("members/<uuid:public_id>/force-online/", agents.force_online, name="force_member_online"),
    path("members/<uuid:public_id>/keep-hours/", agents.keep_hours, name="let_member_keep_hours"),
    path("routing/", routing.of_workspace, name="routing"),
    path("routing/preview/", routing.workspace_preview, name="routing_preview"),
    path("routing/log/", routing_log.log, name="routing_log"),
    path("routing/log/<uuid:public_id>/", routing_log.decision, name="routing_decision"),
    path("routing/simulator/", simulation.simulator, name="simulator"),
    path("routing/simulator/new/", simulation.new, name="new_simulation"),
    path("routing/simulator/<uuid:public_id>/", simulation.simulation, name="simulation"),
    path("routing/simulator/<uuid:public_id>/progress/", simulation.progress, name="simulation_progress"),
    path("routing/simulator/<uuid:public_id>/cancel/", simulation.cancel, name="cancel_simulation"),
    path("routing/departments/<uuid:public_id>/", routing.of_department, name="department_routing"),
    path("routing/departments/<uuid:public_id>/own/", routing.own, name="own_routing"),
    path("routing/departments/<uuid:public_id>/follow/", routing.follow, name="follow_routing"),
    path("routing/departments/<uuid:public_id>/preview/", routing.department_preview, name="department_preview"),
]
