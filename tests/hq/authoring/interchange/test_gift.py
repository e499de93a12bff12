"""GIFT is read as Moodle reads it; where that is not what was meant, the line is named."""

import base64
import json
import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kiosk.exam.items.markup import escaped
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats, gift
from sync.hq.authoring.parsed import Draft, Parsed
from tests.hq.items import PICTURE, PICTURES, PROGRAMME, png, special, starter

ROOT = Path(__file__).parents[4]


def read(text: str) -> Parsed:
    return formats.read("q.gift", text.encode(), PROGRAMME)


def only(text: str) -> Draft:
    (draft,) = read(text).drafts
    return draft


def clean(text: str) -> Draft:
    draft = only(text)
    assert draft.problems == []
    return draft


def codes(draft: Draft) -> list[tuple[str, str, bool]]:
    """Line, code or name, and whether the item is kept out."""
    return [(p.at, str(p.params.get("name", p.code)), p.is_error) for p in draft.problems]


def test_a_choice_question() -> None:
    draft = clean("::Q 1:: Capital of France? {~London =Paris ~Rome\n#### Long known.}")
    assert (draft.at, draft.declared) == ("1", False)
    assert draft.values == {
        "id": "Q 1",
        "type": "single_choice",
        "stem": "Capital of France?",
        "options": [
            {"id": "A", "text": "London"},
            {"id": "B", "text": "Paris"},
            {"id": "C", "text": "Rome"},
        ],
        "key": ["B"],
        "rationale": "Long known.",
    }


def test_every_question_is_a_draft_at_its_line() -> None:
    parsed = read(
        "// a comment\n::N::How many? {#3:1}\n\nMatch {=a -> b =c -> d}\n\nJust words.\n\n"
        "Odd {word}\n\n{T}\n"
    )
    assert [(draft.at, codes(draft)) for draft in parsed.drafts] == [
        ("2", [("2", "numerical answer", True)]),
        ("4", [("4", "matching", True)]),
        ("6", [("6", "description without an answer", True)]),
        ("8", [("8", "answer that is not in GIFT", True)]),
        ("10", []),
    ]
    assert parsed.drafts[0].values == {"id": "N", "stem": "How many?"}
    assert parsed.problems == []


@pytest.mark.parametrize("title", ["::No end {=a ~b}", "::No end\\:\\: {=a ~b}", ":: {=a ~b} x::"])
def test_a_title_without_an_end_is_an_error(title: str) -> None:
    faulty, after = read(f"{title}\n::After:: Sun? {{T}}").drafts
    assert ("1", "gift_title", True) in codes(faulty)
    assert (after.values["id"], codes(after)) == ("After", [])


NEIGHBOURS = ("::Before:: Sky? {=blue ~red}", "::After:: Sun? {T}")


@pytest.mark.parametrize(
    ("faulty", "fault", "line"),
    [
        ("Open {=a ~b", "gift_open", 3),
        ("Open\n{\n=a\n~b", "gift_open", 3),
        ("Gap {\n=a\n\n~b\n}", "gift_empty_line", 5),
        ("Gap {\n=a ~b\n\n}", "gift_empty_line", 5),
        ("Stray } here {T}", "gift_brace", 3),
        ("No answers\nhere }", "gift_brace", 4),
        (r"Set \{1} {T}", "gift_brace", 3),
        ("In {=\\frac{1}{2} ~3}", "gift_brace", 3),
        ("Twice {=a ~b}\nand {=c ~d}", "gift_second", 4),
        ("Formula \\(x^{2}\\) is? {=a ~b}", "gift_second", 3),
        ("Equation? {\n=E=mc2\n~E=mc3\n}", "gift_sign", 4),
        ("Range? {=5 t ~5~10 t}", "gift_sign", 3),
        ("Words? {some =a ~b}", "gift_first", 3),
        ("Share? {~%a%x ~%100%y}", "gift_weight", 3),
        ("Formula \\(a \\neq b\\)? {T}", "gift_escape", 3),
    ],
)
@pytest.mark.parametrize("apart", ["\n\n", "\n"])
def test_a_fault_is_named_at_its_line_and_leaves_the_neighbours_alone(
    faulty: str, fault: str, line: int, apart: str
) -> None:
    before, after = NEIGHBOURS
    # A title begins a question also without an empty line before it.
    parsed = read(f"{before}\n\n::Faulty:: {faulty}{apart}{after}")
    first, broken, last = parsed.drafts
    assert (first, codes(last)) == (only(before), [])
    assert last.values == only(after).values
    assert broken.values["id"] == "Faulty"
    assert (str(line), fault, True) in codes(broken)


