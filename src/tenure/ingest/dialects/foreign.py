"""Clients that speak another dialect: recognised, so that their refusal says what to do instead."""

import re

_USE = "Use a client of Segment or RudderStack, or POST to /v1/batch."

_PATHS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("PostHog", re.compile(r"/(?:batch|e|i/v0/e|capture|flags|decide|s)/|/array/[^/]+/config(?:\.js)?")),
    ("Mixpanel", re.compile(r"/(?:track|engage|groups|import)/?")),
    ("Amplitude", re.compile(r"/(?:2/httpapi|batch|identify|groupidentify)")),
    ("Snowplow", re.compile(r"/com\.snowplowanalytics\.snowplow/tp2|/i")),
    ("Customer.io", re.compile(r"/api/v1/customers/[^/]+(?:/events)?|/api/v2/(?:entity|batch)")),
    ("Umami", re.compile(r"/api/send")),
)

# What the beginning of a body holds that we could not take for ours, and whose dialect it is then.
_FIELDS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("Snowplow", re.compile(rb'"schema"\s*:\s*"iglu:com\.snowplowanalytics')),
    ("Amplitude", re.compile(rb'"api_key"\s*:.*?"event_type"\s*:', re.DOTALL)),
    ("PostHog", re.compile(rb'"api_key"\s*:|"\$lib"\s*:')),
    ("Umami", re.compile(rb'"payload"\s*:\s*\{\s*"website"\s*:')),
    (
        "Mixpanel",
        re.compile(rb'"\$?token"\s*:.*?"\$?distinct_id"\s*:|"\$?distinct_id"\s*:.*?"\$?token"\s*:', re.DOTALL),
    ),
    ("Customer.io", re.compile(rb'"identifiers"\s*:\s*\{.*?"action"\s*:', re.DOTALL)),
)
_LOOKED_AT = 4_096


def of_path(path: str) -> str | None:
    """The dialect whose address this is."""
    return next((name for name, pattern in _PATHS if pattern.fullmatch(path)), None)


def of_body(body: bytes) -> str | None:
    """The dialect that a body not understood is in, judged by its beginning."""
    start = body[:_LOOKED_AT]
    return next((name for name, pattern in _FIELDS if pattern.search(start)), None)


def told(dialect: str) -> str:
    """The refusal's sentence."""
    return f"This is {dialect}'s dialect, which Tenure does not speak. {_USE}"
