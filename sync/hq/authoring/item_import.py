"""Import of items: everything is checked and shown first, then stored in one transaction."""

from collections.abc import Mapping
from pathlib import PurePath

from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.importing.identity import fitted
from sync.hq.authoring.importing.reading import Reader
from sync.hq.authoring.importing.rows import EVERYTHING, Choice, ImportReport, Preview
from sync.hq.authoring.importing.storing import Storing
from sync.hq.authoring.parsed import Parsed
from sync.hq.authoring.pictures import Pictures
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport
from sync.hq.problems import Problem

_LONGEST_BATCH = 40
_NO_DEFAULTS: Mapping[str, str] = {}


class ItemImport:
    """Previews and stores item files."""

    def __init__(self, context: HqContext, pictures: Pictures) -> None:
        self._context = context
        self._pictures = pictures

    def preview(
        self,
        programme: Programme,
        parsed: Parsed,
        defaults: Mapping[str, str] = _NO_DEFAULTS,
        progress: ProgressCallback = silent,
        *,
        file_name: str = "",
        batch: str = "",
    ) -> Preview:
        """Compare every item of a file with the bank without storing anything.

        ``defaults`` fill fields that the file lacks (subject, domain, trade, level,
        difficulty). ``batch`` names items that have neither id nor title; without it, the file's
        name does.
        """
        batch = batch_name(batch, file_name)
        names = self._pictures.names() | set(parsed.pictures)
        reader = Reader(programme, defaults, names, progress)
        with self._context.database.read() as connection:
            rows = reader.rows(parsed.drafts, batch, connection)
        problems = list(parsed.problems)
        if not rows and not problems:
            problems.append(Problem("empty"))
        return Preview(programme.id, batch, file_name, rows, problems, parsed.pictures)

    def store(
        self,
        preview: Preview,
        by: str,
        *,
        choice: Choice = EVERYTHING,
        leave_out: bool = False,
        progress: ProgressCallback = silent,
    ) -> ImportReport:
        """Store the chosen items of a preview, all in one transaction.

        With ``leave_out``, items with problems are skipped.

        Raises:
            BadImport: there are problems and nothing was said about them, or there is nothing to
                store. Nothing is stored.
            ClashesUndecided: nobody has decided about a clash. Nothing is stored.
        """
        errors = choice.errors(preview)
        if errors and not leave_out:
            raise BadImport(errors)
        return Storing(self._context, self._pictures, preview, choice).store(by, progress)

    def note_export(self, programme_id: str, format_name: str, by: str) -> None:
        """Record in the audit log that items with their keys were exported."""
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            named = {"programme": programme_id, "format": format_name}
            record(connection, now, AuditKind.ITEMS_EXPORTED, by, **named)


def batch_name(given: str, file_name: str) -> str:
    """Return the name of an import: as given, or the file's name without its ending."""
    name = " ".join((given or PurePath(file_name).stem).split())
    return fitted(name, _LONGEST_BATCH) or "import"
