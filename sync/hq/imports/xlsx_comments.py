"""Comments on the cells of a sheet."""

from sync.hq.imports.cell_places import place
from sync.hq.imports.xml_events import Attributes, Handler


class Comments(Handler):
    """Comments and threads of a sheet by their cell."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, int], str] = {}
        self._at: tuple[int, int] | None = None
        self._text: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("comment", "threadedComment"):
            self._at, self._text = place(attributes.get("ref", "")), []
        self._inside = name in ("t", "text")

    def end(self, name: str) -> None:
        self._inside = False
        if name in ("comment", "threadedComment") and self._at:
            self.found.setdefault(self._at, " ".join("".join(self._text).split())[:200])

    def text(self, text: str) -> None:
        if self._inside:
            self._text.append(text)
