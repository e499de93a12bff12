"""The work of ``kiosk models evaluate``: one trial per pack, then files and text."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click

from kiosk.cli.models.evaluation_text import comparison, text
from kiosk.exam.identity.bands import Bands
from kiosk.system import SystemClock
from kiosk.vision.engine import FaceEngine
from kiosk.vision.errors import EvaluationRefused
from kiosk.vision.evaluation.calibration import Given, propose
from kiosk.vision.evaluation.degrade import DEGRADATIONS
from kiosk.vision.evaluation.degraded import Step, degrade_pairs
from kiosk.vision.evaluation.pairs import read_pairs
from kiosk.vision.evaluation.record import calibration_json, calibration_toml
from kiosk.vision.evaluation.report import (
    Report,
    make_report,
    report_bytes,
    without_names,
)
from kiosk.vision.evaluation.sections import Trial
from kiosk.vision.evaluation.trial import Progress, compare
from kiosk.vision.evaluation.worst import draw_sheet, worst_pairs
from kiosk.vision.packs.manifest import read_pack
from kiosk.vision.workers.loading import EngineSpec, load_engine
from sync.wire import canonical


@dataclass(frozen=True)
class Options:
    """The options of the command line."""

    pairs: Path
    root: Path | None
    packs: tuple[str, ...]
    pass_at: float | None
    staff_at: float | None
    look_alike_at: float | None
    worst: int
    sheet: Path | None
    plot: Path | None
    report: Path | None
    calibrate: bool
    write: Path | None
    degrade: tuple[str, ...]
    names: bool | None
    resamples: int
    seed: int
    as_json: bool
    weights: Path


@dataclass(frozen=True)
class _Result:
    report: Report
    toml: str | None
    written: tuple[tuple[str, Path], ...]


def run(options: Options) -> None:
    """Evaluate the packs one after the other and print the results."""
    _check(options)
    packs = tuple(dict.fromkeys(options.packs))
    engines = {pack: load_engine(EngineSpec(pack, options.weights)) for pack in packs}
    material = read_pairs(options.pairs, options.root or options.pairs.parent)
    results = {}
    for pack, engine in engines.items():
        with _Bar(pack) as progress:
            outcome = compare(engine, material, progress)
        trial = Trial(outcome, options.resamples, options.seed)
        mine = options if len(packs) == 1 else _for_pack(options, pack)
        results[pack] = _evaluated(mine, engine, trial)
    click.echo(_as_json(results, options) if options.as_json else _as_text(results, options))


def _check(options: Options) -> None:
    """Refuse options that contradict each other, before hours of work."""
    several = len(set(options.packs)) > 1
    if several and _given(options).names:
        raise EvaluationRefused("A threshold belongs to one pack's scale. Give one --pack.")
    if options.look_alike_at is not None and not options.calibrate:
        raise EvaluationRefused("--look-alike-at needs --calibrate.")
    if options.write and not options.calibrate:
        raise EvaluationRefused("--write needs --calibrate.")
    if options.sheet and options.sheet.suffix.lower() not in (".jpg", ".jpeg"):
        raise EvaluationRefused(
            f"{options.sheet}: the sheet is a JPEG. Give a name that ends in .jpg."
        )
    for path in (options.sheet, options.plot, options.report, options.write):
        if path and not path.parent.is_dir():
            raise EvaluationRefused(
                f"{path}: the folder {path.parent} does not exist. Make it first."
            )


def _for_pack(options: Options, pack: str) -> Options:
    """Give a pack its own file names: ``det.png`` becomes ``det-dlib.png``."""

    def own(path: Path | None) -> Path | None:
        return path and path.with_stem(f"{path.stem}-{pack}")

    return replace(
        options,
        sheet=own(options.sheet),
        plot=own(options.plot),
        report=own(options.report),
        write=own(options.write),
    )


def _given(options: Options) -> Given:
    return Given(options.pass_at, options.staff_at, options.look_alike_at)


def _bands(engine: FaceEngine, options: Options) -> Bands:
    own = engine.bands
    pass_at = own.pass_at if options.pass_at is None else options.pass_at
    return Bands(pass_at, own.staff_at if options.staff_at is None else options.staff_at)


def _evaluated(options: Options, engine: FaceEngine, trial: Trial) -> _Result:
    proposal = propose(trial, _given(options)) if options.calibrate else None
    # At the proposed thresholds: a pack that adopts them gives the same report and digest.
    bands = proposal.bands if proposal else _bands(engine, options)
    report = make_report(trial, read_pack(engine.pack_id), bands, options.worst)
    shared = report_bytes(report)
    report["evaluation_sha256"] = canonical.digest(shared)
    toml = None
    if proposal:
        report["calibration"] = calibration_json(proposal)
        toml = calibration_toml(proposal, report, shared, SystemClock().now().date())
    if options.degrade:
        report["degradations"] = _degraded(options, engine, trial, bands)
    written = _write(options, engine, trial, bands, shared, toml)
    return _Result(report, toml, written)


def _degraded(options: Options, engine: FaceEngine, trial: Trial, bands: Bands) -> list[Report]:
    if not trial.mated().any():
        raise EvaluationRefused("--degrade needs pairs of one person. Add some to the list.")
    names = [name for name in DEGRADATIONS if {name, "all"} & set(options.degrade)]
    with _Bar("degraded") as progress:
        steps = degrade_pairs(engine, trial.outcome, names, bands, progress)
    return [_step_json(step) for step in steps]


def _step_json(step: Step) -> Report:
    found = asdict(step)
    for name, rate in (("fnmr_pass", step.fnmr_pass), ("fnmr_staff", step.fnmr_staff)):
        found[name] = rate and {
            "errors": rate.errors,
            "of": rate.of,
            "value": rate.value,
            "by_pairs_95": list(rate.interval),
        }
    return found


def _write(
    options: Options,
    engine: FaceEngine,
    trial: Trial,
    bands: Bands,
    shared: bytes,
    toml: str | None,
) -> tuple[tuple[str, Path], ...]:
    """Write the requested files; return each with its description."""
    written = []
    if options.plot:
        _plot(options.plot, engine, trial, bands)
        written.append(("DET plot", options.plot))
    if options.sheet:
        found = worst_pairs(trial.outcome, options.worst)
        if not found:
            raise EvaluationRefused("There is no pair to put on the sheet. Give --worst 1 or more.")
        _put(options.sheet, draw_sheet(engine, found, names=options.names is not False))
        written.append(("Worst pairs", options.sheet))
    if options.report:
        _put(options.report, shared)
        written.append(("Report to share", options.report))
    if options.write and toml:
        _put(options.write, toml.encode())
        written.append(("Bands and record", options.write))
    return tuple(written)


def _plot(path: Path, engine: FaceEngine, trial: Trial, bands: Bands) -> None:
    from kiosk.vision.evaluation.plot import draw  # matplotlib takes a second to import

    mated, non_mated = int(trial.mated().sum()), int(trial.non_mated().sum())
    if not mated or not non_mated:
        raise EvaluationRefused(
            "A plot needs pairs of one person and pairs of two. Add the others."
        )
    title = f"{engine.pack_id}: {mated} true pairs, {non_mated} pairs of two people"
    try:
        draw(trial, bands, title, path)
    except (ValueError, OSError) as error:
        raise EvaluationRefused(f"{path}: {error}") from error


def _put(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise EvaluationRefused(f"{path} cannot be written: {error.strerror}.") from error


class _Bar:
    """A progress bar on standard error, if that is a terminal."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None

    def __enter__(self) -> Progress:
        if not sys.stderr.isatty():
            return lambda *_: None
        self._bar = click.progressbar(length=1, label=self._label, file=sys.stderr)
        self._bar.__enter__()
        return self._show

    def _show(self, done: int, total: int) -> None:
        self._bar.length = total
        self._bar.update(done - self._bar.pos)

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.render_finish()


def _as_json(results: dict[str, _Result], options: Options) -> str:
    reports = [
        result.report if options.names else without_names(result.report)
        for result in results.values()
    ]
    return json.dumps(
        reports[0] if len(reports) == 1 else {"packs": reports}, indent=1, ensure_ascii=False
    )


def _as_text(results: dict[str, _Result], options: Options) -> str:
    parts: list[str] = []
    for result in results.values():
        parts += [text(result.report, names=options.names is not False)]
        parts += [f"{what:18}{path}" for what, path in result.written]
        parts += ["", result.toml] if result.toml else []
        parts += [""] if len(results) > 1 else []
    reports: Sequence[Report] = [result.report for result in results.values()]
    return "\n".join([*parts, comparison(reports)] if len(reports) > 1 else parts)
