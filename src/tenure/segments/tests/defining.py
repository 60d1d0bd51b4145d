"""Segments in force, for tests."""

from tenure.definitions.actions import publish_body


def segment(key: str, where: str = "", **body: object) -> None:
    """Publish one."""
    publish_body(kind="segment", key=key, by=None, body={"name": key, **({"where": where} if where else {}), **body})
