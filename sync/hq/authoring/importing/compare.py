"""Comparison of a file's items with the bank: what storing each of them would do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.exam.items.item import Item, Translation
from sync.hq.authoring import translated
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.importing.identity import FreeIds, folded, looks_same, with_id
from sync.hq.authoring.importing.rows import Base, PreviewRow, RowState
from sync.hq.authoring.meaning.sameness import twin_form
from sync.hq.authoring.parsed import Draft
from sync.hq.problems import Problem

_ORDER = {language: place for place, language in enumerate(translated.LANGUAGES)}


@dataclass(frozen=True)
class Known:
    """A current item of the bank."""

    version: int
    digest: str
    entry: BankItem

    @property
    def base(self) -> Base:
        """The version to compare with when storing."""
        return Base(self.version, self.digest)


class Comparison:
    """Finds the state of each item. Ids are those of :func:`identity.provisional_ids`.

    ``names``: all ids of the bank. ``bank``: its items with ids or stems of the file.
    ``declared``: the ids that the file declares.
    """

    def __init__(
        self, names: Iterable[str], bank: Mapping[str, Known], declared: Iterable[str]
    ) -> None:
        names = list(names)
        self._bank = bank
        self._claimed = set(declared)
        """Ids of the bank that items of the file have already been matched with."""
        self._free = FreeIds(names)
        self._alike = {folded(name): name for name in names}
        self._contents: dict[str, list[str]] = defaultdict(list)
        for name, known in bank.items():
            # Most formats cannot contain translations; a file without them is found, too.
            for content in {_content(known.entry), _content(_untranslated(known.entry))}:
                self._contents[content].append(name)
        self._twins = {twin_form(known.entry.item): name for name, known in bank.items()}

    def rows(self, read: Sequence[tuple[Draft, PreviewRow]]) -> list[PreviewRow]:
        """Return the rows with their states.

        Equal content is looked for before anything else, so that an item that an earlier import
        stored under another id is found again.
        """
        shared = _shared_texts(row for _, row in read)
        read = [(draft, self._with_translations(draft, row, shared)) for draft, row in read]
        for _, row in read:
            self._free.add(row.item_id)
        found = {row.number: self._same(draft, row) for draft, row in read}
        rows = [found[row.number] or self._different(draft, row) for draft, row in read]
        return [self._with_twin(draft, row) for (draft, _), row in zip(read, rows, strict=True)]

    def _with_translations(
        self, draft: Draft, row: PreviewRow, shared: Mapping[tuple[str, str], str]
    ) -> PreviewRow:
        """Keep the bank's translations of an item that a file repeats in its own text only.

        Most formats cannot contain them. They still fit while the own text is the same.
        ``shared``: of the file's groups, which may have another text in such a language.
        """
        known = self._bank.get(row.item_id)
        if row.entry is None or known is None:
            return row
        item, lacking = row.entry.item, _lacking(row.entry, known.entry)
        if not lacking or item.texts != known.entry.item.texts:
            return row
        lacking = [_fitted(other, item, shared) for other in lacking]
        every = sorted((*item.translations, *lacking), key=lambda other: _ORDER[other.language])
        item = item.model_copy(update={"translations": tuple(every)})
        entry = replace(row.entry, item=item)
        # The same as in the bank: nothing is stored, so there is nothing to say.
        notes = [] if entry.digest == known.digest else _notes("translation_kept", lacking)
        problems = [*row.problems, *map(draft.problem, notes)]
        return replace(row, entry=entry, problems=problems)

    def _with_twin(self, draft: Draft, row: PreviewRow) -> PreviewRow:
        """Add a note to an item that repeats another one of the bank or the file."""
        if row.entry is None:
            return row
        twin = self._twins.setdefault(twin_form(row.entry.item), row.item_id)
        if folded(twin) == folded(row.item_id) or row.state is RowState.UNCHANGED:
            return row
        note = Problem("twin", column="stem", params={"value": twin}, is_error=False)
        return replace(row, problems=[*row.problems, draft.problem(note)])

    def _same(self, draft: Draft, row: PreviewRow) -> PreviewRow | None:
        """Return the row as unchanged or left out, or None if it differs from the bank."""
        if row.entry is None:
            return row
        known = self._bank.get(row.item_id)
        if known is not None and known.digest == row.entry.digest:
            return self._unchanged(row, row.item_id)
        if draft.declared and (known is None or looks_same(row.entry, known.entry)):
            return None
        elsewhere = self._elsewhere(row.entry)
        return self._unchanged(row, elsewhere) if elsewhere else None

    def _elsewhere(self, entry: BankItem) -> str | None:
        """Return the id under which the bank has the same content."""
        names = self._contents[_content(entry)]
        return next((name for name in names if name not in self._claimed), None)

    def _unchanged(self, row: PreviewRow, name: str) -> PreviewRow:
        self._claimed.add(name)
        assert row.entry is not None
        entry, base = with_id(row.entry, name), self._bank[name].base
        return replace(row, state=RowState.UNCHANGED, item_id=name, entry=entry, base=base)

    def _different(self, draft: Draft, row: PreviewRow) -> PreviewRow:
        entry = row.entry
        assert entry is not None
        if not draft.declared and row.item_id in self._claimed:
            # The bank's item of this title is another item of this file.
            name = self._free.take(row.item_id)
            row = replace(row, item_id=name, entry=with_id(entry, name))
        known = self._bank.get(row.item_id)
        if known is None:
            return self._noted(draft, replace(row, state=RowState.ADDED))
        row = replace(row, base=known.base)
        if draft.declared and looks_same(entry, known.entry):
            lost = _notes("translation_lost", _lacking(entry, known.entry))
            problems = [*row.problems, *map(draft.problem, lost)]
            return replace(row, state=RowState.CHANGED, problems=problems)
        return replace(row, state=RowState.CLASH, separate_id=self._free.take(row.item_id))

    def _noted(self, draft: Draft, row: PreviewRow) -> PreviewRow:
        """Add a note to a new id that differs from another one only in how it is written."""
        alike = self._alike.setdefault(folded(row.item_id), row.item_id)
        if alike == row.item_id:
            return row
        note = Problem("id_alike", column="id", params={"value": alike}, is_error=False)
        return replace(row, problems=[*row.problems, draft.problem(note)])


def _lacking(entry: BankItem, known: BankItem) -> Sequence[Translation]:
    """Return the bank's translations in languages that a file's version does not have."""
    languages = {other.language for other in entry.item.translations}
    return [other for other in known.item.translations if other.language not in languages]


def _shared_texts(rows: Iterable[PreviewRow]) -> Mapping[tuple[str, str], str]:
    """Return the translated stimuli of a file's groups, by group and language."""
    return {
        (row.entry.item.group, other.language): other.stimulus
        for row in rows
        if row.entry is not None and row.entry.item.group is not None
        for other in row.entry.item.translations
    }


def _fitted(other: Translation, item: Item, shared: Mapping[tuple[str, str], str]) -> Translation:
    """Return a translation with the ids of a file, which may have others, and its shared text."""
    options = (
        text.model_copy(update={"id": option.id})
        for text, option in zip(other.options, item.options, strict=True)
    )
    stimulus = shared.get((item.group or "", other.language), other.stimulus)
    return other.model_copy(update={"options": tuple(options), "stimulus": stimulus})


def _notes(code: str, translations: Sequence[Translation]) -> list[Problem]:
    return [
        Problem(
            code,
            column=translated.field_name(other.language, "stem"),
            params={"language": translated.LANGUAGES[other.language]},
            is_error=False,
        )
        for other in translations
    ]


def _untranslated(entry: BankItem) -> BankItem:
    return replace(entry, item=entry.item.model_copy(update={"translations": ()}))


def _content(entry: BankItem) -> str:
    """Return a digest of everything but the id."""
    return with_id(entry, "-").digest
