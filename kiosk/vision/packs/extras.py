"""The Python package that some packs need besides their files."""

import importlib.util
from importlib.machinery import ModuleSpec

from kiosk.vision.errors import InsightFaceMissing
from kiosk.vision.packs.manifest import Kind

NEED_INSIGHTFACE: tuple[Kind, ...] = ("insightface", "liveness")
"""Kinds of packs that run in InsightFace."""


def require_insightface(pack: str) -> ModuleSpec:
    """Where InsightFace is, without importing it. Raises: InsightFaceMissing."""
    spec = importlib.util.find_spec("insightface")
    if spec is None:
        raise InsightFaceMissing(pack=pack)
    return spec
