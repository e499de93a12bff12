"""Incidents by rule and hour of the day."""

from collections.abc import Mapping, Sequence


def incident_counts(
    incidents: Mapping[tuple[str, int], int],
) -> tuple[Sequence[str], Sequence[int]]:
    """Return the rules, most frequent first, and the hours from the first to the last."""
    sums: dict[str, int] = {}
    for (rule, _hour), count in incidents.items():
        sums[rule] = sums.get(rule, 0) + count
    hours = [hour for _rule, hour in incidents]
    rules = sorted(sums, key=lambda rule: (-sums[rule], rule))
    return rules, list(range(min(hours), max(hours) + 1)) if hours else []
