"""Write the API's description down again, after a change of it that was meant: `tests/openapi/api.json`."""

import json
import os
import tempfile
from pathlib import Path

SNAPSHOT = Path(__file__).resolve().parent.parent / "tests" / "openapi" / "api.json"


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TENURE_HOME": home, "DJANGO_SETTINGS_MODULE": "tenure.config.settings"}
        import django

        django.setup()
        from tenure.config.api import api

        found = json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False, sort_keys=True)
    SNAPSHOT.write_text(found + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
