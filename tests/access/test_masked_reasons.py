"""A reason that grows by the marks of what is hidden in it: kept whole or refused whole, never cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from glass_town import NOW, asked, opened
from gridcommons.access.glass.actions import ask, end, review
from gridcommons.access.glass.models import Glass
from gridcommons.access.handout.actions import ask as ask_export
from gridcommons.access.handout.models import Handout
from gridcommons.access.keyring.actions import make_key, withdraw_key
from gridcommons.access.keyring.models import KeyTerms
from gridcommons.access.keyring.rules import Terms
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.partners.linking import why
from gridcommons.kit.errors import Refusal
from gridcommons.kit.masking import mask, masked_text
from town import COUNTY, OTHER_TOWNSHIP, Town
from web.office_town import client_of, text_of

PHONE = "10012345678"
MARK = "[phone hidden]"


@pytest.fixture
def town(standing_more: Town, db: None) -> Town:
    return standing_more


def growing(most: int) -> str:
    """As many signs as are taken, and more of them once its phones are hidden."""
    words = f"case {PHONE}, " * 23
    return (words + "and that is all. " * most)[: most - 3] + "END"


def _glass(town: Town, text: str) -> None:
    ask(area_code=OTHER_TOWNSHIP, reason=text, stated="service", by=town.supervisor, at=NOW)


def _end(town: Town, text: str) -> None:
    end(glass_id=asked(town), why=text, by=town.supervisor, at=NOW)


def _review(town: Town, text: str) -> None:
    glass = opened(town)
    end(glass_id=glass, by=town.supervisor, at=NOW)
    review(glass_id=glass, right=True, answer=text, by=town.town_auditor, at=NOW)


def _export(town: Town, text: str) -> None:
    ask_export(kind="queue", bound={}, reason=text, by=town.supervisor, at=NOW)


def _key(town: Town, text: str) -> None:
    make_key(name="client", terms=Terms((COUNTY,), per_minute=9), reason=text, by=town.county_officer, at=NOW)


def _withdrawal(town: Town, text: str) -> None:
    terms = Terms((COUNTY,), per_minute=9)
    made = make_key(name="client", terms=terms, reason="for a test", by=town.county_officer, at=NOW)
    withdraw_key(key_id=made.id, reason=text, by=town.county_officer, at=NOW)


def _link(_town: Town, text: str) -> None:
    why(text)


DOORS: dict[str, tuple[Callable[[Town, str], None], int]] = {
    "glass.ask": (_glass, 500), "glass.end": (_end, 500), "glass.review": (_review, 2_000),
    "handout.ask": (_export, 500), "key.make": (_key, 300), "key.withdraw": (_withdrawal, 300), "partner": (_link, 300),
}  # fmt: skip


def _kept() -> list[str]:
    """All words that stand anywhere."""
    with scoped(Scope("^")):
        of_glass = [text for row in Glass.objects.all() for text in (row.reason, row.ended_why, row.answer)]
        of_keys = [text for row in KeyTerms.objects.all() for text in (row.reason, row.withdrawn_for)]
        return [*of_glass, *of_keys, *(row.reason for row in Handout.objects.all())]


@pytest.mark.parametrize("door", DOORS)
def test_what_grows_over_the_limit_is_refused_whole(town: Town, door: str) -> None:
    do, most = DOORS[door]
    text = growing(most)
    assert len(text) == most < len(mask(text).text)
    with pytest.raises(Refusal) as caught:
        do(town, text)
    assert (caught.value.code, caught.value.status) == ("text.too_long_masked", 413)
    assert not any("hidden" in one for one in _kept())


@pytest.mark.parametrize("door", [door for door in DOORS if door != "partner"])
def test_what_still_fits_is_kept_whole(town: Town, door: str) -> None:
    DOORS[door][0](town, f"case {PHONE}, and that is all of it: the END")
    assert f"case {MARK}, and that is all of it: the END" in _kept()


def test_the_page_says_so_and_loses_nothing(town: Town) -> None:
    text = growing(500)
    answer = client_of(town, "supervisor", "en").post("/office/exports/ask", {"reason": text})
    page = text_of(answer)
    assert answer.status_code == 413
    assert "With names, phones and the like hidden the text has" in page
    assert text in page


def test_nothing_grows_where_nothing_is_hidden() -> None:
    assert masked_text("x" * 500, limit=500) == "x" * 500
