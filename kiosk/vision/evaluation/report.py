"""An evaluation as a JSON document: numbers, group names and digests, never pictures.

File names are included only on request, because they often name people. The shared form has
neither file names nor times, so the same pictures, pack and seed give the same bytes, whose
digest a calibration quotes.
"""

from collections.abc import Iterable
from typing import Any

from kiosk.exam.identity.bands import Bands
from kiosk.vision.evaluation.people import METHOD, Marks, PeopleRate
from kiosk.vision.evaluation.rates import Point, Rate
from kiosk.vision.evaluation.sections import Trial
from kiosk.vision.evaluation.trial import material_digest
from kiosk.vision.evaluation.worst import WorstPair, worst_pairs
from kiosk.vision.packs.manifest import PackInfo
from sync.wire import canonical

Report = dict[str, Any]
LOCAL = ("ms_per_image", "missed", "evaluation_sha256", "degradations", "calibration")
"""Keys that the shared form omits, in addition to the file names of the worst pairs."""


def make_report(trial: Trial, info: PackInfo, bands: Bands, worst: int) -> Report:
    """Return the full report, with file names; :func:`shared` removes those."""
    outcome = trial.outcome
    return {
        "pack": info.id,
        "pack_files": {file.name: file.sha256 for file in info.files},
        "material_sha256": material_digest(outcome.material),
        "pairs": len(outcome.material.pairs),
        "repeated": outcome.material.repeated,
        "people": outcome.material.people,
        **_overall(trial, bands),
        "intervals": {"method": METHOD, "resamples": trial.resamples, "seed": trial.seed},
        "overall": {
            "mated": mated_json(trial, trial.mated(), bands),
            "non_mated": impostors_json(trial, trial.non_mated(), bands),
            "missed": rate_json(trial.missed()),
        },
        "groups": {name: _group(trial, name, bands) for name in trial.groups},
        "within": impostors_json(trial, trial.within_any(), bands),
        "across": impostors_json(trial, trial.across_any(), bands),
        "across_groups": [
            {"groups": [name, other], **impostors_json(trial, trial.across(name, other), bands)}
            for name, other in trial.group_pairs()
        ],
        "worst": [_worst(pair) for pair in worst_pairs(outcome, worst)],
        "failures_to_detect": len(outcome.missed),
        "missed": [str(path) for path in outcome.missed],
        "ms_per_image": round(outcome.ms_per_image, 2),
    }


def shared(report: Report) -> Report:
    """Return the form that may leave the machine, over which the digest is computed."""
    kept = {name: value for name, value in report.items() if name not in LOCAL}
    return {**kept, "worst": _without_names(report["worst"])}


def without_names(report: Report) -> Report:
    """Return the report without file names."""
    kept = {name: value for name, value in report.items() if name != "missed"}
    return {**kept, "worst": _without_names(report["worst"])}


def report_bytes(report: Report) -> bytes:
    """Return the shared form as canonical JSON (RFC 8785)."""
    return canonical.dumps(shared(report))


def _without_names(pairs: Iterable[Report]) -> list[Report]:
    return [{name: pair[name] for name in pair if name != "files"} for pair in pairs]


def _overall(trial: Trial, bands: Bands) -> Report:
    """Return the rates of all pairs together, at the bands and at other points of the DET curve."""
    found = trial.outcome.evaluation
    points = {
        "fnmr_at_fmr_1pct": found.fnmr_at(0.01),
        "fnmr_at_fmr_0_1pct": found.fnmr_at(0.001),
        "fnmr_without_false_matches": found.without_false_matches(),
    }
    fmr = found.fmr(bands.pass_at)
    rates: dict[str, Rate | None] = {
        "fmr": fmr,
        "fnmr": found.fnmr(bands.pass_at),
        "fmr_staff": found.fmr(bands.staff_at),
        "fnmr_staff": found.fnmr(bands.staff_at),
        **{name: point.fnmr if point else None for name, point in points.items()},
    }
    return {
        "compared": len(found.mated) + len(found.non_mated),
        "mated": len(found.mated),
        "non_mated": len(found.non_mated),
        "pictures": trial.outcome.pictures,
        "threshold": bands.pass_at,
        "staff_threshold": bands.staff_at,
        **{name: rate and rate.value for name, rate in rates.items()},
        "eer": found.eer(),
        "fmr_at_most": fmr and fmr.at_most,
        "intervals_95": {name: rate and list(rate.interval) for name, rate in rates.items()},
        "thresholds": {name: _threshold(point) for name, point in points.items()},
    }


def _threshold(point: Point | None) -> float | None:
    return None if point is None else point.threshold


def _group(trial: Trial, name: str, bands: Bands) -> Report:
    material = trial.outcome.material
    members = [path for path, group in material.group.items() if group == name]
    return {
        "people": len({material.person[path] for path in members}),
        "pictures": len(members),
        "within": impostors_json(trial, trial.within(name), bands),
        "mated": mated_json(trial, trial.mated(name), bands),
        "missed": rate_json(trial.missed(name)),
        "without_false_matches": _clear(trial, name),
    }


def _clear(trial: Trial, name: str) -> Report | None:
    """Return the FNMR of all mated pairs just above the group's most alike impostors."""
    chosen = trial.within(name)
    point = trial.outcome.part(chosen | trial.mated()).without_false_matches()
    if point is None:
        return None
    return {
        "threshold": point.threshold,
        "fnmr_of_all": rate_json(trial.fnmr(trial.mated(), point.threshold)),
    }


def impostors_json(trial: Trial, chosen: Marks, bands: Bands) -> Report:
    """Return how often the chosen pairs of two people pass, and how often they reach staff."""
    return {
        "pairs": int(chosen.sum()),
        "fmr_pass": rate_json(trial.fmr(chosen, bands.pass_at)),
        "fmr_staff": rate_json(trial.fmr(chosen, bands.staff_at)),
    }


def mated_json(trial: Trial, chosen: Marks, bands: Bands) -> Report:
    """Return how often the chosen pairs of one person do not pass, or not even reach staff."""
    return {
        "pairs": int(chosen.sum()),
        "fnmr_pass": rate_json(trial.fnmr(chosen, bands.pass_at)),
        "fnmr_staff": rate_json(trial.fnmr(chosen, bands.staff_at)),
    }


def rate_json(found: PeopleRate | None) -> Report | None:
    """Return a rate with its uncertainty; shares are 0 to 1."""
    if found is None:
        return None
    return {
        "errors": found.rate.errors,
        "of": found.rate.of,
        "value": found.rate.value,
        "by_pairs_95": list(found.rate.interval),
        "by_people_95": list(found.by_people),
        "people": found.people,
        "effective": round(found.effective, 1),
        "independent": found.independent,
        "at_most_95": found.at_most,
    }


def _worst(found: WorstPair) -> Report:
    return {
        "line": found.pair.line,
        "mated": found.pair.mated,
        "similarity": round(found.similarity, 4),
        "groups": list(found.groups),
        "files": [found.pair.one.name, found.pair.other.name],
    }
