"""In which language somebody wrote: a name quoted in the other one does not tell."""

from __future__ import annotations

import pytest

from gridcommons.kit.words import is_in_chinese


@pytest.mark.parametrize(
    ("text", "is_chinese"),
    [
        ("走访改期。", True),
        ("时间已改到周末，李村也一样。", True),
        ("用APP填写也可以。", True),
        ("The visits in Li Village (李村) move to the weekend.", False),
        ("The visits to 李村 move.", False),
        ("Moved.", False),
        ("12:30", False),
        ("", False),
    ],
)
def test_the_script_that_prevails_tells_the_language(text: str, is_chinese: bool) -> None:
    assert is_in_chinese(text) is is_chinese
