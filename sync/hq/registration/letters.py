"""The letter to an applicant: which clause admits, or what is missing and when it is fulfilled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from kiosk.exam.programme.eligibility import Applicant, CertificateNeeded, Schooling
from kiosk.exam.programme.outlook import Outlook, outlooks
from kiosk.exam.programme.programme import Programme
from kiosk.exam.values import Text
from sync.hq.context import HqContext
from sync.hq.errors import NotFound
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.applications import Applications
from sync.hq.registration.letter_texts import SCHOOLING, TEXTS, years_shown
from sync.hq.registration.scan_states import ScanState, ScanView, states_of
from sync.hq.registration.scans import Scans
from sync.hq.registration.tickets import masked
from sync.hq.sittings import Sittings, SittingView

_APPLICANT = TypeAdapter(Applicant)
_MARKS = {"text": "", "heading": "\n", "item": "· ", "detail": "    "}
_STYLE = """
body { font: 12pt/1.7 "Noto Serif CJK SC", SimSun, serif; max-width: 17cm; margin: 2cm auto; }
h1 { font-size: 17pt; text-align: center; } h2 { font-size: 13pt; margin: 1em 0 0.2em; }
p { margin: 0.3em 0; } :lang(zh) .text { text-indent: 2em; }
.item { margin-top: 0.7em; } .detail { margin-left: 2em; }
.number, .end { text-align: right; } .end { margin-top: 2.5em; } @page { size: A4; margin: 1cm; }
"""


@dataclass(frozen=True)
class Block:
    """A line of a letter. ``kind``: text, heading, item, or detail of the item before it."""

    kind: str
    text: str


@dataclass(frozen=True)
class Letter:
    """A letter, ready to be set. ``language``: zh or en. ``office`` may be empty."""

    language: str
    title: str
    number: str
    addressee: str
    blocks: tuple[Block, ...]
    office: str
    day: str

    def as_text(self) -> str:
        """Return the letter as plain text."""
        lines = [_MARKS[block.kind] + block.text for block in self.blocks]
        head = [self.title, self.number, "", self.addressee, ""]
        return "\n".join([*head, *lines, "", *filter(None, [self.office]), self.day, ""])

    def as_html(self) -> str:
        """Return the letter as a page that a browser prints on A4."""
        tags = {"heading": "h2"}
        lines = [
            f'<{tags.get(one.kind, "p")} class="{one.kind}">{escape(one.text)}'
            f"</{tags.get(one.kind, 'p')}>"
            for one in self.blocks
        ]
        title, end = escape(self.title), "<br>".join(map(escape, (self.office, self.day)))
        return "\n".join(
            [
                f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">',
                f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>",
                f'<p class="number">{escape(self.number)}</p><p>{escape(self.addressee)}</p>',
                *lines,
                f'<p class="end">{end}</p></body></html>\n',
            ]
        )


def make_letter(
    application: ApplicationView,
    sitting: SittingView,
    programme: Programme,
    zone: ZoneInfo,
    now: datetime,
    language: str,
    scans: Sequence[ScanView] = (),
) -> Letter:
    """Write the letter about an application, as it is stored and judged now.

    ``scans``: those that count, so that returned material is named with its reasons.
    """
    says = _Says(language)
    start, paper = sitting.starts_at.astimezone(zone), sitting.paper(application.paper)
    case = _Case(application, programme, paper.level, start.date(), says, scans)
    names = [programme.title]
    names += [one.name for one in programme.trades if one.id == paper.trade]
    names += [one.name for one in programme.levels if one.id == paper.level]
    exam = " · ".join(says.local(name) for name in names)
    began = f"{says.day(start.date())} {start:%H:%M}"
    identity = masked(application.identity_no)
    return Letter(
        language=language,
        title=says.text("title"),
        number=says.text("number", number=application.candidate_id),
        addressee=says.text("to", name=application.name, identity=identity),
        blocks=(
            Block("text", says.text("applied", exam=exam, sitting=sitting.title, start=began)),
            *case.blocks(),
            *_end(programme, says),
        ),
        office=says.local(programme.privacy.handler) if programme.privacy.handler else "",
        day=says.day(now.astimezone(zone).date()),
    )


class Letters:
    """Writes the letters of a sitting."""

    def __init__(
        self, context: HqContext, applications: Applications, sittings: Sittings, scans: Scans
    ) -> None:
        self._context = context
        self._scans = scans
        self._applications = applications
        self._sittings = sittings

    def of(
        self,
        sitting_id: str,
        language: str,
        *,
        candidate_id: str | None = None,
        state: str | None = None,
    ) -> list[tuple[ApplicationView, Letter]]:
        """Return the letters of a sitting, of one applicant or of one state, by name.

        Raises:
            NotFound: there is no such sitting or application.
        """
        sitting, now = self._sittings.get(sitting_id), self._context.clock.now()
        zone = ZoneInfo(self._context.settings.console.timezone)
        programmes = self._applications.programmes(sitting_id)
        found = [
            one
            for one in self._applications.list(sitting_id)
            if candidate_id in (None, one.candidate_id) and state in (None, one.state)
        ]
        if candidate_id is not None and not found:
            raise NotFound(what="application")
        scans: dict[str, list[ScanView]] = {}
        for scan in self._scans.list(sitting_id):
            scans.setdefault(scan.candidate_id, []).append(scan)
        return [
            (one, make_letter(one, sitting, programmes[one.paper], zone, now, language, own))
            for one in found
            for own in [scans.get(one.candidate_id, [])]
        ]


class _Says:
    """Sentences in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._which = 0 if language == "zh" else 1

    def text(self, key: str, /, **params: object) -> str:
        """Return a sentence of :data:`TEXTS` with its values."""
        return TEXTS[key][self._which] % params

    def local(self, text: Text) -> str:
        """Return a text of the programme, without its full stop."""
        return (text.zh if self.language == "zh" else text.en).rstrip("。.；;")

    def day(self, day: date) -> str:
        """Return a date as letters write it."""
        chinese = f"{day.year}年{day.month}月{day.day}日"
        return chinese if self.language == "zh" else f"{day.day} {day:%B %Y}"

    def years(self, years: Decimal) -> str:
        """Return years and months."""
        return years_shown(years, self.language)


