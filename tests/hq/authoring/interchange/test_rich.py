"""HTML is read as browsers show it; our markup comes back from HTML the same."""

import base64

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.exam.items.markup import (
    STYLES,
    Span,
    Table,
    all_spans,
    escaped,
    write_spans,
    write_table,
)
from sync.hq.authoring.interchange import rich
from sync.hq.authoring.interchange.data_uri import data_uri
from tests.hq.items import PICTURE


def shown(html: str) -> str:
    """What is read, of HTML that loses nothing."""
    found = rich.from_html(html, lambda _: PICTURE)
    assert (found.lost, found.dropped) == ([], [])
    return found.text


def named(html: str) -> tuple[str, list[str], list[str]]:
    found = rich.from_html(html, lambda _: PICTURE)
    return found.text, [str(name) for name in found.lost], [str(name) for name in found.dropped]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        # tag soup, entities, blanks
        ("a<p>b<p>c", "a\nb\nc"),
        ("<li>one<li>two", "• one\n• two"),
        ("<B>x</b> &lt;b&gt; &eacute;&nbsp;&#8364;", "<b>x</b> \\<b> é €"),
        ("a <!-- no --> b\n  c", "a b c"),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
        ("a<br>b<br/><br></br>c", "a\nb\n\nc"),
        ("<![CDATA[<i>x</i>]]>", "<i>x</i>"),
        ("x < y, 1 <2", "x < y, 1 <2"),
        # emphasis
        ("<strong>a</strong><em>b</em><ins>c</ins><del>d</del><strike>e</strike>",
         "<b>a</b><i>b</i><u>c</u><s>de</s>"),
        ("<b>a<i>b</i></b>c", "<b>a<i>b</i></b>c"),
        ("<b>a<br>b</b>", "<b>a\nb</b>"),
        ("<b>a<br></b><br>b", "<b>a</b>\n\nb"),
        ("<b>x<br></b><table><tr><td>a<td>b</table>", "<b>x</b>\n| --- | --- |\n| a | b |"),
        ("<b><p>a</p><p>b</p></b>", "<b>a</b>\n<b>b</b>"),
        ('<span style="FONT-WEIGHT: 700; font-style:italic">a</span>', "<b><i>a</i></b>"),
        ('<span style="text-decoration: underline line-through">a</span>', "<u><s>a</s></u>"),
        ('<b style="font-weight:normal">a</b>', "a"),
        ('x<span style="vertical-align:super">ab</span>', "x<sup>ab</sup>"),
        ("<h3>Title</h3>text", "<b>Title</b>\ntext"),
        # scripts: characters where Unicode has all of them, otherwise tags
        ("10<sup>3</sup> CO<sub>2</sub> m<sup>n+1</sup>", "10³ CO₂ mⁿ⁺¹"),
        ("x<sub>max,i</sub> 1<sup>st</sup>", "x<sub>max,i</sub> 1<sup>st</sup>"),
        ("<code>x<sup>2</sup></code>", "x<sup>2</sup>"),
        # lists
        ('<ol type="a" start="3"><li>x<li>y</ol>z', "c. x\nd. y\nz"),
        ("<ol type=I><li>x<li value=4>y</ol>", "I. x\nIV. y"),
        ("<ol reversed><li>x<li>y</ol>", "2. x\n1. y"),
        ('<ol style="list-style-type: lower-roman"><li>x<li>y</ol>', "i. x\nii. y"),
        ("<ol><li><p>x</p><ul><li>y</ul><li></li><li>z</ol>", "1. x\n　◦ y\n2.\n3. z"),
        ("<dl><dt>x<dd>y</dl>", "x\n　y"),
        # lines
        ("<pre>if x:\n    y  # ok\n</pre>", "if x:\n\u2002\u2002\u2002\u2002y  # ok"),
        ("<p style='white-space:pre-wrap'>a\n  b</p>", "a\n\u2002\u2002b"),
        ("a<hr>b", "a\n────────\nb"),
        ("<blockquote>a</blockquote><q>b</q>", "a\n“b”"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        # formulas and amounts
        (r"\(a&lt;b\) \[c\] $$d$$ [tex]e[/tex] $5 and $6", r"$a<b$ $c$ $d$ $e$ \$5 and \$6"),
        (r"\(a<b\) and \(c\)", "$a<b$ and $c$"),
        (r"\(\$5\)", r"\$5"),
        (r"<span>\(</span>x<br>\)", "$x$"),
        (r"<code>\(x\)</code>", r"\(x\)"),
        (r"\<b>x</b>", r"\ <b>x</b>"),
        ("<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>", r"$\frac{a}{b}$"),
        ("<i class=katex><math><mi>x</mi></math><b class=katex-html>x</b></i>", "<i>$x$</i>"),
        ("«math»«mi»x«/mi»«/math»", "$x$"),
        ('<script type="math/tex">x^2</script>', "$x^2$"),
        ('<img class="equation_image" src="/e" data-equation-content="x^2">', "$x^2$"),
        # pictures
        ('<img src="a.png" alt=" a\n[b] " width="5">', f"![a [b]({PICTURE})"),
        # tables
        ("<table><tr><th>A<th>B<tr><td>1<td>2|3</table>t",
         "| A | B |\n| --- | --- |\n| 1 | 2\\|3 |\nt"),
        ("<table><thead><tr><td>A</thead><tr><td>1<tr><td>2</table>",
         "| A |\n| --- |\n| 1 |\n| 2 |"),
        ("<table><tr><th>A<td>1<tr><th>B<td>2</table>",
         "| --- | --- |\n| <b>A</b> | 1 |\n| <b>B</b> | 2 |"),
        ("<table><caption>C</caption><tr><td colspan=2>T<tr><td><p>1</p><p>2</p><td></table>",
         "C\nT\n| --- | --- |\n| 1<br>2 |  |"),
        ("<table><tr><td><p>only</p></table>", "only"),
        ("a<table></table>b", "a\nb"),
    ],
)  # fmt: skip
def test_html_is_read_as_browsers_show_it(html: str, text: str) -> None:
    assert shown(html) == text


