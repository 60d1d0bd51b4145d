"""The draft of the scorecard in force: opened, saved, published, discarded; and an older version put back in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from pydantic import ValidationError

from tenure.base.refusals import Forbidden, Invalid, NotFound, Problem
from tenure.definitions import actions as definitions
from tenure.definitions import queries
from tenure.definitions.contracts import Body, Change, VersionView
from tenure.health.card import KIND
from tenure.health.scorecard import Scorecard
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission

LONGEST_NOTE = 400


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being edited: the draft, or, while there is none, the version in force.

    `version` is the one in force, `revision` how often the draft was saved (0: there is none); both go back with
    every save, so that nobody's change is lost. `changes`: from the version in force to the draft.
    """

    key: str
    version: int
    revision: int
    body: Body
    card: Scorecard
    published: Scorecard
    changes: tuple[Change, ...]
    author: str


def working() -> Draft:
    """The scorecard in force with its draft; refuses with `NotFound` before the first one. Three queries."""
    found = sorted(queries.published(KIND), key=lambda each: each.key)
    if not found:
        raise NotFound("There is no scorecard yet. Import data, then run the cycle: `tenure run`.")
    first = found[0]
    assert isinstance(first.body, Scorecard)
    draft = next((each for each in queries.drafts(KIND) if each.key == first.key), None)
    published = plain_body(first.body)
    body = draft.body if draft else published
    return Draft(
        key=first.key,
        version=first.version,
        revision=draft.revision if draft else 0,
        body=body,
        card=Scorecard.model_validate(body),
        published=first.body,
        changes=tuple(changes(published, body)),
        author=draft.author if draft else "",
    )


def changes(before: Body, after: Body) -> list[Change]:
    """What differs between two bodies, defaults written out: a weight goes from 4 to 1, not to nothing. Bodies of an
    older Tenure that no longer fit are compared as they are."""
    try:
        full = [Scorecard.model_validate(body).model_dump(mode="json", by_alias=True) for body in (before, after)]
    except ValidationError:
        return queries.difference(before, after)
    return queries.difference(*full)


@transaction.atomic
def save(*, body: Body, based_on: int, revision: int, by: MemberView) -> VersionView | None:
    """Write the draft; None, and nothing done, when it says the same as before. Refuses without the right, with
    `WrongDocument` and the path of each problem, and with `Conflict` when somebody else saved meanwhile."""
    _may(by)
    before = working()
    if (revision, based_on) == (before.revision, before.version) and not _changed(before.body, body):
        return None
    made = definitions.save_draft(kind=KIND, key=before.key, body=body, by=by, based_on=based_on, revision=revision)
    changed = queries.difference(before.body, made.body)
    record_audit(
        by=by, action="scorecard.draft_saved", object=f"{KIND} {before.key}",
        before={each.path: each.before for each in changed}, after={each.path: each.after for each in changed},
    )  # fmt: skip
    return made


def _changed(before: Body, after: Body) -> bool:
    """Whether two bodies say different things; defaults that are written out are no difference."""
    try:
        plain = plain_body(Scorecard.model_validate(after))
    except ValidationError:
        return True
    return bool(queries.difference(before, plain))


def plain_body(card: Scorecard) -> Body:
    """A card as it is stored: defaults left out."""
    return card.model_dump(mode="json", by_alias=True, exclude_defaults=True)


@transaction.atomic
def publish(*, note: str, based_on: int, revision: int, by: MemberView) -> VersionView:
    """Put the draft in force as a new version, with a note that says why. Refuses without the right, a note, a draft,
    or one that changes something, and with `Conflict` where the version in force (`based_on`) or the draft is no longer
    the one that was looked at."""
    _may(by)
    draft = working()
    if not draft.revision:
        raise NotFound("There is no draft to publish. Change the scorecard first.")
    problems = _wrong_note(note)
    if problems:
        raise Invalid("The draft cannot be published: " + "; ".join(map(str, problems)) + ".", problems)
    if not draft.changes:
        raise Invalid("The draft says what the version in force says already. Discard it.")
    saved = definitions.save_draft(
        kind=KIND, key=draft.key, body=draft.body, by=by, note=note.strip(), based_on=based_on, revision=revision
    )
    return definitions.publish(kind=KIND, key=draft.key, by=by, revision=saved.revision)


def _wrong_note(note: str) -> Sequence[Problem]:
    if not note.strip():
        return [Problem("say what changes and why, for those who read a chart later", "note")]
    if len(note.strip()) > LONGEST_NOTE:
        return [Problem(f"expected at most {LONGEST_NOTE} letters", "note")]
    return []


def discard(*, by: MemberView) -> None:
    """Throw the draft away; without one it is nothing."""
    _may(by)
    definitions.discard_draft(kind=KIND, key=working().key, by=by)


def roll_back(*, to_version: int, by: MemberView) -> VersionView:
    """Publish what an older version said as a new version, in one step. A draft stays a draft."""
    _may(by)
    return definitions.roll_back(kind=KIND, key=working().key, to_version=to_version, by=by)


def _may(by: MemberView) -> None:
    if not by.may(Permission.CONFIGURE):
        raise Forbidden("Your role may not change the scorecard. Ask an owner, admin or manager of the workspace.")
