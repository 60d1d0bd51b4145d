"""The only place that knows every domain: what each registers, and the order of the cycle."""


def register() -> None:
    """Called once at start, after all apps are loaded."""
