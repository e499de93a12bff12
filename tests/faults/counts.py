"""How often each fault is tried: some in every run, the full numbers with ``make faults``."""

import os


def count(name: str, short: int, full: int) -> int:
    """How often: ``short``, with ``FAULTS=full`` ``full``, or what ``FAULTS_NAME`` says."""
    own = os.environ.get(f"FAULTS_{name.upper()}")
    if own is not None:
        return int(own)
    return full if os.environ.get("FAULTS") == "full" else short
