"""Every page that a member sees, once: for screenshots and for the accessibility test."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page by a name for files, its address and the status it answers with. In the address, `{w}` is the demo's
    workspace, `{account}` its first account, `{other}` a workspace of the same owner with accounts but no scores,
    `{run}` that workspace's import, which rejected rows, and the others what it was furnished with."""

    name: str
    path: str
    status: int = 200


SIGNED_OUT = (
    Page("sign-in", "/accounts/login/"),
    Page("sign-in-forgotten", "/accounts/password/reset/"),
)

PAGES = (
    Page("accounts", "/w/{w}/accounts/"),
    Page("accounts-filtered", "/w/{w}/accounts/?where=mrr+%3E%3D+1000+and+band+%3D+'watch'"),
    Page("accounts-wrong-filter", "/w/{w}/accounts/?where=mrrr+%3E%3D+1000", 422),
    Page("accounts-none", "/w/{w}/accounts/?where=mrr+%3E+99999999"),
    Page("accounts-past", "/w/{w}/accounts/?as_of={past}"),
    Page("account", "/w/{w}/accounts/{account}/"),
    Page("account-timeline", "/w/{w}/accounts/{account}/timeline/"),
    Page("account-people", "/w/{w}/accounts/{account}/people/"),
    Page("account-money", "/w/{w}/accounts/{account}/money/"),
    Page("account-facts", "/w/{w}/accounts/{account}/facts/"),
    Page("account-measure", "/w/{w}/accounts/{account}/measures/product_utilisation_84d/"),
    Page("account-owner", "/w/{w}/accounts/{account}/owner/"),
    Page("account-merge", "/w/{other}/accounts/{merged[account]}/merges/?q=Account+1"),
    Page("account-merge-compared", "/w/{other}/accounts/{merged[account]}/merges/?other={like_it[account]}"),
    Page("account-merge-nothing", "/w/{other}/accounts/{like_it[account]}/merges/?q=nobody"),
    Page("person-merge", "/w/{other}/people/{merged[person]}/merges/?account={merged[account]}"),
    Page("person-merge-compared", "/w/{other}/people/{merged[person]}/merges/?other={like_it[person]}"),
    Page("health", "/w/{w}/health/"),
    Page("account-segments", "/w/{w}/accounts/{account}/segments/?segment=touch_high"),
    Page("segments", "/w/{w}/segments/"),
    Page("segments-none", "/w/{other}/segments/"),
    Page("segment", "/w/{w}/segments/touch_high/"),
    Page("segment-moves", "/w/{w}/segments/use_falls/?show=moves"),
    Page("segment-none", "/w/{w}/segments/touch_high/?as_of=2020-01-01"),
    Page(
        "segment-new",
        "/w/{w}/segments/new/?where=status+%3D+'customer'+and+(mrr+%3E%3D+1000+or+change(events_28d)+%3C%3D+-0.3)",
    ),
    Page("segment-new-text", "/w/{w}/segments/new/?where=mrrr+%3E+1000"),
    Page("segment-new-by-hand", "/w/{w}/segments/new/?shape=static"),
    Page("segment-new-by-chance", "/w/{w}/segments/new/?shape=random"),
    Page("segment-edit", "/w/{w}/segments/touch_high/edit/"),
    Page("measures", "/w/{w}/measures/"),
    Page("measure", "/w/{w}/measures/active_days_28d/"),
    Page("scorecard", "/w/{w}/scorecard/"),
    Page("scorecard-record", "/w/{w}/scorecard/record/"),
    Page("scorecard-record-none", "/w/{w}/scorecard/record/?outcome=renewal&horizon=180"),
    Page("account-score", "/w/{w}/accounts/{account}/score/"),
    Page("overrides-none", "/w/{w}/overrides/"),
    Page("overrides", "/w/{other}/overrides/"),
    Page("miss-reviews", "/w/{other}/reviews/"),
    Page("miss-reviews-none", "/w/{w}/reviews/?show=answered"),
    Page("miss-review", "/w/{other}/reviews/{review}/"),
    Page("scorecard-edit", "/w/{w}/scorecard/edit/"),
    Page("scorecard-measure", "/w/{w}/scorecard/edit/default/active_days_28d/"),
    Page("scorecard-what-if", "/w/{w}/scorecard/what-if/"),
    Page("scorecard-versions", "/w/{w}/scorecard/versions/"),
    Page("scorecard-edit-none", "/w/{other}/scorecard/edit/"),
    Page("imports", "/w/{w}/imports/"),
    Page("import-rejects", "/w/{other}/imports/{run}/"),
    Page("imports-under-way", "/w/{other}/imports/"),
    Page("upload-map", "/w/{other}/uploads/{upload[mapping]}/"),
    Page("upload-failed", "/w/{other}/uploads/{upload[failed]}/"),
    Page("upload-checked", "/w/{other}/uploads/{upload[checked]}/"),
    Page("upload-importing", "/w/{other}/uploads/{upload[importing]}/"),
    Page("upload-done", "/w/{other}/uploads/{upload[done]}/"),
    Page("sources", "/w/{other}/sources/"),
    Page("sources-none", "/w/{w}/sources/"),
    Page("source", "/w/{other}/sources/backend/"),
    Page("settings-members", "/w/{w}/settings/"),
    Page("settings-words", "/w/{w}/settings/words/"),
    Page("settings-keys", "/w/{w}/settings/keys/"),
    Page("settings-keys-replaced", "/w/{other}/settings/keys/"),
    Page("settings-audit", "/w/{w}/settings/audit/"),
    Page("start", "/w/{other}/start/"),
    Page("measures-none", "/w/{other}/measures/"),
    Page("workspaces", "/workspaces/"),
    Page("your-sign-in", "/accounts/2fa/"),
    Page("your-passkeys", "/accounts/2fa/webauthn/"),
    Page("your-password", "/accounts/password/change/"),
    Page("nothing-here", "/w/{w}/nowhere/", 404),
    Page("wrong-day", "/w/{w}/accounts/?as_of=2999-01-01", 422),
    Page("components", "/w/{w}/components/"),
)
