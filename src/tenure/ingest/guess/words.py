"""Which words in names hint at which role and field. Fields are tried in order; each column is used once."""

from dataclasses import dataclass
from typing import Literal

type Wants = Literal["id", "text", "date", "number", "boolean", "email", "any"]


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field of a role: the pattern its column's name holds, and the type it needs."""

    field: str
    wants: Wants
    pattern: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class RoleWords:
    """A role: the pattern of its file's name, and its fields."""

    role: str
    file: str
    fields: tuple[FieldWords, ...]


F = FieldWords
_TERMS = (
    F("plan", "text", r"plan|tier|package|edition"),
    F("pack_size", "number", r"(^|_)pack_?size|per_pack"),
    F("packs", "number", r"(^|_)packs($|_)"),
    F("notice_unit", "text", r"notice_?(period_?)?unit"),
    F("notice_period", "number", r"notice"),
    F("seats", "number", r"seat|licen[cs]e|quantity"),
    F("mrr", "number", r"mrr|monthly_(revenue|amount|price)"),
    F("mrr", "number", r"(^|_)(arr|acv)(_|$)|annual|yearly"),
    F("mrr", "number", r"amount|price|revenue|value"),
    F("currency", "text", r"currency"),
    F("is_trial", "boolean", r"trial"),
    F("billing", "text", r"billing|interval|frequency|cycle"),
    F("auto_renew", "boolean", r"auto_?renew"),
    F("term_end", "date", r"renew|term_end"),
    F("product", "text", r"product"),
)
_DATE = r"(^|_)(date|day|time|timestamp|at|on|ts|when)($|_)|occurred|_at$|_on$|_date$|date_|datum|created"

ROLES: tuple[RoleWords, ...] = (
    RoleWords("churn", r"churn|cancel|lost|attrition", (
        F("at", "date", r"churn|cancel|lost|end|date|day|at$", required=True),
        F("is_reactivation", "boolean", r"reactiv|win_?back"),
        F("reason", "text", r"reason|cause|code"),
        F("feedback", "text", r"feedback|comment|text|note"),
        F("amount", "number", r"refund|amount|credit|value"),
    )),
    RoleWords("tickets", r"ticket|support|case|helpdesk|conversation|issue|incident", (
        F("closed", "date", r"clos|resolv|solv|complet"),
        F("answered", "date", r"(first|initial).*(respon|repl|answer)|answered"),
        F("escalated_at", "date", r"escalat"),
        F("opened", "date", r"open|submit|creat|report|request|received|date|at$", required=True),
        F("first_response", "number", r"(first|initial).*(respon|repl|answer)|response_time"),
        F("resolution", "number", r"resol|handl|close_time|time_to"),
        F("satisfaction", "number", r"satisf|csat|rating|score"),
        F("priority", "any", r"priorit|severity|urgen"),
        F("escalated", "boolean", r"escalat"),
        F("is_error", "boolean", r"bug|error|incident|defect"),
        F("subject", "text", r"subject|title|summary|topic"),
    )),
    RoleWords("invoices", r"invoice|payment|bill|charge", (
        F("paid", "date", r"paid|payment|settled"),
        F("due", "date", r"due"),
        F("issued", "date", r"issue|invoice|creat|date|sent|at$", required=True),
        F("amount", "number", r"amount|total|sum|gross|net|value", required=True),
        F("currency", "text", r"currency"),
    )),
    RoleWords("surveys", r"survey|nps|csat|ces|response|answer|review", (
        F("score", "number", r"score|rating|nps|csat|ces|answer|value", required=True),
        F("at", "date", _DATE + r"|answer|submit|respon", required=True),
        F("text", "text", r"comment|text|feedback|reason|verbatim"),
        F("kind", "text", r"kind|type|survey"),
    )),
    RoleWords("subscriptions", r"subscription|contract|licen[cs]e|agreement|deal", (
        F("end", "date", r"end|cancel|expir|until|stop|terminat"),
        F("start", "date", r"start|begin|from|activ|sign|creat|since|date", required=True),
        *_TERMS,
    )),
    RoleWords("people", r"user|person|people|contact|member|employee|student|patient", (
        F("email", "email", r""),
        F("started_on", "date", r"creat|sign|start|join|since|regist|first"),
        F("title", "text", r"title|job|position"),
        F("role", "text", r"role"),
        F("name", "text", r"(^|_)(full_?)?name$|^user_?name$"),
    )),
    RoleWords("accounts", r"account|customer|compan|client|organi[sz]ation|org|tenant|workspace|school|clinic", (
        F("name", "text", r"name|company|title"),
        F("started_on", "date", r"sign|start|creat|since|join|customer_from|onboard|date"),
        F("parent", "id", r"parent"),
        F("owner", "email", r"owner|csm|manager|success|rep|ae"),
        F("product", "text", r"^product$"),
    )),
    RoleWords("events", r"usage|event|activit|log|session|track|feature|action|visit|telemetry", (
        F("at", "date", _DATE, required=True),
        F("name", "text", r"feature|event|action|activity|module|page|type|name|operation"),
        F("seconds", "number", r"duration|second|minute|time_spent|length|(^|_)(secs?|mins?|ms|hours?)(_|$)"),
        F("errors", "number", r"error|fail|exception|crash"),
        F("count", "number", r"count|quantity|times|hits|number|total|events|logins|clicks"),
        F("value", "number", r"value|amount|score"),
    )),
)  # fmt: skip

OUTCOMES = r"churn|lost|is_active|^status$|cancel|attrition|health|risk|(^|_)left(_|$)|deactivat"
"""Columns of accounts and people that tell how it ended: as attributes they would give the answer away."""

KEY = r"(^|_)(id|key|uuid|guid|number|nr|no|code)$|^id_"
PERSON = r"user|person|people|contact|member|employee|student|patient"
ACCOUNT = r"account|customer|compan|client|org|tenant|workspace|school|clinic"
UNITS = (
    (r"(^|_)(ms|millis\w*)(_|$)", "milliseconds"),
    (r"(^|_)min(ute)?s?(_|$)", "minutes"),
    (r"(^|_)h(ou)?rs?(_|$)", "hours"),
    (r"(^|_)days?(_|$)", "days"),
)
MINOR = r"cent|minor|pence"
YEARLY = r"(^|_)(arr|acv)(_|$)|annual|yearly"
