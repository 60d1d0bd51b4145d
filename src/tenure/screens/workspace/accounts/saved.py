"""Saved views of the list: the tabs over it, and saving, changing, removing them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.asked import STATE, Asked, asked
from tenure.tenants.contracts import Permission
from tenure.views import actions, queries, rules
from tenure.views.contracts import Entity, SavedView


@dataclass(frozen=True, slots=True)
class Tab:
    """A view over the list; `shared` with the team, `home` for who looks."""

    label: str
    href: str
    current: bool
    shared: bool
    home: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The view that the address names, with what may be done about it. `pairs` are what it keeps, to copy it; `save`,
    `home`, `remove` are addresses to post to, empty where the member may not."""

    name: str
    shared: bool
    home: bool
    pairs: tuple[tuple[str, str], ...]
    unsaved: bool
    reset: str
    save: str
    set_home: str
    remove: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything about views on the list's page. `undo` brings back the one that was removed just now."""

    tabs: tuple[Tab, ...]
    opened: Opened | None
    lost: bool
    removed: str
    undo: str
    make: str
    may_share: bool
    listed: tuple[tuple[str, str], ...]


def views_of(request: TeamRequest, entity: Entity = "account") -> tuple[SavedView, ...]:
    """The views there are of this kind of list, with the one removed just now. One query."""
    return queries.visible(request.member, entity, removed=_number(request.GET.get("removed", "")))


def leads_to(request: TeamRequest, views: Sequence[SavedView]) -> str:
    """Where an address without a state leads: to the view it names, or, naming none, to the member's home; empty where
    the page itself is meant."""
    # A list that is on the screen stays what it is, even if another view has become the home meanwhile.
    if "If-None-Match" in request.headers or any(name in request.GET for name in STATE):
        return ""
    named = kept_view(request)
    for each in views:
        if not each.removed and (each.id == named if named else each.home):
            return address(request, _asked(each), each.id)
    return ""


def shelf(request: TeamRequest, views: Sequence[SavedView], wanted: Asked) -> Shelf:
    """The tabs, the view that is open, and what may be done."""
    named, may = kept_view(request), request.member.may(Permission.SAVE_VIEWS)
    standing = [each for each in views if not each.removed]
    current = next((each for each in standing if each.id == named), None)
    removed = next((each for each in views if each.removed), None)
    tabs = [
        Tab(
            f"All {wanted.kind.title.lower()}",
            address(request, Asked("all", entity=wanted.entity), None),
            current is None,
            shared=False,
            home=False,
        )
    ]
    tabs += [
        Tab(each.name, address(request, _asked(each), each.id), each is current, each.shared, each.home)
        for each in standing
    ]
    return Shelf(
        tabs=tuple(tabs),
        opened=_opened(request, current, wanted) if current else None,
        lost=bool(named) and current is None,
        removed=removed.name if removed else "",
        undo=_post(request, "restorals", removed.id) if removed and _changes(request, removed) else "",
        make=to(request, "workspace:saved-views") if may else "",
        may_share=request.member.may(Permission.SHARE_VIEWS),
        listed=(*_of(wanted), *wanted.pairs()),
    )


def _opened(request: TeamRequest, view: SavedView, wanted: Asked) -> Opened:
    may, changes = request.member.may(Permission.SAVE_VIEWS), _changes(request, view)
    return Opened(
        name=view.name,
        shared=view.shared,
        home=view.home,
        pairs=(*_of(wanted), *_asked(view).pairs()),
        unsaved=_asked(view) != wanted,
        reset=address(request, _asked(view), view.id),
        save=_post(request, "changes", view.id) if changes else "",
        set_home=_post(request, "homes", view.id) if may else "",
        remove=_post(request, "removals", view.id) if changes else "",
    )


def _changes(request: TeamRequest, view: SavedView) -> bool:
    return rules.may_change(owner=view.owner, shared=view.shared, by=request.member)


def _post(request: TeamRequest, what: str, view: int) -> str:
    return to(request, f"workspace:saved-view-{what}", saved_view=view)


def _asked(view: SavedView) -> Asked:
    kept = view.listed
    return Asked(kept.scope, kept.where, kept.sort, kept.group, kept.columns, view.entity)


def _of(wanted: Asked) -> tuple[tuple[str, str], ...]:
    """What a form says besides the state: of what the list is, where it is not of accounts."""
    return (("of", wanted.entity),) if wanted.entity != "account" else ()


def kept_view(request: TeamRequest) -> int | None:
    """The view that the address names."""
    return _number(request.GET.get("view", ""))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def address(request: TeamRequest, wanted: Asked, view: int | None, *, removed: int | None = None) -> str:
    """The list's address with this state, as of the same day."""
    pairs = [("view", str(view))] if view else []
    pairs += wanted.pairs()
    pairs += [("removed", str(removed))] if removed else []
    pairs += [("as_of", request.GET["as_of"])] if request.GET.get("as_of") else []
    return f"{reverse(wanted.kind.list, kwargs={'slug': request.workspace.slug})}?{urlencode(pairs)}"


@page(Permission.SAVE_VIEWS)
@require_POST
def saved_views(request: TeamRequest) -> HttpResponse:
    """Save the list as a view of this name."""
    entity: Entity = "person" if request.POST.get("of") == "person" else "account"
    wanted = asked(request.POST, request.member.role, entity)
    view = actions.save_view(
        entity=entity, name=request.POST.get("name", ""), listed=wanted.listed(),
        shared=bool(request.POST.get("shared")), by=request.member,
    )  # fmt: skip
    messages.success(request, "The view is saved.")
    return redirect(address(request, wanted, view))


@page(Permission.SAVE_VIEWS)
@require_POST
def changes(request: TeamRequest, saved_view: int) -> HttpResponse:
    """Keep the list as it stands now (`scope` and the rest of its state), or another name and who sees it (`name`)."""
    entity = queries.one(saved_view, request.member).entity
    listed = asked(request.POST, request.member.role, entity).listed() if "scope" in request.POST else None
    named = "name" in request.POST
    actions.change_view(
        view=saved_view, by=request.member, listed=listed, name=request.POST["name"] if named else None,
        shared=bool(request.POST.get("shared")) if named else None,
    )  # fmt: skip
    messages.success(request, "The view is saved.")
    return _back(request, saved_view)


@page(Permission.SAVE_VIEWS)
@require_POST
def homes(request: TeamRequest, saved_view: int) -> HttpResponse:
    """Let the member's list open with this view (`home`), or no longer."""
    home = bool(request.POST.get("home"))
    actions.set_home(view=saved_view, home=home, by=request.member)
    messages.success(request, "Your list opens with this view." if home else "Your list opens with all of them again.")
    return _back(request, saved_view)


@page(Permission.SAVE_VIEWS)
@require_POST
def removals(request: TeamRequest, saved_view: int) -> HttpResponse:
    """Remove a view; the list then offers to bring it back."""
    actions.remove_view(view=saved_view, by=request.member)
    entity = queries.one(saved_view, request.member).entity
    return redirect(address(request, Asked("all", entity=entity), None, removed=saved_view))


@page(Permission.SAVE_VIEWS)
@require_POST
def restorals(request: TeamRequest, saved_view: int) -> HttpResponse:
    """Bring a removed view back."""
    actions.restore_view(view=saved_view, by=request.member)
    messages.success(request, "The view is back.")
    return _back(request, saved_view)


def _back(request: TeamRequest, view: int) -> HttpResponse:
    found = queries.one(view, request.member)
    return redirect(address(request, _asked(found), view))
