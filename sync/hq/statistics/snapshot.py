"""All figures of a paper as plain values, as they are stored and shown."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sync.hq.core.sheets import COMPLETE, PARTIAL, WAITING
from sync.hq.statistics.centres import centre_figures
from sync.hq.statistics.consistency import consistency
from sync.hq.statistics.drift import Drift, Use, drifts, pooled
from sync.hq.statistics.flags import flags_of
from sync.hq.statistics.incidents import incident_counts
from sync.hq.statistics.intervals import Interval
from sync.hq.statistics.items import ItemFigures, item_figures
from sync.hq.statistics.reading import FormData, SatPaper
from sync.hq.statistics.reliability import Reliability, reliabilities
from sync.hq.statistics.scores import Distribution, distribution
from sync.hq.statistics.sources import COUNTED, Sources

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class ItemRow:
    """An item of one form: ``figures`` have what :func:`_plain_item` writes."""

    form: str
    item_id: str
    version: int
    position: int
    count: int
    difficulty: float | None
    discrimination: float | None
    flags: Sequence[str]
    figures: Plain


@dataclass(frozen=True)
class Snapshot:
    """Figures of the paper, and a row for each item of each form."""

    figures: Plain
    items: Sequence[ItemRow]


def snapshot(sources: Sources, paper: SatPaper, earlier: Mapping[str, Use], seed: int) -> Snapshot:
    """Compute everything. ``earlier``: difficulties of an earlier sitting, by :func:`use_key`."""
    by_form = {data.form.label: item_figures(data.matrix) for data in paper.forms}
    moved = drifts(earlier, uses_of(by_form.values()))
    items = [row for label, figures in by_form.items() for row in _item_rows(label, figures, moved)]
    return Snapshot(_figures(sources, paper, seed), items)


def use_key(item_id: str, version: int) -> str:
    """Return the key of an item's version: another version is another item."""
    return f"{item_id} {version}"


def uses_of(forms: Iterable[Sequence[ItemFigures]]) -> dict[str, Use]:
    """Return the difficulty of each item version over all forms that had it."""
    return pooled(
        (use_key(item.column.item_id, item.column.version), item.difficulty.value, item.count)
        for figures in forms
        for item in figures
        if item.difficulty is not None and not item.column.for_all
    )


def _figures(sources: Sources, paper: SatPaper, seed: int) -> Plain:
    mark, most, forms = sources.pass_mark, sources.most, list(paper.forms)
    complete = [data.complete for data in forms]
    totals = _joined([data.totals[chosen] for data, chosen in zip(forms, complete, strict=True)])
    passed = _joined([data.passed[chosen] for data, chosen in zip(forms, complete, strict=True)])
    passed = passed.astype(bool)
    centres = [
        code
        for data, chosen in zip(forms, complete, strict=True)
        for code, taken in zip(data.centres, chosen, strict=True)
        if taken
    ]
    labels = [
        data.form.label
        for data, chosen in zip(forms, complete, strict=True)
        for _ in range(int(chosen.sum()))
    ]
    statuses = Counter(row.status for row in sources.attempts)
    return {
        "pass_mark": mark,
        "most": most,
        "attempts": len(sources.attempts),
        "complete": statuses[COMPLETE] + statuses[PARTIAL],
        "waiting": statuses[WAITING],
        "left_out": {
            status: count for status, count in sorted(statuses.items()) if status not in COUNTED
        },
        "distribution": _plain_distribution(distribution(totals, int(passed.sum()), mark, most)),
        "forms": [_form(data, mark, most, seed) for data in forms],
        "centres": [
            {
                **vars(centre),
                "mean": _plain(centre.mean),
                "passed": _plain(centre.passed),
                "difference": _short(centre.difference),
            }
            for centre in centre_figures(centres, labels, totals, None if mark is None else passed)
        ],
        "incidents": _incidents(paper),
    }


