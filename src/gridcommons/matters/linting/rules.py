"""What stands against a form, rule by rule. Pure: questions and what is known go in, findings come out, by row."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.matters.barred import Finding as Met
from gridcommons.matters.barred import barred_words, opaque_name
from gridcommons.matters.linting.knowing import Known, fact_asked
from gridcommons.matters.linting.minutes import minutes_of
from gridcommons.matters.linting.otherwise import asks_for, counts
from gridcommons.matters.linting.policy import POLICY, Policy, linting_policy
from gridcommons.matters.linting.question import LANGUAGES, METADATA, UNNAMED, Finding, Question
from gridcommons.matters.linting.texts import joined, plain, read_aloud, texts_of
from gridcommons.matters.phrases import cleaned, han, tokens

_HAN: Final = re.compile("[\u3400-\u9fff]")
_FROM_FILE: Final = re.compile(r"_from_file$|_external$")
_PULLED: Final = re.compile(r"(?:pulldata\(\s*|instance\(\s*)['\"]([^'\"]+)['\"]")
_LETTER: Final = re.compile(r"[a-z]")
_AT_MOST: Final = re.compile(r"string-length\(\s*\.\s*\)\s*<=?\s*([0-9]{1,9})(?![0-9.])")
_LANGUAGE_NAMES: Final = {"zh": Words("中文", "Chinese"), "en": Words("英文", "English")}
Rule = Callable[[Question, Known, Policy], Iterator[Finding]]


@dataclass(frozen=True)
class Set:
    """Choices that together say who a person is: so many of them in one list are barred."""

    theme: str
    name: Words
    least: int
    words: frozenset[str]


@cache
def barred_sets() -> tuple[Set, ...]:
    """The sets of the policy, each word in the spelling that choices are compared in."""
    raw = tomllib.loads(POLICY.read_text("utf-8"))
    return tuple(
        Set(one["theme"], Words(**one["name"]), one["least"], frozenset([*one["zh"], *one["en"]]))
        for one in raw["sets"]
    )


@cache
def own_files() -> frozenset[str]:
    """Lists that the program itself gives to a form."""
    return frozenset(tomllib.loads(POLICY.read_text("utf-8"))["files"]["own"])


def lint(
    questions: Sequence[Question], *, known: Known, head: Question | None = None, policy: Policy | None = None
) -> list[Finding]:
    """All findings of a form in the order of its rows. `head`: title, id and further settings as a row of their own."""
    held = policy or linting_policy()
    found = [one for question in (*((head,) if head else ()), *questions) for one in _of_row(question, known, held)]
    found += [one for pair in pairwise(questions) for one in _split(*pair)]
    found += _too_long(questions, known, held)
    return sorted(found, key=lambda one: one.row)


def _of_row(question: Question, known: Known, policy: Policy) -> Iterator[Finding]:
    for rule in _RULES:
        yield from rule(question, known, policy)


def _barred(question: Question, _known: Known, _policy: Policy) -> Iterator[Finding]:
    """Charter 2: its words in any text of the row, and choices that say it together."""
    for text in texts_of(question):
        met = barred_words(text)
        if met:
            yield _finding("barred", question, _barred_words(met[0]))
            return
    if otherwise := next((one for text in read_aloud(question) if (one := asks_for(text))), None):
        yield _finding("barred", question, _barred_words(otherwise))
        return
    for together in barred_sets():
        if (
            len(
                {
                    word
                    for choice in question.choices
                    if (word := _in_set(choice.name, choice.labels.values(), together))
                }
            )
            >= together.least
        ):
            yield _finding("barred", question, Words(
                f"选项合起来就是“{together.name.zh}”，章程第2条不允许询问，请删除。",
                f"Its choices together ask {together.name.en}: charter 2 does not let it be asked. Remove it.",
            ))  # fmt: skip
            return


def _barred_words(met: Met) -> Words:
    return Words(
        f"涉及“{met.name.zh}”（{met.word}），章程第2条不允许询问，请删除。",
        f"About {met.name.en} ({met.word}): charter 2 does not let it be asked. Remove it.",
    )


def _in_set(name: str, labels: Iterable[str], together: Set) -> str:
    """The word of a set that a choice is, whole: 汉 or 汉族, Han or han_people."""
    for text in (*labels, name):
        signs = han(cleaned(plain(text))).strip().removesuffix("族").removesuffix("教")
        words = [word for word in tokens(cleaned(plain(text))) if word not in ("people", "ethnic", "group", "zu")]
        for spelling in (signs, " ".join(words)):
            if spelling in together.words:
                return spelling
    return ""


def _split(first: Question, second: Question) -> Iterator[Finding]:
    """Charter 2: a barred word that is cut in two and written into two rows."""
    texts = [text for tongue, label in first.labels.items() for text in joined(label, second.labels.get(tongue, ""))]
    met = next((found[0] for text in texts if (found := barred_words(text))), None)
    alone = [text for row in (first, second) for text in texts_of(row)]
    if met and not any(barred_words(text) for text in alone):
        yield _finding("barred", second, _barred_words(met))


def _opaque(question: Question, _known: Known, _policy: Policy) -> Iterator[Finding]:
    """Charter 2: what does not say what it holds, and choices that nobody can read here."""
    asked = question.is_asked or question.kind in ("calculate", "hidden")
    labels = [plain(text) for text in question.labels.values()]
    if asked and (opaque_name(question.name) or any(opaque_name(text) for text in labels)):
        yield _finding("opaque", question, Words(
            f"“{question.name}”看不出问的是什么，请改成说明内容的名称。",
            f"“{question.name}” does not say what it asks; give it a name that does.",
        ))  # fmt: skip
    coded = [choice for choice in question.choices if _is_code(choice.name, list(choice.labels.values()))]
    if coded:
        yield _finding("opaque", question, Words(
            f"选项“{coded[0].name}”只是代号，看不出含义，请写明。",
            f"The choice “{coded[0].name}” is a bare code; say what it means.",
        ))  # fmt: skip
    elif question.choices and (said := _bare_numbers(question)):
        yield _finding("opaque", question, said)
    if unseen := _unseen(question):
        yield _finding("opaque", question, Words(
            f"选项或内容来自文件“{unseen}”，表单里看不到，请写进choices表。",
            f"Takes its content from the file “{unseen}”, which cannot be read here; write it on the choices sheet.",
        ))  # fmt: skip


def _is_code(name: str, labels: list[str]) -> bool:
    """Whether a choice says nothing: no label, or one that is as bare as its name. Plain numbers are answers."""
    said = [cleaned(plain(text)).strip().lower() for text in labels if text.strip()] or [cleaned(name).strip().lower()]
    return any(opaque_name(text) or bool(_LETTER.fullmatch(text)) for text in said)


def _bare_numbers(question: Question) -> Words | None:
    """What is wrong with choices of numbers: another is kept than is read, or nothing says what they stand for."""
    read = {choice.name: _numbers(choice.labels.values()) for choice in question.choices}
    other = next((name for name, said in read.items() if name.isdecimal() and said and said != {name}), "")
    if other:
        label = sorted(read[other])[0]
        return Words(
            f"选项“{other}”显示成“{label}”：存下的和看到的不一样，请改成一致。",
            f"The choice “{other}” reads “{label}”: what is kept is not what is read. Make them the same.",
        )
    if all(read.values()) and not counts([*question.labels.values(), *question.hint.values()]):
        return Words(
            "选项只有数字，题目又没有问数量、分数或楼层，看不出含义，请写明。",
            "The choices are bare numbers, and the question asks for no count, rating or floor: say what they mean.",
        )
    return None


def _numbers(labels: Iterable[str]) -> set[str]:
    """The numbers that a choice is read as; nothing where a label says more, or there is none."""
    said = {cleaned(plain(text)).strip() for text in labels if text.strip()}
    return said if said and all(text.isdecimal() for text in said) else set()


def _unseen(question: Question) -> str:
    """The file that a row reads from, where it is none of the program's own."""
    named = [question.list_name] if _FROM_FILE.search(question.kind) else []
    named += [name for text in question.texts for name in _PULLED.findall(text)]
    return next((name for name in named if name and name not in own_files()), "")


