"""The texts of notices, as data beside the code that sends them: short, plain, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.kit.words import Words

TEXTS: Final[dict[str, Words]] = {
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
    "case.reopened_handled": Words(
        "贵单位办理过的事项{number}“{matter}”被反映人要求重办，由派遣员重新派遣：{note}",
        "Case {number} “{matter}”, which your office handled, was reopened; the dispatcher sends it out anew: {note}",
    ),
    "case.merged": Words(
        "您反映的“{matter}”（{number}）与正在办理的另一件（{lead}）是同一件事，已并入一起办理。仍可凭原查询码查看进展。",
        "Your report “{matter}” ({number}) is about the same thing as {lead}, which is under way; the two were joined. "
        "Your code still shows how it goes.",
    ),
    "case.unmerged": Words(
        "您反映的“{matter}”（{number}）不再与另一件一起办理，已恢复单独办理。",
        "Your report “{matter}” ({number}) is no longer joined with another one and is handled by itself.",
    ),
    "case.lead_ended": Words(
        "与您反映的“{matter}”（{number}）一起办理的那一件已有结果：{state}。没有解决的，请凭查询码要求单独办理。",
        "The case that yours, “{matter}” ({number}), was joined with has a result: {state}. If it is not settled, have "
        "yours handled by itself, with your code.",
    ),
    "case.lead_ended_account": Words(
        "与您反映的“{matter}”（{number}）一起办理的那一件已有结果：{state}。没有解决的，请在“我的”里要求单独办理。",
        "The case that yours, “{matter}” ({number}), was joined with has a result: {state}. If it is not settled, have "
        "yours handled by itself under “About me”.",
    ),
    "case.lead_goes_on": Words(
        "与您反映的“{matter}”（{number}）一起办理的那一件已重新办理。",
        "The case that yours, “{matter}” ({number}), is joined with was taken up again.",
    ),
    "case.left": Words(
        "事项{number}“{matter}”的反映人认为合并办理没有解决，要求单独办理：{note}",
        "The reporter of {number} “{matter}” says that the joined case did not settle it and wants it handled: {note}",
    ),
    "case.extension_asked": Words(
        "事项{number}“{matter}”的承办单位申请延期至{until}：{note}。请在到期（{due}）前答复。",
        "The office with case {number} “{matter}” asks for time until {until}: {note}. Please answer before it is due "
        "({due}).",
    ),
    "case.extended": Words(
        "事项{number}“{matter}”同意延期，新的期限是{due}。",
        "More time was granted for case {number} “{matter}”; it is due by {due} now.",
    ),
    "case.extended_reporter": Words(
        "您反映的“{matter}”（{number}）需要更多时间，办理期限延至{due}。",
        "Your report “{matter}” ({number}) takes longer; it is due by {due} now.",
    ),
    "case.extension_refused": Words(
        "事项{number}“{matter}”不同意延期，仍应于{due}前办结：{note}",
        "More time for case {number} “{matter}” was refused; it stays due by {due}: {note}",
    ),
    "case.parked": Words(
        "事项{number}“{matter}”已挂账，复核日期{review}：{note}",
        "Case {number} “{matter}” was parked, to be reviewed on {review}: {note}",
    ),
    "case.parked_owner": Words(
        "事项{number}“{matter}”已挂账，挂账期间由贵单位负责，复核日期{review}：{note}",
        "Case {number} “{matter}” was parked; it is yours until its review on {review}: {note}",
    ),
    "case.parked_reporter": Words(
        "您反映的“{matter}”（{number}）暂时无法办结，已挂账，将于{review}复核。",
        "Your report “{matter}” ({number}) cannot be settled for now; it was parked, to be reviewed on {review}.",
    ),
    "case.taken_up": Words(
        "您反映的“{matter}”（{number}）挂账结束，重新派遣办理。",
        "The parking of your report “{matter}” ({number}) is over; it is sent out again.",
    ),
    "case.unparked": Words(
        "事项{number}“{matter}”已解除挂账，请重新派遣。",
        "The parking of case {number} “{matter}” was ended; please dispatch it again.",
    ),
    "case.review_due": Words(
        "事项{number}“{matter}”挂账到期，请重新派遣；仍办不了的，凭新的理由再次挂账。",
        "The review of the parked case {number} “{matter}” is due: dispatch it again, or park it for a new reason.",
    ),
    "case.raised": Words(
        "事项{number}“{matter}”提级到贵单位（{note}），请指定承办单位。",
        "Case {number} “{matter}” was raised to your office ({note}); please appoint the office in charge.",
    ),
    "case.raised_below": Words(
        "事项{number}“{matter}”已提级（{note}），由上级指定承办单位。",
        "Case {number} “{matter}” was raised ({note}); the higher level appoints the office in charge.",
    ),
    "case.appointed": Words(
        "上级指定贵单位承办事项{number}“{matter}”，不能退回；有困难请向指定的上级请示。应于{due}前办结。",
        "Your office was appointed for case {number} “{matter}” and cannot send it back; ask the level that appointed "
        "you. It is due by {due}.",
    ),
    "case.appointed_below": Words(
        "事项{number}“{matter}”已由上级指定承办单位。",
        "The higher level appointed the office for case {number} “{matter}”.",
    ),
    "case.asks_level": Words(
        "事项{number}“{matter}”的承办单位请示：{note}",
        "The office appointed for case {number} “{matter}” asks you: {note}",
    ),
    "case.assists": Words(
        "请贵单位协办事项{number}“{matter}”：{note}",
        "Your office is asked to assist in case {number} “{matter}”: {note}",
    ),
    "case.contributed": Words(
        "事项{number}“{matter}”的协办单位反馈：{note}",
        "An assisting office reports on case {number} “{matter}”: {note}",
    ),
    "case.entrusted": Words(
        "事项{number}“{matter}”没有责任单位，交贵单位协调，不能退回；反馈之前须确定责任主体。",
        "Case {number} “{matter}” is nobody's remit and was entrusted to you: you cannot send it back, and name the "
        "body in charge before you report it as done.",
    ),
    "case.still": Words(
        "您反映的“{matter}”（{number}）办结已有四周，现在还好吗？请凭查询码答复；不答复也可以。",
        "Your report “{matter}” ({number}) was closed four weeks ago. Is it still in order? Answer with your code, if "
        "you like.",
    ),
    "case.still_account": Words(
        "您反映的“{matter}”（{number}）办结已有四周，现在还好吗？请在“我的”里答复；不答复也可以。",
        "Your report “{matter}” ({number}) was closed four weeks ago. Is it still in order? Answer under “About me”, "
        "if you like.",
    ),
    "case.reopened": Words(
        "事项{number}“{matter}”被反映人重新打开：{note}",
        "Case {number} “{matter}” was reopened by the reporter: {note}",
    ),
}


def text_of(key: str, facts: Mapping[str, str], language: str) -> str:
    """The sentence of a notice with its facts filled in; facts may carry `_zh` and `_en` variants."""
    suffix = "_zh" if language.startswith("zh") else "_en"
    filled = {name.removesuffix(suffix): value for name, value in facts.items() if not _other(name, suffix)}
    return TEXTS[key].in_language(language).format_map(filled)


def _other(name: str, suffix: str) -> bool:
    return name.endswith(("_zh", "_en")) and not name.endswith(suffix)