def test_comments_may_stand_anywhere_and_belong_to_the_question_after_them() -> None:
    text = """// header

// [id:one] [tag:domain:policy] [tag:own]
Which?
// about the answers
{
// the right one
=a // kept
~b
}
// [id:two]
::T:: Next {T}
"""
    first, second = read(text).drafts
    assert first.values["id"] == "one"
    assert first.declared
    assert first.values["domain"] == "policy"
    assert first.values["stem"] == "Which?"
    assert [option["text"] for option in first.values["options"]] == ["a // kept", "b"]
    assert second.values["id"] == "two"


@pytest.mark.parametrize(
    ("answers", "kind", "key", "named"),
    [
        ("=a ~b ~c", "single_choice", ["A"], []),
        ("=a~b~c", "single_choice", ["A"], []),
        ("~a\n~b\n=c", "single_choice", ["C"], []),
        ("=%100%a ~b", "single_choice", ["A"], []),
        ("\n~a\n~=b\n~c", "single_choice", ["B"], []),
        ("~%50%a ~%50%b ~c", "multiple_choice", ["A", "B"], []),
        ("~%33,33%a ~%33.33%b ~%33.34%c ~%-100%d", "multiple_choice", ["A", "B", "C"],
         ["minus points for single options"]),
        ("~%50%a ~%50%b ~%-12.5%c ~d", "multiple_choice", ["A", "B"],
         ["minus points for single options"]),
        ("=a ~%50%b ~c", "single_choice", ["A"], ["50 % for B"]),
        ("=a ~%-50%b ~c", "single_choice", ["A"], ["minus points for single options"]),
        ("~%60%a ~%40%b ~c", "multiple_choice", ["A", "B"], ["60 % for A", "40 % for B"]),
        ("~%40%a ~%40%b ~c", "multiple_choice", ["A", "B"],
         ["shares that do not add up to 100 %"]),
        ("~%100%a ~b ~c", "single_choice", ["A"],
         ["one_right"]),
        ("=a#yes ~b#no", "single_choice", ["A"], ["feedback to candidates"]),
        ("~ ~a =b ~", "single_choice", ["B"], []),
        ("T", "true_false", ["true"], []),
        ("FALSE#no#yes", "true_false", ["false"], ["feedback to candidates"]),
    ],
)  # fmt: skip
def test_which_options_are_right(answers: str, kind: str, key: list[str], named: list[str]) -> None:
    draft = only(f"Q {{{answers}}}")
    assert (draft.values["type"], draft.values["key"]) == (kind, key)
    assert codes(draft) == [("1", name, False) for name in named]


@pytest.mark.parametrize("answers", ["=a =b ~c", "~%100%a ~%100%b ~c"])
def test_options_of_which_one_is_enough_are_not_all_needed(answers: str) -> None:
    (found,) = codes(only(f"Q {{{answers}}}"))
    assert found == ("1", "several right options of which one is enough", True)


def test_a_short_answer_is_marked_by_a_person() -> None:
    draft = only("Who? {=Ann =%50%Anna}")
    assert draft.values["type"] == "short_answer"
    assert draft.values["model_answer"] == "Ann\nAnna (50 %)"
    assert codes(draft) == [("1", "by_person", False)]


def test_a_title_may_end_on_the_next_line() -> None:
    draft = clean("::T\n::[html]<i>Q</i> {T}")
    assert (draft.values["id"], draft.values["stem"]) == ("T", "<i>Q</i>")


def test_an_essay_and_a_missing_word() -> None:
    assert clean("Discuss. {}").values == {"type": "essay", "stem": "Discuss."}
    assert clean("He is {~x =y} today.").values["stem"] == "He is _____ today."
    assert clean("He is （{~x =y}）.").values["stem"] == "He is （_____）."
    assert clean("He is {~x =y}\n").values["stem"] == "He is"
    assert clean("Is it {T}?").values["stem"] == "Is it _____?"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a < b, $5 and $6", r"a < b, \$5 and \$6"),
        ("<b>x</b>\\ny\\nz", "<b>x</b> y\nz"),
        ("one\ntwo", "one\ntwo"),
        ("[moodle]<p>one</p>\n<p>two</p>", "one\ntwo"),
        ("[html]one\ntwo<br><i>x</i>", "one two\n<i>x</i>"),
        ("[plain]<b>x</b>\nz", r"\<b>x\</b>" "\nz"),
        ("[html]<pre>if a\\:\n    b</pre>", "if a:\n\u2002\u2002\u2002\u2002b"),
        ("  x\n    y", "x\ny"),
        ("[markdown]**x** `y`\\n\\n* a\\n* b", "<b>x</b> y\n• a\n• b"),
        (r"[markdown]\\(a_1*b*c\\)", "$a_1*b*c$"),
        ("[other]x", "[other]x"),
        (r"\\(\\frac\{a\}\{b\}\\)", r"$\frac{a}{b}$"),
        (r"a\:b \= \~ \# \\ \x", r"a:b = ~ # \ \x"),
    ],
)
def test_texts_are_read_as_moodle_reads_them(source: str, text: str) -> None:
    assert clean(f"{source} {{T}}").values["stem"] == text


