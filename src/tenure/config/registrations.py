"""The only place that knows every domain: what each registers, and the order of the cycle."""

from tenure.definitions.contracts import Kind, register as register_kind
from tenure.definitions.labels import KIND as LABELS
from tenure.definitions.labels import Labels


def register() -> None:
    """Called once at start, after all apps are loaded."""
    _kinds()


def _kinds() -> None:
    """Kinds of definitions; each may speak of those before it."""
    register_kind(Kind(LABELS, Labels))
