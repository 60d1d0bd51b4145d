"""What it ran on, how long it took, and how that is told."""

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall and processor seconds of each run. Processor seconds hardly move when others use the machine."""

    wall: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median wall time, seconds."""
        return statistics.median(self.wall)

    @property
    def median_processor(self) -> float:
        """Median processor time, seconds."""
        return statistics.median(self.processor)


@dataclass(frozen=True, slots=True)
class Line:
    """One result. `target` is the most it may be, in the same unit; `ratio` is ours over the rival's."""

    what: str
    value: float
    unit: str
    target: float | None = None
    ratio: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.target is None:
            return ""
        return "met" if self.value <= self.target else "MISSED"


@dataclass(slots=True)
class Report:
    """The lines of a benchmark."""

    title: str
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Keep a line and tell it at once on standard error."""
        self.lines.append(line)
        print(f"  {line.what}: {line.value:.4g} {line.unit} {line.verdict} {line.note}", file=sys.stderr, flush=True)

    def show(self, *, as_json: bool) -> None:
        """The whole report on standard output."""
        if as_json:
            lines = [asdict(line) | {"verdict": line.verdict} for line in self.lines]
            print(json.dumps({"benchmark": self.title, "machine": machine(), "lines": lines}, indent=2))
            return
        print(f"\n{self.title}\n{machine()}")
        width = max(len(line.what) for line in self.lines)
        for line in self.lines:
            target = "" if line.target is None else f"target {line.target:g} {line.verdict}"
            ratio = "" if line.ratio is None else f"{line.ratio:.2f} x the rival"
            told = "  ".join(part for part in (target, ratio, line.note) if part)
            print(f"  {line.what:<{width}}  {line.value:>9.4g} {line.unit:<8}{told}")


def machine() -> str:
    """Processor, cores, memory, versions and how busy it is, on one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in ("duckdb", "deltalake"))]
    load = os.getloadavg()[0]
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, load {load:.1f}, {', '.join(parts)}"


def measure(work: Callable[[], object], *, repeat: int = 3, before: Callable[[], object] | None = None) -> Timing:
    """Run `work` so many times; `before` prepares each run and is not counted."""
    wall, processor = [], []
    for _ in range(repeat):
        if before is not None:
            before()
        started, used = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return Timing(tuple(wall), tuple(processor))


def in_turn(works: Sequence[Callable[[], object]], *, repeat: int = 3) -> list[Timing]:
    """Measure rivals alternately, so that a busy minute hits all of them."""
    runs: list[list[Timing]] = [[] for _ in works]
    for _ in range(repeat):
        for place, work in enumerate(works):
            runs[place].append(measure(work, repeat=1))
    return [Timing(tuple(t.wall[0] for t in each), tuple(t.processor[0] for t in each)) for each in runs]


def reset_peak_memory() -> None:
    """Forget the peak so far (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_memory_gb() -> float:
    """The most memory this process has held since the last reset, in GB."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 2**20


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
