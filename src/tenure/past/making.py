"""The work of keeping a day. Runs in the worker."""

from datetime import date

from django.tasks import task

from tenure.base import tenancy
from tenure.past import keeping
from tenure.past.models import AskedDay
from tenure.tenants.queries import here


@task
def make(workspace: int, day: str) -> None:
    """Keep a day that was asked for. May run twice: what is kept stays."""
    with tenancy.workspace(workspace):
        keeping.keep(here().slug, date.fromisoformat(day))
        AskedDay.objects.filter(day=day).delete()
