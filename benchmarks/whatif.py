"""What a draft of the scorecard would change, as the worker computes it: today, twelve weeks, both back-tests."""

import shutil
from pathlib import Path

from benchmarks.machine import Line, Report, measure, peak_memory_gb
from benchmarks.world import Size, opened
from tenure.base import jobs as base_jobs
from tenure.base import paths, tenancy
from tenure.base.cycle import StageRun
from tenure.health import jobs, studio
from tenure.tenants import queries as tenants
from tenure.tenants.models import Member

SECONDS, MEMORY_GB = 60.0, 3.0


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 1) -> Report:
    """A draft with another weight, computed from nothing each time."""
    world = opened(home, Size(accounts, events, months))
    report = Report(f"What-if of a draft, {accounts:,} accounts, {events:,} events over {months} months")
    with tenancy.workspace(world.view.id):
        stage = StageRun(world.view.id, world.view.slug, world.as_of, (), history=True)
        jobs.definitions_stage(stage)
        jobs.state_stage(stage)
        tenancy.forget()
        member = Member.objects.earliest("id").pk
        by = tenants.members_by_id([member])[member]
        draft = studio.working()
        if not draft.revision:
            body = studio.edited(draft.body, [("dimensions.0.weight", "1")])
            studio.save(body=body, based_on=draft.version, revision=0, by=by)
        draft = studio.working()

        def computed() -> None:
            shutil.rmtree(paths.home() / "what-if", ignore_errors=True)
            studio.start(draft, by=by)
            with tenancy.no_workspace():
                base_jobs.work_off()

        took = measure(computed, repeat=repeat)
        found = studio.progress(draft)
        assert found.status == "done", found.problem
        assert found.found.today is not None
        assert found.found.course is not None
        tested = found.found.course.published
        said = f"{took.median_processor:.1f} s of processor; {found.found.today.accounts:,} customers, "
        said += f"{found.found.today.moved:,} change band, {tested.rows if tested else 0:,} rows tested twice"
        report.add(Line("the what-if", took.median, "s", target=SECONDS, note=said))
        report.add(Line("peak memory", peak_memory_gb(), "GB", target=MEMORY_GB))
    return report
