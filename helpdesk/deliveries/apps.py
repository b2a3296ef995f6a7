from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    name = "helpdesk.deliveries"
    label = "deliveries"
