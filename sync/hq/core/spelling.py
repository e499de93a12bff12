"""Spelling of unlock codes for the telephone.

Letters use the ICAO spelling alphabet, digits the Chinese radio words, so that one (幺) and
seven (拐) are not confused.
"""

_WORDS = (
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett",
    "Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango",
    "Uniform", "Victor", "Whiskey", "X-ray", "Yankee", "Zulu",
)  # fmt: skip
_LETTERS = {word[0]: word for word in _WORDS}
_DIGITS = dict(
    zip(
        "0123456789",
        ("洞 zero", "幺 one", "两 two", "三 three", "四 four", "五 five", "六 six", "拐 seven",
         "八 eight", "勾 nine"),
        strict=True,
    )
)  # fmt: skip


def spelling_alphabet(group: str) -> list[tuple[str, str]]:
    """Return each character of a code group with the word to say for it."""
    return [(char, _LETTERS.get(char) or _DIGITS.get(char, char)) for char in group.upper()]
