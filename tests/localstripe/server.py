"""localstripe, a stateful fake of Stripe's API, as a process of its own with a clock that is set from outside.

`python server.py` prints its port and serves on 127.0.0.1 until it is ended. What localstripe lacks and a life cycle
needs is added here, in the shapes of Stripe's API reference, and nowhere else:

- `customer.subscription.updated` and `charge.refunded`, with `previous_attributes` ("The Event object");
- a trial is `trialing` until it ends, and then `active` ("Subscription statuses");
- `discounts` of a subscription ("The Subscription object"), from coupons that it knows;
- the list of prices, which it has as plans ("The Price object"), and `types` of the list of events;
- empty lists of what it cannot make: disputes, schedules, credit notes.

POST /_config/clock {"now": seconds} waits until every webhook is delivered, and moves the clock.
"""

import asyncio
import socket
import types
from collections.abc import Coroutine
from typing import Any

from aiohttp import web
from localstripe import resources, server, webhooks

_now = [1_735_689_600]
_sent: set[asyncio.Task[None]] = set()


def _send_soon(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    _sent.add(task)
    task.add_done_callback(_sent.discard)


async def _no_pause(_: float) -> None:
    """localstripe waits a second before it sends."""


resources.Store.dump_to_disk = lambda self: None  # one pickle in /tmp for everybody
resources.time = types.SimpleNamespace(time=lambda: _now[0])
webhooks.asyncio = types.SimpleNamespace(ensure_future=_send_soon, sleep=_no_pause)


def _tell(type_: str, one: Any, before: dict[str, Any]) -> None:
    after = one._export()
    event = resources.Event(type_, one)
    event.data["previous_attributes"] = {key: old for key, old in before.items() if after.get(key) != old}
    resources.schedule_webhook(event)


class Subscription(resources.Subscription):  # type: ignore[misc]
    """With trials and discounts, and with an event when it changes."""

    @property
    def status(self) -> str:
        on_trial = self.trial_end is not None and _now[0] < self.trial_end
        return "trialing" if on_trial and self._status == "incomplete" else self._settled

    @status.setter
    def status(self, value: str) -> None:
        self._status = value

    @property
    def _settled(self) -> str:
        return "active" if self.trial_end is not None and self._status == "incomplete" else str(self._status)

    @property
    def discounts(self) -> list[dict[str, Any]]:
        return list(getattr(self, "_discounts", ()))

    def _update(self, discounts: Any = None, **data: Any) -> None:
        before = self._export()
        if discounts is not None:
            self._discounts = [_discount(self, each["coupon"]) for each in discounts or ()]
        if data:
            super()._update(**data)
        _tell("customer.subscription.updated", self, before)


def _discount(one: Any, name: str) -> dict[str, Any]:
    coupon = resources.Coupon._api_retrieve(name)._export()
    months = coupon["duration_in_months"]
    end = _now[0] + int(months * 365.25 / 12 * 86_400) if months else None
    return {"id": f"di_{resources.random_id(14)}", "object": "discount", "source": {"type": "coupon", "coupon": coupon},
            "customer": one.customer, "subscription": one.id, "start": _now[0], "end": end}  # fmt: skip


class Refund(resources.Refund):  # type: ignore[misc]
    """With an event of its charge."""

    @classmethod
    def _api_create(cls, **data: Any) -> Any:
        made = resources.Refund(**data)
        charge = resources.Charge._api_retrieve(made.charge)
        before = charge._export()["amount_refunded"] - made.amount
        _tell("charge.refunded", charge, {"amount_refunded": before})
        return made


resources.SubscriptionItem.discounts = ()
resources.Coupon.applies_to = resources.Coupon.currency_options = None


def _end_trials(until: int) -> None:
    for one in [value for key, value in resources.store.items() if key.startswith("subscription:")]:
        if one.trial_end is not None and _now[0] < one.trial_end <= until:
            before, _now[0] = one._export(), one.trial_end
            _tell("customer.subscription.updated", one, before)


async def _delivered() -> None:
    while _sent:
        await asyncio.wait(list(_sent))
        await asyncio.sleep(0)  # let go of those that are done


async def _clock(request: web.Request) -> web.Response:
    await _delivered()
    moment = (await request.json())["now"]
    _end_trials(moment)
    _now[0] = moment
    return web.json_response({"now": _now[0]})


async def _prices(request: web.Request) -> web.Response:
    plans = [value._export() for key, value in resources.store.items() if key.startswith("plan:")]
    return web.json_response({"object": "list", "data": plans, "has_more": False})


async def _events(request: web.Request) -> web.Response:
    """Newest first, of the types that are asked for."""
    wanted = set(request.query.getall("types[]", []))
    every = [value._export() for key, value in resources.store.items() if key.startswith("event:")]
    told = [event for event in reversed(every) if not wanted or event["type"] in wanted]
    return web.json_response({"object": "list", "data": told, "has_more": False})


async def _nothing(request: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [], "has_more": False})


def main() -> None:
    app = web.Application(middlewares=[server.error_middleware, server.auth_middleware])
    app.router.add_post("/_config/clock", _clock)
    app.router.add_post("/_config/webhooks/{id}", server.config_webhook)
    app.router.add_get("/v1/prices", _prices)
    app.router.add_get("/v1/events", _events)
    for name in ("disputes", "subscription_schedules", "credit_notes"):
        app.router.add_get(f"/v1/{name}", _nothing)
    for method, url, work in resources.extra_apis:
        app.router.add_route(method, url, server.api_extra(work, url))
    for kind in (
        resources.Charge, resources.Coupon, resources.Customer, resources.Invoice, resources.PaymentMethod,
        resources.Plan, resources.Product, Refund, Subscription,
    ):  # fmt: skip
        url = f"/v1/{kind.object}s"
        app.router.add_post(url, server.api_create(kind, url))
        app.router.add_get(url, server.api_list_all(kind, url))
        app.router.add_get(f"{url}/{{id}}", server.api_retrieve(kind, url))
        app.router.add_post(f"{url}/{{id}}", server.api_update(kind, url))
        app.router.add_delete(f"{url}/{{id}}", server.api_delete(kind, url))
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(64)
    print(sock.getsockname()[1], flush=True)
    web.run_app(app, sock=sock, print=None, access_log=None)


if __name__ == "__main__":
    main()
