"""What one certificate says, from its row, its holder and its programme."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.programme.programme import Programme
from kiosk.exam.values import Named
from sync.hq.certificates.design import Design
from sync.hq.certificates.holders import sex_and_birth
from sync.hq.certificates.numbers import shown
from sync.hq.certificates.pages import NO_PORTRAIT, PORTRAIT_GONE, Printed
from sync.hq.registration.tickets import masked

_SEXES = {"male": ("男", "Male"), "female": ("女", "Female")}
_DOCUMENTS = {
    DocumentKind.RESIDENT: "身份证号 ID number",
    DocumentKind.PASSPORT: "护照号 Passport",
    DocumentKind.MILITARY: "军官证号 Military ID",
}
_OTHER_DOCUMENT = "证件号码 Document"
_UNLIMITED = ("长期有效", "no expiry")


def printed(
    row: Mapping[str, Any],
    person: Mapping[str, Any],
    exam_on: date,
    programme: Programme,
    design: Design,
    qr: str,
    portrait: bytes | None,
) -> Printed:
    """Return what the certificate of a row shows; ``person``: its holder as registered."""
    gone = portrait is None and person["portrait_sha256"] is not None
    return Printed(
        number=shown(row["number"]),
        values=_values(row, person, exam_on, programme, design),
        parts=_parts(row, programme),
        total=_points(row["total"]),
        qr=qr,
        made_at=row["issued_at"],
        portrait=portrait,
        without=PORTRAIT_GONE if gone else NO_PORTRAIT,
    )


def title_of(programme: Programme, trade: str | None, level: str | None) -> str:
    """Return programme, trade and level in Chinese, as the QR code says them."""
    trade_name, level_name = _named(programme.trades, trade)[0], _named(programme.levels, level)[0]
    return " ".join(filter(None, (programme.title.zh, trade_name, level_name)))


def title_in_english(programme: Programme, trade: str | None, level: str | None) -> str:
    """Return the same in English."""
    trade_name, level_name = _named(programme.trades, trade)[1], _named(programme.levels, level)[1]
    return ", ".join(filter(None, (programme.title.en, trade_name, level_name)))


def _values(
    row: Mapping[str, Any],
    person: Mapping[str, Any],
    exam_on: date,
    programme: Programme,
    design: Design,
) -> Mapping[str, str]:
    known_sex, born = sex_and_birth(person, row["issued_on"])
    sex = _SEXES.get(known_sex, ("", ""))
    trade = _named(programme.trades, row["trade"])
    level = _named(programme.levels, row["level"])
    until: date | None = row["valid_until"]
    replaced = shown(row["reissue_of"]) if row["reissue_of"] else ""
    return {
        "name": row["name"],
        "sex_zh": sex[0],
        "sex_en": sex[1],
        "birth_date": born.isoformat() if born else "",
        "document": masked(person["identity_no"]),
        "document_kind": _DOCUMENTS.get(DocumentKind(person["identity_type"]), _OTHER_DOCUMENT),
        "programme_zh": programme.title.zh,
        "programme_en": programme.title.en,
        "trade_zh": trade[0],
        "trade_en": trade[1],
        "level_zh": level[0],
        "level_en": level[1],
        "issuer_zh": design.issuer.zh,
        "issuer_en": design.issuer.en,
        "title_zh": design.title.zh,
        "title_en": design.title.en,
        "exam_on": exam_on.isoformat(),
        "exam_on_zh": chinese_date(exam_on),
        "issued_on": row["issued_on"].isoformat(),
        "issued_on_zh": chinese_date(row["issued_on"]),
        "until": until.isoformat() if until else " ".join(_UNLIMITED),
        "until_zh": chinese_date(until) if until else _UNLIMITED[0],
        "until_en": until.isoformat() if until else _UNLIMITED[1],
        "number": shown(row["number"]),
        "total": _points(row["total"]),
        "reissue_zh": f"补发：代替证书 {replaced}，原证书作废。" if replaced else "",
        "reissue_en": (
            f"Reissued: replaces {replaced}, which is no longer valid." if replaced else ""
        ),
    }


def _parts(row: Mapping[str, Any], programme: Programme) -> list[tuple[str, str]]:
    names = {
        part.id: f"{part.name.zh} {part.name.en}"
        for part in programme.examination(row["trade"], row["level"]).parts
    }
    return [(names.get(part, part), _points(points)) for part, points in row["parts"].items()]


def _named(entries: tuple[Named, ...], chosen: str | None) -> tuple[str, str]:
    found = next((entry.name for entry in entries if entry.id == chosen), None)
    return (found.zh, found.en) if found else ("", "")


def _points(points: object) -> str:
    text = str(points)
    return text.rstrip("0").rstrip(".") if "." in text else text


def chinese_date(day: date) -> str:
    """Return a date as Chinese documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"
