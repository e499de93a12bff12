"""Headings that name a language: ``题干（英文）``, ``Stem (English)``, ``stem_en``."""

import re
import unicodedata

_WORDS = {"zh": "中文|汉语|chinese", "en": "(?<![中和与、/])英文|英语|english"}
_CODES = {"zh": "zh|cn|中", "en": "en|eng|英"}
_BRACKETS = re.compile(r"[(\[【<]([^()\[\]【】<>]*)[)\]】>]")
_BETWEEN = r"[\s_:.·-]"
_PREFIXED = {
    language: re.compile(rf"\s*(?:{words})版?的?{_BETWEEN}*(?P<rest>\S.*)", re.DOTALL)
    for language, words in _WORDS.items()
}
_SUFFIXED = {
    language: re.compile(
        rf"(?P<rest>\S.*?)(?:{_BETWEEN}*(?:{words})|{_BETWEEN}+(?:{_CODES[language]}))版?[\s*]*",
        re.DOTALL,
    )
    for language, words in _WORDS.items()
}
_ALONE = {
    language: re.compile(rf"(?:{words}|{_CODES[language]})版?")
    for language, words in _WORDS.items()
}


def divided(heading: str) -> tuple[str, str]:
    """Return a heading without the language that it names, and the language; empty for none."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    for found in _BRACKETS.finditer(text):
        named = [language for language in _WORDS if _is_named(language, found[1])]
        if len(named) == 1:
            return text[: found.start()] + text[found.end() :], named[0]
    for patterns in (_PREFIXED, _SUFFIXED):
        for language, pattern in patterns.items():
            if match := pattern.fullmatch(text):
                return match["rest"], language
    return text, ""


def alone(heading: str) -> str:
    """Return the language of a heading that names nothing else, or an empty text."""
    text = unicodedata.normalize("NFKC", heading).casefold().strip("()[]【】<>*: \n")
    return next((name for name in _WORDS if _ALONE[name].fullmatch(text)), "")


def _is_named(language: str, words: str) -> bool:
    return bool(re.search(_WORDS[language], words)) or bool(
        re.fullmatch(rf"\s*(?:{_CODES[language]})\s*", words)
    )
