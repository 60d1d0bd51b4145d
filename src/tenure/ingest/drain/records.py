"""Events of the B2B part of Segment's spec that say what became of an account, as records of it.

Only of server keys: https://segment.com/docs/connections/spec/b2b-saas/
"""

from collections.abc import Mapping

from tenure.events.contracts import RecordName
from tenure.ingest.messages import Message

type Record = tuple[RecordName, dict[str, object]]


MEANT = frozenset({"Account Created", "Account Deleted", "Trial Started", "Trial Ended"})
"""Names of events that mean a record."""


def recorded(message: Message, *, account: int, currency: str) -> Record:
    """The record that an event of these names means, with its properties."""
    said = message.properties
    match message.name:
        case "Account Created":
            return RecordName.ACCOUNT_SIGNED_UP, {}
        case "Account Deleted":
            return RecordName.ACCOUNT_LOST, {"id": message.message_id, "reason": _text(said, "reason")}
        case "Trial Started":
            trial = {
                "id": _trial(account), "is_trial": True, "mrr_minor": 0, "currency": currency,
                "plan": _text(said, "trial_plan_name", "plan_name", "plan"),
                "term_end": _text(said, "trial_end_date", "trial_end")[:10] or None,
            }  # fmt: skip
            return RecordName.SUBSCRIPTION_STARTED, trial
        case "Trial Ended":
            return RecordName.SUBSCRIPTION_ENDED, {"id": _trial(account)}
        case _:
            raise ValueError(f"{message.name} means no record")


def _trial(account: int) -> str:
    return f"trial:{account}"


def _text(said: Mapping[str, object], *names: str) -> str:
    for name in names:
        value = said.get(name)
        if isinstance(value, str) and value:
            return value[:300]
    return ""
