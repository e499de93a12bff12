"""Names and titles are stored and compared in one form, whichever program they come from."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.exam.errors import TextUnusable
from kiosk.exam.typed_numbers import is_invisible
from kiosk.exam.typed_texts import (
    name_key,
    plain_name,
    plain_text,
    require_name,
    require_plain,
    unusable_characters,
)


@given(st.text())
@example("O¨")
@example("か\u180b\u3099")
@example("e\u200b\u0301")
@example("\uff76\u200b\uff9e")
def test_what_is_stored_has_nothing_invisible_and_stays_as_it_is(text: str) -> None:
    for form in (plain_text, plain_name, name_key):
        stored = form(text)
        assert form(stored) == stored
        assert not [char for char in stored.replace(" ", "") if is_invisible(char)]
        assert stored == " ".join(stored.split())


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x323AF, categories=["Lo"])))
def test_no_ideograph_becomes_another(text: str) -> None:
    hanzi = "".join(char for char in text if "IDEOGRAPH" in unicodedata.name(char, ""))
    assert plain_name(hanzi) == hanzi


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\u202e张\u200b三\u2066", "张三"),
        ("张　三", "张三"),
        ("张 三", "张三"),
        ("欧阳\u00a0\u00a0五", "欧阳五"),
        ("阿卜杜•买买提", "阿卜杜·买买提"),
        ("阿卜杜・买买提", "阿卜杜·买买提"),
        ("阿卜杜 ･ 买买提", "阿卜杜·买买提"),
        ("阿卜杜.买买提", "阿卜杜·买买提"),
        ("阿卜杜．买买提", "阿卜杜·买买提"),
        ("𠮷田\U000e0100", "𠮷田"),
        ("⼭⽥", "山田"),
        ("李\uf92c", "李\uf92c"),
        ("\U000323b0", "\U000323b0"),
        ("Jose\u0301  Nun\u0303ez", "José Nuñez"),
        ("Smith－Ｊｏｎｅｓ", "Smith-Jones"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("O'Neill-Çelik, Jr.", "O'Neill-Çelik, Jr."),
        ("\tLi\r\nMing\ufeff", "Li Ming"),
    ],
)
def test_a_name_is_stored_as_meant(typed: str, stored: str) -> None:
    assert require_name(typed) == stored


def test_titles_keep_their_blanks_and_numerals() -> None:
    assert require_plain("第１期 · 碳排放　管理员Ⅳ①\u200e") == "第1期 · 碳排放 管理员Ⅳ①"


def test_chinese_punctuation_stays_and_that_of_numbers_is_plain() -> None:
    assert require_plain("东门（北），３ 楼") == "东门（北），3 楼"
    assert require_plain("Ａ－０１（２）") == "A-01(2)"


@pytest.mark.parametrize("char", ["\ue000", "\U000f0000", "\ufdd0", "\U0002ffff", "\ud800"])
def test_what_only_one_font_shows_is_refused(char: str) -> None:
    assert unusable_characters(f"李{char}") == char
    for form in (require_plain, require_name):
        with pytest.raises(TextUnusable, match=f"U\\+{ord(char):04X}"):
            form(f"李{char}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阿卜杜·买买提", "阿卜杜买买提"),
        ("JOSÉ Núñez", "Jose\u0301 Nu\u0301n\u0303ez"),
        ("李\uf92c", "李郎"),
    ],
)
def test_names_compare_as_they_look(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
