"""Names of the events in a centre's log, in both languages, as its own pages have them."""

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.exam.values import Text
from sync.hq.review.rule_names import rule_name

EVENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "package_imported": ("导入考试包", "Package imported"),
        "sitting_not_held": ("考试包有效期内未举行", "Not held while its package was valid"),
        "data_deleted": ("数据已在保存期满后删除", "Data deleted after their retention period"),
        "package_revoked": ("总部撤回了考试包", "Package revoked by headquarters"),
        "package_too_late": (
            "考试包到达过晚，本场次继续使用原考试包",
            "A package arrived too late; the sitting continues with its current one",
        ),
        "paper_unlocked": ("试卷解锁", "Paper unlocked"),
        "unlock_refused": ("解锁码被拒绝", "Unlock code refused"),
        "sitting_started": ("场次开考", "Sitting started"),
        "group_started": ("考生组开考", "A group started"),
        "group_stopped": (
            "考生组考试中止，须重新安排",
            "Exams of a group stopped, to be rescheduled",
        ),
        "sitting_closed": ("场次结束", "Sitting closed"),
        "signed_in": ("考生登录", "Candidate signed in"),
        "guest_admitted": ("人工准入（不在名单）", "Admitted by hand, not on the roster"),
        "guest_on_roster": ("人工准入的考生已列入名单", "Admitted by hand, now on the roster"),
        "guest_off_roster": (
            "人工准入的考生已不在名单",
            "Admitted by hand, no longer on the roster",
        ),
        "off_roster": ("新考试包名单中已无该考生", "No longer on the roster of the new package"),
        "printed": ("打印文件", "Document printed"),
        "seat_changed": ("已调换座位", "Moved to another seat"),
        "sign_in_undone": ("登录已撤销", "Sign-in undone"),
        "incidents_seen": ("异常情况已查看", "Incidents acknowledged"),
        "analysis_restarted": (
            "摄像分析出错并已重新启动，部分画面丢失",
            "Camera analysis failed and was restarted; some frames were lost",
        ),
        "analysis_stopped": (
            "摄像分析已停止，当前没有自动监看",
            "Camera analysis has stopped; candidates are not monitored automatically",
        ),
        "frames_not_analysed": (
            "摄像头画面正常到达，但均未得到分析",
            "Camera pictures arrive, but none is analysed",
        ),
        "analysis_slow": (
            "考场负载过高：摄像头画面分析滞后",
            "The room is overloaded: camera pictures are analysed late",
        ),
        "terminals_silent": (
            "多台考试机同时未传来画面",
            "Several terminals sent no pictures at the same time",
        ),
        "server_late": ("服务器曾短时无响应", "The server was unresponsive for a while"),
        "analysis_stopped_over": ("%(rule)s：解除", "%(rule)s: ended"),
        "frames_not_analysed_over": ("%(rule)s：解除", "%(rule)s: ended"),
        "analysis_slow_over": ("%(rule)s：解除", "%(rule)s: ended"),
        "terminals_silent_over": ("%(rule)s：解除", "%(rule)s: ended"),
        "server_late_over": ("%(rule)s：解除", "%(rule)s: ended"),
        "epoch_begun": ("数据已从备份恢复", "The data were restored from a backup"),
        "media_written": ("已保存给总部的文件", "File for headquarters saved"),
        "media_received": ("已导入总部的文件", "File from headquarters imported"),
        "backup_made": ("备份已完成并检验", "Backup made and checked"),
        "backup_failed": ("备份失败", "A backup failed"),
        "pictures_handed_over": (
            "已交出密封的画面，送往总部",
            "Sealed pictures handed over for headquarters",
        ),
        "pictures_stopped": (
            "磁盘即将写满，已停止保存图像",
            "The disk is nearly full: pictures are no longer stored",
        ),
        "pictures_resumed": (
            "磁盘空间已恢复，继续保存图像",
            "The disk has space again: pictures are stored",
        ),
        "camera_virtual": ("虚拟摄像头", "Virtual camera"),
        "devices_failed": ("设备检测未通过", "Device check failed"),
        "devices_admitted": (
            "设备检测未通过，已准许参加考试",
            "Admitted without the device that failed",
        ),
        "pictures_reinstated": ("已恢复分析摄像头画面", "Camera pictures analysed again"),
        "second_terminal": (
            "另一台考试机以该考生身份连接，已拒绝",
            "A second terminal tried to connect as this candidate and was refused",
        ),
        "verification_pass": ("人脸核验通过", "Face verified"),
        "verification_retry": ("人脸核验未通过，可重试", "Face not verified, another try"),
        "verification_staff": ("人脸核验未通过，转人工", "Face not verified, staff decide"),
        "form_confirmed": ("考生已确认个人信息", "Personal data form confirmed by the candidate"),
        "form_skipped": ("准予免填个人信息", "Admitted without the personal data form"),
        "live_picture_opened": (
            "监考员入场核验时查看实时画面",
            "Staff looked at the live picture at check-in",
        ),
        "pledge_given": ("考生已作出诚信承诺", "Candidate gave the integrity pledge"),
        "call_made": ("考生呼叫监考员", "Candidate called the invigilator"),
        "call_withdrawn": ("考生取消呼叫", "Candidate withdrew the call"),
        "call_answered": (
            "监考人员前往呼叫的考生处",
            "Staff are coming to the candidate who called",
        ),
        "call_closed": ("呼叫处理完毕", "Call closed"),
        "message_sent": ("向考生发送通知", "Message sent to candidates"),
        "message_read": ("考生确认已读通知", "Candidate confirmed having read the message"),
        "announcement_read": ("已阅读总部通告", "Announcement of headquarters read"),
        "break_begun": ("开始如厕离场", "Toilet break begun"),
        "break_back": (
            "考生表示已如厕返回",
            "Candidate says to be back from the toilet break",
        ),
        "break_ended": ("如厕离场结束", "Toilet break ended"),
        "misconduct_recorded": ("已记录违纪情况", "Misconduct recorded"),
        "misconduct_witnessed": (
            "第二名监考人员已确认违纪记录",
            "Misconduct record confirmed by a second person",
        ),
        "misconduct_signed": (
            "考生已在违纪记录上签名",
            "Candidate signed the misconduct record",
        ),
        "misconduct_not_signed": (
            "考生未在违纪记录上签名",
            "Candidate did not sign the misconduct record",
        ),
        "misconduct_withdrawn": ("违纪记录已撤回", "Misconduct record withdrawn"),
        "inspected": ("监考员已查看，无异常", "Checked by staff, nothing unusual"),
        "finding_noted": ("监考员要求摘除佩戴物", "Staff asked for something to be taken off"),
        "finding_cleared": ("监考员要求的事项已处理", "Staff request settled"),
        "verification_by_hand": ("人工确认身份", "Identity confirmed by hand"),
        "verification_refused": ("人工不予确认身份", "Identity refused by hand"),
        "id_card_pass": ("证件比对通过", "Identity card matched"),
        "id_card_card": ("证件比对未通过，可再试", "Identity card not matched, another try"),
        "id_card_staff": (
            "证件比对未通过，由监考员决定",
            "Identity card not matched, staff decide",
        ),
        "portraits_checked": ("报名照片已检查", "Portraits checked"),
        "frame_refused": ("有一帧摄像头画面无法读取", "A camera picture could not be read"),
        "portrait_captured": ("采集报名照片", "Portrait taken"),
        "terminal_released": ("释放考试机", "Terminal released"),
        "attempt_started": ("考生开考", "Exam started"),
        "attempt_ended": ("考生结束", "Exam ended"),
        "clock_set": ("系统时钟被调整", "System clock was changed"),
        "attempt_paused": ("考试暂停", "Exam paused"),
        "attempt_resumed": ("考试继续", "Exam resumed"),
        "attempt_reopened": ("撤销考试结束", "End of the exam undone"),
        "attempt_voided": ("本次考试作废", "Attempt voided"),
        "part_ended": ("部分结束", "Part ended"),
        "time_credited": ("补时", "Time credited"),
        "room_credited": ("统一补时", "Time credited to all"),
        "room_paused": ("已暂停", "Paused"),
        "room_pause_reason": ("补填暂停原因", "Reason of a pause given"),
        "room_resumed": ("已恢复", "Resumed"),
        "sitting_stopped": ("考试中止，另行安排", "Sitting stopped, to be rescheduled"),
        "server_outage": ("服务器曾停机", "The server was down"),
        "terminal_outage": ("考试机曾中断", "A terminal was down"),
        "outage_not_credited": ("中断时间未予补偿", "Lost time not given back"),
        "page_opened": ("打开答题页", "Answer page opened"),
        "page_released": ("允许另一窗口接管", "Another window allowed"),
        "second_window": (
            "另一窗口请求打开考试，已拒绝",
            "A second window tried to open the exam and was refused",
        ),
        "page_leave_reversed": ("离开答题页不计次", "Page leave not counted"),
        "answer_refused": (
            "收到不符合要求的答案，已拒绝",
            "An invalid answer was received and rejected",
        ),
        "foreign_attempt": (
            "考试机请求他人的考试，已拒绝",
            "The terminal asked for another candidate's exam and was refused",
        ),
        "answers_kept": ("答案已保存，摘要已记录", "Answers saved, digest recorded"),
        "answers_touched": (
            "已保存的答案被本程序之外的操作改动",
            "Saved answers were changed outside this program",
        ),
        "late_answers_full": (
            "迟交答案提交次数过多，后续提交已被拒绝",
            "Late answers were sent too often; more are refused",
        ),
        "late_answers_received": ("收到迟交答案", "Late answers received"),
        "late_answers_accepted": ("迟交答案已采纳", "Late answers accepted"),
        "late_answers_refused": ("迟交答案未采纳", "Late answers refused"),
        "admitted_late": ("迟到准予入场", "Admitted late"),
        "seats_drawn": ("座位已编排", "Seats assigned"),
        "terminal_restored": ("考试机已恢复", "Terminal restored"),
        "answers_held": (
            "考试机保存着未能送达的答案",
            "A terminal has answers that it cannot send",
        ),
        "held_answers_wanted": (
            "已要求考试机送交其保留的答案",
            "A terminal was asked to send the answers it has",
        ),
        "held_answers_undeliverable": (
            "考试机上的答案已标记为无法送达",
            "Answers on a terminal marked as undeliverable",
        ),
        "terminal_bound": ("考试机绑定座位", "Terminal assigned to a seat"),
        "terminals_crowded": (
            "登记的考试机过多，未使用的已移除",
            "Too many terminals registered; unused ones were removed",
        ),
        "page_left": ("离开答题页", "Left the answer page"),
        "page_returned": ("返回答题页", "Back on the answer page"),
        "page_copy": ("阻止复制", "Copying prevented"),
        "page_cut": ("阻止剪切", "Cutting prevented"),
        "page_paste": ("阻止粘贴", "Pasting prevented"),
        "page_print": ("检测到打印", "Printing noticed"),
        "page_context_menu": ("阻止右键菜单", "Context menu prevented"),
        "page_resize": ("窗口大小改变", "Window resized"),
        "page_camera": ("考试机摄像头", "Camera at the terminal"),
        "page_fullscreen": ("退出全屏", "Full screen left"),
        "page_language": ("答题页试题语言", "Language of the questions on the page"),
        "calculator_opened": ("首次打开计算器", "Calculator opened for the first time"),
        "notes_opened": ("首次打开草稿", "Notes opened for the first time"),
        "page_microphone": ("考试机麦克风", "Microphone at the terminal"),
    }
)
"""Chinese and English, by kind."""


def event_name(kind: str) -> Text:
    """Return the name of an event; those of a rule carry the rule's name."""
    if kind in EVENTS:
        chinese, english = EVENTS[kind]
        return Text(zh=chinese, en=english)
    if kind.startswith("advice_"):
        name = rule_name(kind.removeprefix("advice_"))
        return Text(zh=f"提示考生：{name.zh}", en=f"Advice to the candidate: {name.en}")
    if kind.startswith("rule_"):
        rule = kind.removeprefix("rule_")
        name = rule_name(rule.removesuffix("_over"))
        if rule.endswith("_over"):
            return Text(zh=f"{name.zh}结束", en=f"{name.en}: over")
        return name
    return Text(zh=kind, en=kind)
