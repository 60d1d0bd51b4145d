"""Settings · Layouts: which parts of an account's pages stand there for whom, and in which order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from tenure.base.refusals import Conflict, NotFound, Refusal
from tenure.definitions import actions as definitions
from tenure.definitions.queries import versions
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import TABS
from tenure.screens.workspace.settings import preview
from tenure.segments import queries as segments
from tenure.tenants.contracts import Permission
from tenure.tenants.permissions import Role
from tenure.views import actions, queries
from tenure.views.contracts import KIND, SECTIONS, Layout
from tenure.views.contracts import TABS as KEYS

TAB_LABELS = {key: label for key, label, _ in TABS}
SECTION_LABELS = {
    "briefing": "Before you talk", "why": "Why this score", "history": "The last 90 days",
    "moves": "What moved it in 30 days", "pulse": "Pulse", "latest": "Lately",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A layout in the list, in the order in which they are tried."""

    key: str
    name: str
    whose: str
    tabs: str
    hidden: str
    version: int


@dataclass(frozen=True, slots=True)
class Given:
    """What the form holds. `seen` is the version that its author saw, 0 for a new layout."""

    name: str = ""
    segment: str = ""
    role: str = ""
    order: str = "10"
    tabs: tuple[str, ...] = KEYS
    sections: tuple[str, ...] = SECTIONS
    seen: int = 0
    account: str = ""
    as_role: str = Role.CSM.value

    def body(self) -> dict[str, object]:
        """The document."""
        return {
            "name": self.name, "segment": self.segment, "role": self.role or None,
            "order": int(self.order) if self.order.isdecimal() else self.order,
            "tabs": self.tabs, "hidden_tabs": [each for each in KEYS if each not in self.tabs],
            "sections": self.sections, "hidden_sections": [each for each in SECTIONS if each not in self.sections],
        }  # fmt: skip


@page(Permission.VIEW)
def layouts(request: TeamRequest) -> HttpResponse:
    """The layouts, as they are tried."""
    names = {key: body.name for key, body in segments.in_force().items()}
    context = {
        "section": "layouts",
        "rows": [_row(key, version, layout, names) for key, (version, layout) in queries.layouts().items()],
        "may_change": request.member.may(Permission.CONFIGURE),
    }
    return render(request, "workspace/settings/layouts.html", context)


@page(Permission.CONFIGURE)
def layout_new(request: TeamRequest) -> HttpResponse:
    """The form of a new layout; POST: keep it, or with `do=preview` show it."""
    return _form(request, "", Given())


@page(Permission.CONFIGURE)
def layout(request: TeamRequest, layout: str) -> HttpResponse:
    """A layout in force; POST: keep another version, or with `do=preview` show it."""
    if layout not in queries.layouts():
        raise NotFound("There is no such layout, or it was put away.")
    version, body = queries.layouts()[layout]
    standing = Given(
        body.name, body.segment, body.role.value if body.role else "", str(body.order), body.shown_tabs,
        body.shown_sections, version,
    )  # fmt: skip
    return _form(request, layout, standing)


@page(Permission.CONFIGURE)
@require_POST
def layout_archivals(request: TeamRequest, layout: str) -> HttpResponse:
    """Put it away; its versions stay."""
    definitions.archive(kind=KIND, key=layout, by=request.member)
    messages.success(request, "The layout is put away. The next one that fits holds instead.")
    return redirect(to(request, "workspace:layouts"))


@page(Permission.CONFIGURE)
@require_POST
def layout_rollbacks(request: TeamRequest, layout: str) -> HttpResponse:
    """POST `version`: publish that one again."""
    given = request.POST.get("version", "")
    definitions.roll_back(kind=KIND, key=layout, to_version=int(given) if given.isdecimal() else 0, by=request.member)
    messages.success(request, f"The layout is as it was in version {given}.")
    return redirect(to(request, "workspace:layout", layout=layout))


