"""Numbers of a pair in the form that people read, the same on pages, in reports and commands."""

LEAST_SHOWN = 1e-12
"""Smaller ones differ by nothing that matters to people."""


def chance(probability: float) -> str:
    """Return a probability as ``1 : 1,000``, or per cent where it is not small."""
    if probability >= 0.01:
        return f"{probability:.0%}"
    if probability < LEAST_SHOWN:
        return "< 1 : 10¹²"
    return f"1 : {_round(1 / probability):,}"


def _round(value: float) -> int:
    """Round to two digits, so that nobody takes the rest for meaningful."""
    digits = len(str(int(value))) - 2
    return int(round(value, -digits)) if digits > 0 else int(value)
