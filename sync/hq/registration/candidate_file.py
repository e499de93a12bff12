"""Application files: persons, their qualifications, and the material they handed in.

The spreadsheet template names every column. Portraits come in a ZIP archive or a folder, named
after the identity number or the name unless the row names a file.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.identity.identity_number import IdentityNumberInvalid, Sex, read_identity_number
from kiosk.exam.programme.eligibility import Applicant, Schooling
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.synonyms import SCHOOLING
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport
from sync.hq.imports.tabular import Column, Row, read_table
from sync.hq.problems import Problem
from sync.hq.registration.cells import Cells, doubled
from sync.hq.registration.paper_choice import PaperChoice
from sync.hq.registration.personal_form import COLUMNS as PERSONAL_COLUMNS
from sync.hq.registration.personal_form import Values, read_personal
from sync.hq.registration.portrait_files import NoPortraits, PortraitFiles
from sync.hq.registration.portrait_names import Sought
from sync.hq.registration.portraits import find_portraits
from sync.hq.registration.qualifications import (
    Words,
    read_applicant,
    read_document,
    read_materials,
)

_ID_NUMBERS = (
    *(kind + word for kind in ("身份证", "居民身份证", "身份证件", "证件", "公民身份")
      for word in ("号", "号码", "编号")),
    "身份证", "身份号码", "id number", "id no", "id no.", "identity no", "identity_no.",
)  # fmt: skip
_SCHOOLINGS = (
    "最高学历",
    "文化程度",
    "学历层次",
    "学历情况",
    "教育程度",
    "最高文化程度",
    "education",
)
_WORK_YEARS = (
    "工作年限", "工作年数", "从业年限", "相关从业年限", "从事相关工作年限", "相关工作年数", "工龄",
    "从事本职业年限", "从事本专业年限", "从事相关职业年限", "专业工作年限", "years of work",
)  # fmt: skip
_CONTINUOUS = ("连续从事相关工作年限", "连续相关工作年限", "连续从业年限", "连续工作年数")


def _of_exam(*words: str) -> tuple[str, ...]:
    """Return the words of offices for what somebody enters for."""
    return tuple(before + word for word in words for before in ("报考", "申报", "考试", "鉴定"))


COLUMNS = (
    Column("name", "姓名", "Name", needed=True, also=("考生姓名", "学员姓名", "名字", "full name")),
    Column("identity_no", "证件号码", "Identity number", needed=True, also=_ID_NUMBERS),
    Column("identity_type", "证件类型", "Document", also=("证件种类", "证件类别", "证件名称")),
    Column("programme", "项目", "Programme", also=("考试项目", "报考项目", "申报项目")),
    Column("trade", "工种", "Trade", also=_of_exam("工种", "职业", "方向", "岗位")),
    Column("level", "等级", "Level", also=(*_of_exam("等级", "级别"), "级别", "技能等级")),
    Column("sex", "性别", "Sex"),
    Column(
        "birth_date",
        "出生日期",
        "Date of birth",
        also=("出生年月", "出生年月日", "生日", "birthday"),
    ),
    Column("schooling", "学历", "Schooling", also=_SCHOOLINGS),
    Column("related_degree", "相关专业", "Related degree", also=("是否相关专业", "专业是否相关")),
    Column("work_years", "相关工作年限", "Years of relevant work", also=_WORK_YEARS),
    Column("continuous_years", "连续工作年限", "Years without a break", also=_CONTINUOUS),
    Column("work_periods", "相关工作起止时间", "Periods of relevant work"),
    Column("student", "在校学生", "Student", also=("是否在校学生", "是否在校生", "在校生")),
    Column("institution_staff", "机构人员", "Staff of an institution"),
    Column("certificates", "已有证书", "Certificates held", also=("持有证书", "现有证书", "证书")),
    Column(
        "class_hours",
        "培训学时",
        "Class hours",
        also=("学时", "学时数", "已完成学时", "培训课时", "课时"),
    ),
    Column("materials", "已交材料", "Material handed in", also=("提交材料", "报名材料", "材料")),
    Column("extra_minutes", "加时（分钟）", "Extra minutes", also=("加时分钟",)),
    Column("centre", "意向考点", "Wished centre", also=("考点", "考点代码", "报考考点", "centre")),
    *PERSONAL_COLUMNS,
    Column("portrait", "照片", "Portrait", also=("照片文件", "照片文件名", "photo")),
)
CLAIMS = {
    name: name
    for name in (
        "schooling", "related_degree", "work_years", "continuous_years", "student",
        "institution_staff", "certificates", "class_hours",
    )
} | {"work_periods": "periods"}  # fmt: skip
"""The fact of :class:`Applicant` that each of these columns fills."""
_SEXES = {
    "男": "male", "male": "male", "m": "male",
    "女": "female", "female": "female", "f": "female",
}  # fmt: skip

_YEAR_AND_MONTH = re.compile(r"((?:19|20)\d{2})(?:[-/.年](\d{1,2})月?|(\d{2}))")
_OLDEST = 120


@dataclass(frozen=True)
class Application:
    """One row: a person, and the facts that the entry conditions are judged by.

    ``paper``: the id of the sitting's paper, where the row names one. ``given``: the columns that
    the file has, ``empty``: those of them in which this row has nothing.
    """

    row: int
    name: str
    identity_no: str
    identity_type: str
    sex: Sex | None
    birth_date: date | None
    applicant: Applicant
    materials: tuple[str, ...]
    extra_minutes: int
    centre: str
    paper: str = ""
    portrait: bytes | None = field(default=None, repr=False)
    personal: Values = field(default_factory=dict, repr=False)
    given: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()

    @property
    def claims(self) -> dict[str, Any]:
        """The applicant's facts as plain values, as the database stores them."""
        return plain_facts(self.applicant)