def _form(data: FormData, mark: float | None, most: float, seed: int) -> Plain:
    totals, passed = data.totals[data.complete], data.passed[data.complete]
    found = reliabilities(data.matrix, seed)
    whole = found[0]
    # Only if every item counts in the reliability does it belong to the totals.
    alpha = whole.alpha.value if whole.alpha and data.matrix.decided.all() else None
    agreed = None if mark is None else consistency(whole.mean, whole.deviation, alpha, mark)
    return {
        "label": data.form.label,
        "paper_id": data.form.paper_id,
        "candidates": data.matrix.candidates,
        "items": len(data.form.columns),
        "waiting_items": int(np.logical_not(data.matrix.decided).sum())
        if data.matrix.candidates
        else 0,
        "distribution": _plain_distribution(distribution(totals, int(passed.sum()), mark, most)),
        "reliability": [_plain_reliability(scope) for scope in found],
        "agreement": _short(agreed.agreement) if agreed else None,
        "kappa": _short(agreed.kappa) if agreed else None,
    }


def _item_rows(
    label: str, figures: Sequence[ItemFigures], moved: Mapping[str, Drift]
) -> Sequence[ItemRow]:
    own = {
        item.column.item_id: moved[key]
        for item in figures
        if (key := use_key(item.column.item_id, item.column.version)) in moved
    }
    flags = flags_of(figures, own)
    return [
        ItemRow(
            form=label,
            item_id=item.column.item_id,
            version=item.column.version,
            position=position,
            count=item.count,
            difficulty=_short(item.difficulty.value if item.difficulty else None),
            discrimination=_short(item.discrimination.value if item.discrimination else None),
            flags=[flag.value for flag in flags[item.column.item_id]],
            figures=_plain_item(item, own.get(item.column.item_id)),
        )
        for position, item in enumerate(figures, start=1)
    ]


def _plain_item(item: ItemFigures, drift: Drift | None) -> Plain:
    column = item.column
    return {
        "type": column.type,
        "part": column.part,
        "subject": column.subject,
        "most": column.most,
        "ruled": column.ruled,
        "for_all": column.for_all,
        "difficulty": _plain(item.difficulty),
        "full": _short(item.full),
        "discrimination": _plain(item.discrimination),
        "groups": _short(item.groups),
        "alpha_without": _short(item.alpha_without),
        "omitted": _short(item.omitted),
        "not_reached": _short(item.not_reached),
        "seconds": None if item.seconds is None else _rounded(vars(item.seconds)),
        "options": [
            {**_rounded(vars(option)), "correlation": _plain(option.correlation)}
            for option in item.options
        ],
        "drift": None if drift is None else _rounded(vars(drift)),
    }


def _plain_distribution(found: Distribution) -> Plain:
    return {
        **vars(found),
        "mean": _plain(found.mean),
        "deviation": _short(found.deviation),
        "skewness": _short(found.skewness),
        "passed": _plain(found.passed),
        "quantiles": [_short(value) for value in found.quantiles],
        "edges": [_short(value) for value in found.edges],
    }


def _plain_reliability(found: Reliability) -> Plain:
    return {**_rounded(vars(found)), "alpha": _plain(found.alpha)}


def _incidents(paper: SatPaper) -> Plain:
    rules, hours = incident_counts(paper.incidents)
    return {
        "rules": list(rules),
        "hours": list(hours),
        "counts": [[rule, hour, count] for (rule, hour), count in sorted(paper.incidents.items())],
        "affected": dict(sorted(paper.affected.items())),
    }


def _joined(parts: Sequence[Any]) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0)


def _plain(interval: Interval | None) -> Plain | None:
    return None if interval is None else _rounded(vars(interval))


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _short(value) if isinstance(value, float) else value for name, value in values.items()
    }


def _short(value: float | None) -> float | None:
    """Round to what is stored; nobody reads further digits, and machines differ in them."""
    return None if value is None else round(float(value), 6)
