from django.apps import AppConfig


class TraitsConfig(AppConfig):
    name = "tenure.traits"
    label = "traits"
    default_auto_field = "django.db.models.BigAutoField"
