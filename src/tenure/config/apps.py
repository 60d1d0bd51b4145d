from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Ties the domains together once all of them are loaded."""

    name = "tenure.config"
    label = "config"

    def ready(self) -> None:
        from tenure.config import registrations

        registrations.register()
