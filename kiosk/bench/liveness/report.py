"""The figures of a run, as one document and as text."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kiosk.bench.liveness.attacks import OPEN
from kiosk.bench.liveness.looks import IMPOSTOR, Tally
from kiosk.vision.evaluation.rates import Rate

LABEL = "Simulated people and attack instruments. No evaluation after ISO/IEC 30107-3."

Rows = Mapping[str, Tally]


def report(people: Rows, attacks: Rows) -> dict[str, Any]:
    """What the command prints with ``--json``: rates from 0 to 1 with their upper bounds."""
    return {
        "label": LABEL,
        "people": {kind: _row(tally, "bpcer", tally.bpcer) for kind, tally in people.items()},
        "people_in_all": _sum(people, "bpcer", lambda tally: tally.bpcer),
        "attacks": {kind: _row(tally, "apcer", tally.apcer) for kind, tally in attacks.items()},
        "prints_and_moved_pictures": _sum(
            {kind: tally for kind, tally in attacks.items() if kind.startswith(FLAT_KINDS)},
            "apcer",
            lambda tally: tally.apcer,
        ),
        "not_for_liveness": [kind for kind in attacks if kind in OPEN or kind == IMPOSTOR],
    }


FLAT_KINDS = ("print", "still", "moved picture")
"""How the names of attacks with one flat picture begin."""


def _row(tally: Tally, name: str, rate: Rate) -> dict[str, Any]:
    return {
        "face_checks": tally.face_checks,
        name: round(rate.value, 4),
        "at_most": round(rate.at_most, 4),
        "not_begun": tally.not_begun,
        "flaws": dict(tally.flaws),
        "identity": dict(tally.bands),
    }


def _sum(rows: Rows, name: str, rate: Callable[[Tally], Rate]) -> dict[str, Any] | None:
    if not rows:
        return None
    rates = [rate(tally) for tally in rows.values()]
    whole = Rate(sum(one.errors for one in rates), sum(one.of for one in rates))
    figures = {name: round(whole.value, 4), "at_most": round(whole.at_most, 4)}
    return {"face_checks": whole.of, **figures}


def text(found: Mapping[str, Any]) -> str:
    """One line a kind."""
    lines = [found["label"], "", "People who do what is asked: BPCER, with its upper bound"]
    lines += _lines(found["people"], "bpcer")
    lines += _lines({"in all": found["people_in_all"]}, "bpcer")
    lines += ["", "Attacks: APCER, with its upper bound; * is not for head turns to refuse"]
    marked = {
        kind + (" *" if kind in found["not_for_liveness"] else ""): row
        for kind, row in found["attacks"].items()
    }
    lines += _lines(marked, "apcer")
    lines += _lines({"flat pictures in all": found["prints_and_moved_pictures"]}, "apcer")
    return "\n".join(lines)


def _lines(rows: Mapping[str, dict[str, Any] | None], rate: str) -> Iterable[str]:
    for kind, row in rows.items():
        if row is not None:
            flaws = [f"{name} {count}" for name, count in row.get("flaws", {}).items()]
            flaws += [f"identity: {name} {n}" for name, n in row.get("identity", {}).items()]
            share = f"{100 * row[rate]:5.1f} % (at most {100 * row['at_most']:.1f} %)"
            yield f"  {kind:<40} {row['face_checks']:>4} checks {share}  {', '.join(flaws)}"
