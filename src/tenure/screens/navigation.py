"""The places of a workspace, as the sidebar, the bar on a phone and the ⌘K palette show them."""

from dataclasses import dataclass

from tenure.definitions.labels import Labels
from tenure.screens import formats
from tenure.tenants.contracts import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """`name` is the URL's name under `workspace:`; `key` is what `active` in a template refers to. Places of a `group`
    stand together under its name."""

    key: str
    label: str
    name: str
    icon: str
    hotkey: str
    phone: bool = True
    group: str = ""


PLACES = (
    Place("home", "Home", "workspace:home", "house", "g g"),
    Place("inbox", "Inbox", "workspace:inbox", "inbox", "g n"),
    Place("tasks", "Tasks", "workspace:tasks", "list-checks", "g k"),
    Place("meetings", "Meetings", "workspace:meetings", "calendar", "g d", phone=False),
    Place("book", "Book", "workspace:book", "layout-list", "g w", phone=False),
    Place("accounts", "Accounts", "workspace:accounts", "building-2", "g a", group="Customers"),
    Place("people", "People", "workspace:people", "users", "g p", phone=False, group="Customers"),
    Place("subscriptions", "Subscriptions", "workspace:subscriptions", "credit-card", "g b", False, "Customers"),
    Place("timeline", "Timeline", "workspace:timeline", "history", "g t", phone=False, group="Customers"),
    Place("executive", "Executive", "workspace:executive", "flag", "g x", phone=False, group="Insight"),
    Place("population", "Health", "workspace:population", "trending-up", "g h", phone=False, group="Insight"),
    Place("retention", "Retention", "workspace:retention", "repeat", "g r", phone=False, group="Insight"),
    Place("fit", "Fit", "workspace:fit", "target", "g f", phone=False, group="Insight"),
    Place("segments", "Segments", "workspace:segments", "layers", "g e", group="Insight"),
    Place("alert-rules", "Alert rules", "workspace:alert-rules", "bell", "g l", phone=False, group="Set-up"),
    Place("measures", "Measures", "workspace:measures", "gauge", "g m", phone=False, group="Set-up"),
    Place("scorecard", "Scorecard", "workspace:scorecard", "scale", "g c", phone=False, group="Set-up"),
    Place("sources", "Sources", "workspace:event-sources", "activity", "g o", phone=False, group="Set-up"),
    Place("imports", "Imports", "workspace:imports", "database", "g i", phone=False, group="Set-up"),
    Place("settings", "Settings", "workspace:settings", "settings", "g s", group="Set-up"),
)


def label(place: Place, words: Labels) -> str:
    """What the workspace calls the place: its accounts may be clients."""
    return formats.capital(words.accounts) if place.key == "accounts" else place.label


# Key, label, URL name, permission to see it.
SETTINGS = (
    ("members", "Members", "workspace:settings", Permission.VIEW),
    ("digest", "Your digest", "workspace:digest", Permission.WORK),
    ("labels", "Words", "workspace:labels", Permission.VIEW),
    ("tags", "Tags", "workspace:tag-settings", Permission.VIEW),
    ("timeline", "Timeline", "workspace:timeline-settings", Permission.VIEW),
    ("ownership", "Roles and pools", "workspace:ownership-settings", Permission.VIEW),
    ("assignment", "Assignment", "workspace:assignment-settings", Permission.VIEW),
    ("handoff", "Handoff", "workspace:handoff-settings", Permission.VIEW),
    ("tasks", "Tasks", "workspace:task-settings", Permission.VIEW),
    ("layouts", "Layouts", "workspace:layouts", Permission.VIEW),
    ("keys", "API keys", "workspace:keys", Permission.MANAGE_KEYS),
    ("audit", "Audit trail", "workspace:audit", Permission.VIEW_AUDIT),
)
