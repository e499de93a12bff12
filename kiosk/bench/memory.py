"""Memory of a server and its worker processes, as the kernel counts it."""

from pathlib import Path

PROC = Path("/proc")


def resident_mb(pid: int) -> float:
    """Return the megabytes of a process and its children; shared memory counts once (PSS)."""
    return _sum_mb(pid, "Pss:")


def anonymous_mb(pid: int) -> float:
    """Return the megabytes that no file backs, which is what a leak would increase.

    The rest depends on which other processes have the same libraries open.
    """
    return _sum_mb(pid, "Pss_Anon:")


def children(pid: int) -> list[int]:
    """Return the ids of all descendants of a process."""
    found: list[int] = []
    for task in (PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


def _sum_mb(pid: int, field: str) -> float:
    return sum(_kb(one, field) for one in [pid, *children(pid)]) * 1024 / 1e6


def _kb(pid: int, field: str) -> int:
    try:
        rollup = (PROC / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # a worker that has just been replaced
    line = next(line for line in rollup.splitlines() if line.startswith(field))
    return int(line.split()[1])