def test_an_answer_may_have_a_format_of_its_own() -> None:
    draft = clean("[plain]<b> {=[html]<b>x</b> ~<i>}")
    assert draft.values["stem"] == r"\<b>"
    assert [option["text"] for option in draft.values["options"]] == ["<b>x</b>", r"\<i>"]


def test_categories_are_named_once() -> None:
    parsed = read("$CATEGORY: a\n\nQ {T}\n\n$CATEGORY: b\nR {F}\n")
    assert [draft.values["stem"] for draft in parsed.drafts] == ["Q", "R"]
    assert [str(problem.params["name"]) for problem in parsed.problems] == ["categories"]


def test_pictures_on_the_internet_and_in_addresses() -> None:
    remote = only('[html]<img src\\="https\\://a.b/c.png"> {T}')
    assert codes(remote) == [("1", "picture_remote", True)]
    source = "data:image/png;base64," + base64.b64encode(png()).decode()
    parsed = read(f'[html]<img src\\="{source.replace("=", chr(92) + "=")}"> {{T}}')
    assert parsed.drafts[0].values["stem"] == f"![]({PICTURE})"
    assert parsed.pictures == PICTURES


@pytest.mark.parametrize(
    "text",
    ["{" * 5000, "}" * 5000, "{=" * 3000, "::" * 5000, "a {\n\n" * 2000, "//", "\\" * 999, "{#}"],
)
def test_hostile_files_are_read_in_bounded_time(text: str) -> None:
    read(text)


def there_and_back(entries: Sequence[BankItem]) -> list[BankItem]:
    found = [read_entry(draft.values, PROGRAMME) for draft in gift.read(gift.write(entries)).drafts]
    return [entry for entry, _ in found if entry is not None]


AWKWARD = st.text(
    alphabet=st.sampled_from("ab中 \n$\\{}~=#:/[]!()<>&\"'.,;|%*_^-\u3000€0"),
    min_size=1,
    max_size=20,
).filter(lambda text: bool(text.strip()))


@settings(max_examples=60)
@given(
    AWKWARD.map(lambda text: " ".join(text.split())).filter(bool),
    AWKWARD,
    st.lists(AWKWARD.map(lambda text: escaped(text.strip())), min_size=2, max_size=4, unique=True),
    st.booleans(),
    st.sampled_from(["", "| a | b |\n| --- | --- |\n| c | d |", f"<b>x</b> ![y]({PICTURE})"]),
)
def test_what_is_written_comes_back_the_same(
    id_: str, stem: str, options: list[str], several: bool, stimulus: str
) -> None:
    values = {
        "id": id_,
        "type": "multiple_choice" if several else "single_choice",
        "subject": "theory",
        "domain": "policy",
        "stem": escaped(stem),
        "options": [
            {"id": "ABCD"[n], "text": text, "fixed": n == 1} for n, text in enumerate(options)
        ],
        "key": ["A", "B"] if several else ["A"],
        "shuffle": several,
        **({"group": id_[:40], "stimulus": stimulus} if stimulus else {}),
    }
    entry, _ = read_entry(values, PROGRAMME)
    assume(entry is not None)
    assert entry is not None
    assert there_and_back([entry]) == [entry]


def test_an_independent_reader_reads_what_is_written(tmp_path: Path) -> None:
    """gift-pegjs, the parser of the GIFT extension for Visual Studio Code."""
    library = ROOT / "node_modules" / "gift-pegjs"
    if not library.exists():
        pytest.skip("make lint has not installed the packages of npm")
    script = tmp_path / "read.cjs"
    script.write_text(
        f"const {{ parse }} = require({json.dumps(str(library))});"
        "console.log(JSON.stringify(parse(require('fs').readFileSync(0, 'utf-8'))))"
    )
    entries = [*special(), *starter()]
    node = Path(sysconfig.get_path("scripts")) / "node"
    done = subprocess.run(
        [node, script], input=gift.write(entries), capture_output=True, check=True, timeout=60
    )
    theirs = [_theirs(question) for question in json.loads(done.stdout)]
    assert theirs == [_ours(entry) for entry in entries]


def _theirs(question: dict[str, object]) -> tuple[object, ...]:
    choices: list[dict[str, object]] = question.get("choices", [])  # type: ignore[assignment]
    right = [choice["isCorrect"] or (choice["weight"] or 0) > 0 for choice in choices]  # type: ignore[operator]
    return (question["id"], question["type"], question.get("isTrue"), right)


def _ours(entry: BankItem) -> tuple[object, ...]:
    kinds = {"single_choice": "MC", "multiple_choice": "MC", "true_false": "TF"}
    truth = entry.scheme.key[0] == "true" if entry.item.type == "true_false" else None
    right = [option.id in entry.scheme.key for option in entry.item.options]
    return (entry.item.id, kinds.get(entry.item.type, "Essay"), truth, right)
