"""Documents: data is printed and never run, nothing is reached, what hangs is ended."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from tenure.base.typesetting import NotTypeset, typeset

AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
HEAD = '#set document(title: "Names")\n#set text(lang: "en", font: "Inter")\n#set page(width: 10cm, height: 8cm)\n'
NAMES = HEAD + '#let data = json("data.json")\n= Names\n#for name in data.names [#par(name)]\n'


def template(folder: Path, source: str) -> Path:
    (folder / "main.typ").write_text(source)
    return folder


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_names_are_printed_as_they_are_and_never_run(tmp_path: Path) -> None:
    names = ['#eval("1 + 1")', "*bold* _it_ $x^2$", "<label> @ref `raw`", '#read("data.json")', "Zoë & Søn €"]
    made = typeset(template(tmp_path, NAMES), {"names": [*names, "a\u202eb\u0000c"]}, at=AT, ppi=72)
    found = text(made.pdf)
    assert [name for name in names if name not in found] == []
    assert "abc" in found
    assert made.lacks == ""
    assert [page[:8] for page in made.pages] == [b"\x89PNG\r\n\x1a\n"]


def test_the_same_data_and_time_make_the_same_tagged_pdf(tmp_path: Path) -> None:
    one, other = (typeset(template(tmp_path, NAMES), {"names": ["Acme"]}, at=AT, ppi=72) for _ in range(2))
    assert one == other
    reader = PdfReader(io.BytesIO(one.pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "Names"
    assert reader.metadata.creation_date == AT
    assert "/StructTreeRoot" in reader.root_object
    assert b"<pdfuaid:part>1<" in reader.root_object["/Metadata"].get_object().get_data()  # type: ignore[union-attr]


def test_a_page_is_called_by_what_begins_on_it(tmp_path: Path) -> None:
    mark = "#let named(said) = context [#metadata((page: here().page(), said: said)) <sheet>]\n"
    source = HEAD + mark + '#named("One") 1 #pagebreak() 2 #pagebreak() #named("Three") #named("Same page") 3'
    assert typeset(template(tmp_path, source), {}, at=AT, ppi=12).names == ("One", "One, continued", "Three")


def test_letters_that_no_font_has_are_told_of_and_the_rest_is_printed(tmp_path: Path) -> None:
    made = typeset(template(tmp_path, NAMES), {"names": ["Acme \U0010fffd", "Ümit"]}, at=AT, ppi=72)
    assert made.lacks == "\U0010fffd"
    assert "Ümit" in text(made.pdf)
    assert "/StructTreeRoot" in PdfReader(io.BytesIO(made.pdf)).root_object


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('#read("../secret")', "would escape the project root"),
        ('#read("/etc/passwd")', "file not found"),
        ('#import "@preview/cetz:0.4.2"', "failed to download package"),
        ("#panic(3)", "panicked"),
    ],
)  # fmt: skip
def test_a_template_reaches_nothing_else(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "template"
    folder.mkdir()
    with pytest.raises(NotTypeset, match=said):
        typeset(template(folder, HEAD + source), {}, at=AT)


def test_what_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(NotTypeset, match=r"not ready after 0\.5 seconds"):
        typeset(
            template(tmp_path, HEAD + "#for a in range(99999) { for b in range(99999) { } }"), {}, at=AT, timeout_s=0.5
        )
