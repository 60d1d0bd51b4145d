from django.apps import AppConfig


class ScreensConfig(AppConfig):
    name = "tenure.screens"
    label = "screens"
    default_auto_field = "django.db.models.BigAutoField"
