from django.apps import AppConfig


class PastConfig(AppConfig):
    name = "tenure.past"
    label = "past"
    default_auto_field = "django.db.models.BigAutoField"
