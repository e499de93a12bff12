"""The item bank at the console: lists, single items, import and export."""

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.webpages.languages import language
from sync.hq.authoring.interchange import formats, xlsx
from sync.hq.authoring.pictures import media_type
from sync.hq.authoring.programmes import needs, one_of_each_type
from sync.hq.errors import NotFound
from sync.hq.web.console import covered, guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.replies import headquarters, small_number
from sync.hq.web.statistics_names import flag_name, number

items = staff_pages("items")

FILTERS = ("type", "subject", "domain", "difficulty", "group_id", "import_id", "draft")
PAGE = 100


@items.get("/items")
def overview() -> str:
    """Show how well the item bank fills each programme's blueprint."""
    hq = headquarters()
    return render_template(
        "items/items.html",
        programmes=[
            (
                programme,
                one_of_each_type(programme),
                hq.bank.counts(programme.id),
                needs(programme),
                hq.bank.count(programme.id, {"draft": "yes"}),
            )
            for programme in covered.programmes()
        ],
    )


@items.get("/items/<programme_id>")
def bank(programme_id: str) -> str:
    """Show the items of a programme, by filters and text."""
    hq = headquarters()
    programme = hq.programmes.get(programme_id)
    filters = {name: value for name in FILTERS if (value := request.args.get(name))}
    text = request.args.get("text", "")[:100]
    count = hq.bank.count(programme_id, filters, text)
    pages = -(-count // PAGE)
    page = max(1, min(request.args.get("page", 1, type=small_number), pages))
    found = hq.bank.kept(programme_id, filters, text, ((page - 1) * PAGE, PAGE))
    return render_template(
        "items/bank.html",
        programme=programme,
        found=found,
        count=count,
        page=page,
        pages=pages,
        filters=filters,
        text=text,
        formats=formats.WRITTEN,
    )


@items.get("/items/<programme_id>/template.xlsx")
def template(programme_id: str) -> Response:
    """Return the empty spreadsheet in the page's language."""
    programme = headquarters().programmes.get(programme_id)
    return download(xlsx.template(programme, language()), f"{programme_id}-items.xlsx")


@items.post("/items/<programme_id>/export")
def export(programme_id: str) -> Response:
    """Return all items with their keys as a file; this is recorded in the audit log."""
    hq, wanted = headquarters(), request.form.get("format", "")
    if wanted not in formats.WRITTEN:
        raise NotFound(what="format")
    programme = hq.programmes.get(programme_id)
    entries = hq.bank.items(programme_id)
    shown = frozenset().union(*(entry.pictures for entry in entries))
    pictures = {name: hq.pictures.get(name) for name in sorted(shown)}
    name, data = formats.write(wanted, entries, pictures, programme, language())
    hq.item_import.note_export(programme_id, wanted, guard.who())
    return download(data, name)


@items.get("/items/<programme_id>/<path:item_id>")
def item(programme_id: str, item_id: str) -> str:
    """Show one item with its key, versions and uses."""
    hq = headquarters()
    return render_template(
        "items/item.html",
        programme=hq.programmes.get(programme_id),
        kept=hq.bank.get(programme_id, item_id),
        versions=hq.bank.versions(programme_id, item_id),
        authors=hq.bank.authors(programme_id, item_id),
        uses=hq.bank.uses(programme_id, item_id),
        history=hq.item_history.of(programme_id, item_id),
        number=number,
        flag_name=flag_name,
    )


@items.post("/items/<programme_id>/<path:item_id>/retire")
def retire(programme_id: str, item_id: str) -> BaseResponse:
    """Retire an item or reinstate it, with a reason."""
    bank_, reason = headquarters().bank, request.form.get("reason", "")
    if request.form.get("undo") == "yes":
        bank_.reinstate(programme_id, item_id, reason, guard.who())
        flash(_("Item reinstated: new papers can use it."))
    else:
        bank_.retire(programme_id, item_id, reason, guard.who())
        flash(_("Item retired: new papers will not use it."))
    return redirect(url_for("items.item", programme_id=programme_id, item_id=item_id))


@items.get("/pictures/<name>")
def picture(name: str) -> Response:
    """Return a picture of an item."""
    return Response(headquarters().pictures.get(name), mimetype=media_type(name))
