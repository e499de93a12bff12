"""``hq candidates letter``: letters that say which clause admits, or what is missing."""

import re
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, opened


@click.command(name="letter")
@data_option
@click.argument("candidate", required=False)
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--state", type=click.Choice(["admitted", "incomplete", "not_eligible", "refused"]))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--as", "form", type=click.Choice(["txt", "html"]), default="txt", show_default=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("letters"),
    show_default=True,
    help="Folder for the letters, a file for each.",
)
@report_errors
def letter(
    data: Path,
    candidate: str | None,
    sitting: str,
    state: str | None,
    lang: str,
    form: str,
    out: Path,
) -> None:
    """Write the letters to all applicants of a sitting, of one state, or to one applicant.

    Each says which clause of the entry conditions admits, or what is missing for each clause and
    when it will be fulfilled. HTML files print on A4.
    """
    with opened(data) as hq:
        found = hq.letters.of(sitting, lang, candidate_id=candidate, state=state)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    for application, one in found:
        name = re.sub(r"[^\w-]", "_", application.name)
        path = out / f"{name}-{application.candidate_id}.{form}"
        path.write_text(one.as_html() if form == "html" else one.as_text(), encoding="utf-8")
        path.chmod(0o600)
    click.echo(f"{len(found)} letters in {out}")
