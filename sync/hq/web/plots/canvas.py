"""An SVG drawing, element by element; every text and attribute is escaped."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from markupsafe import Markup, escape

WIDE = 0x2E80
"""From here on a character is as wide as the type is high (Chinese); others take about half."""
EM = 12.0
"""Size of the texts, in units of the drawing."""


@dataclass(frozen=True)
class Words:
    """What a plot says: ``title`` and ``description`` for screen readers, names of the axes."""

    title: str
    description: str = ""
    x: str = ""
    y: str = ""


@dataclass
class Canvas:
    """Collects elements; ``markup`` is the finished drawing."""

    width: float
    height: float
    words: Words
    _parts: list[str] = field(default_factory=list)

    def line(self, x1: float, y1: float, x2: float, y2: float, css: str) -> None:
        self._add("line", css, x1=x1, y1=y1, x2=x2, y2=y2)

    def rect(
        self, x: float, y: float, width: float, height: float, css: str, hint: str = ""
    ) -> None:
        """Draw a rectangle; ``hint`` is shown on hovering."""
        size = {"width": max(width, 0), "height": max(height, 0)}
        self._add("rect", css, hint, x=x, y=y, **size)

    def circle(self, x: float, y: float, radius: float, css: str, hint: str = "") -> None:
        """Draw a disc; ``hint`` is shown on hovering."""
        self._add("circle", css, hint, cx=x, cy=y, r=radius)

    def path(self, points: list[tuple[float, float]], css: str) -> None:
        """Draw straight lines from point to point."""
        joined = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        self._parts.append(f'<polyline class="{escape(css)}" points="{joined}"/>')

    def text(
        self, x: float, y: float, text: str, css: str = "", anchor: str = "start", turn: int = 0
    ) -> None:
        """Write a text that begins, has its middle or ends at x; ``turn`` in degrees."""
        turned = f' transform="rotate({turn} {_number(x)} {_number(y)})"' if turn else ""
        self._parts.append(
            f'<text class="{escape(css)}" x="{_number(x)}" y="{_number(y)}"'
            f' text-anchor="{escape(anchor)}"{turned}>{escape(text)}</text>'
        )

    @contextmanager
    def link(self, address: str, label: str) -> Iterator[None]:
        """Make what is drawn inside the block a link, if there is an address."""
        if address:
            self._parts.append(f'<a href="{escape(address)}" aria-label="{escape(label)}">')
        yield
        if address:
            self._parts.append("</a>")

    def markup(self) -> Markup:
        """Return the drawing. With links it is a group, else one picture with a description."""
        role = "group" if any(part.startswith("<a ") for part in self._parts) else "img"
        label = escape(". ".join(filter(None, (self.words.title, self.words.description))))
        head = (
            f'<svg class="plot-svg" role="{role}" aria-label="{label}"'
            f' width="{_number(self.width)}" viewBox="0 0 {_number(self.width)}'
            f' {_number(self.height)}">'
        )
        # Safe: tags are written here, and what they hold was escaped by the methods above.
        return Markup(head + "".join(self._parts) + "</svg>")  # noqa: S704

    def _add(self, tag: str, css: str, hint: str = "", **values: float) -> None:
        placed = " ".join(f'{name}="{_number(value)}"' for name, value in values.items())
        title = f"<title>{escape(hint)}</title>" if hint else ""
        self._parts.append(f'<{tag} class="{escape(css)}" {placed}>{title}</{tag}>')


def text_width(text: str) -> float:
    """Return about how wide a text is."""
    return sum(EM if ord(char) >= WIDE else EM * 0.56 for char in text)


def shortened(text: str, width: float) -> str:
    """Return the text, cut with an ellipsis if it is wider than ``width``."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) + EM > width:
        text = text[:-1]
    return f"{text}…"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
