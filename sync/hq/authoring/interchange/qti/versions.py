"""The versions of QTI that are written, and what differs between them."""

import re
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Version:
    """A version of the standard: its namespaces, a package's names, the template for a key."""

    name: str
    items: str
    manifest: str
    schema: tuple[str, str]
    template: str

    @property
    def kebab(self) -> bool:
        """Whether names are written with hyphens."""
        return self.name.startswith("3")

    @property
    def has_stimuli(self) -> bool:
        """Whether a shared stimulus has a file of its own."""
        return self.name != "2.1"

    def resource(self, kind: str) -> str:
        """Return a manifest's type for an ``item`` or ``stimulus``."""
        return f"imsqti_{kind}_xmlv{self.name.replace('.', 'p')}"

    def element(self, name: str) -> str:
        """Return an element's name in this version."""
        return f"qti-{_hyphens(name)}" if self.kebab else name

    def attributes(self, values: dict[str, str]) -> dict[str, str]:
        """Return attributes with their names in this version."""
        return {_hyphens(name) if self.kebab else name: text for name, text in values.items()}


def _hyphens(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)


_CP1, _ASI = "http://www.imsglobal.org/xsd/imscp_v1p1", "http://www.imsglobal.org/xsd/imsqti"
_QTI = "http://www.imsglobal.org/question/qti"
VERSIONS = MappingProxyType(
    {
        "2.1": Version(
            "2.1",
            f"{_ASI}_v2p1",
            _CP1,
            ("QTIv2.1 Package", "1.0.0"),
            f"{_QTI}_v2p1/rptemplates/match_correct",
        ),
        "2.2": Version(
            "2.2",
            f"{_ASI}_v2p2",
            _CP1,
            ("QTIv2.2 Package", "1.0.0"),
            f"{_QTI}_v2p2/rptemplates/match_correct",
        ),
        "3.0": Version(
            "3.0",
            f"{_ASI}asi_v3p0",
            "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
            ("QTI Package", "3.0.0"),
            "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct",
        ),
    }
)
