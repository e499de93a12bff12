"""Memory of a server and of the workers that it started, as the kernel counts it."""

from pathlib import Path

PROC = Path("/proc")


def resident_mb(pid: int) -> float:
    """Megabytes of a process and its children; memory they share is counted once (PSS)."""
    return sum(_pss_kb(one) for one in [pid, *children(pid)]) * 1024 / 1e6


def children(pid: int) -> list[int]:
    """All processes below a process."""
    found: list[int] = []
    for task in (PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


def _pss_kb(pid: int) -> int:
    rollup = (PROC / str(pid) / "smaps_rollup").read_text()
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1])
