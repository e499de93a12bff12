"""Headings of item sheets, as our template, exam offices and other products write them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from string import ascii_uppercase
from types import MappingProxyType

from sync.hq.authoring.interchange.sheets.languages import divided
from sync.hq.authoring.translated import field_name

OPTIONS = ascii_uppercase
"""Letters of options."""

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "id": "题号 试题编号 题目编号 编号 试题id 题目id id 题库编号 试题代码 item itemid"
        " questionid questionno questionnumber identifier code",
        "serial": "序号 顺序 no no. # 行号 number 序",
        "type": "题型 类型 试题类型 题目类型 试题题型 题类 题目题型 type questiontype itemtype",
        "subject": "科目 考试科目 课程 学科 subject course",
        "domain": "领域 domain",
        "topic": "知识点 章节 模块 考点 知识模块 所属章节 知识领域 章 节 分类 试题分类 题目分类"
        " 所属知识点 一级知识点 考核点 鉴定点 category topic tags tag chapter unit section",
        "trade": "工种 职业 岗位 职业工种 trade occupation",
        "level": "等级 级别 适用级别 适用等级 技能等级 职业等级 level",
        "difficulty": "难度 难易程度 难度等级 难易度 试题难度 题目难度 难易 difficulty"
        " difficultylevel",
        "coefficient": "难度系数 难度值",
        "stem": "题干 题目 试题 试题内容 问题 考题 题目内容 试题题干 题目题干 题面 题目描述"
        " 试题描述 题干内容 问题内容 问题描述 试题正文 内容 stem question questiontext questionstem"
        " itemstem prompt questions",
        "options": "选项 备选项 选项内容 候选项 备选答案 试题选项 题目选项 答案选项 选项答案 可选项"
        " options choices answeroptions answers",
        "key": "答案 正确答案 标准答案 试题答案 题目答案 正确选项 正确项 答案选择 正确答案选项 key"
        " answer correctanswer correctanswers answerkey correctoption correct"
        " correctanswers correctchoice rightanswer solution",
        "points": "评分点 评分标准 采分点 评分要点 得分点 评分细则 markpoints markscheme rubric",
        "model_answer": "参考答案 答案要点 参考解答 范文 modelanswer referenceanswer sampleanswer",
        "rationale": "解析 答案解析 试题解析 题目解析 解题思路 答案说明 解答 试题分析 详解 题解"
        " 说明 rationale explanation answerexplanation feedback generalfeedback",
        "stimulus": "材料 题干材料 案例 案例材料 背景材料 阅读材料 案例背景 资料 stimulus passage"
        " case scenario",
        "group": "题组 案例编号 题组编号 材料编号 材料题编号 group casenumber passageid",
        "shuffle": "选项乱序 乱序 选项随机 打乱选项 shuffle shuffleoptions shuffleanswers",
        "fixed": "固定选项 不乱序选项 fixed fixedoptions",
        "picture": "图片 插图 题干图片 题目图片 配图 附图 试题图片 picture image",
        "marks": "分值 分数 得分 每题分值 题目分值 本题分数 points marks score mark point",
    }
)
_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "id": ("题号（作为标识）", "Item id"),
        "serial": ("序号", "Number of the row"),
        "type": ("题型", "Type"),
        "subject": ("科目", "Subject"),
        "domain": ("领域", "Domain"),
        "topic": ("知识点（与领域同名时采用）", "Topic (if it is a domain)"),
        "trade": ("工种", "Trade"),
        "level": ("等级", "Level"),
        "difficulty": ("难度", "Difficulty"),
        "coefficient": ("难度系数（0 至 1）", "Share of right answers (0 to 1)"),
        "stem": ("题干", "Stem"),
        "options": ("全部选项", "All options"),
        "key": ("答案", "Key"),
        "points": ("评分点", "Mark points"),
        "model_answer": ("参考答案", "Model answer"),
        "rationale": ("解析", "Rationale"),
        "stimulus": ("材料", "Stimulus"),
        "group": ("题组", "Group"),
        "shuffle": ("选项乱序", "Shuffle"),
        "fixed": ("固定选项", "Fixed options"),
        "picture": ("图片", "Picture"),
        "marks": ("分值", "Marks"),
        **{letter: (f"选项{letter}", f"Option {letter}") for letter in OPTIONS},
    }
)
LANGUAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
)
_TRANSLATED = ("stem", "stimulus", "options", *OPTIONS)
TRANSLATED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        field_name(language, field): (f"{_TITLES[field][0]}（{zh}）", f"{_TITLES[field][1]} ({en})")
        for language, (zh, en) in LANGUAGES.items()
        for field in _TRANSLATED
    }
)
"""Texts in other languages, ``translations.en.stem`` and the like, with their names."""

TITLES: Mapping[str, tuple[str, str]] = MappingProxyType({**_TITLES, **TRANSLATED})
"""Names of fields in Chinese and English."""

_KNOWN = {name: field for field, names in _NAMES.items() for name in names.split()}
_LETTER_IN_BRACKETS = re.compile(r"[(\[【]([a-z]|\d{1,2})[)\]】]")
_REMARK = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】|<[^>]*>")
_AFTER = re.compile(r"\s[-–—]\s.*", re.DOTALL)
_OPTION = re.compile(
    r"(?P<before>(?:(?:试题|题目|选择题)?(?:备选|候选|可选|待选|选择|答案)?(?:选项|答案|项|支))?"
    r"|备选|候选|选择|选|(?:option|choice|answer|alternative|response)(?:option|text)?)"
    r"[-_.:、]?(?P<place>[a-z]|\d{1,2}|[一二三四五六七八九十])[.:、]?"
    r"(?P<after>(?:选项|项|答案)?(?:内容|描述|文本|文字)?|text|option)"
)
_ITEM = (
    "(?:试题|考题|题目|问题|小题|大题|本题|单选题?|多选题?|判断题?|选择题?|简答题?"
    "|测试题|练习题|(?:考试|考核|竞赛|测验|练习|训练|培训|模拟|理论)(?=试?题)|题)"
)
_PARTS = (
    (
        "stem",
        re.compile(
            rf"{_ITEM}+的?(?:内容|题干|题目|题面|名称|标题|描述|正文|文本|文字|表述|陈述|叙述|信息)+|"
            rf"(?:question|item|problem)(?:title|body|content|text|stem|name|description|prompt)|"
            rf"{_ITEM}*(?:题干|题面|题目|试题|考题)(?:内容|题干|题目|题面|名称|描述|正文|文本|文字|表述|信息)*"
        ),
    ),
    (
        "key",
        re.compile(
            rf"(?:{_ITEM}|选项|正确|标准|该题)+(?:答案|正确项)(?:填写|内容|选项|字母|项)*|"
            r"(?:正确|标准)?(?:答案|选项)(?:填写|内容|选项|字母|项)+|正确(?:的)?选项(?:字母)?"
        ),
    ),
    (
        "rationale",
        re.compile(
            rf"(?:{_ITEM}|答案|解题|选项)+(?:解析|说明|分析|解释|详解|讲解|解读|思路|依据)+|"
            r"(?:详细|文字|参考)解析"
        ),
    ),
)
"""Headings of these parts mean a field if no other heading does so by its whole name."""
_KEYS_OR_OPTIONS = frozenset({"答案选项", "选项答案"})
_TRADITIONAL = str.maketrans(
    "題選項單複難標準參點編號類別層級問試範領識節應關鍵數評備註簡論實測驗圖內說詳講釋斷錯對誤確認"
    "學業師課職種顯隨機亂順庫書資訊據況綜閱讀與無",
    "题选项单复难标准参点编号类别层级问试范领识节应关键数评备注简论实测验图内说详讲释断错对误确认"
    "学业师课职种显随机乱顺库书资讯据况综阅读与无",
)
_NUMERALS = "一二三四五六七八九十"


def plain(text: str) -> str:
    """Return a heading without blanks, remarks and signs around it.

    The language of a text follows an ``@``.
    """
    rest, language = divided(text)
    bare = _bare(rest) if language else ""
    return f"{bare}@{language}" if _field(bare) in _TRANSLATED else _bare(text)


def _bare(text: str) -> str:
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")
    wide = _AFTER.sub("", unicodedata.normalize("NFKC", shown)).casefold()
    wide = _REMARK.sub("", _LETTER_IN_BRACKETS.sub(r"\1", wide))
    return "".join(wide.split()).replace("必填", "").replace("选填", "").strip("*:,;、?)]】")


def simplified(text: str) -> str:
    """Return a text with the traditional characters of headings, types and keys simplified."""
    return text if text.isascii() else text.translate(_TRADITIONAL)


@lru_cache(maxsize=4096)
def field_of(heading: str) -> str:
    """Return what a heading names: one of :data:`TITLES`, or an empty text."""
    name, language = _name_of(heading)
    return field_name(language, _field(name)) if language else _field(name)


def _name_of(heading: str) -> tuple[str, str]:
    """Return the name in a heading, and its language if it is that of a translation."""
    name, _, language = plain(heading).rpartition("@")
    return (name, language) if language in LANGUAGES and name else (plain(heading), "")


def _field(name: str) -> str:
    name = simplified(name)
    return _KNOWN.get(name) or _option(name) or _by_parts(name)


def is_certain(heading: str) -> bool:
    """Return whether the field of a heading is known by its whole name, not by its parts."""
    name = simplified(_name_of(heading)[0])
    return name in _KNOWN or bool(_option(name))


def is_key_or_options(heading: str) -> bool:
    """Return whether a heading may be of the key as well as of all options."""
    return simplified(plain(heading)) in _KEYS_OR_OPTIONS


def _by_parts(name: str) -> str:
    return next((field for field, parts in _PARTS if parts.fullmatch(name)), "")


def _option(name: str) -> str:
    found = _OPTION.fullmatch(name)
    if found is None:
        return ""
    place = found["place"]
    if place.isascii() and place.isalpha():
        return place.upper()
    if not (found["before"] or found["after"]):
        return ""
    number = _NUMERALS.index(place) if place in _NUMERALS else int(place) - 1
    return OPTIONS[number] if 0 <= number < len(OPTIONS) else ""


def is_numbered(heading: str) -> bool:
    """Return whether the heading of an option has a number instead of a letter."""
    return any(char.isdigit() or char in _NUMERALS for char in _name_of(heading)[0])
