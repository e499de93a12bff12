"""Text files are read in the encoding that they have, or it is asked about: never guessed."""

from contextlib import suppress

import pytest

from sync.hq.errors import BadImport
from sync.hq.imports.text_encoding import ENCODINGS, decoded
from sync.hq.problems import Problem

CHINESE = [
    "题干,答案\n下列属于温室气体的有（　　）。,二氧化碳\n",
    "题干,答案\n甲烷是温室气体。,√\n氮气是温室气体。,×\n",
    "Question,Key\n单位 Unit of CO2,吨 t\n",
    "题干,答案\n企业的名称是“碧水”还是“蓝天”？,①②③\n",
]
OTHERS = [
    ("latin-1", "Question,Réponse\nQuelle est la capitale de la Suède?,Malmö\n"),
    ("latin-1", "Frage,Antwort\nWie heißt die größte Stadt?,München über Köln\n"),
    ("latin-1", "Pregunta,Respuesta\n¿Cuál es la unidad? ¡Elija! Año,niño\n"),
    ("cp1252", "Question,Key\nWhat’s the “unit” – of energy?,“joule”\n"),
    ("latin-1", "Kysymys,Vastaus\nÄäni ja öljy: mikä on yksikkö?,sää\n"),
    ("cp1252", "Question,Key\nA café costs €5,naïve\n"),
    ("cp1251", "Вопрос,Ответ\nКакая единица?,тонна\n"),
    ("cp932", "問題,答え\nこれは何ですか。,カタカナです\n"),
    ("big5", "題目,答案\n下列屬於溫室氣體的有,二氧化碳與甲烷\n"),
    ("cp949", "문제,답\n온실가스는 무엇입니까,이산화탄소\n"),
    ("iso8859-2", "Otázka,Odpověď\nKterý plyn je skleníkový?,oxid uhličitý\n"),
]


@pytest.mark.parametrize("text", CHINESE)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_chinese_is_read_in_every_usual_encoding(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("text", CHINESE)
def test_chinese_is_read_in_gbk(text: str) -> None:
    assert decoded(text.encode("gbk")) == text


def test_rare_characters_beside_common_ones_are_chinese() -> None:
    text = "题干,答案\n作者是王喆、李堃和张赟，主编是陈鑫淼。下列说法正确的是,甲\n"
    assert decoded(text.encode("gb18030")) == text


def asked(data: bytes) -> Problem:
    with pytest.raises(BadImport) as error:
        decoded(data)
    (problem,) = error.value.problems
    return problem


@pytest.mark.parametrize(("encoding", "text"), OTHERS)
def test_other_encodings_are_asked_about(encoding: str, text: str) -> None:
    assert asked(text.encode(encoding)).code == "encoding_unknown"


def test_the_question_shows_a_line_in_each_encoding_and_its_answer_is_used() -> None:
    data = "Question,Key\nQuelle est la capitale de la Suède?,Malmö\n".encode("latin-1")
    assert "windows-1252: Quelle est la capitale de la Suède?,Malmö" in str(asked(data))
    assert "Malmö" in decoded(data, "windows-1252")
    assert "温室气体" in decoded("温室气体".encode("gb18030"), "gb18030")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_wrong_answer_is_no_crash(encoding: str) -> None:
    with suppress(BadImport):
        decoded(bytes(range(1, 256)), encoding)
