"""Masking of personal data in free text before it can leave, in Chinese and English.

Hides phones, e-mails, identity numbers, accounts (bank cards, chat ids), car plates and names that a word
announces; keeps house numbers, dates, years, amounts and public hotlines. It errs towards hiding. It is a net for
what slips through, no proof: names without an announcing word pass.
The word lists are data (`data/masking.toml`). Full-width signs are read as their ASCII twins,
digits of any script, circled ones and, where many stand together, Chinese words for digits as digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from gridcommons.kit.check_sign import check_sign
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words

TOO_LONG_MASKED = refusal_kind(
    "text.too_long_masked",
    status=413,
    zh="隐去人名、电话等之后，文字有{length}个字，最多{limit}个字。请不要写这些内容，或缩短后再提交。",
    en="With names, phones and the like hidden the text has {length} characters, {limit} at most. Leave them out, or "
    "shorten it, and send it again.",
)


@dataclass(frozen=True)
class Finding:
    """A kind of personal data and how often it was hidden; never the data themselves."""

    kind: str
    count: int


@dataclass(frozen=True)
class Masked:
    """A text without the found personal data, and what was found."""

    text: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Rule:
    """What to look for: group `hide` (or the whole match) is hidden unless `keep` says it is harmless."""

    kind: str
    pattern: re.Pattern[str]
    keep: Callable[[re.Match[str]], bool] = lambda _: False


def mask(text: str) -> Masked:
    """The text with personal data replaced by a mark in its language, and the kinds found. Idempotent."""
    found: Counter[str] = Counter()
    language = _language(text)
    while spans := _spans(text):
        found.update(kind for _, _, kind in spans)
        text = _replaced(text, spans, language)
    return Masked(text, tuple(Finding(kind, found[kind]) for kind in sorted(found)))


def masked_text(text: str, *, limit: int) -> str:
    """Text from outside made safe to store and masked; one too long, as it came or with its marks, is refused whole.

    A mark may be longer than what it hides; nothing is cut to make it fit.
    """
    said = mask(clean_text(text, limit=limit)).text
    if len(said) > limit:
        raise refuse(TOO_LONG_MASKED, limit=limit, length=len(said))
    return said


def mark_of(kind: str, text: str) -> str:
    """What stands in place of something of a kind in a text, in the text's language."""
    return _words().marks[kind].in_language(_language(text))


def _language(text: str) -> str:
    return "zh" if _HAN_SIGN.search(text) else "en"


