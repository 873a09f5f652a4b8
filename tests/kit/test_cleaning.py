import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Refusal


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\x00b\x07c\x7fd", "abcd"),
        ("tab\tstays", "tab\tstays"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("电\u200b话\ufeff", "电话"),
        ("half \ud83d of a pair", "half  of a pair"),
        ("<b>bold</b> & <script>x</script>", "<b>bold</b> & <script>x</script>"),
        ("村\ue0fb和𠮷", "村\ue0fb和𠮷"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        ("  \n blank around \n", "blank around"),
    ],
)
def test_text_is_cleaned_and_its_meaning_kept(text: str, clean: str) -> None:
    assert clean_text(text, limit=100) == clean


def test_four_megabytes_are_refused_with_one_sentence_in_each_language() -> None:
    with pytest.raises(Refusal) as caught:
        clean_text("长" * 4_000_000, limit=2_000)
    words = caught.value.words()
    assert (caught.value.code, caught.value.status) == ("text.too_long", 413)
    assert all("2000" in text and "4000000" in text and len(text) < 200 for text in (words.zh, words.en))


def test_the_limit_itself_is_allowed() -> None:
    assert clean_text("x" * 10, limit=10) == "x" * 10


@given(text=st.text(st.characters(), max_size=200))
def test_clean_text_is_stable_can_be_stored_and_holds_no_control_sign(text: str) -> None:
    clean = clean_text(text, limit=200)
    assert clean_text(clean, limit=200) == clean
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert not [sign for sign in clean if unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t"]
