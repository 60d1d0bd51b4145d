"""Who is meant, decided: pure, total, and blind to the order in which the messages of a run came.

A person is found by the external id (`user_id`), else by another user id joined to it, else by an e-mail address that
a server key vouched for; a visitor by the anonymous id that was joined to a person. Of several words on one thing the
newest counts, by time and then by message id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tenure.ingest.identity.contracts import (
    Asked,
    Decision,
    Known,
    Names,
    ParkReason,
    Refusal,
    Resolved,
    Said,
    Sender,
    Voices,
    Who,
)
from tenure.ingest.identity.traits import Words
from tenure.ingest.messages import Message

TAKEN_EMAIL = "email_taken"
MERGE_REFUSED = "merge_not_allowed"
TWO_PEOPLE = "two_people"
NOBODY_YET = "nobody_yet"
_TELLING = frozenset({"identify", "group", "alias"})


def voices(said: Iterable[Said]) -> Voices:
    """Who speaks, and the messages that tell something of somebody: identify, group and alias calls, and addresses."""
    names, telling = set[Names](), list[Said]()
    for each in said:
        message = each[0]
        names.add((message.user_id, message.anonymous_id, message.group_id))
        if message.type in _TELLING or message.email is not None:
            telling.append(each)
    return Voices(frozenset(names), tuple(telling))


def asked(heard: Voices) -> Asked:
    """What has to be looked up."""
    names, telling = heard.names, heard.telling
    users = {user for user, _, _ in names if user is not None}
    visitors = {visitor for _, visitor, _ in names if visitor is not None}
    before = {message.previous_id for message, _ in telling if message.previous_id is not None}
    return Asked(
        users=frozenset(users | before),
        visitors=frozenset(visitors | before),
        groups=frozenset(group for _, _, group in names if group is not None),
        emails=frozenset(message.email for message, _ in telling if message.email is not None),
    )


def decide(heard: Voices, known: Known) -> Decision:
    """What the messages of a run change in who is who."""
    deciding = _Deciding(known)
    names, telling = heard.names, heard.telling
    speaking = sorted(
        (each for each in telling if each[0].type in _TELLING),
        key=lambda each: (each[0].at, each[0].message_id),
    )
    deciding.meet(names, telling)
    for message, sender in speaking:
        if message.type == "alias":
            deciding.alias(message, sender)
    for message, sender in speaking:
        if message.type == "identify":
            deciding.join_visitor(message, sender)
    for message, sender in speaking:
        if message.type == "identify":
            deciding.describe_person(message, sender)
        elif message.type == "group":
            deciding.describe_account(message, sender)
    deciding.link(names)
    return deciding.decision()


@dataclass(slots=True)
class _Deciding:
    """A decision in the making."""

    known: Known
    users: dict[str, Who] = field(default_factory=dict)
    visitors: dict[str, Who] = field(default_factory=dict)
    joins: dict[tuple[str, str], Who] = field(default_factory=dict)
    links: set[tuple[Who, str]] = field(default_factory=set)
    groupings: defaultdict[Who, set[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(set))
    refusals: list[Refusal] = field(default_factory=list)
    words: Words = field(init=False)

    def __post_init__(self) -> None:
        self.words = Words(self.known.trait_keys, self.refusals)
        self.visitors.update(self.known.visitors)

    def meet(self, names: Iterable[Names], telling: Iterable[Said]) -> None:
        """Find everybody who is named by a user id; strangers are to be made, unless a vouched address is theirs."""
        vouched: dict[str, set[str]] = {}
        for user, _, _ in names:
            if user is not None and user not in self.users:
                found = self.known.people.get(user) or self.known.users.get(user)
                if found is not None:
                    self.users[user] = found
                else:
                    vouched[user] = set()
        for message, sender in telling:
            if message.user_id in vouched and message.email is not None and sender.trust == "server":
                vouched[message.user_id].add(message.email)
        first: dict[str, Who] = {}
        for user in sorted(vouched):
            self.users[user] = user
            for email in sorted(vouched[user]):
                owners = self.known.emails.get(email, ())
                owner = owners[0] if len(owners) == 1 else first.setdefault(email, user) if not owners else user
                if owner != user:
                    self.users[user] = self.joins["user", user] = owner
                    break

    def alias(self, message: Message, sender: Sender) -> None:
        """Another id of somebody; two people that are known do not become one by it."""
        before, user = message.previous_id, message.user_id
        who = self._named(message)
        if before is None or who is None or before == user:
            return
        other = self.users.get(before) or self.known.people.get(before) or self.known.users.get(before)
        server = sender.trust == "server"
        if other is not None and other != who:
            self._refuse(
                message, sender, TWO_PEOPLE if server else MERGE_REFUSED, "previousId",
                "Both ids are people we know, and an alias does not make two people one. Nothing was changed."
                if server
                else "Both ids are people we know, and a browser key may not make them one.",
            )  # fmt: skip
            return
        if server and other is None:
            self.joins["user", before] = who
        self._join_visitor(before, who)

    def join_visitor(self, message: Message, sender: Sender) -> None:
        """An identify with both ids says whose the anonymous id is."""
        if message.user_id is not None and message.anonymous_id is not None:
            self._join_visitor(message.anonymous_id, self.users[message.user_id])
        elif message.user_id is None and message.anonymous_id is not None and sender.trust == "server":
            owners = self.known.emails.get(message.email or "", ())
            if len(owners) == 1 and message.anonymous_id not in self.visitors:
                self._join_visitor(message.anonymous_id, owners[0])

    def describe_person(self, message: Message, sender: Sender) -> None:
        """Traits of a person; of a visitor nobody has named they are refused."""
        who = self._named(message)
        if who is None:
            self._refuse(
                message, sender, NOBODY_YET, "userId",
                "Nobody has said yet who this visitor is, so there is nobody to keep these traits for. "
                "Send identify with a userId.",
            )  # fmt: skip
            return
        said: Said = (message, sender)
        email = message.email
        if email is not None and sender.trust != "server":
            owners = [owner for owner in self.known.emails.get(email, ()) if owner != who]
            if owners:
                self._refuse(
                    message, sender, TAKEN_EMAIL, "traits.email",
                    "This address belongs to somebody else, and a browser key may not take it over. "
                    "The rest of the event was taken.", partial=True,
                )  # fmt: skip
                self.words.of_person(self._external(who), said, email=None, unproven=None)
            else:
                self.words.of_person(self._external(who), said, email=None, unproven=email)
            return
        self.words.of_person(self._external(who), said, email=email, unproven=None)

    def describe_account(self, message: Message, sender: Sender) -> None:
        """Traits of an account, and that its sender works in it just then."""
        if message.group_id is None:
            return
        self.words.of_account(message.group_id, (message, sender))
        who = self._named(message)
        if who is not None:
            self.groupings[who].add((message.at, message.group_id))

    def link(self, names: Iterable[Names]) -> None:
        """Whoever speaks in an account belongs to it."""
        for user, visitor, group in names:
            if group is not None:
                self.words.meet_account(group)
                who = self._called(user, visitor)
                if who is not None:
                    self.links.add((who, group))
        for who in self.users.values():
            if isinstance(who, str):
                self.words.meet_person(who)

    def decision(self) -> Decision:
        """All of it, frozen."""
        joins = {
            (kind, value): who
            for (kind, value), who in self.joins.items()
            if (self.known.visitors if kind == "anonymous" else self.known.users).get(value) != who
        }
        return Decision(
            people=self.words.people(),
            accounts=self.words.accounts(),
            users=self.users,
            visitors=self.visitors,
            joins=joins,
            links=frozenset(self.links),
            groupings={who: tuple(sorted(set_)) for who, set_ in self.groupings.items()},
            said_at=self.words.said_at,
            refusals=tuple(self.refusals),
        )

    def _named(self, message: Message) -> Who | None:
        return self._called(message.user_id, message.anonymous_id)

    def _called(self, user: str | None, visitor: str | None) -> Who | None:
        if user is not None:
            return self.users.get(user)
        return self.visitors.get(visitor) if visitor is not None else None

    def _external(self, who: Who) -> str:
        return who if isinstance(who, str) else self.known.names[who]

    def _join_visitor(self, value: str, who: Who) -> None:
        self.visitors[value] = self.joins["anonymous", value] = who

    def _refuse(
        self, message: Message, sender: Sender, reason: str, path: str, detail: str, *, partial: bool = False
    ) -> None:
        self.refusals.append(Refusal(message, sender, reason, detail, path, partial))


type Attribution = tuple[int | None, int] | ParkReason


def attribute(message: Message, resolved: Resolved, *, arrived: bool = False) -> Attribution:
    """(person, account) of an event, or why it has to wait.

    The account is the event's own group, else the person's only one; of several, the one her next `group` call
    names. With `arrived` the event waited, and the newest `group` call counts when none is after it.
    """
    names = message.user_id, message.anonymous_id, message.group_id
    answer = settled(names, resolved)
    return (
        answer if answer is not None else account_of(person_of(names, resolved), message.at, resolved, arrived=arrived)
    )


def settled(names: Names, resolved: Resolved) -> Attribution | None:
    """`attribute` for all events under these names; None when it depends on their time."""
    person, group = person_of(names, resolved), names[2]
    if group is not None:
        account = resolved.groups.get(group)
        if account is not None:
            return person, account
    if person is None:
        return "no_account"
    accounts = resolved.accounts_of.get(person, ())
    if len(accounts) > 1:
        return None
    return (person, accounts[0]) if accounts else "no_account"


def account_of(person: int | None, at: datetime, resolved: Resolved, *, arrived: bool) -> Attribution:
    """The account of an event that names none itself."""
    if person is None:
        return "no_account"
    accounts = resolved.accounts_of.get(person, ())
    if len(accounts) == 1:
        return person, accounts[0]
    if not accounts:
        return "no_account"
    named = following(resolved.groupings.get(person, ()), at, else_last=arrived)
    return (person, named) if named is not None else "ambiguous_account"


def person_of(names: Names, resolved: Resolved) -> int | None:
    """Who speaks under these names; None for a visitor nobody has named."""
    user, visitor, _ = names
    if user is not None:
        return resolved.users.get(user)
    return resolved.visitors.get(visitor) if visitor is not None else None


def following(groupings: Sequence[tuple[datetime, int]], at: datetime, *, else_last: bool) -> int | None:
    """The account named first at or after `at` (None when two were at once), else perhaps the one named last."""
    later = [moment for moment, _ in groupings if moment >= at]
    if not later and not (else_last and groupings):
        return None
    wanted = min(later) if later else max(moment for moment, _ in groupings)
    accounts = {account for moment, account in groupings if moment == wanted}
    return accounts.pop() if len(accounts) == 1 else None


def ids[K](whos: Mapping[K, Who], made: Mapping[str, int]) -> dict[K, int]:
    """Everybody's id, now that strangers have one."""
    return {key: made[who] if isinstance(who, str) else who for key, who in whos.items()}
