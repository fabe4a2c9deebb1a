from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self):
        # Each app's `permissions.py` registers its predicates with django-rules.
        autodiscover_modules("permissions")
