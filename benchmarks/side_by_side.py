"""Contestants measured in turns, in one run: the figures, the table and the file of every benchmark.

In: for each contestant a call that does its work once and gives what it measured, by name and unit. Out: the median
and the spread of at least five rounds, the ratio to the one that is named the base, a table for people, and
`results/NAME.json` with the versions and the machine. A ratio is taken round by round: what else the machine does
slows neighbours alike. Every second round goes the other way around, so that nobody always comes first.

    rounds = alternate({"plain": plain, "ours": ours})
    figures = summary(rounds, base="plain")
    show("50,000 articles", figures, base="plain")
    goals = [Goal("ours", "articles/s", least=4_000), Goal("ours", "MB", most=0.5, of="ratio")]
    sys.exit(record("pipeline", figures, goals, packages=["msgspec"]))
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from rich.console import Console
from rich.table import Table

from newscrawl import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

ROUNDS = 5
RESULTS = Path(__file__).parent / "results"
MB = 1024
"""Of the kB in which Linux counts a process's memory."""
LOOK_SECONDS = 0.05

Measures = dict[str, float]
"""What one run of a contestant gave, by name with its unit: "pages/s", "CPU s", "MB"."""
Rounds = dict[str, list[Measures]]
"""By contestant, one after the other."""


class Figure(msgspec.Struct):
    """One measure of one contestant."""

    median: float
    low: float
    high: float
    ratio: float | None = None
    """To the base, round by round; the median of those."""
    ratio_low: float | None = None
    ratio_high: float | None = None


Figures = dict[str, dict[str, Figure]]
"""By contestant and measure."""


class Goal(NamedTuple):
    """What a figure is to be, at least or at most."""

    contestant: str
    measure: str
    least: float | None = None
    most: float | None = None
    of: str = "median"
    """median, or ratio"""

    def is_met(self, figures: Figures) -> bool:
        value = self.value(figures)
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def value(self, figures: Figures) -> float:
        return float(getattr(figures[self.contestant][self.measure], self.of))

    def sentence(self, figures: Figures) -> str:
        wanted = f"at least {_short(self.least or 0)}" if self.most is None else f"at most {_short(self.most)}"
        what = f"{self.measure}, {self.of} to the base" if self.of == "ratio" else self.measure
        reached = "reached" if self.is_met(figures) else "not reached"
        return f"{self.contestant}, {what}: {wanted}; {_short(self.value(figures))}, {reached}"


# --- measuring ---


def alternate(contestants: Mapping[str, Callable[[], Measures]], rounds: int = ROUNDS) -> Rounds:
    """Let each contestant run once a round."""
    measured: Rounds = {name: [] for name in contestants}
    for number in range(rounds):
        for name in list(contestants)[:: -1 if number % 2 else 1]:
            if sys.stderr.isatty():
                print(f"\r\033[Kround {number + 1} of {rounds}: {name} …", end="", file=sys.stderr, flush=True)
            measured[name].append(contestants[name]())
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return measured


def process(
    command: Sequence[str | Path],
    cores: Iterable[int] = (),
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Measures:
    """Run a command to its end: "s" by the clock, "CPU s" and "MB" at their peak, with all processes that it starts.

    Raises RuntimeError, with what the command said last, where its exit status is not 0.
    """
    given = {} if env is None else {"env": {**os.environ, **env}}
    taken = sorted(cores)
    before = os.times()
    began = perf_counter()
    with subprocess.Popen(
        command,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=(lambda: os.sched_setaffinity(0, taken)) if taken else None,  # noqa: PLW1509
        **given,
    ) as started:
        peak = Peak(started.pid)
        said = started.communicate()[0]
        seconds = perf_counter() - began
        peak.stop()
    after = os.times()
    if started.returncode:
        last = said.decode("utf-8", "replace")[-2_000:]
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {started.returncode}:\n{last}")
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return {"s": seconds, "CPU s": used, "MB": peak.megabytes}


class Peak:
    """Watches the memory of a process and of all that it starts; the sum of what each of them held at most.

    The kernel's own figure for an ended child (ru_maxrss) begins with what its parent held, and knows no sums.
    """

    def __init__(self, process_id: int) -> None:
        self.process_id = process_id
        self.megabytes = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            held = sum(_peak_kilobytes(one) for one in tree(self.process_id))
            self.megabytes = max(self.megabytes, held / MB)

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


def tree(process_id: int) -> list[int]:
    """A process, and those that it started."""
    found = [process_id]
    with suppress(OSError, ValueError):
        for task in Path(f"/proc/{process_id}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                found += tree(int(child))
    return found


def _peak_kilobytes(process_id: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process_id}/status").read_bytes().splitlines():
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1])
    return 0


