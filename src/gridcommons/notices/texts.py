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
    "case.moved": Words(
        "区划调整：您反映的“{matter}”（{number}）现由{office}负责，联系电话{phone}。编号和查询码不变。",
        "Areas were reorganised: your report “{matter}” ({number}) is now looked after by {office}, telephone {phone}. "
        "Its number and your code stay the same.",
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