@pytest.mark.parametrize(
    ("html", "lost", "dropped"),
    [
        ('<p style="display: none">x</p>', [], ["hidden text"]),
        ("<p hidden>x</p>", [], ["hidden text"]),
        ('<span style="visibility:hidden">x</span>', [], ["hidden text"]),
        ('<span style="color: #FFFFFF">x</span>', [], ["hidden text"]),
        ('<font color="white">x</font>', [], ["hidden text"]),
        ('<span style="color:red">x</span>', [], ["coloured text"]),
        ('<span style="background: yellow">x</span>', [], ["highlighting"]),
        ('<p style="background:#000"><font color="#fff">x</font></p>', [], ["highlighting"]),
        ('<span style="color: rgb(29, 33, 37)">x</span>', [], []),
        ('<a href="https://a.b/c">x</a>', [], ["link to https://a.b/c"]),
        ('<a href="https://a.b">https://a.b</a>', [], []),
        ("<style>p{}</style>x", [], ["style sheet"]),
        ("<script>x()</script>", [], ["script"]),
        ("<video src=x></video>", ["<video>"], []),
        ("<audio></audio><iframe></iframe>", ["<audio>", "<iframe>"], []),
        ("<select><option>a</select>", ["<select>", "<option>"], []),
        ("<svg><circle/></svg>", ["<svg>", "<circle>"], []),
        ("List<String>", ["<string>"], []),
        ("if a<b and c>d", ["text that reads like a tag: <b and c>"], []),
        ("a<b", ["text after < without its >: <b"], []),
        (r"\(a = \$5 + x\)", ["formula with a dollar sign"], []),
        ("<math><mspace/><foo/></math>", ["formula in MathML without its LaTeX"], []),
        ("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>", ["table with merged cells"], []),
        ("<table><tr><td>a<td><table><tr><td>b<td>c</table></table>",
         ["table inside a table"], []),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_named(html: str, lost: list[str], dropped: list[str]) -> None:
    assert named(html)[1:] == (lost, dropped)


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "ul><li", "svg", "p", "math"])
def test_deep_and_huge_texts_are_named(tag: str) -> None:
    text, lost, _ = named(f"<{tag}>" * 30_000 + "x")
    assert (text, lost) == ("", ["text with too many tags, or tags nested too deeply"])


PLAIN = st.text(
    alphabet=st.sampled_from("ab中 \n$\\{}~=#:/[]!()<>&\"'.;|%*_^-\u3000€√b>/i"), max_size=20
)
STYLED = st.builds(
    lambda text, styles: Span("text", text, styles=tuple(s for s in STYLES if s in styles)),
    PLAIN,
    st.sets(st.sampled_from(STYLES), max_size=2),
)
FORMULA = st.sampled_from([Span("formula", "x^2"), Span("formula", r"\frac{a}{b} < c")])
SHOWN = st.builds(lambda alt: Span("picture", PICTURE, alt), st.sampled_from(["", "a b"]))
LINES = st.lists(STYLED | FORMULA | SHOWN, max_size=5).map(write_spans)
CELL = LINES.map(lambda text: rich.from_html(rich.to_html(text.replace("|", ""), str), str).text)
TABLE = st.lists(st.tuples(CELL, CELL), min_size=2, max_size=3).map(
    lambda rows: write_table(Table(rows[0], tuple(rows[1:])))
)
MARKUP = st.lists(LINES | TABLE, max_size=3).map("\n".join)


@settings(max_examples=200)
@given(MARKUP)
@example("a\n\n| a | b |\n| --- | --- |\n| c | <b>d</b> |\n\ne")
@example("<b>  x</b> <i> y</i>\n<u>z </u>")
@example("<b>\n</b>\n|  |  |\n| --- | --- |\n|  |  |")
@example("x<sup>2</sup> <sub>a</sub>")
@example("<sub> a</sub>x<sup>2 </sup>")
@example("x<sup>\u22122</sup>")
def test_markup_comes_back_from_html_the_same(markup: str) -> None:
    once = rich.from_html(rich.to_html(markup, str), str)
    assert (once.lost, once.dropped) == ([], [])
    for mathml in (False, True):
        again = rich.from_html(rich.to_html(once.text, str, mathml=mathml), str)
        assert (again.text, again.lost, again.dropped) == (once.text, [], [])
    assert _visible(once.text) == _visible(markup)


def _visible(markup: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """The characters that are not blank, each with its styles."""
    return [
        (span.kind, character, span.styles)
        for span in all_spans(markup)
        for character in (span.text if span.kind == "text" else [span.text])
        if character.strip() or span.kind != "text"
    ]


@given(PLAIN)
def test_html_gives_back_every_text(text: str) -> None:
    markup = escaped(" ".join(text.split()))
    for mathml in (False, True):
        html = rich.to_html(markup, lambda name: name, mathml=mathml)
        found = rich.from_html(html, lambda address: address)
        assert (found.text, found.lost, found.dropped) == (markup, [], [])


def test_the_content_of_a_data_uri() -> None:
    assert data_uri("data:image/png;base64," + base64.b64encode(b"abc").decode()) == b"abc"
    assert data_uri("data:image/svg+xml,%3Csvg/%3E") == b"<svg/>"
    assert data_uri("data:image/png;base64,A") == b""
    assert data_uri("a.png") is None
