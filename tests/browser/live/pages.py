"""The pages that every browser test of looks goes through, with something on them."""

from datetime import UTC, datetime

from tenure.base import tenancy
from tenure.ingest.models import ImportFile, ImportRun, Reject
from tenure.tenants.models import Workspace

TEAM = (
    "/w/acme/start/", "/w/acme/components/", "/w/acme/imports/", "/w/acme/imports/{run}/", "/w/acme/scorecard/",
    "/w/acme/measures/", "/w/acme/settings/", "/w/acme/settings/words/", "/w/acme/settings/keys/",
    "/w/acme/settings/audit/", "/w/acme/nowhere/",
)  # fmt: skip
OWN = ("/workspaces/", "/accounts/2fa/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/webauthn/")
GUEST = ("/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/accounts/password/reset/done/")


def imported(acme: Workspace) -> int:
    """An import with rejects; its id."""
    at = datetime(2024, 12, 30, 9, 0, tzinfo=UTC)
    with tenancy.workspace(acme.pk):
        run = ImportRun.objects.create(source="crm", path="exports", status="done", started_at=at, finished_at=at)
        ImportFile.objects.create(run=run, file="usage.csv", read=90, created=30, updated=0, unchanged=0, rejected=60)
        for line in range(60):
            Reject.objects.create(
                run=run,
                file="usage.csv",
                line=line,
                column="day",
                raw="U-1,2024-13-40,7",
                reason="2024-13-40 is no date",
            )
        return int(run.pk)
