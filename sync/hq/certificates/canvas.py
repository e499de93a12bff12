"""A PDF whose ornaments of thousands of points are written quickly."""

from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import RenderStyle


class Canvas(FPDF):
    """Writes a line in one piece: fpdf2 writes point by point, a tenth of a certificate's time."""

    def polyline(
        self,
        point_list: Sequence[tuple[float, float]],
        fill: bool = False,
        polygon: bool = False,
        style: RenderStyle | str | None = None,
    ) -> None:
        """Draw lines through points; closed for a ``polygon``. ``style``: drawn unless given."""
        painted = RenderStyle.coerce(style or (RenderStyle.DF if fill else RenderStyle.D))
        first, *others = (f"{x * self.k:.2f} {(self.h - y) * self.k:.2f}" for x, y in point_list)
        lines = "".join(f" {point} l" for point in others)
        self._out(f"{first} m{lines}{' h' if polygon else ''} {painted.operator}")
