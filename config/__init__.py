"""Settings, urls, Celery, WSGI and the local stack. Nothing of the domain."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
