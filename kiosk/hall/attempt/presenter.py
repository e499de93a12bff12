"""What a candidate sees of the own attempt: form, answers, time, receipt."""

from collections.abc import Mapping
from dataclasses import replace

from kiosk.exam.attempt.parts import Course, PartEnd
from kiosk.exam.attempt.states import SITTING, AttemptState
from kiosk.exam.attempt.timing import remaining
from kiosk.exam.identity.outcomes import CheckIn
from kiosk.exam.items.item import AnswerValue
from kiosk.exam.papers.paper import Form, Paper, Translated
from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import Programme
from kiosk.hall.attempt import pledges
from kiosk.hall.attempt.admission import Admission, identity_settled
from kiosk.hall.attempt.breaks import own_break_of
from kiosk.hall.attempt.calls import own_call_of
from kiosk.hall.attempt.item_views import item_view
from kiosk.hall.attempt.messages import unread_messages
from kiosk.hall.attempt.notes import notes_view
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.paper_titles import subtitle
from kiosk.hall.proctoring.monitor import Proctoring
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.attempt import (
    AttemptView,
    ItemView,
    PartView,
    ReceiptView,
    SectionView,
)
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import answer_seals, answers, bookmarks, devices, findings
from kiosk.store.exam.attempts import Attempt
from sync.wire.delivery.bundle import answers_digest


class AttemptPresenter:
    """Builds the candidate's views of attempts."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        proctoring: Proctoring,
        admission: Admission,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._proctoring = proctoring
        self._admission = admission

    def view(self, attempt: Attempt) -> AttemptView:
        """Return the attempt's state; items and answers only while the candidate may answer."""
        sitting = self._papers.sitting(attempt.sitting_id)
        info = self._papers.info(sitting, attempt.paper)
        programme = self._papers.programme(sitting, attempt.paper)
        candidate = self._papers.candidate(sitting.id, attempt.admission_no)
        now = self._context.time.now()
        on_break = own_break_of(self._context.store.read(), attempt.id)
        # During a toilet break the attempt is in progress, but nobody may read the paper.
        running = attempt.state is AttemptState.IN_PROGRESS and on_break is None
        sat = attempt.state in SITTING
        left = remaining(now, attempt.ends_at, attempt.paused_at) if attempt.ends_at else None
        # Outside the exam, and while it is paused, the paper must not reach the browser.
        course = self._transitions.course(self._context.store.read(), attempt) if sat else None
        items, sections = self._items(sitting, attempt, course) if running else ([], [])
        examination = self._papers.examination(sitting, attempt.paper)
        portrait = self._papers.portrait(sitting.id, attempt.admission_no)
        marks = bookmarks.of_attempt(self._context.store.read(), attempt.id)
        return AttemptView(
            attempt_id=attempt.id,
            state=attempt.state,
            sitting_state=sitting.state,
            candidate_name=candidate.name,
            admission_no=attempt.admission_no,
            room=self._papers.room_name(sitting, attempt.room),
            seat=attempt.seat,
            sitting_title=sitting.title,
            programme_title=programme.title.model_dump(),
            subtitle=subtitle(programme, info),
            server_time=now,
            starts_at=sitting.starts_at,
            duration_minutes=info.duration_minutes,
            rules=pledges.rules_view(self._context.store.read(), attempt, programme),
            warn_minutes=programme.time.warn_minutes,
            pause_reason=attempt.pause_reason,
            ends_at=attempt.ends_at,
            remaining_s=left.total_seconds() if sat and left is not None else None,
            check_in=attempt.check_in,
            consent_face=attempt.consent_face,
            has_portrait=portrait is not None,
            tries_left=max(0, programme.check_in.max_tries - attempt.tries),
            card_wanted=_card_wanted(attempt, programme),
            identity_settled=identity_settled(attempt, programme.check_in),
            form_open=self._admission.form_open(self._context.store.read(), attempt),
            findings=list(findings.open_of(self._context.store.read(), attempt.id)),
            devices_missing=list(
                devices.of_attempt(self._context.store.read(), attempt.id).missing
            ),
            microphone=programme.proctoring.talking.enabled,
            calculator=programme.tools.calculator,
            notes=notes_view(self._context.store.read(), attempt, programme),
            parts=_parts(examination, course),
            carry_over=examination.carry_over,
            sections=sections,
            translated=self._translated(sitting, attempt),
            items=items,
            answers=self._answers(attempt) if running else {},
            current=marks.current,
            flags=list(marks.flags),
            acked_through=attempt.acked_through,
            leaves=attempt.leaves,
            leave_limit=programme.conduct.leave_limit,
            at_limit=programme.conduct.at_limit,
            warnings=self._proctoring.advised_rules(attempt.id),
            frame_interval_ms=self._proctoring.interval_ms,
            end_reason=attempt.end_reason,
            receipt=self.receipt(attempt) if attempt.ended_at else None,
            call=own_call_of(self._context.store.read(), attempt.id),
            messages=unread_messages(self._context.store.read(), attempt.id),
            on_break=on_break,
        )

    def receipt(self, attempt: Attempt) -> ReceiptView:
        """Return the candidate's receipt.

        Raises:
            NotFound: the attempt has not ended.
        """
        if attempt.ended_at is None or attempt.end_reason is None:
            raise NotFound()
        given = self._answers(attempt)
        seals = answer_seals.of(self._context.store.read(), attempt.id)
        return ReceiptView(
            attempt_id=attempt.id,
            admission_no=attempt.admission_no,
            digest=answers_digest(given),
            answered=sum(value is not None for value in given.values()),
            items=0 if attempt.form is None else len(attempt.form.items),
            revisions=attempt.acked_through,
            head=seals[-1].head if seals else None,
            ended_at=attempt.ended_at,
            end_reason=attempt.end_reason,
        )

    def _answers(self, attempt: Attempt) -> dict[str, AnswerValue]:
        return answers.latest(self._context.store.read(), attempt.id)

    def _translated(self, sitting: Sitting, attempt: Attempt) -> Translated:
        if sitting.over or sitting.sealed_paper_key is None:
            return "none"
        return self._papers.paper(sitting, attempt.paper).paper.translated

    def _items(
        self, sitting: Sitting, attempt: Attempt, course: Course | None
    ) -> tuple[list[ItemView], list[SectionView]]:
        """Return the items of the open part, and all sections."""
        if attempt.form is None:
            return [], []
        paper = self._papers.paper(sitting, attempt.paper).paper
        examination = self._papers.examination(sitting, attempt.paper)
        rules = self._papers.programme(sitting, attempt.paper).exam_rules
        items = [
            replace(item, at_least=rules.at_least(item.type))
            for item in _item_views(paper, attempt.form, examination)
        ]
        if course is not None:
            shown_ = _items_of(paper, course.part.id)
            items = [item for item in items if item.id in shown_]
        return items, _sections(paper, examination)


