"""A proposal as TOML for ``pack.toml``: the bands, and the record of their evaluation."""

import json
from collections.abc import Iterator
from datetime import date

from kiosk.vision.evaluation.calibration import HALL, PASS_FMR, Measured, Proposal
from kiosk.vision.evaluation.people import PeopleRate
from kiosk.vision.evaluation.report import Report, rate_json
from sync.wire import canonical


def calibration_json(proposal: Proposal) -> Report:
    """Return the proposal for ``--json``."""
    stages = {
        "pass": proposal.at_pass,
        "staff": proposal.at_staff,
        "look_alike": proposal.at_look_alike,
    }
    return {
        "bands": {f"{name}_at": stage.threshold for name, stage in stages.items()},
        "hardest_group": proposal.hardest,
        "fnmr_of": _fnmr_of(proposal),
        "rates": {name: _stage_json(stage) for name, stage in stages.items()},
        "look_alikes_by_chance": proposal.by_chance,
        "look_alikes_at_most": proposal.by_chance_at_most,
        "notes": list(notes(proposal)),
    }


def _stage_json(stage: Measured) -> Report:
    return {
        "fmr": rate_json(stage.fmr),
        "fnmr": rate_json(stage.fnmr),
        "fmr_extrapolated": stage.tail_fmr,
    }


def _fnmr_of(proposal: Proposal) -> str:
    return "hardest_group" if proposal.mated_of_hardest else "all"


def notes(proposal: Proposal) -> Iterator[str]:
    """Yield what a reader must know before adopting the thresholds."""
    yield from _about_pass(proposal)
    yield from _about_material(proposal)
    staff = proposal.at_staff
    if staff.fnmr.rate.errors:
        yield (
            f"Staff: {staff.fnmr.rate.errors} of {staff.fnmr.rate.of} true pairs are below it, "
            "because a lower threshold would let too many impostors reach the staff band."
        )
    yield (
        f"Look-alikes: in a room of {HALL} people of that group {proposal.by_chance:.1f} pairs "
        f"by chance (extrapolated), up to {proposal.by_chance_at_most:.0f} by what was counted."
    )


def _about_pass(proposal: Proposal) -> Iterator[str]:
    fmr, fnmr = proposal.at_pass.fmr, proposal.at_pass.fnmr
    where = f"within the group {proposal.hardest}" if proposal.hardest else "among all pairs"
    yield (
        f"Pass: {fmr.rate.errors} false matches in {fmr.rate.of} pairs of {fmr.people} people "
        f"{where}. FMR may be up to {_percent(fmr.by_people[1])} (95 % interval by people)."
    )
    if not proposal.counted and "pass_at" not in proposal.given:
        yield (
            f"FMR {_percent(PASS_FMR)} is extrapolated with a normal distribution: a count takes "
            f"{round(1 / PASS_FMR)} pairs in that group."
        )
    if fnmr.rate.value >= 0.5:
        yield (
            f"At pass {_percent(fnmr.rate.value)} of true pairs are refused: this pack cannot "
            "decide for that group. Let staff see every check, or use another pack."
        )


def _about_material(proposal: Proposal) -> Iterator[str]:
    if proposal.given:
        yield f"Chosen by a person, not proposed: {', '.join(proposal.given)}."
    if proposal.hardest is None:
        yield "The pairs name no groups, so the hardest group is not known."
    for name in proposal.left_out:
        yield f"The group {name} has too few pairs of two people and was left out."
    if not proposal.mated_of_hardest and proposal.hardest:
        yield "That group has too few pairs of one person; FNMR is that of all groups together."


def calibration_toml(proposal: Proposal, report: Report, shared: bytes, day: date) -> str:
    """Return the tables ``[bands]`` and ``[calibration]``; ``shared`` are the bytes to digest."""
    stages = (
        ("pass", proposal.at_pass),
        ("staff", proposal.at_staff),
        ("look_alike", proposal.at_look_alike),
    )
    lines = [f"# {note}" for note in notes(proposal)]
    lines += ["", "[bands]", *(f"{name}_at = {stage.threshold:g}" for name, stage in stages)]
    lines += [
        "",
        "[calibration]",
        f"pack = {_text(report['pack'])}",
        f"evaluated = {day.isoformat()}",
        f"evaluation_sha256 = {_text(canonical.digest(shared))}",
        f"material_sha256 = {_text(report['material_sha256'])}",
        f"pairs = {report['pairs']}",
        f"mated = {report['mated']}",
        f"people = {report['people']}",
        f"groups = {_text(list(report['groups']))}",
        f"hardest_group = {_text(proposal.hardest or '')}",
        f"fnmr_of = {_text(_fnmr_of(proposal))}",
        f"extrapolated = {_text(not proposal.counted)}",
        f"chosen = {_text(list(proposal.given))}",
    ]
    for name, stage in stages:
        lines += [f"fmr_{name} = {_rate(stage.fmr)}", f"fnmr_{name} = {_rate(stage.fnmr)}"]
    lines.append(f"look_alikes_by_chance = {proposal.by_chance:.2f}")
    return "\n".join(lines) + "\n"


def _rate(found: PeopleRate) -> str:
    """Return the rate as an inline table."""
    parts = [
        f"errors = {found.rate.errors}",
        f"of = {found.rate.of}",
        f"people = {found.people}",
        f"by_pairs_95 = {_bounds(found.rate.interval)}",
        f"by_people_95 = {_bounds(found.by_people)}",
        f"at_most_95 = {found.at_most:.4f}",
    ]
    return "{ " + ", ".join(parts) + " }"


def _bounds(interval: tuple[float, float]) -> str:
    low, high = interval
    return f"[{low:.4f}, {high:.4f}]"


def _text(value: object) -> str:
    """Return a JSON value, which is also valid TOML for strings, lists of strings and booleans."""
    return json.dumps(value, ensure_ascii=False)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
