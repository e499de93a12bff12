"""``hq items import``, ``imports`` and ``undo``: preview, storage and undoing of item files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kiosk.command_line.common import report_errors
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.importing.rows import (
    Choice,
    Decision,
    ImportReport,
    Preview,
    PreviewRow,
    RowState,
)
from sync.hq.authoring.importing.undo import Consequences
from sync.hq.authoring.interchange import formats, toml
from sync.hq.authoring.interchange.sheets.headings import TITLES, plain
from sync.hq.authoring.interchange.sheets.read import Choices
from sync.hq.authoring.programmes import points_given
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.cli.item_text import row_lines
from sync.hq.cli.problems import print_problems
from sync.hq.errors import BadImport, ClashesUndecided
from sync.hq.imports.text_encoding import ENCODINGS
from sync.hq.services import HqServices

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_DEFAULTS = ("subject", "domain", "trade", "level", "difficulty")
_COMPARED = (RowState.CHANGED, RowState.CLASH)
_ASK = "ask"


@click.command(name="import")
@data_option
@click.argument("file", type=FILE)
@click.option("--programme", "programme_id", help="Id of the programme; TOML files name it.")
@click.option("--subject", help="For items whose file does not specify it.")
@click.option("--domain", help="For items whose file does not specify it.")
@click.option("--trade", help="For items whose file does not specify it.")
@click.option("--level", help="For items whose file does not specify it.")
@click.option("--difficulty", help="For items whose file does not specify it.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING=FIELD",
    help="What a column of a sheet is, remembered for the programme; FIELD empty: skip it.",
)
@click.option("--columns", "show_columns", is_flag=True, help="Only list how columns are read.")
@click.option("--encoding", type=click.Choice(list(ENCODINGS)), help="Encoding of a text file.")
@click.option("--batch", default="", help="Name of this import  [default: name of the file]")
@click.option("--check", is_flag=True, help="Only show every item and problem; store nothing.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in RowState]),
    help="With --check: show only these items; may be repeated.",
)
@click.option("--only", multiple=True, metavar="ID", help="Import only this; may be repeated.")
@click.option("--leave-out", is_flag=True, help="Import the valid items, skip the others.")
@click.option(
    "--clashes",
    type=click.Choice([_ASK, *(decision.value for decision in Decision)]),
    default=_ASK,
    show_default=True,
    help="Items whose id a different item of the bank has.",
)
@json_option
@report_errors
def items_import(
    data: Path,
    file: Path,
    programme_id: str | None,
    columns: tuple[str, ...],
    show_columns: bool,
    encoding: str | None,
    batch: str,
    check: bool,
    states: tuple[str, ...],
    only: tuple[str, ...],
    leave_out: bool,
    clashes: str,
    as_json: bool,
    **defaults: str | None,
) -> None:
    """Import items with their mark schemes: all of them, or none.

    Every item is compared with the bank first; --check shows each as a candidate will see it. An
    item with a problem is never imported; without --leave-out or --only it keeps the file out. A
    known item that differs becomes its next version.

    --clashes says what becomes of an item whose id a different item of the bank has: replace
    (its next version), separate (an item of its own under a new id), or skip. With ask, they
    are listed and nothing is stored.

    Ends with 1 if nothing could be stored, or if the bank has changed in the meantime.

    \b
    Examples:
      hq items import bank.xlsx --programme carbon-manager --check
      hq items import moodle.xml --programme carbon-manager --subject theory --domain policy
      hq items import bank.csv --programme carbon-manager --column "考核要点=topic" --columns
    """
    given = {name: value for name in _DEFAULTS if (value := defaults[name])}
    decision = None if clashes == _ASK else Decision(clashes)
    with opened(data) as hq:
        programme = _programme(hq, file, programme_id)
        chosen = {**hq.column_mappings.of(programme.id), **_mapped(columns)}
        choices = Choices(encoding or "", chosen)
        if show_columns:
            _print_columns(formats.columns(file.name, file.read_bytes(), choices), as_json=as_json)
            return
        if columns and not check:
            hq.column_mappings.remember(programme.id, chosen)
        preview = _preview(hq, programme, file, given, batch, choices)
        choice = Choice(_numbers(preview, only), clashes=decision)
        report = None if check else _stored(hq, preview, choice, leave_out=leave_out)
        before = _before(hq, preview) if check or as_json else {}
    if as_json:
        echo_json(_document(preview, report, before))
    else:
        if check:
            shown = [row for row in preview.rows if row.state in states or not states]
            _print_rows(programme, shown, before)
        print_problems(preview.file_problems if check else preview.problems)
        _print_outcome(preview, choice, report)
    if not _is_fine(preview, choice, report, check=check):
        raise SystemExit(1)


def _programme(hq: HqServices, file: Path, programme_id: str | None) -> Programme:
    if programme_id is None:
        if file.suffix != ".toml":
            raise click.UsageError("Give --programme ID; only TOML files name their programme.")
        programme_id = toml.read(file.read_bytes())[0]
    return hq.programmes.get(programme_id)


def _mapped(columns: Sequence[str]) -> dict[str, str]:
    """Return the fields by heading."""
    chosen = {}
    for given in columns:
        heading, equals, field = given.rpartition("=")
        if not equals or field not in ("", *TITLES):
            known = ", ".join(TITLES)
            raise click.UsageError(f"--column {given}: write HEADING=FIELD, with one of {known}.")
        chosen[plain(heading)] = field
    return chosen


def _print_columns(columns: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        echo_json(list(columns))
        return
    for column in columns:
        where = f"{column['sheet']} {column['column']}".strip()
        click.echo(f"{where}\t{column['heading']}\t{column['field'] or '–'}\t{column['sample']}")


def _preview(
    hq: HqServices,
    programme: Programme,
    file: Path,
    defaults: Mapping[str, str],
    batch: str,
    choices: Choices,
) -> Preview:
    with progress_bar("Checking") as progress:
        parsed = formats.read(file.name, file.read_bytes(), programme, choices)
        return hq.item_import.preview(
            programme, parsed, defaults, progress, file_name=file.name, batch=batch
        )


def _numbers(preview: Preview, only: Sequence[str]) -> frozenset[int] | None:
    if not only:
        return None
    if unknown := set(only) - {row.item_id for row in preview.rows}:
        raise click.UsageError(f"The file has no item {', '.join(sorted(unknown))}.")
    return frozenset(row.number for row in preview.rows if row.item_id in only)


def _stored(
    hq: HqServices, preview: Preview, choice: Choice, *, leave_out: bool
) -> ImportReport | None:
    """Return what was stored, or None if problems or clashes prevent it."""
    with progress_bar("Storing") as progress:
        try:
            return hq.item_import.store(
                preview, me(), choice=choice, leave_out=leave_out, progress=progress
            )
        except (BadImport, ClashesUndecided):
            return None  # the caller prints every problem and clash


def _is_fine(preview: Preview, choice: Choice, report: ImportReport | None, *, check: bool) -> bool:
    if check:
        return not choice.errors(preview) and not choice.undecided(preview)
    return report is not None and not report.outdated


def _before(hq: HqServices, preview: Preview) -> Mapping[tuple[str, int], BankItem]:
    versions = [
        (row.item_id, row.base.version)
        for row in preview.rows
        if row.state in _COMPARED and row.base is not None
    ]
    return hq.bank.at_versions(preview.programme_id, versions)


def _old(row: PreviewRow, before: Mapping[tuple[str, int], BankItem]) -> BankItem | None:
    if row.base is None or row.state not in _COMPARED:
        return None
    return before.get((row.item_id, row.base.version))


def _print_rows(
    programme: Programme,
    rows: Sequence[PreviewRow],
    before: Mapping[tuple[str, int], BankItem],
) -> None:
    for row in rows:
        points = (
            points_given(programme, row.entry.item.type, row.entry.item.subject)
            if row.entry
            else ()
        )
        click.echo("\n".join(row_lines(row, points, _old(row, before))))
        click.echo()


def _print_outcome(preview: Preview, choice: Choice, report: ImportReport | None) -> None:
    counts = preview.counts
    found = f"{counts[RowState.ADDED]} new, {counts[RowState.CHANGED]} changed,"
    found += f" {counts[RowState.UNCHANGED]} as before, {counts[RowState.CLASH]} clashes,"
    found += f" {counts[RowState.LEFT_OUT]} left out"
    if report is None:
        for row in choice.undecided(preview):
            clash = f"! {row.item_id}: the bank has another item with this id; as an item of its"
            click.echo(f"{clash} own it would be {row.separate_id}", err=True)
        if choice.undecided(preview):
            click.echo("Decide with --clashes replace, separate or skip.", err=True)
        click.echo(f"Nothing was stored. The file has: {found}")
        return
    for item_id in report.outdated:
        click.echo(f"! {item_id}: changed in the bank meanwhile; not stored", err=True)
    if not report.stored:
        click.echo(f"Nothing was stored. The file has: {found}")
        return
    click.echo(
        f"{report.added} new, {report.changed} changed, {report.unchanged} as before,"
        f" {report.left_out + report.skipped} left out. Import {report.import_id}"
    )


def _document(
    preview: Preview,
    report: ImportReport | None,
    before: Mapping[tuple[str, int], BankItem],
) -> Mapping[str, Any]:
    """Return everything about an import as JSON."""
    stored = report is not None and report.stored > 0
    return {
        **{state.value: count for state, count in preview.counts.items()},
        "stored": stored,
        "batch": preview.batch,
        "report": vars(report) if report else None,
        "problems": [_problem(problem) for problem in preview.problems],
        "items": [_row(row, _old(row, before)) for row in preview.rows],
    }


def _row(row: PreviewRow, old: BankItem | None) -> Mapping[str, Any]:
    return {
        "number": row.number,
        "state": row.state,
        "kind": row.kind,
        "at": row.at,
        "id": row.item_id,
        "separate_id": row.separate_id,
        "new": _entry(row.entry),
        "old": _entry(old),
        "values": row.values,
        "problems": [_problem(problem) for problem in row.problems],
    }


def _entry(entry: BankItem | None) -> Mapping[str, Any] | None:
    if entry is None:
        return None
    scheme = entry.scheme.model_dump(mode="json", exclude={"item_id"})
    return {**entry.item.model_dump(mode="json"), **scheme, "difficulty": entry.difficulty}


def _problem(problem: Any) -> Mapping[str, Any]:
    return {"text": str(problem), **vars(problem)}


@click.command(name="imports")
@data_option
@click.option("--programme", "programme_id", required=True, help="Id of the programme.")
@json_option
@report_errors
def items_imports(data: Path, programme_id: str, as_json: bool) -> None:
    """List the imports of a programme, newest first, with what each stored."""
    with opened(data) as hq:
        found = hq.item_imports.list(hq.programmes.get(programme_id).id)
    if as_json:
        echo_json([vars(stored) for stored in found])
        return
    for stored in found:
        counts = f"{stored.counts['added']} new, {stored.counts['changed']} changed"
        undone = f"  undone: {stored.undone_reason}" if stored.undone_at else ""
        when = f"{stored.imported_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{stored.id}  {when}  {stored.username}  {stored.batch}  {counts}{undone}")


@click.command(name="undo")
@data_option
@click.argument("import_id", metavar="IMPORT")
@click.option("--reason", required=True, help="Recorded in the audit log.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@report_errors
def items_undo(data: Path, import_id: str, reason: str, yes: bool, as_json: bool) -> None:
    """Undo an import: new items leave the bank, changed ones return to the version before.

    Items that were changed or retired since, or that a paper uses, stay; they are listed before
    anything happens. Every version stays in the history. `hq items imports` lists the imports.
    """
    with opened(data) as hq:
        if not yes:
            _print_consequences(hq.item_imports.consequences(import_id), err=True)
            click.confirm("Undo the import?", abort=True, err=True)
        done = hq.item_imports.undo(import_id, reason, me())
    if as_json:
        echo_json(vars(done))
    else:
        _print_consequences(done)
        click.echo("The import is undone.")


def _print_consequences(found: Consequences, *, err: bool = False) -> None:
    used = "a paper of a two-person sitting may use it" if found.secret else "a paper uses it"
    for ids, text in (
        (found.removed, "leaves the bank"),
        (found.restored, "returns to the version before"),
        (found.changed, "stays: changed or retired since"),
        (found.used, f"stays: {used}"),
    ):
        for item_id in ids:
            click.echo(f"{item_id}  {text}", err=err)