def _items_of(paper: Paper, part: str) -> set[str]:
    return {item for section in paper.sections if section.part == part for item in section.items}


def _parts(examination: Examination, course: Course | None) -> list[PartView]:
    """Return the parts that are sat in order; before the exam all are to come."""
    if not examination.part_times:
        return []
    spans = course.spans if course else ()
    began = {span.part.id: span.end for span in spans}
    return [
        PartView(
            id=part.id,
            name=part.name.model_dump(),
            state=_part_state(part.id, began),
            minutes=part.minutes,
            end_reason=end.reason if (end := began.get(part.id)) else None,
        )
        for part in examination.parts
    ]


def _part_state(part: str, began: Mapping[str, PartEnd | None]) -> str:
    if part not in began:
        return "later"
    return "over" if began[part] else "open"


def _card_wanted(attempt: Attempt, programme: Programme) -> bool:
    """Whether only the photograph with the identity card is missing, and may be retried."""
    rules = programme.check_in
    open_ = attempt.state is AttemptState.CHECKED_IN and attempt.card_tries < rules.card_tries
    return (
        open_
        and rules.id_card
        and attempt.check_in is CheckIn.PASSED
        and attempt.id_card is not CheckIn.PASSED
    )


def _item_views(paper: Paper, form: Form, examination: Examination) -> list[ItemView]:
    by_id = {item.id: item for item in paper.items}
    first: dict[tuple[str, str], int] = {}
    views = []
    for number, place in enumerate(form.items, start=1):
        item = by_id[place.item_id]
        # Not by the group alone: its items may be of versions with different stimuli.
        group = first.setdefault((item.group, item.stimulus), number) if item.group else None
        points = str(paper.section_of(item.id).rules(examination).points)
        views.append(item_view(item, place.options, number, group, points))
    return views


def _sections(paper: Paper, examination: Examination) -> list[SectionView]:
    """Return Number the items of each section. A form shuffles items within sections only."""
    views, first = [], 1
    for section in paper.sections:
        rules, part = section.rules(examination), examination.part(section.part)
        last = first + len(section.items) - 1
        points = str(rules.points * len(section.items))
        names = rules.title.model_dump(), part.name.model_dump()
        views.append(SectionView(rules.type, names[0], first, last, points, names[1], part.id))
        first = last + 1
    return views
