"""Safe pieces of SQL: names and texts of strangers, quoted by sqlglot. DuckDB's dialect, run on staged files only."""

from collections.abc import Iterable, Mapping

from sqlglot import exp


def name(identifier: str) -> str:
    """A quoted identifier."""
    return exp.to_identifier(identifier, quoted=True).sql("duckdb")


def text(value: str) -> str:
    """A quoted string."""
    return exp.Literal.string(value).sql("duckdb")


def texts(values: Iterable[str]) -> str:
    """Quoted strings, separated by commas."""
    return ", ".join(text(value) for value in values)


def case(subject: str, answers: Mapping[str, str], otherwise: str) -> str:
    """`CASE subject WHEN 'key' THEN answer …`; the answers are SQL already."""
    if not answers:
        return otherwise
    arms = " ".join(f"WHEN {text(key)} THEN {answer}" for key, answer in answers.items())
    return f"CASE {subject} {arms} ELSE {otherwise} END"


def json_object(members: Mapping[str, str]) -> str:
    """A JSON object as text without its null members; null when nothing is left. The members are SQL."""
    if not members:
        return "CAST(NULL AS VARCHAR)"
    pairs = ", ".join(f"{text(key)}, {value}" for key, value in members.items())
    return f"nullif(CAST(json_merge_patch('{{}}', json_object({pairs})) AS VARCHAR), '{{}}')"
