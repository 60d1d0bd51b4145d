"""How one value of a row is taken from a file: which column, in which notation.

A bare string is the name of a column; a mapping says more. What is not said here comes from the map's defaults.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

type Words = tuple[str, ...]


class Part(BaseModel):
    """Base of everything in a source map: frozen, and a word it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Part):
    """A value: one column, several columns joined, or a constant."""

    column: str | None = Field(None, description="name of the column in the file")
    columns: Words = Field((), description="several columns, joined by `join`")
    join: str = " "
    constant: str | int | float | bool | None = Field(None, description="the same value in every row")
    default: str | int | float | bool | None = Field(None, description="used where the cell is empty")
    null_words: Words | None = Field(None, description="cells that mean: unknown")
    values: dict[str, str] = Field(default_factory=dict, description="what the file says → what we say")

    @model_validator(mode="after")
    def _has_an_origin(self) -> Self:
        if self._origins() != 1:
            raise ValueError("expected one of: column, columns, constant")
        return self

    def _origins(self) -> int:
        return (self.column is not None) + bool(self.columns) + (self.constant is not None)

    @field_validator("values", mode="before")
    @classmethod
    def _plain_words(cls, value: object) -> object:
        """YAML reads `yes: …` and `1: …` as boolean and number; the file says them as text."""
        if not isinstance(value, dict):
            return value
        return {_word(k): _word(v) for k, v in value.items()}

    def names(self) -> Words:
        """The columns of the file that this value reads."""
        return (self.column,) if self.column is not None else self.columns


class TextColumn(Column):
    """Text, kept as it is (a formula stays text and is never computed)."""


class IdColumn(Column):
    """Something that names a row or a customer; a formula is refused."""


class DateColumn(Column):
    """A day or a moment. A day without a time is that day in the workspace's time zone."""

    format: Words | None = Field(None, description="`iso`, `epoch_s`, `epoch_ms` or strptime patterns, tried in order")
    timezone: str | None = Field(None, description="zone of times that name none")

    @field_validator("format", mode="before")
    @classmethod
    def _as_list(cls, value: object) -> object:
        return several(value)


class NumberColumn(Column):
    """A number."""

    decimal: Literal[".", ","] | None = Field(None, description="the decimal mark")


class DurationColumn(NumberColumn):
    """A length of time."""

    unit: Literal["milliseconds", "seconds", "minutes", "hours", "days"] = "seconds"


class MoneyColumn(NumberColumn):
    """An amount; stored as whole minor units."""

    unit: Literal["major", "minor"] = Field("major", description="`minor` when the file already holds cents")
    per: Literal["month", "quarter", "year"] = Field("month", description="for recurring amounts: what it pays for")


class BooleanColumn(Column):
    """Yes or no."""

    true_words: Words | None = None
    false_words: Words | None = None


class TraitColumn(Column):
    """An attribute of an account or person, with the type that its values have."""

    type: Literal["text", "number", "boolean", "date"] = "text"
    format: Words | None = None
    decimal: Literal[".", ","] | None = None
    true_words: Words | None = None
    false_words: Words | None = None

    @field_validator("format", mode="before")
    @classmethod
    def _as_list(cls, value: object) -> object:
        return several(value)


class AccountReference(IdColumn):
    """The account a row belongs to: a column that holds its id, or a way through another file.

    `{via: subscriptions, on: subscription_id}`: the row names a subscription; its file knows the account.
    """

    via: str | None = Field(None, description="the entry under `files` that knows the account")
    on: str | None = Field(None, description="the column here that holds the key of that entry")

    @model_validator(mode="after")
    def _has_an_origin(self) -> Self:
        ways = (self.via is not None) + (self.on is not None)
        if (ways, self._origins()) not in ((0, 1), (2, 0)):
            raise ValueError("expected a column, or both `via` (an entry under files) and `on` (a column here)")
        return self

    def names(self) -> Words:
        return (self.on,) if self.on is not None else super().names()


def _bare(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def several(value: object) -> object:
    """One thing is short for a list of one. A tuple, which strict validation asks for."""
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str | dict) else value


def _named(value: object) -> object:
    """A list of column names is short for a mapping of each to itself."""
    if isinstance(value, list | tuple):
        return {name: {"column": name} for name in value}
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    return value


type Text = Annotated[TextColumn, BeforeValidator(_bare)]
type Id = Annotated[IdColumn, BeforeValidator(_bare)]
type Day = Annotated[DateColumn, BeforeValidator(_bare)]
type Number = Annotated[NumberColumn, BeforeValidator(_bare)]
type Duration = Annotated[DurationColumn, BeforeValidator(_bare)]
type Money = Annotated[MoneyColumn, BeforeValidator(_bare)]
type Boolean = Annotated[BooleanColumn, BeforeValidator(_bare)]
type Account = Annotated[AccountReference, BeforeValidator(_bare)]
type Key = Annotated[Words, BeforeValidator(several), Field(min_length=1)]
type Traits = Annotated[dict[str, TraitColumn], BeforeValidator(_named)]
