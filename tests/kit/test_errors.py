import pytest

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse


def test_a_refusal_may_carry_a_fact_called_code() -> None:
    with pytest.raises(Refusal) as caught:
        CHINA.level_of("33x")
    assert dict(caught.value.reasons[0].facts)["code"] == "33x"
    assert "33x" in refuse("area.shape", code="33x", widths="2").words().zh


def test_a_day_among_the_facts_is_said_as_people_read_it() -> None:
    reason = Reason("test.day", (("due", "2026-12-01 17:30"), ("text", "2026-13-01")))
    refusal_kind("test.day", status=400, zh="晚于{due}，{text}", en="after {due}, {text}")
    said = reason.words()
    assert (said.zh, said.en) == ("晚于2026年12月1日 周二 17:30，2026-13-01", "after Tue 1 Dec 2026 17:30, 2026-13-01")