def cores() -> tuple[list[int], list[int]]:
    """The core for a server, and those for whoever asks it; the same where there is but one."""
    free = sorted(os.sched_getaffinity(0))
    return free[-1:], free[:-1] or free


# --- telling ---


def summary(rounds: Rounds, base: str = "") -> Figures:
    """Median and spread of each measure, with the ratio to `base` where one is named."""
    return {
        name: {
            measure: _figure([one[measure] for one in runs], [one.get(measure) for one in rounds.get(base, [])])
            for measure in runs[0]
        }
        for name, runs in rounds.items()
    }


def _figure(values: list[float], base: list[float | None]) -> Figure:
    figure = Figure(median(values), min(values), max(values))
    if base and all(base):
        # A contestant that is measured less often is held against the rounds that it was in.
        ratios = [value / other for value, other in zip(values, base, strict=False) if other]
        figure.ratio, figure.ratio_low, figure.ratio_high = median(ratios), min(ratios), max(ratios)
    return figure


def show(title: str, figures: Figures, base: str = "", notes: Mapping[str, str] | None = None) -> None:
    """The table: of each measure the median and the spread, of the first the ratio to the base too."""
    measures = list(dict.fromkeys(measure for row in figures.values() for measure in row))
    table = Table(title=title, title_justify="left", caption=_notes(notes or {}), caption_justify="left")
    table.add_column("")
    for measure in measures:
        table.add_column(measure, justify="right")
        if base:
            table.add_column("ratio", justify="right", no_wrap=True)
    for name, row in figures.items():
        cells = []
        for measure in measures:
            figure = row.get(measure)
            cells.append("" if figure is None else _spread(figure.median, figure.low, figure.high))
            if base:
                ratio = figure and figure.ratio
                cells.append("" if ratio is None else "1" if name == base else _short(ratio))
        table.add_row(name, *cells)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def _notes(notes: Mapping[str, str]) -> str | None:
    return "\n".join(f"{name}: {note}" for name, note in notes.items()) or None


def _spread(middle: float, low: float, high: float) -> str:
    return _short(middle) if low == high else f"{_short(middle)} ({_short(low)}–{_short(high)})"


def _short(value: float) -> str:
    """Three figures, and no more digits than a whole number needs."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def record(
    name: str,
    figures: Figures,
    goals: Sequence[Goal] = (),
    *,
    packages: Iterable[str] = (),
    other_versions: Mapping[str, str] | None = None,
    notes: Mapping[str, object] | None = None,
    folder: Path = RESULTS,
) -> int:
    """Write `results/NAME.json` and say which goals are met; 0 if all are, as an exit status.

    `notes` is whatever else a reader of the figures must know: sizes, or what was left out.
    """
    told = {
        "benchmark": name,
        "command": " ".join([f"python -m benchmarks.{name}", *sys.argv[1:]]),
        **(notes or {}),
        "figures": figures,
        "goals": [goal.sentence(figures) for goal in goals],
        "versions": versions(packages) | dict(other_versions or {}),
        "machine": machine(),
    }
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(_rounded(told)), indent=2) + b"\n")
    for goal in goals:
        print(f"goal: {goal.sentence(figures)}")
    return 0 if all(goal.is_met(figures) for goal in goals) else 1


def _rounded(told: object) -> object:
    """The same with four figures to each number that is not whole: more is noise, and makes every line of a diff."""
    if isinstance(told, float):
        return float(f"{told:.4g}")
    if isinstance(told, Figure):
        told = {key: value for key, value in msgspec.structs.asdict(told).items() if value is not None}
    if isinstance(told, Mapping):
        return {key: _rounded(value) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [_rounded(value) for value in told]
    return told


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Of this project, of Python, and of these installed packages."""
    own = {"newscrawl": __version__, "python": platform.python_version()}
    return own | {package: version(package) for package in packages}


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    model, kilobytes = "", 0
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    with suppress(OSError, ValueError):
        kilobytes = int(Path("/proc/meminfo").read_text("ascii").split()[1])
    return {
        "cpu": model or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(kilobytes / 1024**2, 1),
        # The version alone: what follows names the build, of a virtual machine its host's.
        "kernel": f"{platform.system()} {platform.release().partition('-')[0]}",
    }
