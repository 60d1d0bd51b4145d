from pathlib import Path

import pytest

from tenure.events.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(slug="acme", root=str(tmp_path))
