"""Face packs: what their ``pack.toml`` says, and loading the one that settings name."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.exam.identity import Bands
from kiosk.settings import resource
from kiosk.vision.errors import PackUnusable


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PackFile(_Table):
    """One file that the pack is made from."""

    name: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    size: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class PackBands(_Table):
    """Similarity from which a face passes, and below which staff are not even asked to doubt."""

    pass_at: float
    staff_at: float


class PackInfo(_Table):
    """A pack's manifest."""

    id: str = Field(pattern=r"^[a-z0-9_-]+$")
    kind: Literal["dlib"]
    title: str
    licence: str
    source: str
    bands: PackBands
    files: tuple[PackFile, ...] = Field(min_length=1)

    @property
    def decision_bands(self) -> Bands:
        """The bands as the core knows them."""
        return Bands(self.bands.pass_at, self.bands.staff_at)


def read_pack(name: str) -> PackInfo:
    """The manifest of a pack that comes with the product; raises PackUnusable."""
    try:
        path = resource(f"models/{name}/pack.toml")
        return PackInfo.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise PackUnusable(str(error), pack=name) from error


def known_packs() -> list[PackInfo]:
    """All packs that come with the product."""
    folders = sorted(path.parent.name for path in Path(resource("models")).glob("*/pack.toml"))
    return [read_pack(name) for name in folders]
