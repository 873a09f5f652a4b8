import pytest

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.outlook.periods import REVERSED


def test_a_refusal_may_carry_a_fact_called_code() -> None:
    with pytest.raises(Refusal) as caught:
        CHINA.level_of("33x")
    assert dict(caught.value.reasons[0].facts)["code"] == "33x"
    assert "33x" in refuse("area.shape", code="33x", widths="2").words().zh


def test_a_day_among_the_facts_is_said_as_people_read_it() -> None:
    said = refuse(REVERSED, first="2026-12-01 17:30", last="2026-13-01").words()
    assert "2026年12月1日 周二 17:30" in said.zh
    assert "Tue 1 Dec 2026 17:30" in said.en
    assert "2026-13-01" in said.zh, "no day: as it stands"
