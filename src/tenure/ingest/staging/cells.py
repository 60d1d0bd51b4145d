"""From the text of a cell to a value of a type, as SQL over a whole column at once, and why it could not be.

Nothing in a file is ever computed: a formula stays text in a text column and is refused everywhere else.
"""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tenure.base.money import EXPONENTS
from tenure.ingest.maps.columns import (
    BooleanColumn,
    Column,
    DateColumn,
    MoneyColumn,
    NumberColumn,
    TraitColumn,
    Words,
)
from tenure.ingest.maps.document import SourceMap
from tenure.ingest.staging import text as sql

type Kind = Literal["id", "text", "moment", "number", "whole", "duration", "money", "boolean", "currency"]

PLACE = ("__file", "__line", "__offset", "__size")
FORMULA = r"\s*(=|[+@-]\s*[A-Za-z][A-Za-z0-9_.]*\s*[(|!]).*"
_SIMPLE = r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?"
_CLOCK = r"[0-9]{1,4}:[0-9]{2}(:[0-9]{2})?"
_ISO_DAY = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
_ISO_MOMENT = _ISO_DAY + r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
_OFFSET = r"\s?(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)"
_SECONDS = {"milliseconds": 0.001, "seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LONGEST_ID = 255
_EXPECTED: dict[Kind, str] = {
    "id": "an id",
    "text": "text",
    "moment": "a date",
    "number": "a number",
    "whole": "a whole number",
    "duration": "a length of time",
    "money": "an amount",
    "boolean": "yes or no",
    "currency": "a currency of three letters",
}
_SPACE = "' ' || chr(9) || chr(10) || chr(11) || chr(13) || chr(160) || chr(65279)"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value that a role takes from a row. `alias` is its column in the typed table."""

    alias: str
    column: Column
    kind: Kind
    required: bool = False
    negative: bool = True
    currency: str | None = None
    choices: Words = ()

    @property
    def where(self) -> str:
        """The column as the file's owner knows it."""
        return " + ".join(self.column.names()) or "(constant)"


@dataclass(frozen=True, slots=True)
class Notation:
    """How values are written where a column does not say: the map's defaults and the workspace's zone.

    `staged` names the staged column of each column of the file.
    """

    source_map: SourceMap
    workspace_zone: str
    currency: str
    staged: Mapping[str, str]

    @property
    def zone(self) -> str:
        return self.source_map.timezone or self.workspace_zone

    def word(self, column: Column) -> str:
        """The trimmed text of a cell; null where the cell says nothing."""
        nulls = sql.texts(sorted({word.lower() for word in (column.null_words or self.source_map.null_words)} | {""}))
        if column.constant is not None:
            return sql.text(_constant(column.constant))
        parts = [_trimmed(self.staged[name]) for name in column.names()]
        known = [f"CASE WHEN lower({part}) IN ({nulls}) THEN NULL ELSE {part} END" for part in parts]
        found = known[0] if len(known) == 1 else f"nullif(concat_ws({sql.text(column.join)}, {', '.join(known)}), '')"
        if column.values:
            answers = {said.lower(): sql.text(meant) for said, meant in column.values.items()}
            found = sql.case(f"lower({found})", answers, found)
        return found if column.default is None else f"coalesce({found}, {sql.text(_constant(column.default))})"

    def value(self, cell: Cell, word: str) -> str:
        """The typed value of the word; null where it has none."""
        column = cell.column
        match cell.kind:
            case "id":
                formula = f"left({word}, 1) IN ('=', '+', '-', '@') AND {_is(FORMULA, word)}"
                return f"CASE WHEN length({word}) <= {_LONGEST_ID} AND NOT ({formula}) THEN {word} END"
            case "text":
                return (
                    f"CASE WHEN lower({word}) IN ({sql.texts(cell.choices)}) THEN lower({word}) END"
                    if cell.choices
                    else word
                )
            case "currency":
                return f"CASE WHEN {_is('[A-Za-z]{3}', word)} THEN upper({word}) END"
            case "boolean":
                return self._boolean(column, word)
            case "moment":
                return self._moment(column, word)
            case "number":
                return _number(word, self._decimal(column))
            case "whole":
                number = _number(word, self._decimal(column))
                return f"CASE WHEN {number} = trunc({number}) THEN CAST({number} AS BIGINT) END"
            case "duration":
                return _duration(word, self._decimal(column), getattr(column, "unit", "seconds"))
            case "money":
                return self._money(cell, word)

    def day(self, moment: str) -> str:
        """The day of a moment (a timestamp in UTC) in the workspace's zone."""
        if self.workspace_zone == "UTC":
            return f"CAST({moment} AS DATE)"
        return f"CAST(timezone({sql.text(self.workspace_zone)}, timezone('UTC', {moment})) AS DATE)"

    def problem(self, cell: Cell, word: str, value: str) -> str | None:
        """`WHEN … THEN reason` arms for what can be wrong with the cell; None when nothing can."""
        arms = []
        if cell.required:
            arms.append((f"{word} IS NULL", sql.text("is empty")))
        if cell.kind != "text" or cell.choices:
            expected = _EXPECTED[cell.kind]
            formula = f"{value} IS NULL AND {word} IS NOT NULL AND {_is(FORMULA, word)}"
            arms.append((formula, sql.text(f"a formula where {expected} is expected; nothing in a file is computed")))
            if cell.kind == "id":
                arms.append(
                    (f"length({word}) > {_LONGEST_ID}", sql.text(f"an id longer than {_LONGEST_ID} characters"))
                )
            else:
                found = f"{sql.text(f'expected {self._expected(cell)}, found ')} || '“' || left({word}, 60) || '”'"
                arms.append((f"{word} IS NOT NULL AND {value} IS NULL", found))
        if cell.kind == "moment":
            year = f"CAST(year({value}) AS VARCHAR)"
            arms.append((f"year({value}) NOT BETWEEN 1970 AND 2099", f"'the year ' || {year} || ' cannot be right'"))
        if not cell.negative:
            arms.append((f"{value} < 0", f"{sql.text('expected 0 or more, found ')} || left({word}, 60)"))
        if not arms:
            return None
        where = sql.text(cell.where)
        return " ".join(f"WHEN {test} THEN struct_pack(c := {where}, r := {reason})" for test, reason in arms)

    def _expected(self, cell: Cell) -> str:
        match cell.kind:
            case "moment":
                formats = " or ".join("YYYY-MM-DD" if f == "iso" else f for f in self._formats(cell.column))
                return f"a date ({formats})"
            case "boolean":
                yes, no = self._booleans(cell.column)
                return f"yes or no ({', '.join(yes[:2])}; {', '.join(no[:2])})"
            case "number" | "whole" | "money" if self._decimal(cell.column) == ",":
                return f"{_EXPECTED[cell.kind]} with a decimal comma"
            case "text":
                return f"one of: {', '.join(cell.choices)}"
            case kind:
                return _EXPECTED[kind]

    def _formats(self, column: Column) -> Words:
        said = column.format if isinstance(column, DateColumn | TraitColumn) else None
        return said or self.source_map.dates

    def _decimal(self, column: Column) -> str:
        said = column.decimal if isinstance(column, NumberColumn | TraitColumn) else None
        return said or self.source_map.decimal

    def _booleans(self, column: Column) -> tuple[Words, Words]:
        own = column if isinstance(column, BooleanColumn | TraitColumn) else None
        yes = (own.true_words if own else None) or self.source_map.true_words
        no = (own.false_words if own else None) or self.source_map.false_words
        return tuple(w.lower() for w in yes), tuple(w.lower() for w in no)

    def _boolean(self, column: Column, word: str) -> str:
        yes, no = self._booleans(column)
        small = f"lower({word})"
        return f"CASE WHEN {small} IN ({sql.texts(yes)}) THEN TRUE WHEN {small} IN ({sql.texts(no)}) THEN FALSE END"

    def _moment(self, column: Column, word: str) -> str:
        zone = (column.timezone if isinstance(column, DateColumn) else None) or self.zone
        ways = [self._by_format(form, word, zone) for form in self._formats(column)]
        return ways[0] if len(ways) == 1 else f"coalesce({', '.join(ways)})"

    def _by_format(self, form: str, word: str, zone: str) -> str:
        if form == "iso":
            day = _in_utc(f"TRY_CAST({word} AS TIMESTAMP)", self.workspace_zone)
            local = _in_utc(f"TRY_CAST({word} AS TIMESTAMP)", zone)
            return (
                f"CASE WHEN {_is(_ISO_DAY, word)} THEN {day} WHEN {_is(_ISO_MOMENT, word)} THEN {local}"
                f" WHEN {_is(_ISO_MOMENT + _OFFSET, word)}"
                f" THEN timezone('UTC', TRY_CAST(replace({word}, 'z', 'Z') AS TIMESTAMPTZ)) END"
            )
        if form in ("epoch_s", "epoch_ms"):
            scale = "" if form == "epoch_s" else " / 1000"
            number = f"CASE WHEN {_is(_SIMPLE, word)} THEN TRY_CAST({word} AS DOUBLE){scale} END"
            return f"timezone('UTC', to_timestamp(CASE WHEN abs({number}) < 1e11 THEN {number} END))"
        parsed = f"try_strptime({word}, {sql.text(form)})"
        if "%z" in form:
            return f"timezone('UTC', {parsed})"
        has_time = re.search(r"%[HIcXTsfp]", form) is not None
        return _in_utc(f"CAST({parsed} AS TIMESTAMP)", zone if has_time else self.workspace_zone)

    def _money(self, cell: Cell, word: str) -> str:
        bare = f"trim(regexp_replace({word}, '\\p{{Sc}}|^[A-Z]{{3}}\\s|\\s[A-Z]{{3}}$', ''), {_SPACE})"
        amount = f"TRY_CAST({_digits(bare, self._decimal(cell.column))} AS DECIMAL(28, 6))"
        column = cell.column if isinstance(cell.column, MoneyColumn) else None
        factor = (
            "1"
            if column is not None and column.unit == "minor"
            else _minor_units(cell.currency or sql.text(self.currency))
        )
        months = _MONTHS[column.per] if column is not None else 1
        scaled = f"CAST({amount} * {factor} AS DOUBLE)"
        return f"CAST(round_even({scaled if months == 1 else f'{scaled} / {months}'}, 0) AS BIGINT)"


def _trimmed(cell: str) -> str:
    """Without white space at its ends. Looking for it first is three times as fast as `trim` with its list."""
    clean = f"ascii({cell}) BETWEEN 33 AND 126 AND ascii(right({cell}, 1)) BETWEEN 33 AND 126"
    return f"CASE WHEN {clean} THEN {cell} ELSE trim({cell}, {_SPACE}) END"


def _minor_units(currency: str) -> str:
    """How many minor units a major one has, as SQL: 100, or ISO 4217's exception."""
    by_exponent: dict[int, list[str]] = {}
    for code, places in EXPONENTS.items():
        by_exponent.setdefault(places, []).append(code)
    arms = " ".join(
        f"WHEN {currency} IN ({sql.texts(codes)}) THEN {10**places}" for places, codes in by_exponent.items()
    )
    return f"CASE {arms} ELSE 100 END"


def _is(pattern: str, word: str) -> str:
    return f"regexp_full_match({word}, {sql.text(pattern)}, 's')"


def _in_utc(local: str, zone: str) -> str:
    return local if zone == "UTC" else f"timezone('UTC', timezone({sql.text(zone)}, {local}))"


def _digits(word: str, decimal: str) -> str:
    """The number as a machine writes it, groups of thousands taken out; null when it is no number."""
    grouping, mark = (r"[,’' \x{a0}\x{202f}]", "[.]") if decimal == "." else (r"[.’' \x{a0}\x{202f}]", ",")
    grouped = rf"[+-]?[0-9]{{1,3}}({grouping}[0-9]{{3}})+({mark}[0-9]+)?"
    plain = word if decimal == "." else f"replace({word}, ',', '.')"
    simple = _is(_SIMPLE, word) if decimal == "." else _is(_SIMPLE.replace("[.]", ","), word)
    ungrouped = f"regexp_replace({word}, {sql.text(grouping)}, '', 'g')"
    return (
        f"CASE WHEN {simple} THEN {plain} WHEN {_is(grouped, word)}"
        f" THEN {ungrouped if decimal == '.' else f"replace({ungrouped}, ',', '.')"} END"
    )


def _number(word: str, decimal: str) -> str:
    return f"TRY_CAST({_digits(word, decimal)} AS DOUBLE)"


def _duration(word: str, decimal: str, unit: str) -> str:
    clock = f"string_split({word}, ':')"
    hms = (
        f"list_sum(list_transform(list_reverse({clock}), lambda part, place :"
        f" CAST(part AS DOUBLE) * pow(60, place - 1)))"
    )
    scaled = f"{_number(word, decimal)} * {_SECONDS[unit]}"
    return f"CASE WHEN {_is(_CLOCK, word)} THEN {hms} ELSE {scaled} END"


def _constant(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def typed_rows(source: str, cells: Sequence[Cell], notation: Notation, *, carry: Sequence[str] = ()) -> str:
    """A SELECT over the staged table: place, one typed column a cell (moments also as `<alias>.day`), `problem`.

    `source` is SQL, `carry` are further columns of it to keep. `problem` is the first thing wrong in the row, as a
    struct of column `c` and reason `r`, else null.
    """
    words: dict[str, str] = {}
    for cell in cells:
        words.setdefault(notation.word(cell.column), f"__w{len(words)}")
    word_of = {cell.alias: words[notation.word(cell.column)] for cell in cells}
    inner = ", ".join(f"{expression} AS {alias}" for expression, alias in words.items())
    with_words = f"SELECT * , {inner} FROM {source}" if inner else f"SELECT * FROM {source}"
    values = [
        f"{notation.value(cell, word_of[cell.alias])} AS {sql.name(cell.alias)}" for cell in _currencies_first(cells)
    ]
    with_values = f"SELECT {', '.join([*PLACE, *carry, *words.values(), *values])} FROM words"
    days = [f"{notation.day(sql.name(c.alias))} AS {sql.name(f'{c.alias}.day')}" for c in cells if c.kind == "moment"]
    arms = [notation.problem(cell, word_of[cell.alias], sql.name(cell.alias)) for cell in cells]
    found = " ".join(arm for arm in arms if arm)
    problem = f"CASE {found} END" if found else "CAST(NULL AS STRUCT(c VARCHAR, r VARCHAR))"
    columns = ", ".join([*PLACE, *carry, *(sql.name(c.alias) for c in cells), *days, f"{problem} AS problem"])
    return f"WITH words AS ({with_words}), typed AS ({with_values}) SELECT {columns} FROM typed"


def _currencies_first(cells: Sequence[Cell]) -> list[Cell]:
    """An amount needs its row's currency: DuckDB reads aliases of the same SELECT from left to right."""
    return sorted(cells, key=lambda cell: cell.kind != "currency")
