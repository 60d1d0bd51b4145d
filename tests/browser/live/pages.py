"""The pages around accounts, by address; `{w}` is the workspace, `{run}` an import."""

TEAM = (
    "/w/{w}/start/", "/w/{w}/imports/", "/w/{w}/imports/{run}/", "/w/{w}/scorecard/", "/w/{w}/measures/",
    "/w/{w}/settings/", "/w/{w}/settings/words/", "/w/{w}/settings/keys/", "/w/{w}/settings/audit/", "/w/{w}/nowhere/",
    "/w/{w}/components/", "/w/{w}/handoffs/", "/w/{w}/absences/", "/w/{w}/settings/ownership/",
    "/w/{w}/settings/assignment/", "/w/{w}/settings/handoff/",
)  # fmt: skip
OWN = ("/workspaces/", "/accounts/2fa/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/webauthn/")
GUEST = ("/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/accounts/password/reset/done/")
