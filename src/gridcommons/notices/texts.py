"""The texts of notices, as data beside the code that sends them: short, plain, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.kit.words import Words

TEXTS: Final[dict[str, Words]] = {
    "glass.asked": Words(
        "{office}申请应急查看“{place}”的事项（编号：{number}），等您确认，{until}失效。理由：{reason}",
        "{office} asks for break-glass reading at {place} (case {number}); it waits for you until {until}. "
        "Reason: {reason}",
    ),
    "glass.confirmed": Words(
        "您申请的应急查看已由第二人确认，可以查看到{until}。每次查看都会告知当事人。",
        "Your break-glass reading was confirmed and lasts until {until}. Whoever is concerned is told of each reading.",
    ),
    "glass.declined": Words("您申请的应急查看没有获得确认。", "Your break-glass reading was not confirmed."),
    "glass.opened": Words(
        "{office}经两人确认应急查看“{place}”的事项（编号：{number}），到{until}为止。理由：{reason}",
        "{office} reads beyond its grant at {place} (case {number}), confirmed by two, until {until}. Reason: {reason}",
    ),
    "glass.ended": Words(
        "{office}对“{place}”的应急查看已结束，请审查是否应当。",
        "The break-glass reading of {office} at {place} has ended; please answer whether it was right.",
    ),
    "glass.read": Words(
        "您反映的“{matter}”（{number}）被{office}应急查看。这种查看超出其授权范围，须两人确认、限时、只读。理由：{reason}。如有疑问可打12345。",
        "Your report “{matter}” ({number}) was read by {office} beyond its grant: confirmed by two, for hours, read "
        "only. Reason: {reason}. Question it by calling 12345.",
    ),
    "handout.asked": Words(
        "{office}申请导出含个人信息的事项清单（{number}），等您确认。理由：{reason}",
        "{office} asks for an export with personal data ({number}), which waits for you. Reason: {reason}",
    ),
    "handout.confirmed": Words(
        "您申请的导出（{number}）已由第二人确认，{until}前可以下载一次。",
        "Your export ({number}) was confirmed; it can be taken once until {until}.",
    ),
    "handout.taken": Words(
        "{office}导出了含个人信息的事项清单（{number}），经两人确认。理由：{reason}",
        "{office} took an export with personal data ({number}), confirmed by two. Reason: {reason}",
    ),
    "handout.read": Words(
        "您反映的“{matter}”（{number}）的内容列入了{office}的一份导出，经两人确认。理由：{reason}。如有疑问可打12345。",
        "Your report “{matter}” ({number}) is in an export of {office}, confirmed by two. Reason: {reason}. "
        "Question it by calling 12345.",
    ),
    "case.reported": Words(
        "您反映的“{matter}”已收到，编号{number}。应于{due}前受理。",
        "Your report “{matter}” was received as {number}. It is to be accepted by {due}.",
    ),
    "case.reported.undated": Words(
        "您反映的“{matter}”已收到，编号{number}。受理期限待工作日历公布后确定。",
        "Your report “{matter}” was received as {number}. No date for its filing can be reckoned yet.",
    ),
    "case.filed": Words(
        "您反映的“{matter}”（{number}）已立案，应于{due}前办结。",
        "Your report “{matter}” ({number}) was filed and is due by {due}.",
    ),
    "case.to_file": Words(
        "新事项{number}“{matter}”待立案，应于{due}前受理。",
        "Case {number} “{matter}” waits to be filed, by {due}.",
    ),
    "case.to_file.undated": Words(
        "新事项{number}“{matter}”待立案；工作日历缺少下一年，期限无法计算。",
        "Case {number} “{matter}” waits to be filed; the working calendar lacks the next year, so it has no date.",
    ),
    "case.to_dispatch": Words(
        "事项{number}“{matter}”已立案，请派遣；应于{due}前办结。",
        "Case {number} “{matter}” was filed; please dispatch it. It is due by {due}.",
    ),
    "case.dispatched": Words(
        "新事项{number}“{matter}”派给了贵单位，应于{due}前办结。",
        "Case {number} “{matter}” was sent to your office, due by {due}.",
    ),
    "case.returned": Words(
        "事项{number}“{matter}”被退回，请重新派遣。",
        "Case {number} “{matter}” came back; please dispatch it again.",
    ),
    "case.handled": Words(
        "事项{number}“{matter}”已处置，请到现场核查。",
        "Case {number} “{matter}” was handled; please check on site.",
    ),
    "case.rework": Words(
        "事项{number}“{matter}”核查未通过，请返工。",
        "Case {number} “{matter}” did not pass the check; please do it again.",
    ),
    "case.closed": Words(
        "您反映的“{matter}”（{number}）已办结并经现场核查。若没有解决，可以凭查询码重新打开。",
        "Your report “{matter}” ({number}) was settled and checked on site. If it is not, reopen it with your code.",
    ),
    "case.closed_account": Words(
        "您反映的“{matter}”（{number}）已办结并经现场核查。若没有解决，可以在“我的”里打开这件事，要求重办。",
        "Your report “{matter}” ({number}) was settled and checked on site. If it is not, open it under “About me” "
        "and have it done again.",
    ),
    "case.void": Words(
        "您反映的“{matter}”（{number}）未予立案：{note}",
        "Your report “{matter}” ({number}) was not filed: {note}",
    ),
    "case.settled": Words(
        "您反映的“{matter}”（{number}）已当场解决。",
        "Your report “{matter}” ({number}) was settled on the spot.",
    ),
    "case.reopened": Words(
        "事项{number}“{matter}”被反映人重新打开：{note}",
        "Case {number} “{matter}” was reopened by the reporter: {note}",
    ),
    "problem.proposed": Words(
        "{place}的“{matter}”反复出现，系统建议作为共性问题（{number}），请研判。",
        "“{matter}” keeps coming back in {place}: {number} is proposed as a problem. Please take it up or decline it.",
    ),
    "problem.owned": Words(
        "共性问题{number}（{place}，{matter}）由贵单位牵头。",
        "Your office now owns problem {number} ({matter}, {place}).",
    ),
    "problem.invited": Words(
        "邀请贵单位参加共性问题{number}（{place}，{matter}）的会商，请于{due}前答复。",
        "Your office is asked to the table of problem {number} ({matter}, {place}); please answer by {due}.",
    ),
    "problem.meeting": Words(
        "共性问题{number}（{place}，{matter}）将于{due}会商，地点见详情。",
        "The table of problem {number} ({matter}, {place}) meets on {due}; its page says where.",
    ),
    "problem.measure": Words(
        "共性问题{number}（{place}，{matter}）有一项措施由贵单位承担，{due}前完成。",
        "A measure of problem {number} ({matter}, {place}) is yours, due on {due}.",
    ),
    "problem.review_due": Words(
        "共性问题{number}（{place}，{matter}）到了回头看的日期（{due}），请核对事项是否减少。",
        "Problem {number} ({matter}, {place}) is due for its review ({due}): did cases fall?",
    ),
    "problem.again": Words(
        "共性问题{number}（{place}，{matter}）回头看未见效，已重新会商。",
        "The review of problem {number} ({matter}, {place}) found that it did not help: it is back at the table.",
    ),
    "concern.digest": Words(
        "{place}{week}一周的居民关切已汇总，请于{due}前公开答复。",
        "The concerns of {place} in the week of {week} are gathered; please publish your answer by {due}.",
    ),
    "concern.answered": Words(
        "您在{place}{week}一周提出的关切，已有公开答复，凭编码可在“居民关切”页面查看。",
        "There is a public answer to what people said in {place} in the week of {week}; your code opens it under "
        "“What people say”.",
    ),
    "complaint.to_review": Words(
        "有一件投诉待独立复核，请到“投诉复核”办理。",
        "A complaint waits for independent review; see “Complaints”.",
    ),
    "complaint.replied": Words(
        "一个单位答复了您的询问，请到“投诉复核”查看。",
        "An office replied to a question of yours; see “Complaints”.",
    ),
    "complaint.question": Words(
        "独立复核机构向贵单位提出一个问题，请到“复核询问”答复。",
        "The independent review office put a question to your office; reply under “Questions of review”.",
    ),
    "mediation.to_take": Words(
        "有一件调解申请待承接，请到“调解”办理。", "A mediation waits to be taken on; see “Mediation”."
    ),
    "mediation.news": Words(
        "您承接的一件调解有新情况，请到“调解”查看。", "There is news in a mediation of yours; see “Mediation”."
    ),
    "mediation.due": Words(
        "您承接的一件调解到了约定的回访日期。", "A follow-up date of a mediation of yours has come."
    ),
}


def text_of(key: str, facts: Mapping[str, str], language: str) -> str:
    """The sentence of a notice with its facts filled in; facts may carry `_zh` and `_en` variants."""
    suffix = "_zh" if language.startswith("zh") else "_en"
    filled = {name.removesuffix(suffix): value for name, value in facts.items() if not _other(name, suffix)}
    return TEXTS[key].in_language(language).format_map(filled)


def _other(name: str, suffix: str) -> bool:
    return name.endswith(("_zh", "_en")) and not name.endswith(suffix)
