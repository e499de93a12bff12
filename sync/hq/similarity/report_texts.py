"""What reports say in words, in Chinese and English."""

from collections.abc import Mapping

from sync.hq.similarity.places import Relation
from sync.hq.similarity.search import Level

LEVELS: Mapping[Level, str] = {
    Level.STRONG: "显著 strong",
    Level.NOTABLE: "可疑 notable",
    Level.TEXT: "文字雷同 text",
}

RELATIONS: Mapping[str, str] = {
    Relation.NEIGHBOURS: "邻座 neighbours",
    Relation.SAME_ROOM: "同考场 same room",
    Relation.SAME_CENTRE: "同考点 same centre",
    Relation.APART: "不同考点 different centres",
}

NOT_A_VERDICT = (
    "本报告只列出相似程度超出偶然的雷同卷，作为复核的依据，不是违纪认定。"
    "认定须由人员结合监控、座位、事件记录等证据作出，并听取考生陈述。\n"
    "This report names answer sheets that are more alike than chance explains. That is a ground"
    " for review and never a verdict: people decide, with all evidence and after hearing the"
    " candidates."
)

METHOD = (
    "方法：对同一试卷的全部考生两两比较，题目与选项按内部编号对应，与各人的乱序无关。"
    "用广义二项检验（GBT）计算：若独立作答，"
    "一人的答案与另一人至少有这么多相同的概率；作答概率按能力与题目估计"
    "（双参数模型及错误选项频率，均作收缩）。两个方向取较小者并加倍，再按全卷对数校正"
    "（Holm；Benjamini–Hochberg），邻座与其余各占一半错误率。"
    "保存时间与座位距离只作旁证，不参与计算。\n"
    "Method: every pair of the paper, by item and option ids; generalized binomial test with"
    " response probabilities by ability; corrected for the number of pairs. Save times and seats"
    " are shown but do not count. Measured false alarms and power: docs/similarity.md.\n"
    "Sources: van der Linden & Sotaridona (2006), Wollack (1997), Bellezza & Bellezza (1989),"
    " Holm (1979), Benjamini & Hochberg (1995)."
)