class _Case:
    """What a letter says about one application."""

    def __init__(
        self,
        application: ApplicationView,
        programme: Programme,
        level: str | None,
        exam: date,
        says: _Says,
        scans: Sequence[ScanView],
    ) -> None:
        self._scans = states_of([one.id for one in programme.materials], scans)
        self._one, self._programme, self._says = application, programme, says
        self._until, self._level = programme.years_until(exam), level
        facts = _APPLICANT.validate_python(dict(application.claims))
        self._applicant = facts.on(self._until)
        self._outlooks = outlooks(programme, level, facts, self._until)
        self._edition = programme.edition_on(exam)

    def blocks(self) -> Iterator[Block]:
        """Write the result, its grounds, and what is to be done."""
        state = self._one.state
        yield Block("text", self._says.text(state))
        if self._one.decision:
            yield Block("text", self._says.text("by_hand", reason=self._one.reason))
        elif state == "not_eligible":
            yield from self._clauses()
        else:
            yield from self._admitting()
        if state in ("incomplete", "not_eligible"):
            yield from self._open_points()

    def _admitting(self) -> Iterator[Block]:
        for condition in self._programme.entry_conditions:
            if condition.clause == self._one.clause and condition.level in (None, self._level):
                words = {"clause": condition.clause, "text": self._says.local(condition.text)}
                yield Block("text", self._says.text("admitted_by", **words))

    def _clauses(self) -> Iterator[Block]:
        known = [(one.on, one.condition.clause) for one in self._outlooks if one.on]
        if known:
            day, clause = min(known)
            following = self._programme.calendar.next_from(day)
            words = {"day": self._says.day(day), "next": self._says.day(following)}
            yield Block("text", self._says.text("earliest", clause=clause, **words))
        yield Block("heading", self._says.text("any_clause"))
        yield Block("text", self._says.text("until", day=self._says.day(self._until)))
        for one in self._outlooks:
            words = {"clause": one.condition.clause, "text": self._says.local(one.condition.text)}
            yield Block("item", self._says.text("clause", **words))
            for what in one.lacking:
                yield Block("detail", self._lack(one, what))
            if one.on is not None:
                how = "when_held" if one.lacking == ("certificate",) else "when"
                yield Block("detail", self._says.text(how, day=self._says.day(one.on)))

    def _lack(self, outlook: Outlook, what: str) -> str:
        says, way, applicant = self._says, outlook.way, self._applicant
        if what == "schooling_from" and way.schooling_from:
            which = 0 if says.language == "zh" else 1
            need, have = SCHOOLING[way.schooling_from], SCHOOLING[applicant.schooling]
            if applicant.schooling is Schooling.NONE:  # an empty cell says nothing
                return says.text("schooling_unstated", need=need[which])
            return says.text(what, need=need[which], have=have[which])
        if what in ("work_years", "continuous_years"):
            asked, done = getattr(way, what), applicant.years(what)
            if not done:
                return says.text(f"{what}_unstated", need=says.years(asked))
            return says.text(what, need=says.years(asked), have=says.years(done))
        if what == "certificate" and way.certificate:
            return self._certificate(way.certificate)
        return says.text(what)

    def _certificate(self, needed: CertificateNeeded) -> str:
        names = {one.id: self._says.local(one.name) for one in self._programme.levels}
        years = self._says.years(needed.held_years)
        held = self._says.text("held", years=years) if needed.held_years else ""
        kind = "own_certificate" if needed.of == "programme" else "other_certificate"
        return self._says.text(kind, level=names[needed.level], held=held)

    def _open_points(self) -> Iterator[Block]:
        points = [*self._hours(), *self._material(), *self._portrait()]
        if points:
            yield Block("heading", self._says.text("open_points"))
        yield from (Block("item", text) for text in points)

    def _hours(self) -> Iterator[str]:
        if not self._one.hours_missing:
            return
        need = Decimal(self._programme.class_hours)
        amounts = {"need": need, "missing": self._one.hours_missing}
        amounts["have"] = need - self._one.hours_missing
        shown = {name: f"{value.normalize():f}" for name, value in amounts.items()}
        ends = self._edition and self._edition.class_hours_until
        until = (
            self._says.text("hours_until", day=f"{self._says.day(ends)} {ends:%H:%M}")
            if ends
            else ""
        )
        key = "hours" if amounts["have"] else "hours_unstated"
        yield _together(self._says.text(key, **shown), until, self._says.language)

    def _material(self) -> Iterator[str]:
        names = {one.id: self._says.local(one.name) for one in self._programme.materials}
        missing = self._one.materials_missing
        by_state = {state: list[str]() for state in ScanState}
        for one in missing:
            by_state[self._scan_state(one)].append(one)
        comma = "、" if self._says.language == "zh" else ", "
        for one in by_state[ScanState.RETURNED]:
            given = {scan.reason: None for scan in self._scans[one][1] if scan.reason}
            words = {"name": names.get(one, one), "reason": comma.join(given)}
            yield self._says.text("material_returned", **words)
        if waiting := [names.get(one, one) for one in by_state[ScanState.NEW]]:
            yield self._says.text("material_waiting", name=comma.join(waiting))
        if left := [names.get(one, one) for one in by_state[ScanState.MISSING]]:
            listed = comma.join(left)
            ends = self._edition and self._edition.material_closes
            until = self._says.text("material_until", day=self._says.day(ends)) if ends else ""
            yield _together(self._says.text("material", name=listed), until, self._says.language)

    def _scan_state(self, material: str) -> ScanState:
        state = self._scans[material][0] if material in self._scans else ScanState.MISSING
        # Accepted and yet missing: staff took the tick away.
        return ScanState.MISSING if state is ScanState.ACCEPTED else state

    def _portrait(self) -> Iterator[str]:
        if self._one.has_portrait and not self._one.portrait_sound:
            unchecked = self._one.portrait_findings is None
            yield self._says.text("portrait_unchecked" if unchecked else "portrait_unfit")


def _end(programme: Programme, says: _Says) -> Iterator[Block]:
    yield Block("heading", says.text("questions"))
    yield Block("text", says.text("objection"))
    if programme.privacy.contact:
        yield Block("text", says.text("contact", contact=programme.privacy.contact))


def _together(first: str, second: str, language: str) -> str:
    return first + ("" if language == "zh" or not second else " ") + second
