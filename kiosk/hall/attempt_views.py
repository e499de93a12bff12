"""How an attempt looks to its candidate: form, answers, time, receipt."""

from kiosk.exam.attempt import AttemptState
from kiosk.exam.item import AnswerValue, ItemType
from kiosk.exam.paper import Form, Paper
from kiosk.exam.programme import Programme
from kiosk.exam.timing import remaining
from kiosk.hall.centre import Centre
from kiosk.hall.errors import NotFound
from kiosk.hall.papers import Papers
from kiosk.hall.proctoring import Proctoring
from kiosk.hall.views import AttemptView, ItemView, OptionView, ReceiptView, SectionView
from kiosk.store import attempts
from kiosk.store.attempts import Attempt
from kiosk.store.sittings import Sitting
from sync.wire.bundle import answers_digest

LETTERS = "ABCDEFGHIJKLMNOP"


class AttemptViews:
    """Builds views from attempts."""

    def __init__(self, centre: Centre, papers: Papers, proctoring: Proctoring) -> None:
        self._centre = centre
        self._papers = papers
        self._proctoring = proctoring

    def view(self, attempt: Attempt) -> AttemptView:
        """Items are in it only while the attempt is in progress."""
        sitting = self._papers.sitting(attempt.sitting_id)
        package = self._papers.package(sitting)
        programme = package.programme
        candidate = self._papers.candidate(sitting.id, attempt.admission_no)
        now = self._centre.time.now()
        running = attempt.state is AttemptState.IN_PROGRESS
        left = remaining(now, attempt.ends_at) if running and attempt.ends_at else None
        items, sections = self._items(sitting, attempt, programme) if running else ([], [])
        portrait = self._papers.portrait(sitting.id, attempt.admission_no)
        return AttemptView(
            attempt_id=attempt.id,
            state=attempt.state,
            sitting_state=sitting.state,
            candidate_name=candidate.name,
            admission_no=attempt.admission_no,
            seat=attempt.seat,
            sitting_title=sitting.title,
            programme_title=programme.title.model_dump(),
            server_time=now,
            starts_at=sitting.starts_at,
            duration_minutes=package.manifest.sitting.duration_minutes,
            ends_at=attempt.ends_at,
            remaining_s=None if left is None else left.total_seconds(),
            check_in=attempt.check_in,
            consent_face=attempt.consent_face,
            has_portrait=portrait is not None,
            tries_left=max(0, programme.check_in.max_tries - attempt.tries),
            card_wanted=_card_wanted(attempt, programme),
            microphone=programme.proctoring.talking.enabled,
            sections=sections,
            items=items,
            answers=self._answers(attempt) if running else {},
            acked_through=attempt.acked_through,
            leaves=attempt.leaves.count,
            leave_limit=programme.conduct.leave_limit,
            warnings=self._proctoring.advised_rules(attempt.id),
            frame_interval_ms=self._proctoring.interval_ms,
            end_reason=attempt.end_reason,
            receipt=self.receipt(attempt) if attempt.ended_at else None,
        )

    def receipt(self, attempt: Attempt) -> ReceiptView:
        """What the candidate takes away; raise NotFound before the end."""
        if attempt.ended_at is None or attempt.end_reason is None:
            raise NotFound()
        given = self._answers(attempt)
        return ReceiptView(
            attempt_id=attempt.id,
            admission_no=attempt.admission_no,
            digest=answers_digest(given),
            answered=sum(value is not None for value in given.values()),
            items=0 if attempt.form is None else len(attempt.form.items),
            ended_at=attempt.ended_at,
            end_reason=attempt.end_reason,
        )

    def _answers(self, attempt: Attempt) -> dict[str, AnswerValue]:
        return attempts.answers(self._centre.store.read(), attempt.id)

    def _items(
        self, sitting: Sitting, attempt: Attempt, programme: Programme
    ) -> tuple[list[ItemView], list[SectionView]]:
        if attempt.form is None:
            return [], []
        paper = self._papers.paper(sitting).paper
        items = _item_views(paper, attempt.form, programme)
        return items, _sections(items, programme)


def _card_wanted(attempt: Attempt, programme: Programme) -> bool:
    """Whether only the photograph with the identity card is missing."""
    rules = programme.check_in
    open_ = attempt.state is AttemptState.CHECKED_IN and attempt.card_tries < rules.card_tries
    return open_ and rules.id_card and attempt.check_in == "passed"


def _item_views(paper: Paper, form: Form, programme: Programme) -> list[ItemView]:
    by_id = {item.id: item for item in paper.items}
    views = []
    for number, place in enumerate(form.items, start=1):
        item = by_id[place.item_id]
        texts = {option.id: option.text for option in item.options}
        options = [
            OptionView(option, LETTERS[position], texts.get(option, ""))
            for position, option in enumerate(place.options)
        ]
        points = str(programme.points_of(item.type))
        views.append(ItemView(item.id, item.type, number, item.stem, options, points))
    return views


def _sections(items: list[ItemView], programme: Programme) -> list[SectionView]:
    sections = []
    for line in programme.blueprint:
        numbers = [item.number for item in items if item.type == ItemType(line.type)]
        if numbers:
            sections.append(
                SectionView(
                    line.type,
                    line.title.model_dump(),
                    min(numbers),
                    max(numbers),
                    str(line.points * len(numbers)),
                )
            )
    return sections
