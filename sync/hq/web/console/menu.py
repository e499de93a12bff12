"""The menu of the console: what the account may open, in the order of an exam."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext as _l

from sync.hq.web.console.targets import may


@dataclass(frozen=True)
class Entry:
    """A place in the menu: its first page, its name, and the blueprints whose pages belong to it.

    An entry without blueprints is active on its first page only.
    """

    endpoint: str
    name: object
    blueprints: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The name in the reader's language."""
        return str(self.name)

    @property
    def active(self) -> bool:
        """Whether the page that is shown belongs to it."""
        return request.endpoint == self.endpoint or request.blueprint in self.blueprints


SITTINGS = (
    *("sittings", "candidates", "sitting_papers", "sitting_packages", "sitting_rooms"),
    *("sitting_changes", "sitting_jobs", "tickets", "people", "personal_forms", "scans", "guests"),
)
ENTRIES = (
    Entry("console.overview", _l("Overview")),
    Entry("sittings.overview", _l("Sittings"), SITTINGS),
    Entry("exam_day.overview", _l("Exam day"), ("exam_day",)),
    Entry("announcements.overview", _l("Announcements"), ("announcements",)),
    Entry("centres.overview", _l("Centres"), ("centres",)),
    Entry("items.overview", _l("Item bank"), ("items", "item_editor", "item_imports")),
    Entry("samples.overview", _l("Samples"), ("samples",)),
    Entry("console.results", _l("Results")),
    Entry("marking.overview", _l("Marking"), ("marking",)),
    Entry("marking_plans.overview", _l("Marking"), ("marking_plans", "marking_answers")),
    Entry("review.overview", _l("Incidents and cases"), ("review", "review_bulk", "cases")),
    Entry("similarity.overview", _l("Similar answers"), ("similarity",)),
    Entry("rulings.overview", _l("Keys"), ("rulings",)),
    Entry("statistics.overview", _l("Statistics"), ("statistics", "item_statistics")),
    Entry("releases.overview", _l("Release"), ("releases",)),
    Entry("certificates.overview", _l("Certificates"), ("certificates", "certificate_orders")),
    Entry("audit.overview", _l("Audit log"), ("audit",)),
    Entry("accounts.overview", _l("Accounts"), ("accounts",)),
    Entry("exchange.tokens", _l("Programs"), ("exchange",)),
)


def menu() -> Sequence[Entry]:
    """Return the entries that the account may open."""
    return [entry for entry in ENTRIES if may(entry.endpoint)]
