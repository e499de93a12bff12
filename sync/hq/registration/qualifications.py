"""Cells about an applicant's qualifications, read as offices fill them in.

Each function reads the cells of one fact, so that a file with few columns can be read by column.
What a cell says in unknown words becomes a problem that names the known ones.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Self

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.programme.eligibility import Applicant, Certificate, Schooling
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.synonyms import DOCUMENTS, SCHOOLING, plain_word
from kiosk.exam.programme.work import Period, work
from kiosk.exam.values import Named
from sync.hq.registration.cells import NO, YES, Cells
from sync.hq.registration.schooling_words import schooling_typed
from sync.hq.registration.typed_periods import NotAPeriod, names_dates, periods_typed
from sync.hq.registration.typed_years import hours_typed, years_typed

MOST_YEARS, MOST_HOURS = Decimal(60), Decimal(10_000)
_LONGEST = 2000
_BETWEEN = re.compile(r"[,，;；、\n]")
_BETWEEN_DOCUMENTS = re.compile("[()/、,;|]|或")
_NUMBER_OF = re.compile("(?<=证)件?(?:号码?|编号)$")
_YES_WORDS = {
    "related_degree": {"相关", "相关专业", "对口", "专业对口", "related"},
    "student": {
        "在读", "在校", "在校生", "在校学生", "在校大学生", "大学生", "学生", "就读", "应届",
        "应届生", "应届毕业生", "student",
    },
    "institution_staff": set[str](),
}  # fmt: skip
_NO_WORDS = {
    "related_degree": {"不相关", "非相关", "非相关专业", "无关", "不对口", "unrelated"},
    "student": {
        "毕业", "已毕业", "往届", "往届生", "往届毕业生", "非在校", "非在校生", "非学生",
        "社会人员", "在职", "graduated",
    },
    "institution_staff": set[str](),
}  # fmt: skip
_OWN = frozenset({"programme", "本项目", "本证书", "本专业"})
_OTHERS = frozenset({"other", "其他", "其它", "其他证书", "其它证书"})


@dataclass(frozen=True)
class Words:
    """What cells may call schooling, documents, material and levels; keys by ``plain_word``."""

    schooling: Mapping[str, Schooling]
    documents: Mapping[str, DocumentKind]
    materials: Mapping[str, str]
    levels: Mapping[str, str]

    @classmethod
    def of(cls, programme: Programme) -> Self:
        """Return the words of a programme: those of every programme, and its own."""
        own = programme.synonyms
        return cls(
            schooling=own.schooling_names(),
            documents=own.document_names(),
            materials=_called(programme.materials, own.materials),
            levels=_called(programme.levels, own.levels),
        )


def read_applicant(cells: Cells, words: Words, today: date) -> Applicant:
    """Read all facts that the entry conditions are judged by."""
    schooling, studies = read_schooling(cells, words)
    return replace(
        read_work(cells, today),
        schooling=schooling,
        related_degree=read_flag(cells, "related_degree"),
        student=read_flag(cells, "student", default=studies),
        institution_staff=read_flag(cells, "institution_staff"),
        certificates=read_certificates(cells, words),
        class_hours=read_hours(cells),
    )


def read_schooling(cells: Cells, words: Words) -> tuple[Schooling, bool]:
    """Return the highest finished schooling, and whether the applicant studies for another."""
    text = cells.text("schooling", 100)
    if not text:
        return Schooling.NONE, False
    typed = schooling_typed(text, words.schooling)
    if typed is None:
        known = ", ".join(names[0] for names in SCHOOLING.values())
        cells.refuse("schooling", "word_unknown", value=text, known=known, table="schooling")
        return Schooling.NONE, False
    if typed.unfinished:
        counted = SCHOOLING[typed.schooling][0]
        cells.refuse("schooling", "unfinished", is_error=False, value=text, counted=counted)
    return typed.schooling, typed.studies


def read_document(cells: Cells, words: Words) -> DocumentKind:
    """Return the kind of identity document; an empty cell is a resident identity card."""
    text = cells.text("identity_type", 100)
    kind = document_typed(text, words.documents) if text else DocumentKind.RESIDENT
    if kind is None:
        known = ", ".join(names[0] for names in DOCUMENTS.values())
        cells.refuse("identity_type", "word_unknown", value=text, known=known, table="documents")
    return kind or DocumentKind.RESIDENT


def document_typed(text: str, names: Mapping[str, DocumentKind]) -> DocumentKind | None:
    """Return the document that a text names; None if it names none, or several kinds."""
    shown = unicodedata.normalize("NFKC", text)
    parts = [shown, *filter(None, map(str.strip, _BETWEEN_DOCUMENTS.split(shown)))]
    words = [_NUMBER_OF.sub("", plain_word(part)) for part in parts]
    if words[0] in names:
        return names[words[0]]
    kinds = {names.get(word) for word in words[1:]}
    return kinds.pop() if len(kinds) == 1 else None


def read_flag(cells: Cells, field: str, *, default: bool = False) -> bool:
    """Return yes or no; ``default`` if the cell is empty."""
    text = cells.text(field, 100)
    if not text:
        return default
    plain, yes = plain_word(text), YES | _YES_WORDS[field]
    if plain not in yes | NO | _NO_WORDS[field]:
        cells.refuse(field, "unknown_value", value=text, known="是 / 否 / yes / no")
    return plain in yes


def read_hours(cells: Cells) -> Decimal:
    """Return the class hours, which may have decimals; 0 if the cell is empty."""
    text = cells.text("class_hours", 100)
    return _within(cells, "class_hours", text, hours_typed(text), MOST_HOURS, "not_a_number")


def read_work(cells: Cells, today: date) -> Applicant:
    """Return an applicant with the years of work that the cells say, or with their periods.

    Where there are periods they count, and numbers of years beside them are only compared.
    """
    periods: list[Period] = []
    years = dict.fromkeys(("work_years", "continuous_years"), Decimal(0))
    for field in ("work_periods", *years):
        text = cells.lines(field, _LONGEST)
        if field == "work_periods" or names_dates(text):
            periods += _periods(cells, field, text, today)
        else:
            years[field] = _within(cells, field, text, years_typed(text), MOST_YEARS, "not_years")
    if periods:
        return _compared(cells, Applicant(periods=tuple(dict.fromkeys(periods))), years, today)
    return Applicant(work_years=years["work_years"], continuous_years=years["continuous_years"])


def read_certificates(cells: Cells, words: Words) -> tuple[Certificate, ...]:
    """Return the certificates held, such as ``programme/junior/1.5; 其他/中级/2年``."""
    found = []
    for text in filter(None, re.split("[;；\n]", cells.lines("certificates", _LONGEST))):
        of, level, held = (*map(str.strip, text.replace("／", "/").split("/")), "", "")[:3]
        known = words.levels.get(plain_word(level))
        own, years = plain_word(of) in _OWN, years_typed(held or "0")
        if (not own and plain_word(of) not in _OTHERS) or known is None or years is None:
            levels = ", ".join(dict.fromkeys(words.levels.values())) or "–"
            cells.refuse("certificates", "certificate", value=text.strip(), known=levels)
        elif years > MOST_YEARS:
            cells.refuse("certificates", "out_of_range", value=held, least=0, most=MOST_YEARS)
        else:
            found.append(Certificate("programme" if own else "other", known, years))
    return tuple(found)


def read_materials(cells: Cells, words: Words) -> tuple[str, ...]:
    """Return the material handed in, between commas or semicolons."""
    found = []
    for text in filter(None, map(str.strip, _BETWEEN.split(cells.lines("materials", _LONGEST)))):
        one = words.materials.get(plain_word(text))
        if one is None:
            known = ", ".join(dict.fromkeys(words.materials.values()))
            cells.refuse("materials", "word_unknown", value=text, known=known, table="materials")
        else:
            found.append(one)
    return tuple(dict.fromkeys(found))


def _within(
    cells: Cells, field: str, text: str, value: Decimal | None, most: Decimal, code: str
) -> Decimal:
    """Return the value of a cell; report it by ``code`` if there is none, or if it is too large."""
    if not text:
        return Decimal(0)
    if (value is not None and value > most) or re.fullmatch(r"[-－−]\d+(\.\d+)?", text):
        cells.refuse(field, "out_of_range", value=text, least=0, most=most)
    elif value is None:
        cells.refuse(field, code, value=text)
    else:
        return value
    return Decimal(0)


def _periods(cells: Cells, field: str, text: str, today: date) -> tuple[Period, ...]:
    try:
        return periods_typed(text, today)
    except NotAPeriod as fault:
        cells.refuse(field, fault.code, value=fault.text)
        return ()


def _compared(
    cells: Cells, applicant: Applicant, years: Mapping[str, Decimal], today: date
) -> Applicant:
    """Report years that differ by a year or more from what the periods make."""
    done = work(applicant.periods, today)
    made = {"work_years": done.total, "continuous_years": done.continuous}
    for field, said in years.items():
        if said and abs(said - made[field]) >= 1:
            shown = {"value": f"{said.normalize():f}", "years": f"{made[field].normalize():f}"}
            cells.refuse(field, "years_differ", is_error=False, **shown)
    return applicant


def _called(named: tuple[Named, ...], own: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return what each name of materials or levels means: ids, names and the programme's words."""
    names = {
        plain_word(name): one.id for one in named for name in (one.id, one.name.zh, one.name.en)
    }
    return names | {plain_word(word): value for value, known in own.items() for word in known}
