"""Stripe's API, as far as it is read: lists, page by page ("Pagination"), tried again when Stripe is busy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import urllib3
from django.conf import settings

from tenure.base.refusals import Refusal

type Fields = Sequence[tuple[str, str]]

VERSION = "2024-06-20"
"""The version that is asked for, so that an account's own setting changes nothing."""
PAGE = 100
_TIMEOUT = urllib3.Timeout(connect=10, read=60)
_AGAIN = frozenset({409, 429, 500, 502, 503, 504})


class StripeRefused(Refusal):
    """Stripe does not answer what was asked; says what to do."""

    status, code = 502, "stripe_refused"


@dataclass(frozen=True, slots=True)
class Page:
    """Objects of a list; `after` asks for the next ones, empty when there are none."""

    objects: tuple[Mapping[str, Any], ...]
    after: str


class Client:
    """Reads with one API key. Only `TENURE_STRIPE_URL` is asked, which is Stripe's own address unless set."""

    def __init__(self, api_key: str, *, backoff_s: float = 1.0) -> None:
        retry = urllib3.Retry(
            total=6, connect=3, read=3, redirect=0, backoff_factor=backoff_s, backoff_max=60, backoff_jitter=0.2,
            status_forcelist=_AGAIN, allowed_methods=["GET"], respect_retry_after_header=True, raise_on_status=False,
        )  # fmt: skip
        self._pool = urllib3.PoolManager(retries=retry, timeout=_TIMEOUT, maxsize=1)
        self._headers = {"Authorization": f"Bearer {api_key}", "Stripe-Version": VERSION}

    def page(self, path: str, *, after: str = "", expand: Sequence[str] = (), more: Fields = ()) -> Page:
        """A page of a list; refuses with `StripeRefused`."""
        fields = [("limit", str(PAGE)), *(("expand[]", each) for each in expand), *more]
        if after:
            fields.append(("starting_after", after))
        try:
            answer = self._pool.request(
                "GET", f"{settings.TENURE_STRIPE_URL}/v1/{path}", fields=fields, headers=self._headers, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            told = f"Stripe cannot be reached ({type(error).__name__}). Look at this server's way out, then try again."
            raise StripeRefused(told) from None
        if answer.status != 200:
            raise StripeRefused(_told(path, answer.status))
        try:
            found = msgspec.json.decode(answer.data, type=_List)
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise StripeRefused(f"Stripe's list of {path} cannot be read. Try again later.") from None
        last = str(found.data[-1].get("id", "")) if found.has_more and found.data else ""
        return Page(tuple(found.data), last)

    def close(self) -> None:
        """Let the connections go."""
        self._pool.clear()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pages(self, path: str, *, after: str = "", expand: Sequence[str] = (), more: Fields = ()) -> Iterator[Page]:
        """Every page from `after` on."""
        while True:
            page = self.page(path, after=after, expand=expand, more=more)
            yield page
            if not (after := page.after):
                return


class _List(msgspec.Struct):
    data: list[dict[str, Any]]
    has_more: bool = False


def _told(path: str, status: int) -> str:
    match status:
        case 401:
            return "Stripe does not know the API key. Make a restricted key in Stripe and give it here."
        case 403:
            return f"The API key may not read {path}. Give it the permission to read {path} in Stripe, then try again."
        case 429:
            return "Stripe asks for fewer requests and went on asking. Try again later: it goes on where it stopped."
        case _:
            return f"Stripe answered {status} to the list of {path}. Try again later: it goes on where it stopped."
