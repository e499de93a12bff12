"""Memory of a server and of the workers that it started, as the kernel counts it."""

from pathlib import Path

PROC = Path("/proc")


def resident_mb(pid: int) -> float:
    """Megabytes of a process and its children; memory they share is counted once (PSS)."""
    return _sum_mb(pid, "Pss:")


def anonymous_mb(pid: int) -> float:
    """The part of it that no file stands behind: what a leak would grow.

    The rest depends on who else has the same libraries open.
    """
    return _sum_mb(pid, "Pss_Anon:")


def children(pid: int) -> list[int]:
    """All processes below a process."""
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
