"""Letters of cases: the notice before a hearing, the decision, and the decision on an appeal.

Each is made from what is stored, once, and kept sealed with the case: the letter that was
delivered stays the letter.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.registration.tickets import find_font, masked
from sync.hq.review import letter_words as words
from sync.hq.review.case_rows import CaseActView
from sync.hq.review.case_states import CaseStep
from sync.hq.review.cases import WORKING
from sync.hq.review.documents import PDF, Documents, DocumentView, documents_of
from sync.hq.review.errors import StepRefused
from sync.hq.review.letter_facts import LetterFacts, decided, newest, part_names, read_facts
from sync.hq.review.letter_page import LetterPage, set_letter
from sync.hq.review.reasons import Reasons
from sync.hq.review.rule_names import rule_name
from sync.hq.review.sanctions import CaseOutcome, Sanction
from sync.hq.review.steps import Steps

_AFTER = {
    words.NOTICE: CaseStep.NOTIFIED,
    words.DECISION: CaseStep.DECIDED,
    words.APPEAL: CaseStep.APPEAL_DECIDED,
}
"""The step after which a letter is made."""
_TEXTS = {words.NOTICE: ("grounds", "evidence"), words.DECISION: ("proposal",),
          words.APPEAL: ("appeal_proposal",)}  # fmt: skip


class CaseLetters:
    """Makes letters and stores them with their cases."""

    def __init__(self, context: HqContext, reasons: Reasons, documents: Documents) -> None:
        self._context = context
        self._reasons = reasons
        self._documents = documents
        self._steps = Steps(context, documents)
        self._zone = ZoneInfo(context.settings.console.timezone)

    def wanted(self, case_id: str, acts: Sequence[CaseActView]) -> Sequence[str]:
        """Return the kinds of letters that can be made now and are not there yet."""
        return _wanted(self._documents.of_case(case_id), acts)

    def make(self, case_id: str, kind: str, by: str) -> None:
        """Make a letter and store it with the step that it tells of.

        Raises:
            NotFound: there is no such case.
            RoleMissing: the account does not work on cases there.
            StepRefused: the case has not come so far, or the letter is there.
            NoFont: no font with Chinese characters was found.
        """
        with self._context.database.read() as connection:
            facts = read_facts(connection, case_id)
        act = newest(facts.acts, _AFTER.get(kind, CaseStep.DECIDED))
        if act is None or kind not in self.wanted(case_id, facts.acts):
            raise StepRefused
        pdf = set_letter(self._page(facts, kind, act), self._font())
        draft = self._documents.file(kind, PDF, pdf)
        with self._steps.case(case_id, by, *WORKING) as case:
            documents = documents_of(case.connection, case_id)
            if kind not in _wanted(documents, case.acts) or len(case.acts) != len(facts.acts):
                raise StepRefused
            self._documents.add(case.connection, case_id, act.number, [draft], by, case.now)
            named = {"case": case_id, "letter": kind, "sha256": draft.sha256}
            record(case.connection, case.now, AuditKind.CASE_LETTER_MADE, by, **named)

    def _font(self) -> Path:
        return self._context.settings.tickets.font or find_font()

    def _page(self, facts: LetterFacts, kind: str, act: CaseActView) -> LetterPage:
        office = self._office(facts)
        sections = [(words.FACTS, self._what_happened(facts, kind))]
        if kind == words.APPEAL:
            sections += self._appeal(facts)
        else:
            sections.append((words.GROUNDS, [self._basis(facts, kind)]))
            sections.append((words.HEARING, self._hearing(facts, kind, office)))
        if kind == words.DECISION:
            sections += self._decision(facts, office)
        return LetterPage(
            office=office,
            title=words.TITLES[kind],
            number=words.NUMBER % {"case": facts.case.name},
            facts=self._who(facts),
            sections=sections,
            ending=[office, self._day(act.at)],
        )

    def _who(self, facts: LetterFacts) -> Sequence[tuple[str, str]]:
        sitting, programme = facts.sitting, facts.programme
        start = sitting["starts_at"].astimezone(self._zone)
        return [
            ("姓名", facts.person.name),
            ("证件号码", masked(facts.person.identity_no)),
            ("准考证号", facts.case.admission_no),
            ("考试", programme.title.zh if programme else sitting["title"]),
            ("场次", f"{sitting['title']}（{start:%Y年%m月%d日 %H:%M}）"),
            ("考点", facts.centre),
        ]

    def _what_happened(self, facts: LetterFacts, kind: str) -> list[str]:
        told = [self._incident(row) for row in facts.incidents]
        texts = [t for name in _TEXTS[kind] for t in self._documents.texts(facts.case.id, name)]
        if kind != words.NOTICE:
            texts = texts[-1:]  # an earlier proposal was returned and decided nothing
        lines = [line for text in texts for line in text.splitlines() if line.strip()]
        return [*told, *lines] or [words.NO_INCIDENTS]

    def _incident(self, row: RowMapping) -> str:
        value = ""
        if row["measured"] is not None and row["threshold"] is not None:
            numbers = {name: f"{row[name]:g}" for name in ("measured", "threshold")}
            value = words.VALUE % numbers
        at = row["started_at"].astimezone(self._zone)
        named = {"time": f"{at:%H:%M:%S}", "rule": rule_name(row["rule"]).zh, "value": value}
        return words.INCIDENT % named

    def _basis(self, facts: LetterFacts, kind: str) -> str:
        if kind == words.NOTICE:
            return words.NOTICE_BASIS + words.MACHINE
        sanction = decided(facts)
        if sanction.outcome is CaseOutcome.NO_BREACH:
            return words.FOUND_NOTHING
        reason, basis = (
            self._reasons.find(sanction.reason), self._reasons.basis_of(sanction.reason)
        )  # fmt: skip
        name = reason.name.zh if reason else sanction.reason
        if basis is None:
            return words.NO_BASIS % {"reason": name}
        return words.BASIS % {"reason": name, "basis": basis.zh}

    def _hearing(self, facts: LetterFacts, kind: str, office: str) -> list[str]:
        if kind == words.NOTICE:
            until = facts.standing.heard_until
            assert until is not None
            return [words.MAY_SPEAK % {"until": self._moment(until), "office": office}]
        said = newest(facts.acts, CaseStep.STATEMENT)
        told = newest(facts.acts, CaseStep.NOTIFIED)
        if said is not None and told is not None and said.number > told.number:
            text = words.DECLINED if said.named.get("declined") else words.HEARD
            return [text % {"day": self._day(said.at)}]
        if told is None or told.until is None:
            return [words.NOT_NEEDED]
        return [words.SILENT % {"day": self._day(told.until)}]

    def _decision(self, facts: LetterFacts, office: str) -> list[tuple[str, list[str]]]:
        sanction = decided(facts)
        sections = [(words.DECIDED, [self._outcome(facts, sanction)])]
        if sanction.outcome is not CaseOutcome.NO_BREACH:
            settings = self._context.settings.review
            to = settings.appeal_to or office
            days = {"days": settings.appeal_days, "office": to, "more": words.LAW}
            sections.append((words.RIGHTS, [words.MAY_APPEAL % days]))
        return sections

    def _appeal(self, facts: LetterFacts) -> list[tuple[str, list[str]]]:
        lodged, outcome = newest(facts.acts, CaseStep.APPEALED), facts.standing.appeal
        assert lodged is not None
        assert outcome is not None
        sanction = facts.standing.sanction
        assert sanction is not None
        text = words.APPEALS[outcome]
        if "%(outcome)s" in text:
            text = text % {"outcome": self._outcome(facts, sanction)}
        return [
            (words.APPEALED, [words.LODGED % {"day": self._day(lodged.at)}]),
            (words.DECIDED.replace("四", "三"), [text]),
            (words.RIGHTS.replace("五", "四"), [words.FINAL]),
        ]

    def _outcome(self, facts: LetterFacts, sanction: Sanction) -> str:
        named: Mapping[str, str] = {"parts": "、".join(part_names(facts.programme, sanction.parts))}
        if facts.ban is not None and sanction.outcome is CaseOutcome.BAN:
            title = facts.programme.title.zh if facts.programme else facts.sitting["title"]
            programme = words.THIS_PROGRAMME % {"programme": title}
            scope = programme if facts.ban["programme_id"] else words.ALL_PROGRAMMES
            named = {
                "from": self._day(facts.ban["starts_at"]),
                "to": self._day(facts.ban["until"]),
                "scope": scope,
            }
        return words.OUTCOMES[sanction.outcome] % named

    def _office(self, facts: LetterFacts) -> str:
        programme = facts.programme
        handler = programme.privacy.handler if programme else None
        return self._context.settings.review.office or (handler.zh if handler else words.OFFICE)

    def _day(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y年%m月%d日}"

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y年%m月%d日 %H:%M}"


def _wanted(documents: Sequence[DocumentView], acts: Sequence[CaseActView]) -> Sequence[str]:
    made = {(document.kind, document.act) for document in documents}
    steps = {kind: newest(acts, step) for kind, step in _AFTER.items()}
    reached = {kind: act.number for kind, act in steps.items() if act is not None}
    return [kind for kind, number in reached.items() if (kind, number) not in made]
