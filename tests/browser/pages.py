"""Every page that a member sees, once: for screenshots and for the accessibility test."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page by a name for files, and its address; `{w}` is the workspace, `{account}` the first account's id."""

    name: str
    path: str


SIGNED_OUT = (Page("sign-in", "/accounts/login/"),)

PAGES = (
    Page("accounts", "/w/{w}/accounts/"),
    Page("account", "/w/{w}/accounts/{account}/"),
    Page("measures", "/w/{w}/measures/"),
    Page("scorecard", "/w/{w}/scorecard/"),
    Page("imports", "/w/{w}/imports/"),
    Page("settings-members", "/w/{w}/settings/"),
    Page("settings-words", "/w/{w}/settings/words/"),
    Page("settings-keys", "/w/{w}/settings/keys/"),
    Page("settings-audit", "/w/{w}/settings/audit/"),
    Page("start", "/w/{w}/start/"),
    Page("components", "/w/{w}/components/"),
)
