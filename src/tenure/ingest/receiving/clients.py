"""What browser clients ask before they send: their settings. They hold no secrets, only where to send."""

import re

from django.conf import settings

_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}")


def _place(environ: dict[str, object]) -> tuple[str, str]:
    """Scheme and host by which the client reached us."""
    scheme, _, host = settings.TENURE_BASE_URL.partition("://")
    asked = str(environ.get("HTTP_HOST") or "")
    if asked == host or not _HOST.fullmatch(asked):
        return scheme, host
    return str(environ.get("wsgi.url_scheme") or "http"), asked


def segment(key: str, environ: dict[str, object]) -> dict[str, object]:
    """Settings of Segment's browser client: one destination, us, and nothing measured about the client itself."""
    scheme, host = _place(environ)
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": f"{host}/v1",
                "protocol": scheme,
                "addBundledMetadata": True,
                "unbundledIntegrations": [],
                "bundledConfigIds": [],
                "unbundledConfigIds": [],
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}, "identify": {}, "group": {}},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {"routingRules": []},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }


def rudderstack(key: str, key_id: int, source: str, workspace_id: int) -> dict[str, object]:
    """Settings of RudderStack's browser client: no destinations besides us, no reports about the client itself."""
    return {
        "source": {
            "id": f"source-{key_id}",
            "name": source,
            "writeKey": key,
            "enabled": True,
            "deleted": False,
            "workspaceId": str(workspace_id),
            "config": {"statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}},
            "destinations": [],
            "connections": [],
            "dataplanes": {},
            "sourceDefinition": {"name": "Javascript", "displayName": "Javascript", "category": None},
        }
    }
