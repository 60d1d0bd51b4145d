from django.apps import AppConfig


class OwnershipConfig(AppConfig):
    name = "tenure.ownership"
    label = "ownership"
    default_auto_field = "django.db.models.BigAutoField"
