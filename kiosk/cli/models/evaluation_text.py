"""The report of an evaluation as text and tables for a terminal."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

Report = dict[str, Any]
Rows = list[tuple[str, ...]]

LINES = (
    ("FMR at pass", "fmr"),
    ("FNMR at pass", "fnmr"),
    ("FMR at staff", "fmr_staff"),
    ("FNMR at staff", "fnmr_staff"),
    ("FNMR at FMR 1 %", "fnmr_at_fmr_1pct"),
    ("FNMR at FMR 0.1 %", "fnmr_at_fmr_0_1pct"),
    ("FNMR at FMR 0", "fnmr_without_false_matches"),
)
HEAD = ("errors", "pairs", "people", "rate", "by pairs", "by people", "worth")


def text(report: Report, *, names: bool) -> str:
    """Return the report of one pack."""
    parts = [*_overall(report), ""]
    parts += [*table(_rate_rows(report)), *_explained(report), ""]
    parts += _without_false_matches(report)
    parts += _worst(report, names=names)
    parts.append(f"No face found in  {report['failures_to_detect']} pictures")
    parts += [f"                  {path}" for path in report["missed"] if names]
    parts.append(f"Time              {report['ms_per_image']:g} ms per picture, on one core")
    parts.append(f"Digest            {report['evaluation_sha256']} (of the report to share)")
    if "degradations" in report:
        parts += ["", *_degradations(report["degradations"])]
    if "calibration" in report:
        parts += ["", "Proposed thresholds", *(f"  {note}" for note in _notes(report))]
    return "\n".join(parts)


def comparison(reports: Sequence[Report]) -> str:
    """Return packs side by side: errors at the pass threshold, by group."""
    head = ("", *(f"{one['pack']} at {one['threshold']:g}" for one in reports))
    labels = [label for label, _ in _at_pass(reports[0])]
    columns = [dict(_at_pass(report)) for report in reports]
    rows = [
        head,
        *((label, *(_brief(column.get(label)) for column in columns)) for label in labels),
    ]
    times = ("ms per picture", *(f"{one['ms_per_image']:g}" for one in reports))
    return "\n".join(["Errors at pass, with exact 95 % intervals by pairs", *table([*rows, times])])


def _at_pass(report: Report) -> Iterator[tuple[str, Report | None]]:
    """Yield every set of comparisons with its rate at the pass threshold."""
    for name, group in report["groups"].items():
        yield f"false matches within {name}", group["within"]["fmr_pass"]
    if report["groups"]:
        yield "false matches across groups", report["across"]["fmr_pass"]
    yield "false matches, all", report["overall"]["non_mated"]["fmr_pass"]
    for name, group in report["groups"].items():
        yield f"refused, {name}", group["mated"]["fnmr_pass"]
    yield "refused, all", report["overall"]["mated"]["fnmr_pass"]
    yield "no face found, pictures", report["overall"]["missed"]


def _overall(report: Report) -> list[str]:
    repeated = f" ({report['repeated']} repeated ones left out)" if report["repeated"] else ""
    return [
        f"Pack              {report['pack']}, pass from {report['threshold']:g}, "
        f"staff from {report['staff_threshold']:g}",
        f"Pairs             {report['pairs']} of {report['people']} people in "
        f"{report['pictures']} pictures{repeated}",
        f"Compared          {report['mated']} of one person, {report['non_mated']} of two",
        *(_line(label, report, key) for label, key in LINES),
        f"EER               {_percent(report['eer'])}",
        *_may_be_said(report),
    ]


def _may_be_said(report: Report) -> list[str]:
    fmr = report["overall"]["non_mated"]["fmr_pass"]
    if fmr is None:
        return []
    return [
        f"What can be said  FMR at pass is at most {_percent(report['fmr_at_most'])} (95 %) if the "
        f"pairs were independent, {_percent(fmr['at_most_95'])} in the worst case of shared people"
    ]


def _line(label: str, report: Report, key: str) -> str:
    interval = report["intervals_95"][key]
    if interval is None:
        return f"{label:17} too few pairs to say"
    low, high = interval
    where = report["thresholds"].get(key)
    threshold = "" if where is None else f", threshold {where:.3f}"
    return f"{label:17} {_percent(report[key])}  [{_percent(low)} to {_percent(high)}]{threshold}"


def _rate_rows(report: Report) -> Rows:
    rows: Rows = []
    sections = (
        ("FMR at pass", "fmr_pass", "within", "non_mated"),
        ("FMR at staff", "fmr_staff", "within", "non_mated"),
        ("FNMR at pass", "fnmr_pass", "mated", "mated"),
        ("FNMR at staff", "fnmr_staff", "mated", "mated"),
    )
    for label, key, place, overall in sections:
        rows.append((label, *HEAD))
        for name, group in report["groups"].items():
            rows.append(_row(f"  {'within ' * (place == 'within')}{name}", group[place][key]))
        if report["groups"] and place == "within":
            rows.append(_row("  across groups", report["across"][key]))
        rows.append(_row("  all", report["overall"][overall][key]))
    rows.append(("No face found", "missed", "pictures", *HEAD[2:]))
    rows += [_row(f"  {name}", group["missed"]) for name, group in report["groups"].items()]
    rows.append(_row("  all", report["overall"]["missed"]))
    return rows


def _row(label: str, rate: Report | None) -> tuple[str, ...]:
    if rate is None:
        return (label, "-", "0", *["-"] * 5)
    return (
        label,
        str(rate["errors"]),
        str(rate["of"]),
        str(rate["people"]),
        _short(rate["value"]),
        _bounds(rate["by_pairs_95"]),
        _bounds(rate["by_people_95"]),
        f"{rate['effective']:.0f}",
    )


def _explained(report: Report) -> list[str]:
    how = report["intervals"]
    return [
        "by pairs   exact 95 % interval as if pairs were independent (Clopper-Pearson): too narrow",
        "by people  the same for as many independent pairs as these are worth: pairs share people",
        f"worth      by a bootstrap over people ({how['resamples']} resamples, seed "
        f"{how['seed']}); without errors, the pairs that share nobody",
    ]


def _without_false_matches(report: Report) -> list[str]:
    rows: Rows = [("Above the most alike impostors of", "threshold", "all true pairs refused")]
    for name, group in report["groups"].items():
        if clear := group["without_false_matches"]:
            refused = _brief(clear["fnmr_of_all"])
            rows.append((f"  {name}", f"{clear['threshold']:.3f}", refused))
    return [*table(rows), ""] if len(rows) > 1 else []


def _worst(report: Report, *, names: bool) -> list[str]:
    if not report["worst"]:
        return []
    rows: Rows = [("Worst pairs", "line", "similarity", "groups", "files" if names else "")]
    for pair in report["worst"]:
        kind = "  one person" if pair["mated"] else "  two people"
        groups = " / ".join(dict.fromkeys(filter(None, pair["groups"])))
        files = "  ".join(pair["files"]) if names else ""
        rows.append((kind, str(pair["line"]), f"{pair['similarity']:.3f}", groups, files))
    return [*table(rows), ""]


def _degradations(steps: list[Report]) -> list[str]:
    head = ("Second picture", "strength", "faces found", "FNMR at pass", "FNMR at staff")
    rows: Rows = [(*head, "similarity", "sharpness")]
    for step in steps:
        unchanged = step["degradation"] == "none"
        rows.append(
            (
                "  unchanged" if unchanged else f"  {step['degradation']} ({step['unit']})",
                "" if unchanged else f"{step['strength']:g}",
                f"{step['found']} of {step['pictures']}",
                _brief(step["fnmr_pass"]),
                _brief(step["fnmr_staff"]),
                _number(step["similarity"], 3),
                _number(step["sharpness"], 0),
            )
        )
    return table(rows)


def _notes(report: Report) -> Iterator[str]:
    found = report["calibration"]
    for name, rates in found["rates"].items():
        threshold = found["bands"][f"{name}_at"]
        yield (
            f"{name:11}{threshold:.2f}   FMR {_brief(rates['fmr'])}, by normal tail "
            f"{_percent(rates['fmr_extrapolated'])}; FNMR {_brief(rates['fnmr'])}"
        )
    yield from found["notes"]


def table(rows: Rows) -> list[str]:
    """Return lines with aligned columns; Chinese characters are two columns wide."""
    count = max(map(len, rows))
    widths = [max(_width(row[at]) for row in rows if at < len(row)) for at in range(count)]
    return [
        "  ".join(cell + " " * (widths[at] - _width(cell)) for at, cell in enumerate(row)).rstrip()
        for row in rows
    ]


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in cell)


def _brief(rate: Report | None) -> str:
    if rate is None:
        return "-"
    bounds = _bounds(rate["by_pairs_95"])
    return f"{rate['errors']} of {rate['of']} = {_short(rate['value'])} [{bounds}]"


def _bounds(interval: Sequence[float]) -> str:
    low, high = interval
    return f"{_short(low)} to {_short(high)}"


def _short(share: float) -> str:
    return f"{100 * share:.1f} %" if share else "0 %"


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _percent(share: float | None) -> str:
    return "too few pairs to say" if share is None else f"{100 * share:.2f} %"
