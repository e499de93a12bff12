"""The event log as staff read it: filtered, page by page, and as one table."""

from collections.abc import Collection, Iterator, Mapping

from kiosk.exam.event_groups import RULE_PREFIXES, EventGroup, kinds_of
from kiosk.exam.values import of_attributes
from kiosk.hall.context import CentreContext
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.views.event_log import EventLogPage, EventLogWish, LoggedEvent, Person
from kiosk.store.exam import attempts, event_pages
from kiosk.store.exam.event_pages import EventFilter, LogPlace
from kiosk.store.exam.events import Event

PAGE, EXPORTED = 100, 1_000
"""Events on a page, and in each part of an export."""


class EventLogReader:
    """Reads a sitting's event log in parts."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers

    def page(
        self,
        sitting_id: str,
        wish: EventLogWish,
        rooms: Collection[str] = (),
        limit: int = PAGE,
    ) -> EventLogPage:
        """Return events of the sitting's chain, newest first.

        ``rooms``: leave out candidates of other rooms.

        Raises:
            NotFound: there is no such sitting.
        """
        people, hidden = self._people(sitting_id, rooms)
        found = event_pages.page(
            self._context.store.read(),
            sitting_id,
            _filter(wish, people, hidden),
            None if wish.before is None else LogPlace(*wish.before),
            limit,
        )
        further = found.further
        return EventLogPage(
            events=[_logged(event, people, limited=bool(hidden)) for event in found.events],
            further=None if further is None else (further.epoch, further.seq),
            is_full=len(found.events) == limit,
        )

    def everything(
        self, sitting_id: str, wish: EventLogWish, rooms: Collection[str] = ()
    ) -> Iterator[LoggedEvent]:
        """Yield all events that a wish names, newest first, reading them in parts.

        Raises:
            NotFound: there is no such sitting.
        """
        part = self.page(sitting_id, wish, rooms, EXPORTED)
        return self._from(part, sitting_id, wish, rooms)

    def _from(
        self, part: EventLogPage, sitting_id: str, wish: EventLogWish, rooms: Collection[str]
    ) -> Iterator[LoggedEvent]:
        yield from part.events
        while part.further:
            part = self.page(sitting_id, wish.from_place(part.further), rooms, EXPORTED)
            yield from part.events

    def _people(
        self, sitting_id: str, rooms: Collection[str]
    ) -> tuple[dict[str, Person], frozenset[str]]:
        """Return candidates by attempt, and the attempts of other rooms."""
        sitting = self._papers.sitting(sitting_id)
        roster = self._papers.roster(sitting) if self._papers.readable(sitting) else {}
        people, hidden = {}, set[str]()
        for attempt in attempts.of_sitting(self._context.store.read(), sitting_id):
            if rooms and attempt.room not in rooms:
                hidden.add(attempt.id)
                continue
            known = roster.get(attempt.admission_no)
            seat = self._papers.place(sitting, attempt.room, attempt.seat) if roster else ""
            people[attempt.id] = Person(attempt.admission_no, known.name if known else "", seat)
        return people, frozenset(hidden)


def _filter(
    wish: EventLogWish, people: Mapping[str, Person], hidden: Collection[str]
) -> EventFilter:
    return EventFilter(
        kinds=None if wish.group is None else kinds_of(wish.group),
        prefixes=RULE_PREFIXES if wish.group is EventGroup.CAMERA else (),
        attempts=_matching(people, wish.person) if wish.person else None,
        hidden=hidden,
        since=wish.since,
        until=wish.until,
        text=wish.text,
        text_kinds=wish.text_kinds,
        text_attempts=_matching(people, wish.text) if wish.text else (),
    )


def _matching(people: Mapping[str, Person], typed: str) -> list[str]:
    """Return the attempts whose name, seat or admission number has what was typed."""
    sought = typed.lower()
    return [
        attempt_id
        for attempt_id, person in people.items()
        if any(sought in text.lower() for text in (person.name, person.seat, person.admission_no))
    ]


def _logged(event: Event, people: Mapping[str, Person], *, limited: bool) -> LoggedEvent:
    """Return an event with its candidate; a limited reader sees only own ones among several."""
    person = people.get(event.attempt_id or "", Person("", "", ""))
    data = event.data
    if limited and "seats" in data:
        own = {known.admission_no for known in people.values()}
        data = {**data, "seats": [number for number in data["seats"] if number in own]}
    return of_attributes(LoggedEvent, event, **vars(person), data=data)
