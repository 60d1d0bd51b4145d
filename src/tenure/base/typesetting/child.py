"""The process that typesets: `child.py ROOT OUT FONTS TIMESTAMP PPI`. Knows typst and nothing of the product."""

import json
import re
import sys
from pathlib import Path

import typst

MEMORY = 2 << 30
_LACKS = re.compile(r'the text "(.*)" could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def main(root: str, out: str, fonts: str, timestamp: str, ppi: str) -> None:
    """Writes `document.pdf`, `page-001.png` …, and `told.json`: letters that no font has, and the document's marks."""
    _limit()
    made, folder = Path(root), Path(out)
    compiler = typst.Compiler(
        made / "main.typ", root=made, font_paths=typst.Fonts(font_paths=[fonts]),
        package_path=folder / "packages", package_cache_path=folder / "packages",
    )  # fmt: skip
    at, lacks = int(timestamp), ""
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=at)
    except typst.TypstError as error:
        found = _LACKS.search(str(error).replace("`", ""))
        if found is None:
            raise
        lacks = _ESCAPED.sub(lambda each: chr(int(each[1], 16)), found[1])
        pdf = compiler.compile(format="pdf", timestamp=at)
    assert isinstance(pdf, bytes)
    (folder / "document.pdf").write_bytes(pdf)
    pictures = compiler.compile(format="png", ppi=float(ppi), timestamp=at)
    for number, page in enumerate(pictures if isinstance(pictures, list) else [pictures], 1):
        assert page is not None
        (folder / f"page-{number:03}.png").write_bytes(page)
    sheets = json.loads(compiler.query("<sheet>", field="value"))
    (folder / "told.json").write_text(json.dumps({"lacks": lacks, "sheets": sheets}), "utf-8")


def _limit() -> None:
    """A document that eats all memory ends alone."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except typst.TypstError as error:
        sys.exit(f"{error}\n{error.diagnostic}")
