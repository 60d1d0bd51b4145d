"""Reads of alerts and their rules."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, QuerySet, Sum

from tenure.alerts import conditions, judging, opening, rules, watching
from tenure.alerts.contracts import AlertRule, AlertView, ChangeView, ListedRule
from tenure.alerts.judging import closings
from tenure.alerts.models import Alert, AlertChange, AlertSetting
from tenure.alerts.opening import budget
from tenure.alerts.queue import counts, inbox
from tenure.alerts.reading import views
from tenure.alerts.watching import in_force
from tenure.base.refusals import NotFound
from tenure.customers.queries import members_of
from tenure.definitions.contracts import PublishedDefinition
from tenure.measures.language import ExpressionError, parse
from tenure.segments import queries as segments

__all__ = [
    "alert",
    "budget",
    "closings",
    "condition_of",
    "count_of_account",
    "counts",
    "held",
    "history",
    "in_force",
    "inbox",
    "listing",
    "listing_of",
    "newest",
    "of_account",
    "one",
    "open_of_members",
    "proposed",
    "setting_revision",
    "unanswered",
]  # fmt: skip


def alert(number: int, *, admin: bool = True) -> AlertView:
    """One alert; refuses with `NotFound`, also those for admins where the reader is none. Three queries."""
    rows = Alert.objects.filter(pk=number)
    found = views(rows if admin else rows.filter(for_admins=False))
    if not found:
        raise NotFound("There is no such alert.")
    return found[0]


def of_account(account: int) -> list[AlertView]:
    """What stands of the account and those merged into it, the most valuable first. Three queries,
    and that of merges."""
    rows = Alert.objects.filter(account__in=members_of("account", account) or (account,), state__in=Alert.STANDING)
    return views(rows.order_by("-value_minor", "pk"))


def count_of_account(account: int) -> int:
    """How many alerts of the account stand, but for those to admins. One query, and that of merges."""
    held = members_of("account", account) or (account,)
    return Alert.objects.filter(account__in=held, state__in=Alert.STANDING, for_admins=False).count()


def newest(member: int, since: date, *, limit: int) -> tuple[list[AlertView], int]:
    """A member's open alerts that opened on the day or after it, the most valuable first, and how many there are. Four
    queries."""
    return _most(Alert.objects.filter(owner=member, state="open", opened_on__gte=since), limit)


def held(member: int, *, limit: int) -> tuple[list[AlertView], int]:
    """What is over a member's budget, the most valuable first, and how many there are. Four queries."""
    return _most(Alert.objects.filter(owner=member, state="held"), limit)


def unanswered(until: date, *, limit: int) -> tuple[list[AlertView], int]:
    """Open alerts of everybody that opened by the day, the most valuable first, and how many there are. Four
    queries."""
    return _most(Alert.objects.filter(state="open", for_admins=False, opened_on__lte=until), limit)


def _most(rows: QuerySet[Alert], limit: int) -> tuple[list[AlertView], int]:
    found = views(rows.order_by("-value_minor", "pk")[:limit])
    return found, rows.count() if len(found) == limit else len(found)


def open_of_members() -> dict[int, tuple[int, int]]:
    """How many alerts each member has in her inbox, and what they are worth in minor units. One query."""
    rows = Alert.objects.filter(state="open", owner__isnull=False).order_by().values_list("owner")
    return {member: (n, worth) for member, n, worth in rows.annotate(n=Count("owner"), worth=Sum("value_minor"))}


def proposed(today: date) -> list[tuple[str, str]]:
    """The rules that are proposed for muting: key and name. Three queries beside the definitions'."""
    known, quiet = in_force(), opening.muted(today)
    keys = judging.proposals(judging.answers(), judging.dismissed())
    bodies = {key: watching.body_of(known[key]) for key in sorted(keys) if key in known and key not in quiet}
    return [(key, body.name) for key, body in bodies.items() if body.active]


def history(number: int) -> list[ChangeView]:
    """What was done with an alert, newest first. One query."""
    rows = AlertChange.objects.filter(alert=number).select_related("by__user").order_by("-at", "-pk")
    return [ChangeView(r.kind, r.at, str(r.by) if r.by else "", r.note, r.undone_at is not None) for r in rows]


def one(key: str) -> PublishedDefinition:
    """A rule in force; refuses with `NotFound`. Its body is an `AlertRule`."""
    found = in_force().get(key)
    if found is None:
        raise NotFound(f"There is no alert rule {key!r}.")
    return found


def listing(today: date) -> tuple[ListedRule, ...]:
    """Every rule in force: those proposed for muting first, then by how much they bring. Four queries beside the
    definitions'."""
    known = in_force()
    found = _listed(known.values(), today)
    return tuple(sorted(found, key=lambda r: (not r.proposed, not r.body.active, -r.opened, r.body.name.casefold())))


def listing_of(key: str, today: date) -> ListedRule:
    """One of them; refuses with `NotFound`."""
    return _listed([one(key)], today)[0]


def _listed(known: Collection[PublishedDefinition], today: date) -> list[ListedRule]:
    answered, volumes = judging.answers(), judging.volumes(today)
    muted, proposed = opening.muted(today), judging.proposals(answered, judging.dismissed())
    found = []
    for each in known:
        body, answers = watching.body_of(each), answered.get(each.key, rules.Answers())
        standing, opened = volumes.get(each.key, (0, 0))
        mute = muted.get(each.key)
        found.append(
            ListedRule(
                key=each.key, version=each.version, body=body, standing=standing, opened=opened, answers=answers,
                precision=judging.precision(answers), muted_until=mute.until if mute else None,
                muted_because=mute.reason if mute else "",
                proposed=each.key in proposed and mute is None and body.active,
                surely=rules.surely_below(answers, rules.WOLF), broken=_broken(body),
            )
        )  # fmt: skip
    return found


def condition_of(body: AlertRule) -> str:
    """What the rule asks of accounts, as an expression; empty for one that is not of accounts' states."""
    asked = conditions.asked(body)
    return asked.now if asked else ""


def _broken(body: AlertRule) -> str:
    text = condition_of(body)
    try:
        parse(text, segments.catalogue()) if text else None
    except ExpressionError as error:
        return str(error)
    return ""


def setting_revision() -> int:
    """How often the budget was changed; 0 where nobody did. One query."""
    return AlertSetting.objects.values_list("revision", flat=True).first() or 0
