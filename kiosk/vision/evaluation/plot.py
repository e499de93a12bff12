"""An evaluation as a plot: a DET curve for each group, and the distribution of similarities."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import norm

from kiosk.exam.identity.bands import Bands
from kiosk.vision.evaluation.fonts import families
from kiosk.vision.evaluation.rates import Evaluation, Rate, Scores
from kiosk.vision.evaluation.sections import Trial

TICKS = (1e-5, 1e-4, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95)
MOST = 0.98
MATED, NON_MATED, PASS, STAFF = "#1b6e5a", "#b3541e", "#333333", "#888888"
COLOURS = (
    "#c0392b", "#1f618d", "#b7950b", "#6c3483", "#117a65", "#a04000", "#5d6d7e", "#d81b60",
)  # fmt: skip
DASHES = ("solid", (0, (5, 2)), (0, (1, 1)))
MOST_DOTS = 2000
Scale = Callable[[Scores], Scores]
LEAST_MATED = 20
"""With fewer mated pairs, a group's own FNMR has only a few coarse steps, so all mated pairs are
used.
"""


def draw(trial: Trial, bands: Bands, title: str, path: Path) -> None:
    """Write the plot in the format that the path's suffix names (PNG, SVG, PDF).

    Raises:
        ValueError: the suffix is unknown.
        OSError: the file cannot be written.
    """
    rows = max(1, len(trial.groups) + 1)
    figure = Figure(figsize=(13, max(5.6, 1.6 + 0.75 * rows)), layout="constrained")
    # Without a Chinese font, Chinese names are drawn as boxes; that is no reason to fail.
    with rc_context({"font.family": families()}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        det, spread = figure.subplots(1, 2)
        curves = _curves(trial)
        _det(det, curves, bands)
        _spread(spread, trial, bands)
        figure.suptitle(title)
        figure.savefig(path, dpi=120)


def _curves(trial: Trial) -> dict[str, Evaluation]:
    """Return the data of each curve: all pairs, or the impostors within each group."""
    if not trial.groups:
        return {"all pairs": trial.outcome.evaluation}
    own = all(trial.mated(name).sum() >= LEAST_MATED for name in trial.groups)
    curves = {}
    for name in trial.groups:
        impostors = trial.within(name)
        mated = trial.mated(name) if own else trial.mated()
        if impostors.any() and mated.any():
            label = f"{name}: {int(impostors.sum())} impostor, {int(mated.sum())} "
            label += "true pairs" if own else "true pairs (of all)"
            curves[label] = trial.outcome.part(impostors | mated)
    return curves


def _det(axes: Axes, curves: dict[str, Evaluation], bands: Bands) -> None:
    """Draw the DET curves.

    Both axes are in normal deviates (ISO/IEC 19795-1), where typical curves are straight.
    """
    scale = _scale(curves)
    for number, (label, found) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        _, fmr, fnmr = found.curve()
        aside = 0.012 * number  # or curves that run along an edge would cover each other
        axes.plot(
            scale(fmr) + aside, scale(fnmr) + aside, color=colour, drawstyle="steps-post",
            linewidth=1.8, linestyle=DASHES[number // len(COLOURS) % len(DASHES)],
            label=label, clip_on=False,
        )  # fmt: skip
        at_pass, missed = found.fmr(bands.pass_at), found.fnmr(bands.pass_at)
        _mark(axes, at_pass, missed, colour, scale, bars=len(curves) == 1)
    _ticks(axes, scale)
    axes.set_title(f"DET curves; a dot is the pass threshold {bands.pass_at:g}", fontsize=10)
    axes.legend(fontsize=8, loc="upper right")


def _ticks(axes: Axes, scale: Scale) -> None:
    ends = scale(np.array([0, 1]))
    axes.plot(ends, ends, color="#cccccc", linewidth=0.8, zorder=0)
    shown = [tick for tick in TICKS if scale(np.array([tick]))[0] > ends[0] + 0.15]
    places = scale(np.array([0, *shown]))
    names = ["none", *(f"{100 * tick:g} %" for tick in shown)]
    for axis, label in ((axes.xaxis, "False match rate"), (axes.yaxis, "False non-match rate")):
        axis.set_ticks(list(places), names, fontsize=8)
        axis.set_label_text(label)
    axes.set_xlim(ends[0] - 0.03, ends[1] + 0.1)
    axes.set_ylim(ends[0] - 0.03, ends[1] + 0.1)
    axes.grid(color="#e5e5e5", linewidth=0.6)


def _mark(
    axes: Axes, fmr: Rate | None, fnmr: Rate | None, colour: str, scale: Scale, *, bars: bool
) -> None:
    """Mark the pass threshold on a curve; ``bars`` adds its exact intervals by pairs."""
    if fmr is None or fnmr is None:
        return
    x, y = scale(np.array([fmr.value, fnmr.value]))
    axes.plot(x, y, "o", color=colour, markersize=7, clip_on=False, zorder=3)
    if bars:
        axes.plot(scale(np.array(fmr.interval)), [y, y], color=PASS, linewidth=1)
        axes.plot([x, x], scale(np.array(fnmr.interval)), color=PASS, linewidth=1)


def _spread(axes: Axes, trial: Trial, bands: Bands) -> None:
    """Draw a row per group: similarities of impostors below the line, of mated pairs above it."""
    rows = {name: (trial.within(name), trial.mated(name)) for name in reversed(trial.groups)}
    if rows:
        rows = {"across groups": (trial.across_any(), trial.mated("\0")), **rows}
    else:
        rows = {"all pairs": (trial.non_mated(), trial.mated())}
    for row, (impostors, mated) in enumerate(rows.values()):
        axes.axhline(row, color="#dddddd", linewidth=0.8, zorder=0)
        _dots(axes, trial.scores(impostors), row - 0.2, NON_MATED)
        _dots(axes, trial.scores(mated), row + 0.2, MATED)
    for name, at, colour, dashes in (
        ("pass", bands.pass_at, PASS, "-"),
        ("staff", bands.staff_at, STAFF, "--"),
    ):
        axes.axvline(at, color=colour, linewidth=1, linestyle=dashes, label=f"{name} at {at:g}")
    axes.plot([], [], "o", color=NON_MATED, label="two people")
    axes.plot([], [], "o", color=MATED, label="one person")
    axes.set_yticks(range(len(rows)), list(rows), fontsize=9)
    axes.set_ylim(-0.6, len(rows) - 0.1)
    axes.set_xlabel("Similarity")
    axes.set_title("Similarities within each group", fontsize=10)
    axes.legend(fontsize=8, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.09))


def _dots(axes: Axes, scores: Scores, height: float, colour: str) -> None:
    chosen = np.sort(scores)
    if len(chosen) > MOST_DOTS:
        chosen = chosen[np.linspace(0, len(chosen) - 1, MOST_DOTS).astype(int)]
    shift = 0.24 * (0.618034 * np.arange(len(chosen)) % 1) - 0.12  # spread, the same every time
    alpha = float(np.clip(40 / max(len(chosen), 1), 0.08, 0.8))
    axes.plot(
        chosen, height + shift, "o", color=colour, markersize=4, alpha=alpha,
        markeredgewidth=0, rasterized=True,
    )  # fmt: skip


def _scale(curves: dict[str, Evaluation]) -> Scale:
    """Return a function from rates to normal deviates; rates below half a pair are at the edge."""
    pairs = max((len(found.non_mated) for found in curves.values()), default=1)
    # The normal deviate of 0 is infinite; half an error among all pairs is below any measured
    # rate.
    least = min(0.0005, 0.5 / pairs)

    def scaled(rates: Scores) -> Scores:
        return np.asarray(norm.ppf(np.clip(rates, least, MOST)), np.float64)

    return scaled