def read_candidates(
    data: bytes,
    programme: Programme,
    today: date,
    portraits: PortraitFiles | None = None,
    progress: ProgressCallback = silent,
    choice: PaperChoice | None = None,
    documents: Mapping[str, str] = MappingProxyType({}),
) -> tuple[list[Application], list[Problem]]:
    """Return the valid rows of an XLSX or CSV file, and every problem.

    ``choice``: between the papers of the sitting. ``documents``: the kinds of registered
    documents that are no resident cards, by number, for files that do not name the kind.

    Raises:
        BadImport: the file cannot be read or is empty.
    """
    rows, problems = read_table(data, COLUMNS)
    reading = _Reading(programme, choice, documents, today)
    found: list[Application] = []
    sought: list[Sought] = []
    for row in rows:
        cells = Cells(row)
        application = _application(cells, row, reading)
        sought.append(cells.sought(application.name, application.identity_no))
        found.append(application)
        problems += cells.problems
    problems += doubled(rows, "identity_no")
    portrait = find_portraits(sought, portraits or NoPortraits(), progress)
    problems += portrait.problems
    if not rows and not problems:
        raise BadImport([Problem("empty")])
    bad = {problem.at for problem in problems if problem.kind == "row" and problem.is_error}
    return [
        replace(application, portrait=portrait.pictures.get(position))
        for position, application in enumerate(found)
        if str(application.row) not in bad
    ], problems


