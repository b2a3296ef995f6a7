"""Helpdesk: an open-source, multi-tenant live chat help desk."""

from helpdesk.celery import app as celery_app

__all__ = ["celery_app"]
__version__ = "0.1.0"
