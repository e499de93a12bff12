"""Whether a mock exam may be run at this centre now, for the page that says how."""

from datetime import datetime

from kiosk.exam.mock_exam import free_until
from kiosk.hall.context import CentreContext
from kiosk.store.centre import sittings


class MockExams:
    """Looks at the real sittings; a mock exam itself runs in a process and folder of its own."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context

    def free_until(self, minutes: int) -> datetime:
        """Return when a mock exam that begins now has to end.

        Raises:
            MockExamRefused: now is no time for one.
        """
        planned = sittings.planned(self._context.store.read())
        hours = self._context.settings.mock_exam.hours_before
        return free_until(planned, self._context.clock.now(), hours, minutes)
