"""What docs/definitions.md shows is what the product does."""

import re
from pathlib import Path

from tenure.definitions.contracts import Kind
from tenure.definitions.documents import read
from tenure.definitions.labels import Labels
from tenure.definitions.yamlio import read_text

PAGE = Path(__file__).parents[4] / "docs" / "definitions.md"


def test_the_labels_shown_are_labels() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    document, problems = read(Kind("labels", Labels), "words", read_text(block.encode(), name="labels/words.yaml").body)
    assert problems == ()
    assert document == Labels(account="client", accounts="clients", csm="success coach", health="wellbeing")
