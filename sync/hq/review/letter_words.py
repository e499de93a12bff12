"""What letters of cases say, in Chinese: they go to candidates and to the court, if it comes to it.

Words in ``%(…)s`` are filled in by :mod:`sync.hq.review.letters`.
"""

from sync.hq.review.sanctions import AppealOutcome, CaseOutcome

NOTICE, DECISION, APPEAL = "notice", "decision", "appeal_decision"
"""Kinds of letters, as kinds of documents."""

TITLES = {
    NOTICE: "考试违纪行为处理事先告知书",
    DECISION: "考试违纪行为处理决定书",
    APPEAL: "考试违纪行为处理申诉复核决定书",
}
NUMBER = "案号：%(case)s"

FACTS = "一、事实"
INCIDENT = "%(time)s，%(rule)s%(value)s。"
VALUE = "（测得值 %(measured)s，界限 %(threshold)s）"
NO_INCIDENTS = "详见以下说明。"

GROUNDS = "二、依据"
BASIS = "%(reason)s。依据：%(basis)s。"
NO_BASIS = "%(reason)s。"
NOTICE_BASIS = "上述情况涉嫌违反考试纪律，拟依照考试违纪违规行为处理的有关规定研究处理。"
FOUND_NOTHING = "经复核，未认定违纪行为。"

HEARING = "三、陈述和申辩"
MAY_SPEAK = (
    "您有权对上述事实和依据进行陈述和申辩，也可以提交证据。请于%(until)s前向%(office)s提出；"
    "逾期未提出的，视为放弃陈述和申辩。本告知书不是处理决定。"
)
MACHINE = "摄像头和系统的测量值仅作线索，是否违纪由两名以上工作人员认定。"
HEARD = "已于%(day)s听取您的陈述和申辩，并在作出决定时予以考虑。"
DECLINED = "您于%(day)s表示不作陈述和申辩。"
SILENT = "您在规定期限（%(day)s）内未提出陈述和申辩。"
NOT_NEEDED = "未作出对您不利的决定。"

DECIDED = "四、决定"
OUTCOMES = {
    CaseOutcome.NO_BREACH: "不认定违纪，您的考试成绩按规定办理。",
    CaseOutcome.WARNING: "给予警告。您的考试成绩不受影响。",
    CaseOutcome.PART_VOID: "本次考试以下部分成绩无效：%(parts)s。",
    CaseOutcome.RESULT_VOID: "本次考试成绩无效。",
    CaseOutcome.BAN: ("本次考试成绩无效，并自%(from)s起至%(to)s止不得报名参加%(scope)s。"),
}
THIS_PROGRAMME = "“%(programme)s”考试"
ALL_PROGRAMMES = "本机构组织的全部考试"

RIGHTS = "五、救济途径"
MAY_APPEAL = (
    "如不服本决定，可以自收到本决定书之日起 %(days)s 日内向%(office)s提出申诉，"
    "由未参与本决定的两名人员复核；申诉不会加重处理。%(more)s"
)
LAW = "也可以依法申请行政复议或者提起行政诉讼。"

APPEALED = "二、申诉"
LODGED = "您于%(day)s提出申诉，由未参与原决定的人员复核。"
APPEALS = {
    AppealOutcome.UPHELD: "维持原决定。",
    AppealOutcome.CHANGED: "变更原决定。%(outcome)s",
    AppealOutcome.RESTORED: "撤销原决定，恢复您的考试成绩及由此产生的权利。",
}
FINAL = "如不服本复核决定，可以依法申请行政复议或者提起行政诉讼。"
OFFICE = "考试主管机构"