def _proof(question: Question, _known: Known, policy: Policy) -> Iterator[Finding]:
    """Charter 12: nothing whose only use is to prove that the worker was there."""
    if question.kind in policy.proof_kinds:
        yield _finding("proof", question, Words(
            f"“{question.kind}”记录的是网格员的位置或设备，不是事情本身，章程第12条不允许，请删除。",
            f"“{question.kind}” records the worker's place or device, not the thing; charter 12 bars it. Remove it.",
        ))  # fmt: skip
        return
    if question.kind in policy.told_kinds:
        yield _finding("trace", question, Words(
            "开始、结束时刻不会保存：程序只记日期。建议删除。",
            "Moments of beginning and end are not kept, only the day. Leave it out.",
        ))  # fmt: skip
        return
    word = next((word for text in texts_of(question) if (word := policy.proof.met(text))), "")
    capture = question.kind in policy.captures
    if word or (capture and not any(text.strip() for text in question.labels.values())):
        yield _finding("proof", question, Words(
            f"只用来证明网格员到过场（{word or question.kind}），章程第12条不允许；照片和地点只能是要报告的事物的。",
            f"Only proves that the worker was there ({word or question.kind}); charter 12 bars it. "
            "A picture or position may show only the thing reported.",
        ))  # fmt: skip
    elif capture and question.required:
        yield _finding("capture", question, Words(
            "拍照、录音、定位不得设为必填。", "A picture, recording or position must not be required.",
        ))  # fmt: skip


