"""An evaluation as a picture: the DET curve, and how similarities are spread."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import norm

from kiosk.exam.identity import Bands
from kiosk.vision.evaluation import Evaluation, Rate

TICKS = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
LEAST, MOST = 0.0005, 0.6
MATED, NON_MATED, PASS, STAFF = "#1b6e5a", "#b3541e", "#333333", "#888888"


def draw(evaluation: Evaluation, bands: Bands, title: str, path: Path) -> None:
    """Write the plot as the kind of file that the path's ending names (PNG, SVG, PDF).

    Raises ValueError for an ending that is unknown, OSError where nothing can be written.
    """
    figure = Figure(figsize=(11, 5.2), layout="constrained")
    det, spread = figure.subplots(1, 2)
    _det(det, evaluation, bands)
    _spread(spread, evaluation, bands)
    figure.suptitle(title)
    figure.savefig(path, dpi=120)


def _det(axes: Axes, evaluation: Evaluation, bands: Bands) -> None:
    """Both axes in normal deviates (ISO/IEC 19795-1), so that usual curves look straight."""
    _, fmr, fnmr = evaluation.curve()
    axes.plot(
        _deviate(fmr), _deviate(fnmr),
        color=MATED, drawstyle="steps-post", linewidth=2, label="every threshold", clip_on=False,
    )  # fmt: skip
    for name, at, colour in (("pass", bands.pass_at, PASS), ("staff", bands.staff_at, STAFF)):
        _cross(axes, evaluation.fmr(at), evaluation.fnmr(at), f"{name} at {at:g}", colour)
    ends = _deviate(np.array([LEAST, MOST]))
    axes.plot(ends, ends, color="#cccccc", linewidth=0.8, zorder=0)
    seen = 1 / max(len(evaluation.non_mated), 1)
    axes.axvspan(ends[0], float(_deviate(np.array([seen]))[0]), color="#eeeeee", zorder=0)
    axes.text(
        ends[0] + 0.05, ends[1] - 0.08, "too few pairs to see",
        color="#888888", fontsize=8, rotation=90, va="top",
    )  # fmt: skip
    places = _deviate(np.array(TICKS))
    for axis, label in ((axes.xaxis, "False match rate"), (axes.yaxis, "False non-match rate")):
        axis.set_ticks(list(places), [f"{100 * tick:g} %" for tick in TICKS])
        axis.set_label_text(label)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    axes.grid(color="#e5e5e5", linewidth=0.6)
    axes.set_title("DET curve; crosses are 95 % intervals", fontsize=10)
    axes.legend(fontsize=8, loc="upper right")


def _cross(axes: Axes, fmr: Rate | None, fnmr: Rate | None, name: str, colour: str) -> None:
    if fmr is None or fnmr is None:
        return
    x, y = _deviate(np.array([fmr.value, fnmr.value]))
    across, up = _deviate(np.array(fmr.interval)), _deviate(np.array(fnmr.interval))
    axes.plot(across, [y, y], color=colour, linewidth=1)
    axes.plot([x, x], up, color=colour, linewidth=1)
    axes.plot(x, y, "o", color=colour, label=name, clip_on=False)


def _spread(axes: Axes, evaluation: Evaluation, bands: Bands) -> None:
    every = np.concatenate([evaluation.mated, evaluation.non_mated])
    bins = np.linspace(every.min(), every.max() + 1e-9, 41)
    for scores, name, colour in (
        (evaluation.non_mated, "two people", NON_MATED),
        (evaluation.mated, "one person", MATED),
    ):
        if len(scores):
            weights = np.full(len(scores), 100 / len(scores))
            label = f"{name} ({len(scores)} pairs)"
            axes.hist(scores, bins.tolist(), weights=weights, color=colour, alpha=0.65, label=label)
    axes.axvline(bands.pass_at, color=PASS, linewidth=1, label=f"pass at {bands.pass_at:g}")
    axes.axvline(
        bands.staff_at,
        color=STAFF,
        linewidth=1,
        linestyle="--",
        label=f"staff at {bands.staff_at:g}",
    )
    axes.set_xlabel("Similarity")
    axes.set_ylabel("Share of pairs, %")
    axes.set_title("Similarities", fontsize=10)
    axes.legend(fontsize=8)


def _deviate(rates: np.ndarray) -> np.ndarray:
    return np.asarray(norm.ppf(np.clip(rates, LEAST, MOST)), np.float64)
