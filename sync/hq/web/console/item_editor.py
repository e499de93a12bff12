"""The editor of one item at the console: new items, corrections, earlier versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.items.item import ItemType
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring import translated
from sync.hq.authoring.bank import KeptItem
from sync.hq.authoring.entry import MAX_OPTIONS, BankItem
from sync.hq.authoring.pictures import PictureUnusable
from sync.hq.authoring.programmes import points_given
from sync.hq.errors import ItemChanged, NotFound, StimulusShared
from sync.hq.imports.jobs import as_json
from sync.hq.problems import Problem
from sync.hq.web.console import guard
from sync.hq.web.console.item_form import ItemForm, empty_form, form_of, read_form
from sync.hq.web.console.item_views import compared_views
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import ProblemView, message_for, problem_views
from sync.hq.web.replies import headquarters, small_number

item_editor = staff_pages("item_editor")

KEPT = ("subject", "domain", "trade", "level", "difficulty", "group")
"""Fields that the next new item starts with."""


LABELS = {
    "id": _l("Item number"),
    "type": _l("Type"),
    "subject": _l("Subject"),
    "domain": _l("Domain"),
    "trade": _l("Trade"),
    "level": _l("Level"),
    "difficulty": _l("Difficulty"),
    "group": _l("Group"),
    "stimulus": _l("Shared text"),
    "stem": _l("Stem"),
    "options": _l("Options"),
    "key": _l("Key"),
    "points": _l("Mark points"),
    "rationale": _l("Rationale"),
    "model_answer": _l("Model answer"),
    "picture": _l("Picture"),
    "translations.zh.stem": _l("Stem in Chinese"),
    "translations.zh.stimulus": _l("Shared text in Chinese"),
    "translations.zh.options": _l("Options in Chinese"),
    "translations.en.stem": _l("Stem in English"),
    "translations.en.stimulus": _l("Shared text in English"),
    "translations.en.options": _l("Options in English"),
}
"""Names of fields on the page."""


@dataclass(frozen=True)
class Page:
    """What the editor's page shows beside the form.

    ``item_id``: the edited item, or empty for a new one; ``version``: the one that was opened.
    ``changed``: the item as somebody else has stored it meanwhile.
    """

    programme: Programme
    item_id: str = ""
    version: int | None = None
    problems: Sequence[Problem] = ()
    notes_only: bool = False
    shared: int = 0
    changed: KeptItem | None = None
    mine: BankItem | None = None


@item_editor.get("/item-editor/<programme_id>")
def new(programme_id: str) -> BaseResponse:
    """Show the form of a new item."""
    programme = headquarters().programmes.get(programme_id)
    kind = request.args.get("type", ItemType.SINGLE_CHOICE.value)
    given = {name: value for name in KEPT if (value := request.args.get(name))}
    return _shown(_filled(empty_form(kind, given), programme), Page(programme))


@item_editor.post("/item-editor/<programme_id>")
def create(programme_id: str) -> BaseResponse:
    """Store a new item, or carry out another button of its form."""
    return _handled(Page(headquarters().programmes.get(programme_id)))


@item_editor.get("/item-editor/<programme_id>/items/<path:item_id>")
def edit(programme_id: str, item_id: str) -> BaseResponse:
    """Show the form of an item."""
    hq = headquarters()
    kept = hq.bank.get(programme_id, item_id)
    page = Page(hq.programmes.get(programme_id), item_id, kept.version)
    return _shown(form_of(kept.entry), page)


@item_editor.post("/item-editor/<programme_id>/items/<path:item_id>")
def save(programme_id: str, item_id: str) -> BaseResponse:
    """Store the next version of an item, or carry out another button of its form."""
    hq = headquarters()
    hq.bank.get(programme_id, item_id)
    version = request.form.get("version", 0, type=small_number)
    return _handled(Page(hq.programmes.get(programme_id), item_id, version))


@item_editor.post("/item-editor/<programme_id>/preview")
def preview(programme_id: str) -> str:
    """Return the item of a form as its candidates will see it."""
    headquarters().programmes.get(programme_id)
    return render_template("items/as_seen.html", form=read_form(request.form))


@item_editor.post("/item-editor/<programme_id>/pictures")
def picture(programme_id: str) -> tuple[Response, int]:
    """Store a picture; return its name as JSON."""
    hq = headquarters()
    hq.programmes.get(programme_id)
    file = request.files.get("picture")
    if file is None:
        return jsonify(message=_("Choose a picture.")), 400
    try:
        return jsonify(name=hq.item_editor.add_picture(file.read())), 200
    except PictureUnusable as error:
        return jsonify(message=message_for(error)), 400


@item_editor.get("/item-editor/<programme_id>/items/<path:item_id>/versions/<version>")
def version(programme_id: str, item_id: str, version: str) -> str:
    """Show an earlier version beside the current one."""
    hq = headquarters()
    kept = hq.bank.get(programme_id, item_id)
    for number, at, entry in hq.bank.versions(programme_id, item_id):
        if str(number) == version:
            old, current = compared_views(entry, kept.entry)
            return render_template(
                "items/version.html",
                programme=hq.programmes.get(programme_id),
                kept=kept,
                number=number,
                at=at,
                old=old,
                current=current,
                authors=hq.bank.authors(programme_id, item_id),
            )
    raise NotFound(what="version")


@item_editor.post("/item-editor/<programme_id>/items/<path:item_id>/restore")
def restore(programme_id: str, item_id: str) -> BaseResponse:
    """Store an earlier version as the next one."""
    editor = headquarters().item_editor
    wanted = request.form.get("version", 0, type=small_number)
    expected = request.form.get("current", 0, type=small_number)
    stored = editor.restore(programme_id, item_id, wanted, guard.who(), expected=expected)
    flash(_("Version %(old)s was restored as version %(new)s.", old=wanted, new=stored))
    return redirect(url_for("items.item", programme_id=programme_id, item_id=item_id))


def _handled(page: Page) -> BaseResponse:
    form = read_form(request.form)
    action = request.form.get("action", "save")
    if action == "picture":
        form, problems = _with_picture(form)
        return _shown(form, replace(page, problems=problems))
    if action == "group-text":
        group = headquarters().item_editor.groups(page.programme.id).get(form.values["group"])
        return _shown(form.with_stimuli(group.stimuli if group else {}), page)
    if action not in ("save", "save-anyway"):
        return _shown(form.acted(action), page)
    return _stored(form, page, anyway=action == "save-anyway")


def _stored(form: ItemForm, page: Page, *, anyway: bool) -> BaseResponse:
    hq, programme = headquarters(), page.programme
    values = {**form.fields(), **({"id": page.item_id} if page.item_id else {})}
    entry, problems = hq.item_editor.check(programme, values)
    problems = [*form.problems, *problems]
    if entry is None or form.problems or (problems and not anyway):
        notes_only = not any(problem.is_error for problem in problems)
        return _shown(form, replace(page, problems=problems, notes_only=notes_only))
    try:
        version = hq.item_editor.save(
            programme.id,
            entry,
            guard.who(),
            expected=page.version,
            whole_group=form.whole_group,
        )
    except ItemChanged:
        current = hq.bank.get(programme.id, entry.item.id)
        # Saving again, after both were seen, replaces that version.
        page = replace(page, item_id=entry.item.id, version=current.version)
        return _shown(form, replace(page, changed=current, mine=entry))
    except StimulusShared as error:
        return _shown(form, replace(page, shared=int(str(error.params["count"]))))
    return _done(entry, version, page)


def _done(entry: BankItem, version: int, page: Page) -> BaseResponse:
    item_id, programme_id = entry.item.id, page.programme.id
    if version == page.version:
        flash(_("Nothing was changed."))
    else:
        flash(_("Item %(item)s stored as version %(version)s.", item=item_id, version=version))
    return redirect(url_for("items.item", programme_id=programme_id, item_id=item_id))


def _with_picture(form: ItemForm) -> tuple[ItemForm, Sequence[Problem]]:
    """Insert the uploaded picture at the end of the chosen text, for browsers without scripts."""
    file = request.files.get("picture")
    data = file.read() if file else b""
    try:
        name = headquarters().item_editor.add_picture(data)
    except PictureUnusable as error:
        value = (file.filename if file else "") or ""
        params = {"value": value, "reason": error.params["reason"]}
        return form, [Problem("picture_bad", column="picture", params=params)]
    alt = request.form.get("alt", "").translate({ord(sign): None for sign in "[]\n\r"})
    return form.with_text(request.form.get("into", "stem"), f"![{alt}]({name})"), ()


def _filled(form: ItemForm, programme: Programme) -> ItemForm:
    """Return a new form with the choices that have only one value, and the text of its group."""
    values = dict(form.values)
    for name, entries in (("subject", programme.subjects), ("domain", programme.domains)):
        if len(entries) == 1:
            values[name] = entries[0].id
    form = replace(form, values=values)
    if not values["group"]:
        return form
    group = headquarters().item_editor.groups(programme.id).get(values["group"])
    return form.with_stimuli(group.stimuli if group else {})


def _shown(form: ItemForm, page: Page) -> BaseResponse:
    compared = compared_views(page.changed.entry, page.mine) if page.changed and page.mine else None
    body = render_template(
        "items/edit.html",
        form=form,
        page=page,
        programme=page.programme,
        problems=_views(page.problems),
        groups=headquarters().item_editor.groups(page.programme.id),
        points_given=points_given(page.programme, form.kind, form.values.get("subject", "")),
        compared=compared,
        most_options=MAX_OPTIONS,
        labels=LABELS,
    )
    refused = any(problem.is_error for problem in page.problems)
    return make_response(body, 409 if page.changed or page.shared else 422 if refused else 200)


def _views(problems: Sequence[Problem]) -> Mapping[str, Sequence[ProblemView]]:
    """Return problems by the name of their field, without repetitions."""
    found: dict[str, list[ProblemView]] = {}
    as_values: list[dict[str, Any]] = [as_json(problem) for problem in problems]
    for problem, view in zip(problems, problem_views(as_values), strict=True):
        at = found.setdefault(_field(problem.column), [])
        if view not in at:
            at.append(view)
    return found


def _field(column: str) -> str:
    """Return the field of the page for the column of a problem: ``options`` for ``options.0``."""
    parts = column.split(".")
    return ".".join(parts[: 3 if translated.is_field(column) else 1])
