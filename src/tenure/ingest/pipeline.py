"""An import, step by step. Everything is decided before anything is written; every write can be repeated."""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from tenure.base import clock
from tenure.events import actions as events
from tenure.events.queries import Lake
from tenure.ingest.maps import SourceMap, roles
from tenure.ingest.staging import attribution, cells, deliveries, facts, shapes, traits, unfolding, winners
from tenure.ingest.staging import text as sql
from tenure.ingest.staging.attribution import Staged
from tenure.ingest.staging.entities import Writer
from tenure.ingest.staging.store import Bench, Progress
from tenure.tenants.contracts import WorkspaceView
from tenure.traits.actions import write_out

type Files = dict[str, list[tuple[str, Path]]]

BEFORE_SUBSCRIPTION = "dated before its subscription's start"
BEFORE_ACCOUNT = "dated before its account's sign-up"
IN_FUTURE = "dated after today"
ACCOUNT_REJECTED = "the row of its account was rejected"

WRITTEN = ("events", "traits")
"""The lake's tables that imports write."""


def writer_of(run_uid: str) -> str:
    """The name under which the lake remembers what an import wrote."""
    return f"import:{run_uid}"


@dataclass
class Import:
    """One import on the bench. `run_uid` None: a dry run, which writes nothing.

    `known_from` is the least day on which what is stated counts as known; None: known on the day it happened, as
    files tell history. `appends` is the number of this writer's last commit to the lake.
    """

    bench: Bench
    view: WorkspaceView
    source_map: SourceMap
    lake: Lake
    today: date
    run_uid: str | None
    progress: Progress
    known_from: date | None = None
    appends: int = 0
    delivered: deliveries.Days = field(default_factory=dict)

    def run(self, files: Files) -> None:
        """Read, decide, write. Afterwards the bench holds `outcomes`, `rejects` and `warnings`."""
        staged = [self._stage(name, paths) for name, paths in files.items()]
        with self._step("attributing rows"):
            attribution.attribute(self.bench, self.source_map, staged, self.lake)
        with self._step("looking for repeats"):
            chosen = {
                item.name: [(shape, winners.choose(self.bench, f"rows:{item.name}", shape)) for shape in item.shapes]
                for item in staged
            }
        self._write_entities(staged, chosen)
        self._reject_orphans(staged)
        self._write_traits(chosen)
        for item in staged:
            self._count_suspicions(item)
            self._write_facts(item, chosen[item.name])

    def _stage(self, name: str, paths: Sequence[tuple[str, Path]]) -> Staged:
        entry = self.source_map.files[name]
        unfolded = tuple(unfolding.unfold(role_name, role) for role_name, role in entry.roles())
        every = [cell for shape in unfolded for cell in shape.cells]
        whole = any(shape.whole_row for shape in unfolded)
        wanted = list(dict.fromkeys(column for cell in every for column in cell.column.names()))
        if whole:
            wanted = list(dict.fromkeys([*wanted, *_columns_of(self.bench, self.source_map, name, paths[0][1])]))
        with self._step(f"reading {', '.join(shown for shown, _ in paths)}"):
            columns = self.bench.stage(name, entry, paths, wanted)
        notation = cells.Notation(self.source_map, self.view.timezone, self._currency, columns)
        source, carry = sql.name(f"staged:{name}"), []
        if whole:
            text = f"md5(concat_ws(chr(31), {', '.join(f"coalesce({c}, '')" for c in columns.values())}))"
            number = f"row_number() OVER (PARTITION BY {text} ORDER BY __file, __line)"
            source, carry = f"(SELECT *, {text} || '#' || {number} AS __whole FROM {source})", ["__whole"]
        with self._step(f"checking {name}"):
            self.bench.run(
                f"CREATE TABLE {sql.name(f'typed:{name}')} AS {cells.typed_rows(source, every, notation, carry=carry)}"
            )
        self.bench.drop(f"staged:{name}")
        return Staged(name, entry, unfolded, columns)

    @property
    def _currency(self) -> str:
        return self.source_map.currency or self.view.currency

    def _write_entities(self, staged: Sequence[Staged], chosen: dict[str, list[tuple[shapes.Shape, str]]]) -> None:
        writer = Writer(self.bench, source=self.source_map.source, today=self.today, dry_run=self.run_uid is None)
        pairs = [(shape, table) for item in staged for shape, table in chosen[item.name]]
        with self._step("accounts and people"):
            for shape, table in pairs:
                if isinstance(shape.role, roles.Accounts):
                    writer.accounts(shape, table)
            for shape, table in pairs:
                if isinstance(shape.role, roles.People):
                    writer.people(shape, table)
            for shape, table in pairs:
                writer.meet_people(shape, table)
            for shape, table in pairs:
                match shape.role:
                    case roles.Memberships(role=role, since=since, until=until):
                        writer.link(
                            shape, table, role="role" if role else None, since="since.day" if since else None,
                            until="until.day" if until else None,
                        )  # fmt: skip
                    case roles.Owners():
                        writer.owners(shape, table)
                    case _:
                        pass
        for kind, present in (("accounts", roles.Accounts), ("people", roles.People)):
            if any(isinstance(shape.role, present) for shape, _ in pairs):
                self.delivered = deliveries.merged(self.delivered, {kind: (None, self.today)})

    def _reject_orphans(self, staged: Sequence[Staged]) -> None:
        """Rows whose account was to be created by a row that was rejected after all."""
        for item in staged:
            rows = sql.name(f"rows:{item.name}")
            for shape in item.shapes:
                if isinstance(shape.role, roles.Accounts) or (shape.account is None and shape.person is None):
                    continue
                account = sql.name(shape.alias("account!"))
                orphan = f"{account} IN (SELECT external FROM account_ids WHERE id IS NULL)"
                where = sql.text(shape.account.names()[0] if shape.account and shape.account.names() else "")
                self.bench.run(
                    f"INSERT INTO rejects SELECT __file, __line, __offset, __size, {where},"
                    f" {sql.text(ACCOUNT_REJECTED)}, NULL FROM {rows} WHERE {orphan}"
                )

    def _write_traits(self, chosen: dict[str, list[tuple[shapes.Shape, str]]]) -> None:
        traits.prepare(self.bench)
        for pairs in chosen.values():
            for shape, table in pairs:
                traits.gather(self.bench, shape, table)
        if not self.bench.number("SELECT count(*) FROM said_traits"):
            return
        if self.run_uid is not None:
            write_out(self.lake)  # what members said meanwhile is among what the rows are held against
        with self._step("attributes"):
            now = _moment(self.today, self.view)
            changes = traits.outgoing(self.bench, self.lake, source=self.source_map.source, now=now)
            self._append("traits", changes)
        self.delivered = deliveries.merged(self.delivered, {"traits": (None, self.today)})

    def _append(self, table: str, rows: pa.Table) -> None:
        if self.run_uid is not None and rows.num_rows:
            self.appends += 1
            done = events.append(self.lake, table, rows, writer=writer_of(self.run_uid), run=self.appends)
            if done.repeated:
                raise RuntimeError(
                    f"The lake has run {self.appends} of import {self.run_uid} already: nothing was written."
                )

    def _write_facts(self, item: Staged, chosen: Sequence[tuple[shapes.Shape, str]]) -> None:
        stating = [shape for shape, _ in chosen if shape.facets]
        if not stating:
            return
        with self._step(f"comparing {item.name}"):
            facts.gather(
                self.bench, source=self.source_map.source, entry=item.name, chosen=chosen, currency=self._currency
            )
            dated = all(shape.dated_key for shape in stating)
            reach = facts.compare(self.bench, self.lake, source=self.source_map.source, dated_key=dated)
        self.delivered = deliveries.merged(self.delivered, deliveries.in_difference(self.bench, today=self.today))
        if self.run_uid is not None:
            with self._step(f"writing {item.name}"):
                received = clock.now().strftime("%Y-%m-%d %H:%M:%S.%f")
                for rows in facts.outgoing(
                    self.bench, self.lake, source=self.source_map.source, reach=reach, received=received,
                    known_from=self.known_from,
                ):  # fmt: skip
                    self._append("events", rows)
        self.bench.drop(facts.DIFFERENCE)

    def _count_suspicions(self, item: Staged) -> None:
        """Count what is odd and was kept."""
        for shape in item.shapes:
            odd = [(s.warning, s.when, "") for s in shape.suspicions]
            if shape.facets:
                day = shape.facets[0].day
                odd.append((IN_FUTURE, f"{day} > DATE {sql.text(self.today.isoformat())}", ""))
                if shape.account is not None and shape.account.via is not None:
                    odd.append((BEFORE_SUBSCRIPTION, f"{day} < {sql.name(shape.alias('way_start'))}", ""))
                if not isinstance(shape.role, roles.Accounts):
                    odd += [(BEFORE_ACCOUNT, f"{day} < s.started", join) for join in self._starts(shape)]
            for warning, when, join in odd:
                self.bench.run(
                    f"INSERT INTO warnings SELECT __file, {sql.text(warning)}, count(*)"
                    f" FROM {sql.name(f'rows:{item.name}')} {join} WHERE {when} GROUP BY __file"
                )

    def _starts(self, shape: shapes.Shape) -> Iterator[str]:
        """A join with the sign-up days of the accounts of this import."""
        for name, entry in self.source_map.files.items():
            accounts = entry.accounts
            if accounts is not None and accounts.started_on is not None:
                if not self.bench.number(
                    f"SELECT count(*) FROM duckdb_tables() WHERE table_name = {sql.text(f'rows:{name}')}"
                ):
                    continue
                yield (
                    f'JOIN (SELECT "accounts.key" AS __owner, min("accounts.started_on.day") AS started'
                    f" FROM {sql.name(f'rows:{name}')} GROUP BY 1) s ON s.__owner = {sql.name(shape.alias('account!'))}"
                )

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        begun = clock.now()
        self.progress(what)
        yield
        self.progress(f"{what}: {(clock.now() - begun).total_seconds():.1f} s")


def _columns_of(bench: Bench, source_map: SourceMap, name: str, path: Path) -> tuple[str, ...]:
    from tenure.ingest.staging.store import open_entry

    return open_entry(source_map.files[name], path, bench.scratch / "peek").columns


def _moment(today: date, view: WorkspaceView) -> datetime:
    """The present moment on the day that the workspace believes to be today; naive, in UTC."""
    if view.as_of is None:
        return clock.now().replace(tzinfo=None)
    return datetime.combine(today, time(), ZoneInfo(view.timezone)).astimezone(UTC).replace(tzinfo=None)
