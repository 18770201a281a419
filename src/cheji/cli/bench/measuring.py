"""Time and memory of one thing done several times, and what machine it was."""

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
from django.db import connection

MIB = 1024 * 1024
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing; `ratio` is its time over that of its baseline, smaller is better.

    `cpu_s` is what this process and its threads worked: it hardly depends on what else runs, and on
    n quiet cores a grouping takes an nth of it. The database server's work is not in it.
    """

    name: str
    unit: str
    runs: int
    median_s: float
    cpu_s: float
    per_second: float | None
    peak_mib: float
    ratio: float | None
    baseline: str

    def as_json(self) -> dict[str, Any]:
        """Stable keys; times in seconds, memory in MiB of this process and its readers."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Timed:
    """How long something took and worked in the middle of its runs, and the highest memory."""

    runs: int
    seconds: float
    peak_mib: float
    cpu_s: float = 0.0


def measure(once: Callable[[], object], *, runs: int) -> Timed:
    """Do it `runs` times; the median time and the highest memory."""
    _forget_peak()
    taken, worked = [], []
    for _ in range(runs):
        began, idle = time.perf_counter(), time.process_time()
        once()
        taken.append(time.perf_counter() - began)
        worked.append(time.process_time() - idle)
    return Timed(runs, statistics.median(taken), _peak_mib(), statistics.median(worked))


def measure_shared(once: Callable[[], object]) -> Timed:
    """The same of what shares its work with processes of its own: their work, and all memory."""
    before = _children_cpu()
    done = measure(once, runs=1)
    memory = done.peak_mib + len(os.sched_getaffinity(0)) * readers_peak_mib()
    return replace(done, cpu_s=done.cpu_s + _children_cpu() - before, peak_mib=memory)


def _children_cpu() -> float:
    """CPU seconds of child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def row(
    name: str,
    unit: str,
    done: Timed,
    *,
    count: int = 0,
    against: float | None = None,
    baseline: str = "",
) -> Row:
    """A row of the table; `count` things in one run, `against` the baseline's seconds."""
    return Row(
        name,
        unit,
        done.runs,
        round(done.seconds, 4),
        round(done.cpu_s, 4),
        round(count / done.seconds, 1) if count else None,
        round(done.peak_mib, 1),
        round(done.seconds / against, 3) if against else None,
        baseline,
    )


def _forget_peak() -> None:
    """Linux lets a process start its high-water mark anew; elsewhere it is the process's own."""
    if RESET.exists():
        RESET.write_text("5")


def _peak_mib() -> float:
    if STATUS.exists():
        lines = STATUS.read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (MIB if sys.platform == "darwin" else 1024)


def readers_peak_mib() -> float:
    """The highest memory of the child processes that have ended."""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return most / (MIB if sys.platform == "darwin" else 1024)


def machine() -> dict[str, Any]:
    """Cores, memory, load and versions: figures mean little without them."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return {
        "cores": os.cpu_count(),
        "memory_mib": psutil.virtual_memory().total // MIB,
        "load": round(os.getloadavg()[0], 2),
        "processor": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": str(server).split(" ", maxsplit=1)[0],
    }