def template(programme: Programme, language: str) -> bytes:
    """Return an empty spreadsheet with drop-down lists; ``language`` is zh or en."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "考生" if language == "zh" else "Candidates"
    sheet.append([getattr(column, language) + ("*" if column.needed else "") for column in COLUMNS])
    sheet.freeze_panes = "C2"
    for position, column in enumerate(COLUMNS, start=1):
        head, letter = sheet.cell(1, position), get_column_letter(position)
        head.font, head.fill = Font(bold=True), PatternFill("solid", start_color="DCE6F1")
        sheet.column_dimensions[letter].width = 20
        if column.field == "identity_no":
            for row in range(2, 5002):
                sheet.cell(row, position).number_format = "@"  # as text, or digits get lost
        if column.field in ("schooling", "sex"):
            steps = (names[0] for names in SCHOOLING.values())
            words = steps if column.field == "schooling" else ("男", "女")
            rule = DataValidation("list", f'"{",".join(words)}"')
            rule.add(f"{letter}2:{letter}5001")
            sheet.add_data_validation(rule)
    guide = book.create_sheet("说明" if language == "zh" else "Guide")
    guide.column_dimensions["A"].width = 110
    for line in _guide(programme, language):
        guide.append([line])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _guide(programme: Programme, language: str) -> Sequence[str]:
    materials = "；".join(getattr(material.name, language) for material in programme.materials)
    if language == "zh":
        return (
            "姓名和证件号码必填。居民身份证号按 GB 11643 校验，性别和出生日期可不填。",
            "学历可按本单位习惯填写，如研究生、大学本科、专科、高职、技校、职高；在读的学历不计。",
            "工作年限写年数或年月，如 5、3.5、5年、1年6个月；“连续”指中间没有间断。",
            "也可以只填相关工作起止时间，如 2018.07-2021.06; 2021.07-至今，年限由系统计算。",
            "“相关专业”“在校学生”“机构人员”填“是”或“否”。培训学时可以有小数。",
            "已有证书：本项目/等级/持有年数，或 其他/等级/持有年数；多个用分号隔开。",
            f"已交材料（用分号隔开）：{materials}",
            "照片为 JPEG、PNG、WebP 或 HEIC，文件名用证件号码、姓名或两者，放入一个 ZIP；",
            "也可以在“照片”一列写文件名；不同文件夹里有同名文件的，写上文件夹。",
        )
    return (
        "Name and identity number are needed. Resident identity numbers are checked (GB 11643).",
        "Schooling in your own words, such as master's degree, college, vocational school.",
        "Years of work as 5, 3.5, 5 years or 1 year 6 months; class hours may have decimals.",
        "Or only the periods of relevant work, such as 2018.07-2021.06; 2021.07-present.",
        "Answer yes or no to related degree, student, staff of an institution.",
        "Certificates held: programme/LEVEL/YEARS or other/LEVEL/YEARS, between semicolons.",
        f"Material handed in, between semicolons: {materials}",
        "Portraits are JPEG, PNG, WebP or HEIC files called by identity number, name or both, in"
        " one ZIP. The column Portrait may name a file, with its folder if several have that name.",
    )


class _Reading:
    """What the rows of a file are read by."""

    def __init__(
        self,
        programme: Programme,
        choice: PaperChoice | None,
        documents: Mapping[str, str],
        today: date,
    ) -> None:
        self.today = today
        self._choice = choice
        self._documents = documents
        self._usual = Words.of(programme)
        programmes = choice.programmes if choice else {}
        self._words = {paper: Words.of(one) for paper, one in programmes.items()}

    def paper(self, cells: Cells) -> tuple[str, Words]:
        """Return the paper that a row names, if any, and the words of its programme."""
        paper = self._choice.read(cells) if self._choice else ""
        return paper, self._words.get(paper, self._usual)

    def document(self, cells: Cells, number: str, words: Words) -> DocumentKind:
        """Return the kind of document that the row names, or else the registered one."""
        known = self._documents.get(number)
        if known is None or cells.text("identity_type", 100):
            return read_document(cells, words)
        # A roster does not say the kind: a resident's number is one.
        return DocumentKind.RESIDENT if _is_resident(number, self.today) else DocumentKind(known)


def _application(cells: Cells, row: Row, reading: _Reading) -> Application:
    number = cells.number_of_a_document("identity_no")
    paper, words = reading.paper(cells)
    kind = reading.document(cells, number, words)
    sex, born = _person(cells, number, kind, reading.today)
    return Application(
        row=cells.row,
        name=cells.name("name"),
        identity_no=number,
        identity_type=kind,
        sex=sex,
        birth_date=born,
        applicant=read_applicant(cells, words, reading.today),
        materials=read_materials(cells, words),
        extra_minutes=cells.whole("extra_minutes", 600),
        centre=cells.text("centre", 200),
        personal=read_personal(cells, reading.today),
        paper=paper,
        given=frozenset(row.columns),
        empty=frozenset(name for name in row.columns if not row.values.get(name)),
    )


def _is_resident(number: str, today: date) -> bool:
    try:
        read_identity_number(number, today)
    except IdentityNumberInvalid:
        return False
    return True


def _person(
    cells: Cells, number: str, kind: DocumentKind, today: date
) -> tuple[Sex | None, date | None]:
    """Return sex and date of birth: from a resident's identity number, else from the row.

    If a resident's row states them too, they must agree with the number.
    """
    said, month = cells.one_of("sex", _SEXES), _month(cells)
    day = None if month and kind is DocumentKind.RESIDENT else _born(cells, today)
    if kind is not DocumentKind.RESIDENT or not number:
        return (Sex(said) if said else None), day
    try:
        known = read_identity_number(number, today)
    except IdentityNumberInvalid as error:
        cells.refuse("identity_no", f"identity_{error.params['reason']}", value=number)
        return None, None
    if said and said != known.sex:
        cells.refuse("sex", "identity_differs", value=said, expected=known.sex)
    if month and month != (known.birth_date.year, known.birth_date.month):
        value = cells.text("birth_date", 100)
        cells.refuse("birth_date", "identity_differs", value=value, expected=known.birth_date)
    if day and day != known.birth_date:
        cells.refuse("birth_date", "identity_differs", value=day, expected=known.birth_date)
    return known.sex, known.birth_date


def _month(cells: Cells) -> tuple[int, int] | None:
    """Return the month of birth, where the cell has no day, as offices ask for it."""
    found = _YEAR_AND_MONTH.fullmatch("".join(cells.text("birth_date", 100).split()))
    return (int(found[1]), int(found[2] or found[3])) if found else None


def _born(cells: Cells, today: date) -> date | None:
    """Return the date of birth; one of nobody who sits an exam is refused."""
    day = cells.day("birth_date")
    if day and not 0 < (today - day).days < 366 * _OLDEST:
        cells.refuse("birth_date", "date_out_of_range", value=day)
        return None
    return day


def plain_facts(applicant: Applicant) -> dict[str, Any]:
    """Return an applicant's facts as values of JSON."""
    return {name: _plain(value) for name, value in asdict(applicant).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if isinstance(value, (Schooling, date)) else value
