"""Sentences of the letter to an applicant, in Chinese and English."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from kiosk.exam.programme.eligibility import Schooling
from kiosk.exam.programme.work import months_of

TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title": ("报名审核结果通知书", "Result of your application"),
        "number": ("编号：%(number)s", "Reference: %(number)s"),
        "to": (
            "%(name)s（证件号码：%(identity)s）：",
            "To %(name)s (identity document %(identity)s)",
        ),
        "applied": (
            "您申请参加“%(exam)s”考试（%(sitting)s，%(start)s开考）。经审核，现将结果通知如下：",
            'You applied for the exam "%(exam)s" (%(sitting)s, beginning on %(start)s). We have'
            " checked your application and inform you of the result.",
        ),
        "admitted": (
            "审核通过。考试地点和座位以准考证为准，请留意后续通知。",
            "You are admitted. Your admission ticket will name the place and your seat.",
        ),
        "admitted_by": (
            "您符合报考条件第 %(clause)s 条：%(text)s。",
            "You fulfil clause %(clause)s of the entry conditions: %(text)s.",
        ),
        "by_hand": ("由工作人员审定，理由：%(reason)s", "Decided by our staff. Reason: %(reason)s"),
        "refused": ("审核未通过。", "You are not admitted."),
        "withdrawn": (
            "您已退出本次考试，原有座位和准考证作废。",
            "You have been withdrawn from this exam. Your seat and admission ticket are void.",
        ),
        "incomplete": (
            "您符合报考条件，但尚有事项未完成，暂不能安排考试。",
            "You fulfil the entry conditions, but something has to be done before you get a seat.",
        ),
        "not_eligible": (
            "根据您填报的情况，尚不符合报考条件，本次不能参加考试。",
            "By what you stated, you do not fulfil the entry conditions and cannot sit this exam.",
        ),
        "any_clause": (
            "报考条件（符合其中一条即可）及您的情况",
            "The entry conditions, of which one suffices, and what you lack",
        ),
        "clause": ("第 %(clause)s 条　%(text)s", "Clause %(clause)s: %(text)s"),
        "until": (
            "工作年限计算至%(day)s。",
            "Years of work are counted up to %(day)s.",
        ),
        "when": (
            "如继续从事相关工作，自%(day)s起符合本条。",
            "If your relevant work goes on, you fulfil this clause from %(day)s on.",
        ),
        "when_held": (
            "所持证书届时达到年限，自%(day)s起符合本条。",
            "You will have held your certificate long enough from %(day)s on.",
        ),
        "earliest": (
            "最早自%(day)s起符合报考条件（第 %(clause)s 条），其后最近的常规考试日为%(next)s。",
            "The earliest day on which you fulfil a clause is %(day)s (clause %(clause)s). The next"
            " regular exam after it is on %(next)s.",
        ),
        "open_points": ("待办事项", "What is to be done"),
        "hours": (
            "培训学时：要求 %(need)s 学时，已完成 %(have)s 学时，尚缺 %(missing)s 学时。",
            "Class hours: %(need)s are needed, you have %(have)s, %(missing)s are missing.",
        ),
        "hours_unstated": (
            "培训学时：要求 %(need)s 学时，尚无登记。",
            "Class hours: %(need)s are needed; none are recorded yet.",
        ),
        "hours_until": ("学时统计截至%(day)s。", "Hours count until %(day)s."),
        "material": ("尚未提交：%(name)s。", "Not handed in yet: %(name)s."),
        "material_returned": (
            "退回，请重新提交：%(name)s（%(reason)s）。",
            "Returned, please hand in again: %(name)s (%(reason)s).",
        ),
        "material_waiting": (
            "已收到，待审核：%(name)s。",
            "Received, still to be looked at: %(name)s.",
        ),
        "material_until": ("报名材料提交截至%(day)s。", "Material is accepted until %(day)s."),
        "portrait_unfit": (
            "照片不符合要求，请按要求重新提交。",
            "Your portrait does not meet the requirements; please hand in another one.",
        ),
        "portrait_unchecked": (
            "照片正在审核，无须处理。",
            "Your portrait is still being checked; you need not do anything.",
        ),
        "questions": ("异议与咨询", "Questions"),
        "objection": (
            "如填报情况有误或对结果有异议，请携带或发送相关证明材料，与我们联系。",
            "If something is stated wrongly, or you object, contact us with papers that prove it.",
        ),
        "contact": ("联系方式：%(contact)s", "Contact: %(contact)s"),
        # what a clause asks for
        "schooling_from": (
            "学历须为%(need)s及以上，您填报的是%(have)s。",
            "Schooling: %(need)s or higher is needed; you stated %(have)s.",
        ),
        "schooling_unstated": (
            "学历须为%(need)s及以上，您未填报高中及以上学历。",
            "Schooling: %(need)s or higher is needed; you stated none from high school upwards.",
        ),
        "related_degree": ("所学专业须为相关专业。", "A degree in a related subject is needed."),
        "work_years": (
            "从事相关工作须满%(need)s，您为%(have)s。",
            "Relevant work: %(need)s needed; you have %(have)s.",
        ),
        "work_years_unstated": (
            "从事相关工作须满%(need)s，您未填报相关工作年限。",
            "Relevant work: %(need)s needed; you stated none.",
        ),
        "continuous_years_unstated": (
            "连续从事相关工作须满%(need)s，您未填报连续工作年限。",
            "Relevant work without a break: %(need)s needed; you stated none.",
        ),
        "continuous_years": (
            "连续从事相关工作须满%(need)s，您最长连续为%(have)s。",
            "Relevant work without a break: %(need)s needed; your longest run is %(have)s.",
        ),
        "student": ("须为在校学生。", "You must be a student."),
        "institution_staff": (
            "须为上述单位的相关人员。",
            "You must be on the staff of such an institution.",
        ),
        "own_certificate": (
            "须持有本项目%(level)s证书%(held)s。",
            "A certificate of this programme is needed: %(level)s%(held)s.",
        ),
        "other_certificate": (
            "须持有其他%(level)s职业技能或职称证书%(held)s。",
            "Another professional, skill or title certificate is needed: %(level)s%(held)s.",
        ),
        "held": ("，且取得满%(years)s", ", held for %(years)s"),
    }
)

SCHOOLING: Mapping[Schooling, tuple[str, str]] = MappingProxyType(
    {
        Schooling.NONE: ("高中以下", "less than high school"),
        Schooling.HIGH_SCHOOL: ("高中", "high school"),
        Schooling.SECONDARY_VOCATIONAL: ("中专", "secondary vocational school"),
        Schooling.COLLEGE: ("大专", "college diploma"),
        Schooling.BACHELOR: ("本科", "bachelor's degree"),
        Schooling.DOUBLE_BACHELOR: ("双学士", "double bachelor's degree"),
        Schooling.MASTER: ("硕士研究生", "master's degree"),
        Schooling.DOCTOR: ("博士研究生", "doctorate"),
    }
)


def years_shown(years: Decimal, language: str) -> str:
    """Return years and months, such as 4年6个月."""
    whole, months = divmod(months_of(years), 12)
    if language == "zh":
        parts = [f"{whole}年" if whole else "", f"{months}个月" if months else ""]
        return "".join(parts) or "0年"
    named = ((whole, "year"), (months, "month"))
    parts = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in named if count]
    return " and ".join(parts) or "no years"
