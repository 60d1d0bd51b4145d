"""A guessed map as YAML to edit, with remarks where a person should look."""

import io
from collections.abc import Sequence

from ruamel.yaml import YAML

from tenure.ingest.guess.mapping import Guessed
from tenure.ingest.guess.profiles import FileProfile

_HEAD = """\
# A first map, guessed from names, types and values. Read it against your files, then try it:
#   tenure import PATH --map THIS.yaml --dry-run
# docs/importing.md explains each word.
source: {source}
files:
"""


def as_yaml(source: str, guessed: Sequence[Guessed], unknown: Sequence[tuple[FileProfile, str]]) -> str:
    """The document."""
    parts = [_HEAD.format(source=source)]
    for one in guessed:
        lines = [f"  {one.entry}:", f"    file: {_flow(one.file.shown)}"]
        if one.makes_accounts is not None:
            lines += ["    accounts:", "      # No file tells of accounts: this one makes those that it names."]
            lines += [f"      key: {_flow(one.makes_accounts)}"]
        lines.append(f"    {one.role}:")
        lines += [f"      # {note}" for note in one.notes]
        lines += [line for field, value in one.said.items() for line in _field(field, value)]
        if one.left_out:
            lines.append(f"      # not used: {', '.join(one.left_out)}")
        parts.append("\n".join(lines) + "\n")
    parts += [f"  # {file.shown}: {reason}{_columns(file)}\n" for file, reason in unknown]
    return "\n".join(parts).replace("files:\n\n", "files:\n")


def _columns(file: FileProfile) -> str:
    return f"; its columns: {', '.join(column.name for column in file.columns)}" if file.columns else ""


def _field(field: str, value: object) -> list[str]:
    if field in ("traits", "properties") and isinstance(value, dict):
        return [f"      {field}:", *(f"        {key}: {_flow(item)}" for key, item in value.items())]
    return [f"      {field}: {_flow(value)}"]


def _flow(value: object) -> str:
    yaml = YAML(typ="safe")
    yaml.default_flow_style = True
    yaml.width = 1_000
    out = io.StringIO()
    yaml.dump(value, out)
    return out.getvalue().removesuffix("...\n").strip()