def _form(request: TeamRequest, key: str, given: Given) -> HttpResponse:
    if request.method != "POST":
        return _page(request, key, given)
    given = _read(request.POST)
    wanted = key or slugify(given.name)[:80]
    if request.POST.get("do") == "preview":
        return _page(request, key, given, shown=preview.of(request, key, given.body(), given.account, given.as_role))
    try:
        actions.keep_layout(
            key=key or slugify(given.name)[:80], body=given.body(), based_on=given.seen, by=request.member
        )
    except Refusal as refusal:
        now = queries.layouts().get(wanted)
        again = replace(given, seen=now[0]) if key and now and isinstance(refusal, Conflict) else given
        return _page(request, key, again, refusal=refusal, now=now[1] if now else None)
    messages.success(request, "The layout is in force.")
    return redirect(to(request, "workspace:layouts"))


def _read(sent: QueryDict) -> Given:
    seen = sent.get("seen", "")
    return Given(
        sent.get("name", "").strip(), sent.get("segment", ""), sent.get("role", ""), sent.get("order", "").strip(),
        tuple(sent.getlist("tab")), tuple(sent.getlist("part")), int(seen) if seen.isdecimal() else 0,
        sent.get("account", "").strip()[:200], sent.get("as_role", ""),
    )  # fmt: skip


def _page(
    request: TeamRequest, key: str, given: Given, *, refusal: Refusal | None = None, now: Layout | None = None,
    shown: preview.Preview | None = None,
) -> HttpResponse:  # fmt: skip
    problems = refusal.problems if refusal else ()
    of_accounts = [(each, body.name) for each, body in segments.in_force().items() if body.entity == "account"]
    context = {
        "section": "layouts",
        "key": key,
        "given": given,
        "refused": refusal.message if refusal else "",
        "problems": defaultdict(str, {each.where.split(".")[0]: each.message for each in problems}),
        "now": _labels(now.shown_tabs, TAB_LABELS) if now and isinstance(refusal, Conflict) else "",
        "tabs": _items(given.tabs, KEYS, TAB_LABELS),
        "parts": _items(given.sections, SECTIONS, SECTION_LABELS),
        "segments": [("", "Any account"), *sorted(of_accounts, key=lambda each: each[1].casefold())],
        "roles": [("", "Any role"), *((role.value, role.label) for role in Role)],
        "as_roles": [(role.value, role.label) for role in Role],
        "history": versions(KIND, key) if key else [],
        "shown": shown,
        "tab_labels": TAB_LABELS,
        "part_labels": SECTION_LABELS,
    }
    return render(request, "workspace/settings/layout.html", context, status=refusal.status if refusal else 200)


def _items(shown: Sequence[str], everything: Sequence[str], labels: dict[str, str]) -> list[tuple[str, str, bool]]:
    """What is shown, in its order, then the rest: key, label, whether it is shown."""
    known = [each for each in dict.fromkeys(shown) if each in labels]
    return [(each, labels[each], True) for each in known] + [
        (each, labels[each], False) for each in everything if each not in known
    ]


def _labels(keys: Sequence[str], labels: dict[str, str]) -> str:
    return ", ".join(labels[each] for each in keys)


def _row(key: str, version: int, layout: Layout, names: dict[str, str]) -> Row:
    whose = [
        f"accounts in {names.get(layout.segment, layout.segment)}" if layout.segment else "",
        f"members with the role {layout.role.label}" if layout.role else "",
    ]
    hidden = [
        *(TAB_LABELS[each] for each in KEYS if each in layout.hidden_tabs),
        *(SECTION_LABELS[each] for each in SECTIONS if each in layout.hidden_sections),
    ]
    return Row(
        key, layout.name, formats.capital(", for ".join(each for each in whose if each)),
        _labels(layout.shown_tabs, TAB_LABELS), ", ".join(hidden), version,
    )  # fmt: skip
