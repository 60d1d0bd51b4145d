"""The Jinja2 environment of all pages."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlencode

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from jinja2 import Environment, StrictUndefined

from tenure.base import clock
from tenure.screens import assets, charts, formats, navigation
from tenure.screens.help import glossary, topics
from tenure.screens.undo import undo_of


def environment(**options: object) -> Environment:
    """Django's options plus ours: an undefined name is an error, blocks leave no blank lines."""
    options["undefined"] = StrictUndefined
    made = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # type: ignore[arg-type]  # noqa: S701
    made.filters.update(
        number=formats.number,
        compact=formats.compact,
        money=formats.money,
        minor=formats.minor,
        percent=formats.percent,
        delta=formats.delta,
        day=formats.day,
        short_day=formats.short_day,
        moment=formats.moment,
        relative_day=formats.relative_day,
        seconds=formats.seconds,
        count_of=formats.count,
        initials=formats.initials,
        capital=formats.capital,
        attributes=formats.attributes,
    )
    made.globals.update(
        asset=assets.asset,
        charts=charts,
        icon=assets.icon,
        messages_of=get_messages,
        now=clock.now,
        places=navigation.PLACES,
        place_label=navigation.label,
        query=query,
        settings_places=navigation.SETTINGS,
        explained=glossary.explained,
        static=static,
        term=glossary.term,
        undo_of=undo_of,
        topic_of=topics.topic_of,
        words_on_page=glossary.on_page,
        url=url,
        to=to,
        unknown=formats.UNKNOWN,
    )
    return made


def url(name: str, *args: object, **kwargs: object) -> str:
    """`url("workspace:accounts", slug=workspace.slug)`."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def to(request: HttpRequest, name: str, **kwargs: object) -> str:
    """A page of the request's workspace, keeping the page's own as-of: `to(request, "workspace:accounts")`."""
    return with_query(request, name, kwargs)


def with_query(request: HttpRequest, name: str, path: Mapping[str, object] | None = None, /, **params: str) -> str:
    """A page of the request's workspace with parameters, keeping the page's own as-of unless they have another; empty
    ones are left out. `path` are the parts of its path."""
    workspace = getattr(request, "workspace")  # noqa: B009 - set by `access.page`
    address = _address(get_script_prefix(), name, workspace.slug, *(path or {}).items())
    given = {"as_of": request.GET.get("as_of", "")} | params
    text = urlencode({name: value for name, value in given.items() if value})
    return f"{address}?{text}" if text else address


@lru_cache(maxsize=4096)
def _address(_prefix: str, name: str, slug: str, *given: tuple[str, object]) -> str:
    """Of a page with a few hundred links, making the same ones again is a fifth of the work."""
    return reverse(name, kwargs={"slug": slug, **dict(given)})


def query(request: HttpRequest, **changes: object) -> str:
    """This page's address with some parameters changed; None takes one out. Lists stay lists."""
    params = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            params.pop(name, None)
        elif isinstance(value, list | tuple):
            params.setlist(name, [str(item) for item in value])
        else:
            params[name] = str(value)
    text = params.urlencode()
    return f"{request.path}?{text}" if text else request.path
