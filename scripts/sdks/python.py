"""`python.py MODULE HOST KEY CALLS.json`: send calls with a Python SDK, as its documentation says, and flush."""

import importlib
import json
import sys
from datetime import datetime
from pathlib import Path

HOST_NAMED = {"segment.analytics": "host", "rudderstack.analytics": "dataPlaneUrl"}


def main(module: str, host: str, key: str, calls: str) -> None:
    analytics = importlib.import_module(module)
    for setting, value in (("write_key", key), (HOST_NAMED[module], host)):
        setattr(analytics, setting, value)
    for each in json.loads(Path(calls).read_text()):
        said = each["message"]
        beside: dict[str, object] = {}
        if "groupId" in said and each["call"] != "group":
            beside["context"] = {"groupId": said["groupId"]}
        if "timestamp" in said:
            beside["timestamp"] = datetime.fromisoformat(said["timestamp"])
        match each["call"]:
            case "identify":
                analytics.identify(said["userId"], said["traits"], **beside)
            case "group":
                analytics.group(said["userId"], said["groupId"], said["traits"], **beside)
            case "track":
                analytics.track(said["userId"], said["event"], said["properties"], **beside)
            case "page":
                analytics.page(said["userId"], said["category"], said["name"], said["properties"], **beside)
    analytics.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
