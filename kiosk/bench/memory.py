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
    """Return the ids of all descendants of a process; of one that has ended, none."""
    found: list[int] = []
    for task in _listed(PROC / str(pid) / "task"):
        for child in _read(task / "children").split():
            found += [int(child), *children(int(child))]
    return found


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return []  # the process has just ended


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""  # the thread or process has just ended


def _sum_mb(pid: int, field: str) -> float:
    return sum(_kb(one, field) for one in [pid, *children(pid)]) * 1024 / 1e6


def _kb(pid: int, field: str) -> int:
    rollup = _read(PROC / str(pid) / "smaps_rollup")
    line = next((line for line in rollup.splitlines() if line.startswith(field)), "")
    return int(line.split()[1]) if line else 0  # a worker that has just been replaced has none
