"""The rows of the API: what may be said of a subscription, an invoice, a ticket, a survey answer, a loss.

Every row is an upsert by `external_id`: a field that is left out stays as it was, null clears it.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

MOST_ROWS = 5_000
_TEXT = r"^[^\x00]*$"
_SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}

type Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_TEXT)]
type Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=_TEXT)]
type Line = Annotated[str, StringConstraints(max_length=1_000, pattern=_TEXT)]
type Prose = Annotated[str, StringConstraints(max_length=10_000, pattern=_TEXT)]
type Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
type Minor = Annotated[int, Field(ge=0, le=10**15)]
type SignedMinor = Annotated[int, Field(ge=-(10**15), le=10**15)]


class Row(BaseModel):
    """What all rows have."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    external_id: Id = Field(description="your name for it, for ever: the same name again is an update")
    account: Id | None = Field(None, description="external id of the account; it has to exist")


class SubscriptionRow(Row):
    """A subscription from its start to its end; with `effective_on`, a change of its terms from that day on."""

    started_on: date | None = Field(None, description="first day; needed once")
    ended_on: date | None = Field(None, description="first day without it; null or never sent while it runs")
    effective_on: date | None = Field(
        None,
        description="the terms of this row hold from this day on, and the earlier ones until then (this makes "
        "expansion and contraction); without it, they are what held from the start",
    )
    plan: Word | None = None
    product: Word | None = None
    seats: Annotated[int, Field(ge=0, le=10**9)] | None = None
    packs: Annotated[int, Field(ge=0, le=10**6)] | None = Field(
        None, description="where seats are sold in packs: how many; seats are then packs × pack_size, unless told"
    )
    pack_size: Annotated[int, Field(ge=1, le=10**6)] | None = Field(None, description="seats in a pack")
    mrr_minor: Minor | None = Field(None, description="monthly recurring revenue in minor units (cents)")
    currency: Currency | None = Field(None, description="ISO 4217; the workspace's by default")
    is_trial: bool | None = None
    billing: Literal["monthly", "annual"] | None = None
    auto_renew: bool | None = None
    term_end: date | None = Field(None, description="the day the current term ends")
    notice_period: Annotated[int, Field(ge=0, le=3650)] | None = Field(
        None, description="how long before term_end notice has to be given, in `notice_unit`s"
    )
    notice_unit: Literal["days", "months"] | None = Field(None, description="days by default")


class InvoiceRow(Row):
    """An invoice; `paid_on` once it is paid."""

    issued_on: date | None = Field(None, description="needed once")
    amount_minor: SignedMinor | None = Field(None, description="minor units (cents), needed once; below 0: a credit")
    currency: Currency | None = Field(None, description="ISO 4217; the workspace's by default")
    due_on: date | None = None
    paid_on: date | None = Field(None, description="null or never sent while it is unpaid")


class TicketRow(Row):
    """A support ticket. Of `account` and `person`, one is needed; both is best."""

    person: Id | None = Field(None, description="external id of the person who asked")
    opened_at: AwareDatetime | None = Field(None, description="needed once")
    answered_at: AwareDatetime | None = Field(None, description="first response")
    closed_at: AwareDatetime | None = Field(None, description="null or never sent while it is open")
    escalated_at: AwareDatetime | None = None
    subject: Line | None = None
    priority: Word | None = None
    is_error: bool | None = Field(None, description="whether something in the product is broken")
    satisfaction: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)] | None = Field(
        None, description="1 to 5; counts as an answer to a CSAT survey"
    )
    satisfaction_at: AwareDatetime | None = Field(None, description="when it was given; by default when closed")


class SurveyAnswerRow(Row):
    """One answer to a survey: NPS 0–10, CSAT 1–5, CES 1–7. Of `account` and `person`, one is needed."""

    person: Id | None = Field(None, description="external id of the person who answered")
    answered_at: AwareDatetime | None = Field(None, description="needed once")
    kind: Literal["nps", "csat", "ces"] | None = Field(None, description="needed once")
    score: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] | None = Field(None, description="needed once")
    text: Prose | None = None

    @field_validator("score")
    @classmethod
    def _on_its_scale(cls, score: float | None, info: ValidationInfo) -> float | None:
        kind = info.data.get("kind")
        if kind is not None and score is not None:
            low, high = _SCALES[kind]
            if not low <= score <= high:
                raise ValueError(f"a score of {kind} is between {low} and {high}")
        return score


class ChurnRow(Row):
    """An account was lost, by your own books. Subscriptions that end need no such row."""

    lost_on: date | None = Field(None, description="first day as a former customer; needed once")
    reason: Line | None = None
    feedback: Prose | None = None
    is_reactivation: bool | None = Field(None, description="whether it had been lost before and come back")
    amount_minor: SignedMinor | None = Field(None, description="what was lost or paid back, in minor units")
    currency: Currency | None = Field(None, description="ISO 4217; the workspace's by default")


class Batch[R: Row](BaseModel):
    """What is sent: up to 5,000 rows of one kind. Rows that share an `external_id` are merged in their order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: tuple[R, ...] = Field(min_length=1, max_length=MOST_ROWS)
    history: bool = Field(
        False,
        description="true: these rows tell the past, known on the day they happened (first load of old data); "
        "false: they are known from today on, so that scores of earlier days stay what they were",
    )


type Result = Literal["created", "updated", "unchanged", "rejected"]


class RowResult(BaseModel):
    """What became of one row."""

    model_config = ConfigDict(frozen=True)

    index: int = Field(ge=0, description="its place among the rows, from 0")
    external_id: str | None = Field(description="null where the row has none that can be read")
    result: Result
    reason: str | None = Field(None, description="why it was rejected, and what to do")
    field: str | None = Field(None, description="the field that is to blame")


class Answer(BaseModel):
    """What became of all: rows_read = created + updated + unchanged + rejected."""

    model_config = ConfigDict(frozen=True)

    rows_read: int = Field(ge=0)
    created: int = Field(ge=0)
    updated: int = Field(ge=0)
    unchanged: int = Field(ge=0)
    rejected: int = Field(ge=0)
    warnings: dict[str, int] = Field(description="what is odd and was taken all the same, and how often")
    results: tuple[RowResult, ...]


class ProblemPart(BaseModel):
    """One thing wrong with the request."""

    detail: str
    where: str
    line: int | None
    column: int | None


class ProblemDetails(BaseModel):
    """RFC 9457: why the request as a whole was refused. `code` is its stable name, `detail` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[ProblemPart, ...] | None = None
