import pytest

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse


def test_a_refusal_may_carry_a_fact_called_code() -> None:
    with pytest.raises(Refusal) as caught:
        CHINA.level_of("33x")
    assert dict(caught.value.reasons[0].facts)["code"] == "33x"
    assert "33x" in refuse("area.shape", code="33x", widths="2").words().zh
