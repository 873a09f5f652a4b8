"""Warnings as CAP: valid, in two languages, expiring, signed; no person, no grid, no unsigned orange or red."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import (
    Alert,
    Certainty,
    Kind,
    Place,
    Scope,
    Severity,
    Status,
    Urgency,
    Warned,
    cap,
    is_signed,
    moment,
    sign,
)
from gridcommons.outlook.categories import Category
from outlook.cap_rules import CAP, broken_rules, rules_of_the_text

ZONE = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 2, 9, 30, 15, 123, tzinfo=ZONE)
SQUARE = ((28.5, 119.2), (28.6, 119.2), (28.6, 119.3), (28.5, 119.2))
SAID = Warned(
    event=Words("诺如病毒聚集", "Norovirus cluster"),
    headline=Words("妙高街道转为橙色", "Miaogao turns orange"),
    description=Words("14天内报告<40例> & 两处聚集，自 2026-11-01 08:00 起。", "<40> & more, from 2026-11-01 08:00."),
    instruction=Words("勤洗手。", "Wash hands often."),
    sender_name=Words("遂昌县疾控中心", "Suichang CDC"),
    place=Place(Words("妙高街道", "Miaogao"), ("331123001",)),
    category=Category.HEALTH, urgency=Urgency.EXPECTED, severity=Severity.SEVERE, certainty=Certainty.LIKELY,
    effective=AT, expires=AT + timedelta(days=7), web="https://example.org/outlook", contact="0578-8123456",
    colour="orange", decision="D-2026-0012", rule="default 2026.1",
)  # fmt: skip
INNER = Alert(
    "GC-331123-20261102-0001", "outlook@suichang.example", AT, Status.ACTUAL, Kind.ALERT, Scope.RESTRICTED, SAID,
    restriction="县乡两级值班人员 staff on duty of county and towns",
)  # fmt: skip
PUBLIC = replace(
    INNER, scope=Scope.PUBLIC, restriction="", warned=replace(SAID, place=replace(SAID.place, outlines=(SQUARE,)))
)
UPDATE = replace(PUBLIC, kind=Kind.UPDATE, identifier="GC-2", references=(PUBLIC.reference(),))
CANCEL = replace(UPDATE, kind=Kind.CANCEL, identifier="GC-3", references=(PUBLIC.reference(), UPDATE.reference()))
DRILL = replace(PUBLIC, status=Status.EXERCISE)


def _text(root: Element, path: str) -> list[str]:
    return [one.text or "" for one in root.iterfind("/".join(f"{CAP}{bit}" for bit in path.split("/")))]


ALERTS = {"inner": INNER, "public": PUBLIC, "update": UPDATE, "cancel": CANCEL, "drill": DRILL}


@pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS)
def test_every_kind_of_message_keeps_the_rules_of_cap_and_says_both_languages(alert: Alert) -> None:
    message = cap(alert)
    assert broken_rules(message) == []
    assert message == cap(alert), "the same message is the same bytes, or no signature would hold"
    root = fromstring(message)
    assert _text(root, "info/language") == ["zh-CN", "en"]
    assert _text(root, "info/expires") == ["2026-11-09T09:30:15+08:00"] * 2
    assert _text(root, "info/area/geocode/value") == ["331123001"] * 2
    assert _text(root, "info/area/geocode/valueName") == ["GB/T 10114"] * 2, "a township's nine digits"
    drill = alert is DRILL
    assert [text.startswith(("【演练】", "EXERCISE: ")) for text in _text(root, "info/headline")] == [drill, drill]


def test_what_is_said_comes_back_as_it_was_said() -> None:
    root = fromstring(cap(UPDATE))
    assert _text(root, "info/description") == [SAID.description.zh, SAID.description.en]
    assert _text(root, "references") == ["outlook@suichang.example,GC-331123-20261102-0001,2026-11-02T09:30:15+08:00"]
    assert _text(root, "info/parameter/value") == ["orange", "D-2026-0012", "default 2026.1"] * 2
    assert _text(root, "info/area/polygon")[0] == "28.5,119.2 28.6,119.2 28.6,119.3 28.5,119.2"
    assert _text(fromstring(cap(CANCEL)), "info/responseType") == ["AllClear"] * 2


def test_codes_are_named_by_what_they_are_of() -> None:
    county = replace(SAID.place, codes=("331123", "331123001"))
    assert _text(fromstring(cap(_said(place=county))), "info/area/geocode/valueName") == ["GB/T 2260", "GB/T 10114"] * 2
    foreign = replace(SAID.place, codes=("KE001",), issuer="OCHA P-codes")
    assert [foreign.named(code) for code in foreign.codes] == ["OCHA P-codes"]


def test_utc_is_written_with_a_negative_nought() -> None:
    assert moment(datetime(2026, 11, 2, 1, 30, tzinfo=UTC)) == "2026-11-02T01:30:00-00:00"
    assert moment(AT) == "2026-11-02T09:30:15+08:00"


def _said(**facts: object) -> Alert:
    return replace(INNER, warned=replace(SAID, **facts))  # type: ignore[arg-type]


def _placed(**facts: object) -> Alert:
    return replace(PUBLIC, warned=replace(SAID, place=replace(SAID.place, **facts)))  # type: ignore[arg-type]


REFUSED = {
    "alert.name": [replace(INNER, identifier="a b"), replace(INNER, sender="a,b"), replace(INNER, identifier="")],
    "alert.zone": [replace(INNER, sent=datetime(2026, 11, 2)), _said(onset=datetime(2026, 11, 2))],  # noqa: DTZ001 - no zone is the point
    "alert.expiry": [_said(expires=AT), _said(expires=AT - timedelta(days=1))],
    "alert.predecessor": [replace(UPDATE, references=()), replace(INNER, references=(PUBLIC.reference(),))],
    "alert.readers": [replace(INNER, restriction=" "), replace(PUBLIC, restriction="staff")],
    "alert.decision": [_said(decision=""), _said(decision="", colour="red")],
    "alert.outline": [
        _placed(outlines=(SQUARE[:3],)), _placed(outlines=((*SQUARE[:-1], (28.0, 119.0)),)),
        _placed(outlines=(tuple((lon, lat) for lat, lon in SQUARE),)),
        _said(place=replace(SAID.place, outlines=(SQUARE,))),
    ],
    "alert.says_nothing": [_said(headline=Words("", "x")), _placed(name=Words("妙高", " "))],
    "publish.too_fine": [_placed(codes=("331123001001",)), _placed(codes=("331123001", "331123001001001"))],
    "area.shape": [_placed(codes=("33112",))],
    "publish.long_number": [
        _said(instruction=Words("电话13800000000", "x")), _said(description=Words("x", "grid 331123001001001")),
        _said(headline=Words("x", "call 138-0000 0000")), replace(INNER, identifier="GC-331123001001001"),
        replace(INNER, restriction="331123198001010011"),
    ],
    "publish.control_sign": [_said(headline=Words("\x07", "x"))],
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_what_must_not_leave_is_refused(code: str) -> None:
    for alert in REFUSED[code]:
        with pytest.raises(Refusal) as refused:
            cap(alert)
        assert code in {reason.code for reason in refused.value.reasons}


def test_a_refusal_names_everything_that_is_missing() -> None:
    with pytest.raises(Refusal) as refused:
        cap(replace(INNER, restriction="", kind=Kind.UPDATE, warned=replace(SAID, decision="")))
    assert len(refused.value.reasons) == 3


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Nd"]), min_size=1).filter(str.strip))
def test_any_words_stay_well_formed(text: str) -> None:
    message = cap(_said(description=Words(text, text)))
    assert broken_rules(message) == []
    assert _text(fromstring(message), "info/description") == [text, text]


def test_the_validator_can_fail() -> None:
    """Each change of a valid message breaks a rule."""
    good = cap(INNER).decode()
    for old, new in (
        ("<scope>Restricted", "<scope>Everybody"), ("<status>Actual", "<status>Real"), ("09:30:15+08:00", "09:30:15Z"),
        ("<category>Health</category>", ""), ("<language>en<", "<language>zh-CN<"), ("<restriction>", "<restrain>"),
        ("<sender>outlook", "<sender>out look"), ("<urgency>Expected</urgency>", ""), ('cap:1.2"', 'cap:1.1"'),
        ("<geocode>", "<geocode a='1'>"),
    ):  # fmt: skip
        bad = good.replace(old, new).replace("</restriction>", "</restrain>" if "restrain" in new else "</restriction>")
        assert bad != good
        assert rules_of_the_text(bad.encode()), old


def test_the_signature_is_over_the_very_bytes() -> None:
    key, message = Ed25519PrivateKey.from_private_bytes(bytes(32)), cap(PUBLIC)
    signature = sign(message, key)
    assert len(signature) == 64
    assert is_signed(message, signature, key.public_key())
    assert not is_signed(message + b" ", signature, key.public_key())
    assert not is_signed(message, bytes(64), key.public_key())
    assert not is_signed(message, signature, Ed25519PrivateKey.generate().public_key())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the receiver's tool is not on this machine")
def test_a_receiver_verifies_it_with_openssl(tmp_path: Path) -> None:
    key, message = Ed25519PrivateKey.generate(), cap(PUBLIC)
    (tmp_path / "a.xml").write_bytes(message)
    (tmp_path / "a.xml.sig").write_bytes(sign(message, key))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(public)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    command += ["-in", "a.xml", "-sigfile", "a.xml.sig"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "a.xml").write_bytes(message.replace(b"orange", b"yellow"))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0
