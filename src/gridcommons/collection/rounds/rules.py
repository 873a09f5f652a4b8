"""What a visit that comes again may be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from gridcommons.cases.orders.rules import barred_words
from gridcommons.collection.rounds.policy import Policy
from gridcommons.collection.selecting import ALL, Choice, admitted, against_choice
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.dates import day_words
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, worded
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Matter, MatterClass
from gridcommons.people.facts.keys import FactKey

NAME_LENGTH: Final = 60
REASON_LENGTH: Final = 600

UNKNOWN = refusal_kind(
    "round.unknown",
    status=404,
    zh="没有找到这项定期走访，或它不属于您的职责范围。",
    en="There is no such recurring visit, or it is not yours to see.",
)
NOT_YOURS = refusal_kind(
    "round.not_yours",
    status=403,
    zh="这一步只能由{name_zh}自己的任务专员办理。",
    en="Only the order officer of {name_en} itself can do this.",
)
NO_WORDS = refusal_kind(
    "round.no_words",
    status=400,
    zh="请用中文和英文写明名称，不要写到个人。",
    en="Say in Chinese and in English what it is called, and name no person.",
)
BAD_DAYS = refusal_kind(
    "round.bad_days",
    status=400,
    zh="间隔应为{least}至{most}天，从今天或以后开始，最长{longest}天。",
    en="Every {least} to {most} days, from today on, and for {longest} days at most.",
)
ENDS_FIRST = refusal_kind(
    "round.ends_first",
    status=400,
    zh="结束日期{last_zh}早于开始日期{first_zh}，请改晚结束日期。",
    en="The last day, {last_en}, lies before the first, {first_en}. Choose a later last day.",
)
BEYOND_MATTER = refusal_kind(
    "round.beyond_matter",
    status=422,
    zh="“{name_zh}”只准入到{end_zh}，定期走访不能晚于这一天结束。",
    en="“{name_en}” is admitted until {end_en} only; a recurring visit cannot last longer.",
)
ENDED = refusal_kind(
    "round.ended",
    status=409,
    zh="这项定期走访已经结束。",
    en="This recurring visit has ended already.",
)
NO_REASON = refusal_kind(
    "round.no_reason",
    status=400,
    zh="请写明结束的理由，不要写到个人。",
    en="Give the reason for ending it, and name no person.",
)
AREA_ENDED: Final = Words(
    "所辖区域因区划调整撤销，程序自动结束；已完成的走访保留，不再有应访户。需要继续的，由调整后的区域重新设定。",
    "Its area was divided, merged or dissolved, and the program ended it. Visits made stay; nothing is due any more. "
    "To go on, the areas that took its place set up their own.",
)
"""Why the program itself ended one; kept in Chinese and told in both languages by its wording."""


@dataclass(frozen=True)
class Rule:
    """A visit that comes again as it is written. `households`: how many are expected, where not all are meant."""

    area_code: str
    matter_key: str
    form_key: str
    name: Words
    every_days: int
    first: date
    last: date
    choice: Choice = ALL
    households: int = 0


def clean_rule(rule: Rule) -> Rule:
    """A rule with its name cleaned; refuses a missing one and one that names a person."""
    name = Words(clean_text(rule.name.zh, limit=NAME_LENGTH), clean_text(rule.name.en, limit=NAME_LENGTH))
    if not name.zh or not name.en or mask(name.zh).findings or mask(name.en).findings:
        raise Refusal((Reason(NO_WORDS),))
    return replace(rule, name=name)


def ends_first(first: date, last: date, today: date) -> list[Reason]:
    """Why a last day before the first cannot stand; nothing where it does not lie before it."""
    days = {"first": day_words(first, this_year=today.year), "last": day_words(last, this_year=today.year)}
    return [worded(ENDS_FIRST, **days)] if last < first else []


def require_rule(
    rule: Rule, catalogue: Catalogue, keys: Mapping[str, FactKey], held: Policy, today: date
) -> Matter:  # fmt: skip
    """The admitted matter that it stands on; refuses, all at once, what stands against it (charter 1, 2)."""
    matter, reasons = admitted(rule.matter_key, catalogue, today)
    reasons += [*barred_words((rule.name.zh,), catalogue, today), *against_choice(rule.choice, keys)]
    fits = held.least_days <= rule.every_days <= held.most_days
    reasons += ends_first(rule.first, rule.last, today)
    if not fits or rule.first < today or (rule.last - rule.first).days >= held.longest:
        facts = (("least", held.least_days), ("most", held.most_days), ("longest", held.longest))
        reasons.append(Reason(BAD_DAYS, tuple((key, str(n)) for key, n in facts)))
    elif matter is not None and rule.last > matter.review_date:
        end = day_words(matter.review_date, this_year=today.year)
        reasons.append(worded(BEYOND_MATTER, name=matter.name, end=end))
    if reasons or matter is None:
        raise Refusal(tuple(reasons))
    return matter


def needs_consent(matter: Matter) -> bool:
    """Whether households have to say first that they want it: what is done for convenience is an offer."""
    return matter.matter_class is MatterClass.CONVENIENCE
