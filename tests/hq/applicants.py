"""Files of applicants who cannot exist: their region is not assigned to anybody."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from PIL import Image

from kiosk.exam.identity.identity_number import check_character

MATERIALS = "报名审核表;身份证正反面照片;学历证复印件;学位证复印件;工作证明"
SOUND = {
    "学历": "本科",
    "相关专业": "是",
    "相关工作年限": "6",
    "培训学时": "36",
    "已交材料": MATERIALS,
}


def picture(kind: str = "JPEG", size: tuple[int, int] = (30, 42), **options: Any) -> bytes:
    """A picture of nobody, red above and blue below."""
    drawn = Image.new("RGB", size, "blue")
    drawn.paste("red", (0, 0, size[0], size[1] // 2))
    buffer = io.BytesIO()
    drawn.save(buffer, kind, **options)
    return buffer.getvalue()


JPEG = picture()


def number(order: int, day: str = "19900101") -> str:
    """An identity number of nobody; even orders are women."""
    digits = f"990001{day}{order:03}"
    return digits + check_character(digits)


def table(*rows: Mapping[str, str]) -> bytes:
    """A CSV file with these rows; a name and a number are made up where none is given."""
    whole = [
        {"姓名": f"考生{n}", "证件号码": number(n), **SOUND, **row} for n, row in enumerate(rows, 1)
    ]
    columns = list(dict.fromkeys(name for row in whole for name in row))
    lines = [",".join(columns)]
    lines += [",".join(row.get(name, "") for name in columns) for row in whole]
    return "\n".join(lines).encode()


def archive(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of portraits."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return buffer.getvalue()