def _replaced(text: str, spans: Iterable[tuple[int, int, str]], language: str) -> str:
    marks, parts, done = _words().marks, list[str](), 0
    for start, end, kind in spans:
        parts += [text[done:start], marks[kind].in_language(language)]
        done = end
    return "".join([*parts, text[done:]])


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Stretches to hide, in order and apart; of two that overlap the earlier, the longer, the rule listed first."""
    folded, spoken = _readings(text)
    again = [] if spoken == folded else [rule for rule in _rules() if rule.kind in _SPOKEN_KINDS]
    hits = [
        (*match.span("hide" if "hide" in rule.pattern.groupindex else 0), rule.kind)
        for reading, rules in ((folded, _rules()), (spoken, again))
        for rule in rules
        for match in rule.pattern.finditer(reading)
        if not rule.keep(match)
    ]
    apart: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end, kind))
    return apart


def _readings(text: str) -> tuple[str, str]:
    """The text with the digits of any script as ASCII ones, and once more with words and circles in long runs too.

    Both are searched: in “13812345678二楼” the 二 is no part of the number, in “一三八一二三四五六七八” every sign is.
    """
    folded = "".join(str(unicodedata.decimal(sign, sign)) for sign in text.translate(_FOLD))
    every = "".join(_SPOKEN.get(sign) or str(unicodedata.digit(sign, sign)) for sign in _NO_DIGIT.sub("\0", folded))
    spoken = list(folded)
    for run in _LONG_RUN.finditer(every):
        spoken[run.start() : run.end()] = run[0]
    return folded, "".join(spoken)


# One sign for one sign, so that positions in the folded text are positions in the text.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    **dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F), 0x20),
    **dict.fromkeys(range(0x2010, 0x2016), 0x2D),
    0x2212: 0x2D,
}
_HAN = "㐀-䶿一-鿿豈-﫿\ue000-\uf8ff\U00020000-\U0003ffff"
_HAN_SIGN = re.compile(f"[{_HAN}]")
_GAP = r"[ \t\n.·*_/，,\u200b-\u200d\ufe0f\u20e3-]{0,3}"
_SPOKEN = {
    sign: str(value)
    for value, signs in enumerate(
        ["零〇", "一幺壹", "二贰貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"]
    )
    for sign in signs
}
_SPOKEN_KINDS = {"phone", "identity"}
_NO_DIGIT = re.compile("一(?=[直下楼号个起般定些样])")
_LONG_RUN = re.compile(rf"\d(?:{_GAP}\d){{6,}}", re.ASCII)
_IS = r"[ \t]*(?:号码|号|[:是为]|is|no\.?|number|#)?[ \t]*[:是为]?[ \t]*"
_NOT_MONEY = r"(?!\d)(?!\s*(?:元|万|亿|块|yuan|RMB|CNY|dollars))"
_NOT_TEN_THOUSANDS = rf"(?!\d)(?!\s*[万亿](?:[元块]|(?![{_HAN}])))"
_YEARS = re.compile(r"(?:(?:19|20)\d\d[ -]?)+")
# Nothing but words of a code may stand between: in “网格员要我的身份证33…” the number is a person's.
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_CITIZEN = re.compile(rf"\d{{6}}(?:18|19|20)\d\d{_DAY}\d{{3}}[\dX]", re.ASCII)
_CODE_WORDS = r"代码|编码|编号|号码|号|码|\bcode\b|\bno\b\.?|\bnumber\b|\bid\b|\bis\b|[:是为#(\[ \t-]"
_GRID_BEFORE = re.compile(rf"(?:网格|区划|\bgrid|\barea)(?:{_CODE_WORDS}){{0,6}}$", re.IGNORECASE)


@dataclass(frozen=True)
class _WordLists:
    """The word lists, as alternatives of regular expressions."""

    marks: dict[str, Words]
    zh: dict[str, str]
    en: dict[str, str]


def _alternatives(value: str | list[str]) -> str:
    """Longest first, so that a word is not cut short by its beginning; a plain string is a set of signs."""
    if isinstance(value, str):
        return f"[{value}]"
    return "(?:" + "|".join(re.escape(word) for word in sorted(value, key=len, reverse=True)) + ")"


def _words() -> _WordLists:
    return shipped("gridcommons.kit", "masking.toml", _lists)


def _lists(raw: Raw) -> _WordLists:
    marks = {kind: Words(zh=mark["zh"], en=mark["en"]) for kind, mark in raw["marks"].items()}
    zh, en = ({key: _alternatives(value) for key, value in raw[language].items()} for language in ("zh", "en"))
    return _WordLists(marks=marks, zh=zh, en=en)


@cache
def _rules() -> tuple[_Rule, ...]:
    return (*_phone_rules(), *_number_rules(), *_word_rules(), *_chinese_name_rules(), *_english_name_rules())


def _number_rules() -> Iterator[_Rule]:
    """E-mails, identity numbers, bank cards, plates: recognised by their own shape."""
    local, host = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++", r"[A-Za-z0-9-]{1,63}"
    at, dot = r"(?:@|[ ]?[\[({]at[\])}][ ]?|[ ]at[ ])", r"(?:\.|[ ]?[\[({]dot[\])}][ ]?|[ ]dot[ ])"
    yield _rule("email", rf"(?:{local}|[{_HAN}]{{1,4}})@{host}(?:\.{host}){{1,4}}")
    yield _rule("email", rf"{local}{at}{host}{dot}(?:com|cn|org|net|edu|gov)\b")
    yield _rule("identity", rf"(?<!\d)\d{{6}}{_GAP}(?:18|19|20)\d\d{_DAY}{_GAP}\d{{3}}[\dXx](?!\d)", _is_grid)
    yield _rule("identity", rf"(?<!\d)[1-9]\d{{7}}{_DAY}\d{{3}}(?!\d)", _is_grid)
    yield _rule("identity", r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
    yield _rule("account", r"(?<!\d)\d{15,}+[Xx]?", _is_grid)
    yield _rule("account", r"(?<!\d)\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)", _is_years)
    yield _rule("account", r"(?<!\d)3[47]\d\d[ -]\d{6}[ -]\d{5}(?!\d)")
    plate = rf"{_words().zh['plate_provinces']}(?i:[A-HJ-NP-Z][ ·•.-]?(?=[A-Z]*\d)[A-HJ-NP-Z0-9]{{4,5}}"
    yield _rule("plate", rf"{plate}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9])")


def _phone_rules() -> Iterator[_Rule]:
    """Mobile and fixed lines of China, of North America, and the international form."""
    mobile = "|".join(_mobile_groups())
    start = r"(?<![\d$¥￥€£])(?<![$¥￥€£][ ])(?<!\d\.)"
    # 元 after the digits of a mobile number makes no sum of them: a sum so large is told by its sign or in 万 and 亿.
    yield _rule("phone", rf"(?:(?<!\d)(?:\+|00)?86{_GAP}|{start})(?:{mobile}){_NOT_TEN_THOUSANDS}")
    area, plus = r"(?:\(0\d{2,3}\)|0\d{2,3})", r"(?:(?:\+|00)86)"
    end = r"(?:[ ]?(?:-|转|分机|ext\.?|x)[ ]?\d{1,6})?"
    yield _rule("phone", rf"{start}(?:{plus}{_GAP})?{area}{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}{end}(?!\d)")
    yield _rule("phone", rf"(?<!\d){plus}{_GAP}[1-9]\d{{1,2}}{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)")
    toll_free = r"(?![48]00[ .-]?\d{3}[ .-]?\d{4}(?!\d))"
    american = rf"(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)[ ]?|{toll_free}[2-9]\d\d[ .-]?)[2-9]\d\d[ .-]?\d{{4}}"
    yield _rule("phone", rf"{start}(?<!\d-){american}(?:[ ]?(?:x|ext\.?)[ ]?\d{{1,6}})?{_NOT_MONEY}")
    abroad = r"(?:\+|(?<![\d.-])00)[1-9]\d{0,2}"
    yield _rule("phone", rf"{abroad}(?:{_GAP}\(?\d{{1,5}}\)?){{2,6}}(?!\d)", _is_short)


def _mobile_groups() -> Iterator[str]:
    """An 11-digit number of China in the groups people write; 100 stands for invented numbers."""
    head = r"1(?:[3-9]\d|00)"
    for rest in ((8,), (4, 4), (3, 5), (1, 4, 3), (1, 3, 4), (4, 2, 2), (2, 2, 2, 2), (1, 7), (2, 6), (3, 3, 2)):
        yield head + _GAP + _GAP.join(rf"\d{{{size}}}" for size in rest)
    gap = r"[ \t.·*_/\ufe0f\u20e3-]{1,3}"
    yield rf"1{gap}(?:[3-9]{gap}\d|0{gap}0)(?:{gap}\d){{8}}"


def _word_rules() -> Iterator[_Rule]:
    """Short numbers and ids that only a word before them gives away."""
    zh, en = _words().zh, _words().en
    between = r"(?:[ ]?(?:me|us|him|her|at|on|号码|:|是|为|is|no\.?|#)){0,3}[ ]?"
    before = rf"(?:{zh['phone_words']}|(?i:\b{en['phone_words']}\b)){between}"
    yield _rule("phone", rf"{before}(?P<hide>[2-9]\d{{2,3}}[ -]?\d{{4}})(?!\d)", _is_years)
    chat = rf"(?<![A-Za-z]){zh['chat_words']}[ \t]*"
    number = r"(?:号码|号|ID|id|Id)[ \t]*"
    yield _rule("account", rf"{chat}(?:{number})?(?:[:是为]|is\b)?[ \t]*(?P<hide>(?=[A-Za-z_-]*\d)[\w-]{{5,24}})")
    yield _rule("account", rf"{chat}(?:{number}[:是为]?|[:是为])[ \t]*(?P<hide>[A-Za-z][\w-]{{4,23}})(?![ ]?[\w-])")
    paper = rf"(?:{zh['passport_words']}|(?i:\b{en['passport_words']}))"
    yield _rule("identity", rf"{paper}{_IS}(?P<hide>[A-Z]{{0,3}}\d{{6,10}}[A-Z]?)(?!\w)")
    mixed = r"(?=[A-Z]+[ -]?\d|\d+[ -]?[A-Z])[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5}"
    yield _rule("plate", rf"(?i:\b{en['plate_words']}){_IS}(?P<hide>{mixed})(?!\w)")


def _chinese_name_rules() -> Iterator[_Rule]:
    """Names after 姓名, 联系人 and the like, before 先生, 女士 and the like, and after 我是."""
    zh = _words().zh
    compound, single, plain = zh["surnames_of_two"], zh["surnames"], zh["plain_surnames"]
    name = rf"(?!{zh['no_name_starts']})(?:{compound}|{single})[{_HAN}]{{1,2}}"
    end = rf"(?:(?![{_HAN}·])|(?={zh['name_followers']}))"
    institution = re.compile(rf"(?:.*{zh['no_name_ends']}|{zh['no_name_starts']}.*)")
    any_name = rf"[{_HAN}]{{2,4}}?(?:·[{_HAN}]{{1,6}}){{0,3}}{end}"

    def no_person(hit: re.Match[str]) -> bool:
        return bool(institution.fullmatch(hit["hide"]))

    yield _rule("name", rf"{zh['name_words']}[ \t]*:[ \t]*(?P<hide>{any_name})", no_person)
    yield _rule("name", rf"{zh['name_words']}[ \t]*[:是为 \t][ \t]*(?P<hide>{name})")
    yield _rule("name", rf"{zh['name_words']}(?P<hide>{name}){end}")
    called = rf"(?!{zh['no_name_starts']})(?:{compound}|{single})[{_HAN}]{{0,2}}"
    yield _rule("name", rf"(?P<hide>{called})(?={zh['titles']})")
    yield _rule("name", rf"(?P<hide>{plain})(?={zh['near_titles']})")
    yield _rule("name", rf"(?:我是|本人)(?P<hide>{plain}[{_HAN}]{{1,2}})(?![{_HAN}])")


def _english_name_rules() -> Iterator[_Rule]:
    """Names after Mr. and the like, after "name:" and the like, and in "call John Smith at"."""
    en = _words().en
    part = r"[A-Z][A-Za-z'’]+(?:-[A-Z][A-Za-z]+)?"
    more = rf"[ ](?:[A-Z]\.?[ ])?{part}"
    several, two = rf"{part}(?:{more}){{0,2}}", rf"{part}{more}(?:[ ]{part})?"
    office = re.compile(rf"(?i:\b{en['no_name']}\b)")
    doubtful = re.compile(rf"(?i:{en['seldom_name']}(?:[ ]{en['seldom_name']})*)")

    def no_person(hit: re.Match[str]) -> bool:
        return bool(office.search(hit["hide"]) or doubtful.fullmatch(hit["hide"]))

    yield _rule("name", rf"\b{en['titles']}\b\.?[ ](?P<hide>{several})")
    yield _rule("name", rf"(?:^|[a-z][ ]|[^\w\s][ ]?)Dr\.?[ ](?P<hide>{several})", no_person)
    yield _rule("name", rf"\b(?i:{en['name_words']})[ ]?(?::|is\b|-)[ ]?(?P<hide>{several})", no_person)
    announced = rf"(?i:{en['name_words']}|{en['call_words']}|I am|I'm|this is)"
    yield _rule("name", rf"\b{announced}[ ](?P<hide>{two})", no_person)
    followed = r"(?=[ ](?:at|on)\b|[ ,:]{1,2}[\d(+\[〔])"
    yield _rule("name", rf"\b(?i:{en['call_words']})[ ](?P<hide>{part}){followed}", no_person)


def _rule(kind: str, pattern: str, keep: Callable[[re.Match[str]], bool] = lambda _: False) -> _Rule:
    return _Rule(kind, re.compile(pattern, re.ASCII | re.MULTILINE), keep)


def _is_grid(hit: re.Match[str]) -> bool:
    """Whether the words before a number say that it is the code of a grid (15 or 18 digits).

    A person's number whose check sign is right is hidden after them too: a code that looks so is rare, a number not.
    """
    number = hit[0].upper()
    if _CITIZEN.fullmatch(number) and check_sign(number[:17]) == number[17]:
        return False
    return len(number) in {15, 18} and bool(_GRID_BEFORE.search(hit.string[max(0, hit.start() - 20) : hit.start()]))


def _is_years(hit: re.Match[str]) -> bool:
    """Whether groups of four digits are all years, or one date such as 20240105."""
    return bool(_YEARS.fullmatch(hit["hide" if "hide" in hit.re.groupindex else 0]))


def _is_short(hit: re.Match[str]) -> bool:
    """Whether an international number has too few digits to be one (ITU E.164: at most 15; fewer than 8 is a sum)."""
    return not 8 <= sum(sign.isdigit() for sign in hit[0]) <= 15  # noqa: PLR2004