def _known_already(question: Question, known: Known, _policy: Policy) -> Iterator[Finding]:
    """Ask once: what is known is shown and confirmed."""
    key = fact_asked(question, known)
    if key and known[key].is_of_a_person:
        name = known[key].name
        yield _finding("fact_of_a_person", question, Words(
            f"“{name.zh}”（{key}）记在个人名下，由窗口登记；表单只针对一户人家，看不到也存不下："
            "请删去，或改问整户的情况。",
            f"“{name.en}” ({key}) is kept of single persons, at the desk; a form is about a home, neither shows "
            "nor keeps it: leave it out, or ask about the home.",
        ))  # fmt: skip
    elif key:
        name = known[key].name
        yield _finding("known", question, Words(
            f"已知（{key} {name.zh}）：显示已有答案，请居民确认即可。" if question.fact == key
            else f"问的是已知的“{name.zh}”：请在fact列填写{key}，不要再问。",
            f"Known already ({key}, {name.en}): shown and confirmed, not asked." if question.fact == key
            else f"Asks for “{name.en}”, which is known: write {key} into the fact column instead of asking again.",
        ))  # fmt: skip
    elif question.fact and known:
        yield _finding("fact_unknown", question, Words(
            f"没有“{question.fact}”这一事实键，请核对fact列。",
            f"There is no fact “{question.fact}”; check the fact column.",
        ))  # fmt: skip


def _naming(question: Question, _known: Known, policy: Policy) -> Iterator[Finding]:
    """A free text that asks for a person by name keeps persons where nobody finds them to correct or erase."""
    if question.kind not in policy.naming_kinds or question.fact:
        return
    said = [question.name, *question.labels.values(), *question.hint.values()]
    word = next((word for text in said if (word := policy.naming.met(plain(text)))), "")
    if word:
        yield _finding("person_named", question, Words(
            f"自由文本会写进人名（{word}）：请改用住户名册，或用fact列。",
            f"A free text that invites persons' names ({word}): use the household's own list or a fact.",
        ))  # fmt: skip


def _unlimited(question: Question, _known: Known, policy: Policy) -> Iterator[Finding]:
    """A text that states no limit is taken on the phone, and held afterwards where it is longer than any may be."""
    if question.kind != "text" or question.fact:  # a fact is held against its own key
        return
    most = min((int(found) for found in _AT_MOST.findall(question.constraint)), default=None)
    if "regex(" in question.constraint or (most is not None and most <= policy.most_text):
        return
    yield _finding("no_limit", question, Words(
        f"没有写明字数上限：请在constraint列写string-length(.) <= {policy.most_text}或更少，并写明提示；"
        f"超过{policy.most_text}个字的回答要待修复。",
        f"States no limit of signs: write string-length(.) <= {policy.most_text} or less into the column constraint, "
        f"with a message; an answer of more than {policy.most_text} signs is held for repair.",
    ))  # fmt: skip


def _translation(question: Question, _known: Known, _policy: Policy) -> Iterator[Finding]:
    """Everything read aloud stands in both languages."""
    if not question.labels and not (question.is_asked or question.kind == "note"):
        return
    missing = _missing(question.labels)
    if missing and question.kind not in METADATA:
        yield _finding("translation", question, Words(
            f"缺少{'、'.join(_LANGUAGE_NAMES[one].zh for one in missing)}题目。",
            f"The label is missing in {' and '.join(_LANGUAGE_NAMES[one].en for one in missing)}.",
        ))  # fmt: skip
    bare = [choice for choice in question.choices if _missing(choice.labels)]
    if bare:
        first = bare[0]
        absent = _missing(first.labels)
        yield _finding("translation", question, Words(
            f"{len(bare)}个选项缺少{'、'.join(_LANGUAGE_NAMES[one].zh for one in absent)}（如“{first.name}”）。",
            f"{len(bare)} of its choices lack {' and '.join(_LANGUAGE_NAMES[one].en for one in absent)} "
            f"(as “{first.name}”).",
        ))  # fmt: skip


def _missing(labels: object) -> list[str]:
    """The languages that a text does not stand in; a text of no named language is of the one it is written in."""
    texts = dict(labels) if isinstance(labels, dict) else {}
    held = {language for language in LANGUAGES if texts.get(language, "").strip()}
    if texts.get(UNNAMED, "").strip():
        held.add("zh" if _HAN.search(texts[UNNAMED]) else "en")
    return [language for language in LANGUAGES if language not in held]


def _too_long(questions: Sequence[Question], known: Known, policy: Policy) -> Iterator[Finding]:
    asked = sum(1 for one in questions if one.is_asked)
    minutes = minutes_of(questions, known, policy)
    if asked > policy.most_questions or minutes > policy.most_minutes:
        yield Finding("too_long", 1, "", Words(
            f"表单过长：{asked}题，填写用时约{minutes:g}分钟；上限{policy.most_questions}题、{policy.most_minutes}分钟。",
            f"Too long: {asked} questions, about {minutes:g} minutes to fill in; at most {policy.most_questions} "
            f"questions and {policy.most_minutes} minutes.",
        ))  # fmt: skip


def _finding(rule: str, question: Question, message: Words) -> Finding:
    return Finding(rule, question.row, question.name, message)


_RULES: Final[tuple[Rule, ...]] = (
    _barred, _opaque, _proof, _known_already, _naming, _unlimited, _translation,
)  # fmt: skip
