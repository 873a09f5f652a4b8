"""Words of this audience for codes that other parts keep: posts, kinds of work, levels, what was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.matters.matter import Kind, MatterClass, Place, Verify
from gridcommons.territory.queries import AreaFacts

LEVELS: Final[Mapping[str, Words]] = {
    "province": Words("省", "province"),
    "city": Words("市", "city"),
    "county": Words("县", "county"),
    "township": Words("乡镇、街道", "township"),
    "village": Words("村、社区", "village or community"),
    "grid": Words("网格", "grid"),
    "microgrid": Words("微网格", "micro-grid"),
}
POSTS: Final[Mapping[str, Words]] = {
    "head": Words("网格长", "head of the grid"),
    "full_time": Words("专职网格员", "full-time worker"),
    "part_time": Words("兼职网格员", "part-time worker"),
    "mentor": Words("网格指导员", "mentor"),
}
EMPLOYMENTS: Final[Mapping[str, Words]] = {
    "employed": Words("在编或聘用", "employed"),
    "purchased_service": Words("购买服务", "purchased service"),
    "all_round_social_worker": Words("全科社工", "all-round social worker"),
    "part_time": Words("兼职", "part-time"),
    "volunteer": Words("志愿", "volunteer"),
}
CLASSES: Final[Mapping[MatterClass, Words]] = {
    MatterClass.ORDER: Words("秩序类", "order"),
    MatterClass.CONVENIENCE: Words("便民类", "convenience"),
}
KINDS: Final[Mapping[Kind, Words]] = {
    Kind.MUST_DO: Words("必办", "must do"),
    Kind.ASSIST: Words("协助", "assist"),
    Kind.NOT_FOR_GRID: Words("不进网格", "not for the grid"),
}
PLACES: Final[Mapping[Place, Words]] = {
    Place.PUBLIC_SPACE: Words("公共场所", "public space"),
    Place.HOME: Words("家中（从不公开）", "inside a home (never public)"),
    Place.WORKPLACE: Words("经营场所", "place of work"),
    Place.NONE: Words("不涉及地点", "no place"),
}
CHECKS: Final[Mapping[Verify, Words]] = {
    Verify.ON_SITE: Words("由没有参与处置的人到现场核查", "someone not involved in handling it checks on site"),
    Verify.BY_PHONE: Words("由没有参与处置的人电话回访", "someone not involved in handling it calls back"),
}
DONE: Final[Mapping[str, Words]] = {
    "report": Words("反映", "reported"),
    "settle": Words("当场处置", "settled on the spot"),
    "file": Words("立案", "filed"),
    "void": Words("不予立案", "not filed"),
    "dispatch": Words("派遣", "sent"),
    "accept": Words("接收", "taken on"),
    "send_back": Words("退回", "sent back"),
    "pass_on": Words("转下一部门", "passed on to the next office"),
    "feed_back": Words("反馈处置结果", "handled"),
    "rework": Words("核查未通过，要求返工", "the check failed: to be done again"),
    "attempt": Words("到过现场，未能核查", "somebody went there and could not check"),
    "late_check": Words("补记一次现场核查", "a check on the spot was added"),
    "close": Words("核查结案", "checked and closed"),
    "confirm": Words("确认办好", "confirmed"),
    "reopen": Words("要求重办", "reopened"),
    "merge": Words("与另一件是同一件事，并入一起办理", "joined with another report about the same thing"),
    "unmerge": Words("恢复单独办理", "handled by itself again"),
    "lead_ended": Words("一起办理的那一件有了结果", "the case it is joined with has a result"),
    "lead_goes_on": Words("一起办理的那一件重新办理", "the case it is joined with was taken up again"),
    "agree": Words("认可结果", "agreed with the result"),
    "leave": Words("要求单独办理", "asked to have it handled by itself"),
    "ask_extension": Words("承办单位申请延期", "the office in charge asked for more time"),
    "grant_extension": Words("同意延期", "more time was granted"),
    "refuse_extension": Words("不同意延期，期限不变", "more time was refused; the deadline stays"),
    "park": Words("暂时办不了，挂账", "cannot be settled for now: parked"),
    "unpark": Words("挂账结束，重新派遣", "the parking is over; it is sent out again"),
    "review_due": Words("挂账到期，重新派遣", "the parking is over; it is sent out again"),
    "press": Words("超过受理期限，已告知上级督促", "not filed in time: the level above was told"),
    "raise": Words("提级，由上级督办", "raised to a higher level"),
    "lower": Words("区划调整，不再由原上级督办", "with the level above no more: areas were changed"),
    "appoint": Words("上级指定承办单位", "the higher level appointed the office"),
    "ask_level": Words("承办单位向上级请示", "the office asked the level that appointed it"),
    "involve": Words("增派协办单位", "another office was asked to assist"),
    "contribute": Words("协办单位做了工作", "an assisting office did its part"),
    "part_over": Words("协办单位未反馈，其任务随结案终止", "the part of an assisting office ended with the case"),
    "entrust": Words("交属地政府协调", "entrusted to the government of the place"),
    "name_body": Words("确定责任主体", "the body in charge was named"),
    "ask_still": Words("四周回访：现在还好吗？", "we asked whether it is still in order"),
    "still_fine": Words("答复：仍然正常", "answered: still in order"),
    "still_wrong": Words("答复：又出现问题", "answered: not in order any more"),
}
"""What was done, as the reporter reads it afterwards."""
LOOKS: Final[Mapping[str, Words]] = {
    "look.erased": Words("查看了当时登记的内容，现已按您的要求删除", "looked at what was held then and is erased now"),
    "look.case": Words("打开了这件事的页面", "opened the page of the case"),
    "look.queue": Words("在待办列表中看到了这件事", "saw the case in a list of work"),
    "look.found": Words("检索时看到了这件事", "saw the case in a search"),
    "look.caller": Words("凭您的电话找到了您反映过的事", "found what you reported by your phone"),
    "look.reporter": Words("打开了您的联系方式", "opened your contact"),
    "look.shared_reporter": Words("打开了您同意提供的联系方式", "opened the contact you agreed to share"),
    "look.complaint": Words("打开了这件投诉", "opened the complaint"),
    "look.complaints": Words("在待复核列表中看到了这件投诉", "saw the complaint in a list of work"),
    "look.complainant": Words("打开了您留下的联系方式", "opened the contact you left"),
    "look.own_complaint": Words("凭查询码打开", "opened with the code"),
    "look.mediation": Words("打开了这件调解", "opened the mediation"),
    "look.mediations": Words("在待办列表中看到了这件调解", "saw the mediation in a list of work"),
    "look.own_mediation": Words("凭查询码打开", "opened with the code"),
    "look.reporter_wish": Words("查看了您希望怎样被联系", "read how you want to be reached"),
    "look.case_notices": Words(
        "查看了发给您的通知是否送达，看不到地址和内容", "read whether notices to you arrived, no address"
    ),
    "look.own_case": Words("凭账号或查询码打开", "opened with the account or the tracking code"),
    "look.own_looks": Words("查看了这份记录", "read this list"),
    "look.export": Words("把这件事的内容列入了一份导出", "put the words of the case into an export"),
    "look.ledger": Words("审计时查阅", "read in an audit"),
    "look.households": Words("在住户名单中看到了您的姓名", "saw your name in a list of households"),
    "look.household": Words("打开了您这一户", "opened your household"),
    "look.addresses": Words(
        "在住户地址名单中看到了您家的地址，没有姓名", "saw your address in a list of homes, without names"
    ),
    "look.pack": Words(
        "把您家的地址和已知情况下载到网格员的手机上，用于当日走访，没有姓名",
        "your address and what forms know of your home went to the worker's phone for the day, without names",
    ),
    "look.pack_list": Words(
        "把您家的地址和已知情况随一份表单下载到网格员的手机上，没有姓名",
        "your address and what a form knows of your home went to the worker's phone, without names",
    ),
    "look.due": Words("在当日待走访名单中看到了您家的地址", "saw your address among the visits of the day"),
    "look.calls": Words("查看了您家被走访过几次、有什么约定", "read when your home was visited and what was agreed"),
    "look.visit_wishes": Words("查看了您家是否愿意接受走访", "read whether your home wants visits"),
    "look.visits": Words("查看了对您家的一次走访", "read of a visit at your home"),
    "look.inbox": Words("在收到的表单列表中看到了您家的一份表单", "saw a form about your home in a list"),
    "look.submission": Words("打开了关于您家的一份表单", "opened a form about your home"),
    "look.submission_picture": Words("打开了表单所附的照片", "opened a picture that came with a form"),
    "look.submissions_said": Words(
        "把关于您家的表单与其他表单一起读取分析", "read a form about your home with others, to analyse them"
    ),
    "look.household_place": Words("查看了您这一户在哪个网格", "saw in which grid your household lies"),
    "look.misplaced": Words(
        "查找可能登记错网格的住户时看到了您家的地址", "saw your address when looking for homes settled in a wrong grid"
    ),
    "look.regrid": Words(
        "更正所属网格前看到了您家的地址和位置", "saw your address and where it lies, to put it into its right grid"
    ),
    "look.doubles": Words("查找登记重复的人时看到了您", "saw you when looking for people registered twice"),
    "look.double_pair": Words("把您的登记与另一条比较", "compared your entry with another one"),
    "look.joins": Words("查看了您的哪些登记被合并", "read which entries of yours were joined"),
    "look.partner_visit": Words(
        "把对您家的一次走访告知主管部门的系统", "told the responsible office's system of a visit at your home"
    ),
    "look.on_phone": Words("在手机上离线打开了您这一户", "opened your household on a phone without a network"),
    "look.own_submission": Words("查看了自己发送的、关于您家的表单", "read a form about your home that they had sent"),
    "look.facts": Words("查看了您家已知的情况", "read what is known of your home"),
    "look.person": Words("打开了您的登记信息", "opened who you are"),
    "look.person_found": Words("凭您的证件号或电话找到了您", "found you by your number or phone"),
    "look.acting": Words("查看了您有无个人账号和监护人", "saw whether you have a login or a guardian"),
    "look.rights_requests": Words("查看了您提出的更正申请", "read what you asked to be put right"),
    "look.held": Words("本人查看", "you read it yourself"),
    "look.partner_case": Words("把这件事发送到承办单位的业务系统", "sent the case to the office's own system"),
    "look.partner_photo": Words("把照片交给承办单位的业务系统", "handed a photo to the office's own system"),
    "look.partner_paper": Words("查看了与业务系统往来的内容", "read what went to or came from the office's system"),
    "look.partner_file": Words("下载了发给业务系统的文件", "fetched the file for the office's system"),
}
ANY_LOOK: Final = Words("查看了有关内容", "looked at what is held about it")
BY_PROGRAM: Final[Mapping[str, Words]] = {
    "look.reporter": Words("读取您的联系方式，用来给您发消息", "read your contact, to send you a message"),
    "": Words("处理了这件事，没有人阅读", "worked with the case; no person read it"),
}
PROGRAM: Final = Words("程序（没有人看到内容）", "the program (no person saw it)")
HOLDER: Final = Words("持有查询码的人，或本人", "whoever holds the code, or yourself")


def name_of(area: AreaFacts) -> Words:
    """The name of an area in both languages."""
    return area.name
