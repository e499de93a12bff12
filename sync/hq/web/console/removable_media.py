"""Files of centres without a network, at the console: imported, and answered with another file."""

import io
from itertools import chain

from flask import Response, render_template, request

from sync.hq.errors import NotFound
from sync.hq.imports.uploads import Upload, UploadedFile
from sync.hq.intake.removable_media import Report
from sync.hq.web.console import guard
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters
from sync.wire.errors import MediaEmpty
from sync.wire.exchange.container import ZipContainer, zip_parts

KIND = "stick"

removable_media = staff_pages("removable_media")


@removable_media.post("/removable-media")
def take() -> str:
    """Import a file from a centre; repeating it changes nothing."""
    hq, by, file = headquarters(), guard.who(), request.files.get("file")
    if file is None or not file.filename:
        raise MediaEmpty(whom="headquarters")
    data = file.read()
    reports = hq.media.take(ZipContainer(io.BytesIO(data)), by)
    upload_id = hq.uploads.keep(KIND, {"file": UploadedFile(file.filename, data)}, {}, by)
    return render_template(
        "centres/removable_media.html",
        reports=reports,
        problems=[_problem(report) for report in reports],
        upload_id=upload_id,
    )


@removable_media.get("/removable-media/<upload_id>/answer")
def answer(upload_id: str) -> Response:
    """Return a file with receipts and the inbox for the centres of an imported file."""
    hq, upload = headquarters(), headquarters().uploads.get(upload_id, guard.who())
    container = ZipContainer(io.BytesIO(_file(upload)))
    answers = hq.media.answers(container)
    files = chain.from_iterable(answers.values())
    response = Response(zip_parts(files), mimetype="application/zip")
    name = f"{'-'.join(answers)}-from-headquarters.zip"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _file(upload: Upload) -> bytes:
    if upload.kind != KIND:
        raise NotFound(what="upload")
    return upload.files["file"].data


def _problem(report: Report) -> list[tuple[str, str]]:
    return [(problem.name, message_for(problem.error)) for problem in report.problems]
