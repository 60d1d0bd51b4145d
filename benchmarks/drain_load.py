"""Messages as a product in use sends them: mostly track and page calls of people we know, and what else there is.

Of a hundred: 67 track calls of servers, 28 page calls of browsers, 2.5 identify and 2.5 group calls. Four identify
calls in five say what was said before. One message in 400 is by somebody new, one in 100 a repeat, and one page call
in 20 names the visitor only.
"""

import random
from collections.abc import Iterator
from datetime import datetime

import msgspec

from tenure.base import clock
from tenure.ingest import inbox

A_BATCH = 100
PEOPLE_AN_ACCOUNT = 20
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
_encode = msgspec.json.Encoder().encode

type Call = dict[str, object]


def introduce(workspace: int, *, accounts: int) -> None:
    """Everybody says once who they are."""
    people = range(accounts * PEOPLE_AN_ACCOUNT)
    calls = [_identify(person, logins=0) | _ids(f"hello-{person}") for person in people]
    calls += [_group(person, accounts) | _ids(f"join-{person}") for person in people]
    for first in range(0, len(calls), A_BATCH):
        _store(workspace, calls[first : first + A_BATCH], "server")


def send(workspace: int, *, accounts: int, count: int, seed: int) -> Iterator[bytes]:
    """Put `count` messages into the inbox, a hundred a request; the bodies as they were sent."""
    draw = random.Random(seed)
    known = newest = accounts * PEOPLE_AN_ACCOUNT
    for first in range(0, count, A_BATCH):
        browser = draw.random() < 0.3
        calls = []
        for number in range(first, first + A_BATCH):
            newest += draw.random() < 1 / 400
            person = newest if draw.random() < 1 / 400 else int(known * draw.random() ** 2)
            share = draw.random()
            if share < 0.025:
                call = _identify(person, logins=number if draw.random() < 0.2 else 0)
            elif share < 0.05:
                call = _group(person, accounts)
            elif browser:
                call = _page(person, accounts, number)
                if draw.random() < 0.05:
                    del call["userId"]
            else:
                call = _track(person, accounts, number)
            calls.append(call | _ids(f"{seed}-{number - 50 if draw.random() < 0.01 else number}"))
        yield _store(workspace, calls, "browser" if browser else "server")


def _store(workspace: int, calls: list[Call], trust: inbox.Trust) -> bytes:
    body = _encode({"batch": calls, "sentAt": _now()})
    inbox.store(
        inbox.Row(
            workspace_id=workspace, key_id=1, trust=trust, kind="batch", source=trust, received_at=clock.now(),
            body=body, events=len(calls),
        )
    )  # fmt: skip
    return body


def _ids(name: str) -> Call:
    return {"messageId": f"node-next-1795302165267-f5dc40f2-878c-4350-{name:>16}", "timestamp": _now()}


def _now() -> datetime:
    now = clock.now()
    return now.replace(microsecond=now.microsecond // 1_000 * 1_000)


def _identify(person: int, *, logins: int) -> Call:
    traits = {"email": f"user-{person}@example.org", "role": "admin" if person % 7 else "owner", "logins": logins}
    return {"type": "identify", "userId": f"user-{person}", "anonymousId": f"visitor-{person}", "traits": traits}


def _group(person: int, accounts: int) -> Call:
    group = f"account-{person % accounts}"
    return {"type": "group", "userId": f"user-{person}", "groupId": group, "traits": {"name": group, "industry": "law"}}


def _track(person: int, accounts: int, number: int) -> Call:
    properties = {"format": "csv", "tab": "home", "rows": number, "duration": number % 90, "shared": number % 2 == 0}
    return {
        "type": "track", "event": f"Feature {person * 7 % 30} Used", "userId": f"user-{person}",
        "properties": properties,
        "context": {
            "groupId": f"account-{person % accounts}",
            "library": {"name": "@segment/analytics-node", "version": "3.1.0"},
        },
    }  # fmt: skip


def _page(person: int, accounts: int, number: int) -> Call:
    path = f"/projects/{number % 500}"
    page = {"path": path, "referrer": "", "search": "", "title": "Projects", "url": f"https://app.example.org{path}"}
    return {
        "type": "page", "name": "Project", "userId": f"user-{person}", "anonymousId": f"visitor-{person}",
        "properties": page,
        "context": {
            "page": page, "userAgent": _BROWSER, "locale": "en-GB", "timezone": "Europe/Berlin",
            "groupId": f"account-{person % accounts}",
            "library": {"name": "analytics.js", "version": "npm:next-1.81.0"},
        },
    }  # fmt: skip
