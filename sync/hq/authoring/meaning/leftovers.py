r"""What other programs leave in a text: tags, entities, escapes, marks of a format."""

import re
from collections.abc import Iterator
from html.entities import html5

from kiosk.exam.items.item import Item
from kiosk.exam.items.markup import STYLES, all_spans

_OWN = "|".join((*STYLES, "br"))
_ESCAPED = re.compile(rf"\\(</?(?:{_OWN})>)")
_TAGS = (
    "a abbr article aside audio b big blockquote br caption center cite code col colgroup dd del"
    " div dl dt em embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i iframe"
    " img input ins li main mark math mfrac mi mn mo mrow msub msup nav object ol o:p p pre s"
    " script section small span strike strong style sub sup table tbody td tfoot th thead tr tt u"
    " ul v:shape video w:p"
).replace(" ", "|")

_IN_ADDRESSES = re.compile(r"@@PLUGINFILE@@|\$IMS-CC-FILEBASE\$|\$@FILEPHP@\$")
_ALWAYS = re.compile(
    r"_x000[0-9A-Fa-f]_|^\[(?:html|markdown|moodle|plain)\]|"
    r"\{\d*:(?:MULTICHOICE|MULTIRESPONSE|SHORTANSWER|NUMERICAL|MC|SA|NM)\w*:|"
    r"[=~]%-?\d+(?:[.,]\d+)?%|\{[=~][^}\s][^}]{0,200}\}|\{(?:TRUE|FALSE)\}"
)
"""Signs of file formats that no author writes."""

_UNLESS_CODE = re.compile(
    rf"(?i:</?(?:{_TAGS})(?:\s+[\w:-]+\s*=\s*[\"'\w][^<>]*|\s?/)?>)|<!--|<!\[CDATA\[|\]\]>|"
    r"&(?P<entity>[A-Za-z]\w{1,7});|&#\d{2,6};|&#[xX][0-9a-fA-F]{2,5};|"
    r"\\[nrt](?![A-Za-z])|\\u[0-9a-fA-F]{4}|"
    r"(?<![\w)\]])\[\[\d+\]\]|\{\{\d+\}\}|\{\{c\d+::|!\[[^\]\n]{0,300}\]\([^)\n]{0,300}\)|"
    r"\\\((?=.{0,300}\\\))|\\\[(?=.{0,300}\\\])|\\(?:frac|sqrt|text|mathrm|begin|ce)\{"
)
"""Signs that a question about code may show on purpose."""

_BARE = re.compile(r"</?\w+\s?/?>|&\w+;|\\\w")
_CODE = re.compile(
    r"html|xml|svg|css|jsp|php|java|python|sql|latex|\btex\b|markdown|unicode|ascii|json|regex|"
    r"c\+\+|c\#|\bC\s?语言|转义|网页|代码|语句|编程|程序设计|脚本|正则|浏览器|字符串|换行符|"
    r">\s*标[签记]|标[签记]\s*<|"
    r"\btags?\b|\bmarkup\b|\bescap|\bcode\b|\bprogramming|\bscript|\bbrowser|\bstring\b|printf|"
    r"\bprint\(",
    re.IGNORECASE,
)


def always(text: str) -> Iterator[str]:
    """Yield the first sign of a file format in a text."""
    if found := _IN_ADDRESSES.search(text):
        yield found[0]
    yield from _first(_ALWAYS, text)


def unless_code(text: str) -> Iterator[str]:
    """Yield the first tag, entity or escape in a text."""
    yield from _first(_UNLESS_CODE, text)


def escaped_tags(text: str) -> Iterator[str]:
    """Yield the first tag of our markup that is shown with its partner: meant so, or left over."""
    for style in STYLES:
        start = text.find(f"\\<{style}>")
        if start >= 0 and text.find(f"\\</{style}>", start) >= 0:
            yield f"<{style}>"
            return
    if "\\<br>" in text:
        yield "<br>"


def speaks_of_code(text: str) -> bool:
    """Return whether a text has words of programming or of markup languages."""
    return _CODE.search(text) is not None


def about_code(item: Item) -> bool:
    """Return whether an item speaks of code, or has options that are nothing but a tag."""
    if any(map(speaks_of_code, item.all_texts)):
        return True
    return any(_BARE.fullmatch(option.text.strip()) for option in item.options)


def _first(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    # An escaped tag of ours is meant to be shown; one without its partner is left over.
    for span in all_spans(_ESCAPED.sub("", text)):
        for found in pattern.finditer(span.text) if span.kind == "text" else ():
            entity = found.groupdict().get("entity")
            if entity is None or f"{entity};" in html5:
                yield found[0]
                return
