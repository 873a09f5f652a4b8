"""Charter 2 in this part's own data and records: nothing barred is generated, not even to test by it."""

from __future__ import annotations

from importlib import resources

import pytest

from gridcommons.people.population import HOUSEHOLD_DTYPE, PERSON_DTYPE

BARRED = (
    "ethnic", "race", "religi", "faith", "politic", "party", "union", "sexual", "orientation", "petition", "biometric",
    "fingerprint", "passport", "immigra", "民族", "宗教", "信仰", "党", "工会", "信访", "上访", "指纹", "人脸",
)  # fmt: skip


@pytest.mark.parametrize("field", [*(PERSON_DTYPE.names or ()), *(HOUSEHOLD_DTYPE.names or ())])
def test_no_field_of_a_record_is_barred(field: str) -> None:
    assert not [word for word in BARRED if word in field]


@pytest.mark.parametrize("file", ["suichang_2020", "household_model", "surnames", "given_names", "roads"])
def test_no_data_file_speaks_of_a_barred_attribute(file: str) -> None:
    text = (resources.files("gridcommons.people") / "data" / f"{file}.json").read_text(encoding="utf-8").lower()
    assert text
    assert not [word for word in BARRED if word in text]
