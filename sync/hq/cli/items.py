"""``hq items`` and ``hq papers``: the item bank, and papers drawn from it."""

from collections.abc import Sequence
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import formats, xlsx
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.cli.item_imports import items_import, items_imports, items_undo
from sync.hq.planning.paper_names import editions_of, paper_names
from sync.hq.services import HqServices

_LEFT_OUT = (
    "{count} items have a text in another language, which {format} cannot contain;"
    " it is not in the file. --format xlsx keeps it."
)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def items() -> None:
    """The item bank: import, undo, export, list, retire.

    \b
    Formats that are read: TOML, XLSX and CSV (see `hq items template`), QTI 2.1, 2.2
    and 3.0 packages, Moodle XML, GIFT; a ZIP may hold one of them with its pictures.
    """


items.add_command(items_import)
items.add_command(items_imports)
items.add_command(items_undo)


@items.command(name="template")
@data_option
@click.option("--programme", "programme_id", required=True, help="Id of the programme.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--out", type=NEW_FILE, help="File to write  [default: PROGRAMME-items.xlsx]")
@report_errors
def items_template(data: Path, programme_id: str, lang: str, out: Path | None) -> None:
    """Write an empty spreadsheet with lists to choose from and a page of explanation."""
    with opened(data) as hq:
        programme = hq.programmes.get(programme_id)
    target = out or Path(f"{programme_id}-items.xlsx")
    target.write_bytes(xlsx.template(programme, lang))
    click.echo(target)


@items.command(name="export")
@data_option
@click.option("--programme", "programme_id", required=True, help="Id of the programme.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(formats.WRITTEN),
    default="xlsx",
    show_default=True,
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the spreadsheet."
)
@click.option("--retired", is_flag=True, help="Include retired items.")
@click.option("--out", type=click.Path(path_type=Path), help="File or folder  [default: here]")
@report_errors
def items_export(
    data: Path,
    programme_id: str,
    format_name: str,
    lang: str,
    retired: bool,
    out: Path | None,
) -> None:
    """Export the newest version of every item with its mark scheme. Keep the file secret."""
    with opened(data) as hq:
        programme = hq.programmes.get(programme_id)
        entries = hq.bank.items(programme.id, retired=retired)
        name, content = _exported(hq, programme, entries, format_name, lang)
        hq.item_import.note_export(programme_id, format_name, me())
    target = out / name if out and out.is_dir() else out or Path(name)
    target.write_bytes(content)
    target.chmod(0o600)
    click.echo(target)
    left_out = sum(bool(entry.item.translations) for entry in entries)
    if left_out and format_name not in formats.WITH_TRANSLATIONS:
        click.echo(_LEFT_OUT.format(count=left_out, format=format_name), err=True)


def _exported(
    hq: HqServices,
    programme: Programme,
    entries: Sequence[BankItem],
    format_name: str,
    lang: str,
) -> tuple[str, bytes]:
    shown = frozenset().union(*(entry.pictures for entry in entries))
    pictures = {name: hq.pictures.get(name) for name in sorted(shown)}
    return formats.write(format_name, entries, pictures, programme, lang)


@items.command(name="list")
@data_option
@click.option("--programme", "programme_id", required=True, help="Id of the programme.")
@click.option("--text", default="", help="Only items whose id or stem contains this.")
@json_option
@report_errors
def items_list(data: Path, programme_id: str, text: str, as_json: bool) -> None:
    """List items with type, domain, difficulty, version and uses."""
    with opened(data) as hq:
        found = hq.bank.kept(hq.programmes.get(programme_id).id, text=text)
    if as_json:
        echo_json(
            [
                {
                    **one.entry.item.model_dump(mode="json"),
                    "difficulty": one.entry.difficulty,
                    "version": one.version,
                    "uses": one.uses,
                    "draft": one.entry.draft,
                    "retired_at": one.retired_at,
                }
                for one in found
            ]
        )
        return
    for one in found:
        item, state = one.entry.item, "  retired" if one.retired_at else ""
        state += "  draft" if one.entry.draft else ""
        difficulty = one.entry.difficulty or "-"
        words = f"{item.type}  {item.domain}  {difficulty}  v{one.version}  used {one.uses}"
        click.echo(f"{item.id}  {words}{state}")


@items.command(name="retire")
@data_option
@click.argument("item_id")
@click.option("--programme", "programme_id", required=True, help="Id of the programme.")
@click.option("--reason", required=True, help="Recorded in the audit log.")
@report_errors
def items_retire(data: Path, item_id: str, programme_id: str, reason: str) -> None:
    """Retire an item: new papers will not use it. Papers that have it do not change."""
    with opened(data) as hq:
        hq.bank.retire(programme_id, item_id, reason, me())
    click.echo(f"{item_id} is retired; `hq items reinstate` undoes it.")


@items.command(name="reinstate")
@data_option
@click.argument("item_id")
@click.option("--programme", "programme_id", required=True, help="Id of the programme.")
@click.option("--reason", required=True, help="Recorded in the audit log.")
@report_errors
def items_reinstate(data: Path, item_id: str, programme_id: str, reason: str) -> None:
    """Reinstate a retired item: new papers can use it again."""
    with opened(data) as hq:
        hq.bank.reinstate(programme_id, item_id, reason, me())
    click.echo(f"{item_id} is in use again.")


@click.group()
def papers() -> None:
    """Papers: drawn from the bank for a sitting."""


@papers.command(name="draw")
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--count", type=click.IntRange(1, 8), default=1, help="Parallel papers A, B ...")
@json_option
@report_errors
def papers_draw(data: Path, sitting: str, count: int, as_json: bool) -> None:
    """Draw each paper of a sitting that has none, as parallel papers with no item in two of them.

    Without this a sitting's first package draws one of each. If the bank cannot fill the papers,
    the command fails and lists what is missing.
    """
    with opened(data) as hq:
        view = hq.sittings.get(sitting)
        names = paper_names(view, editions_of(hq.programmes, [view]))
        with progress_bar("Drawing") as progress:
            drawn = hq.papers.draw(sitting, count, me(), progress)
        partial = hq.paper_texts.advice(sitting, names, "en")
    for problem in partial:
        click.echo(f"- {problem.text}", err=True)
    if as_json:
        echo_json(
            [
                {
                    "id": one.id,
                    "paper": one.sitting_paper,
                    "label": one.label,
                    "items": len(one.paper.items),
                }
                for one in drawn
            ]
        )
        return
    for one in drawn:
        name = names[one.sitting_paper].zh
        click.echo(f"{name}  {one.label}  {one.id}  {len(one.paper.items)} items")


@papers.command(name="discard")
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--paper", help="Only this paper: its number in `hq sittings show`.")
@click.confirmation_option(prompt="Discard the drawn papers of this sitting?")
@report_errors
def papers_discard(data: Path, sitting: str, paper: str | None) -> None:
    """Discard the drawn papers of a sitting for which no package has been built yet."""
    with opened(data) as hq:
        hq.papers.discard(sitting, me(), paper)
    click.echo("Forgotten.")
