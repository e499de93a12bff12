"""Imports of items that were stored: the list of a programme, and undoing one."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters

item_imports = staff_pages("item_imports")


@item_imports.get("/item-imports/of/<programme_id>")
def overview(programme_id: str) -> str:
    """Show the imports of a programme, newest first."""
    hq = headquarters()
    programme = hq.programmes.get(programme_id)
    return render_template(
        "items/imports.html", programme=programme, found=hq.item_imports.list(programme.id)
    )


@item_imports.get("/item-imports/<import_id>")
def stored(import_id: str) -> str:
    """Show one import, and what undoing it would do."""
    hq = headquarters()
    found = hq.item_imports.get(import_id)
    return render_template(
        "items/stored_import.html",
        programme=hq.programmes.get(found.programme_id),
        stored=found,
        consequences=hq.item_imports.consequences(import_id),
    )


@item_imports.post("/item-imports/<import_id>/undo")
def undo(import_id: str) -> BaseResponse:
    """Undo an import, with a reason."""
    hq = headquarters()
    done = hq.item_imports.undo(import_id, request.form.get("reason", ""), guard.who())
    flash(
        _(
            "Import undone: %(removed)s items left the bank, %(restored)s are as before,"
            " %(stayed)s stay.",
            removed=len(done.removed),
            restored=len(done.restored),
            stayed=len(done.changed) + len(done.used),
        )
    )
    return redirect(url_for("item_imports.stored", import_id=import_id))
