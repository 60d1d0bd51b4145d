from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "tenure.digests"
    label = "digests"
    default_auto_field = "django.db.models.BigAutoField"
