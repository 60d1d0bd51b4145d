"""A review's answer: why did they leave?"""

from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import Forbidden, Invalid, NotFound, Problem
from tenure.health.models import MissReview
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission

REASONS = {
    "no_value": "They did not get the value they came for",
    "contact_left": "Our contact left",
    "budget": "Price or budget",
    "competitor": "They went to a competitor",
    "missing": "Something they needed is missing",
    "trouble": "Trouble with the product or with us",
    "fit": "They were never the right customer",
    "closed": "They closed, were sold or merged",
    "other": "Something else",
}


@transaction.atomic
def answer(*, review: int, reason: str, note: str, by: MemberView) -> None:
    """Say why; again to correct it. Refuses without the right, or with a reason that is not offered; "something else"
    needs a note."""
    if not by.may(Permission.EDIT_ACCOUNTS):
        raise Forbidden("Your role may not answer reviews. Ask an owner, admin or manager for the role of a CSM.")
    problems = [
        *([] if reason in REASONS else [Problem("choose one of the reasons", "reason")]),
        *([Problem("say what it was", "note")] if reason == "other" and not note.strip() else []),
    ]
    if problems:
        raise Invalid("The review is not answered: " + "; ".join(map(str, problems)) + ".", problems)
    row = MissReview.objects.select_for_update().filter(pk=review).first()
    if row is None:
        raise NotFound("There is no such review.")
    before = {"reason": row.reason, "note": row.note}
    row.reason, row.note, row.answered_at, row.answered_by_id = reason, note.strip(), clock.now(), by.id
    row.save(update_fields=["reason", "note", "answered_at", "answered_by"])
    record_audit(
        by=by, action="review.answered", object=f"account {row.account_id}", before=before,
        after={"reason": reason, "note": row.note},
    )  # fmt: skip
