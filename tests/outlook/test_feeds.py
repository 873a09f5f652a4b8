"""The feed of warnings: Atom by its rules, one entry for one warning, nothing internal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.feeds import Feed, atom
from outlook.test_alerts import AT, CANCEL, DRILL, INNER, PUBLIC, SAID, UPDATE

NS = "{http://www.w3.org/2005/Atom}"
FEED = Feed(Words("遂昌预警", "Suichang warnings"), Words("遂昌县", "Suichang county"), "https://x.example/feed",
            "https://x.example/cap")  # fmt: skip
LATER = replace(UPDATE, sent=AT + timedelta(hours=2))
OTHER = replace(PUBLIC, identifier="GC-9", sent=AT + timedelta(hours=1), warned=replace(SAID, colour="yellow"))


def broken_rules(root: Element) -> list[str]:
    """RFC 4287, sections 4.1.1 and 4.1.2: what must be there once, and what must be told apart."""
    found = [f"feed: {tag}" for tag in ("id", "title", "updated") if len(root.findall(NS + tag)) != 1]
    found += [] if root.tag == f"{NS}feed" and root.findtext(f"{NS}author/{NS}name") else ["feed or author"]
    entries = root.findall(f"{NS}entry")
    for entry in entries:
        found += [f"entry: {tag}" for tag in ("id", "title", "updated") if len(entry.findall(NS + tag)) != 1]
        found += [f"entry: {tag}" for tag in ("published", "summary") if len(entry.findall(NS + tag)) > 1]
        found += [] if any(link.get("rel") == "alternate" for link in entry.findall(f"{NS}link")) else ["no content"]
    ids = [entry.findtext(f"{NS}id") for entry in entries]
    found += ["ids twice"] * (len(set(ids)) < len(ids))
    stamps = [one.text or "" for tag in ("updated", "published") for one in root.iter(NS + tag)]
    return found + [stamp for stamp in stamps if datetime.fromisoformat(stamp).utcoffset() is None]


@pytest.mark.parametrize(("tongue", "language"), [("zh", "zh-CN"), ("en", "en")])
def test_the_feed_keeps_the_rules_of_atom_in_each_language(tongue: str, language: str) -> None:
    text = atom(FEED, [PUBLIC, OTHER, LATER, DRILL], tongue, AT + timedelta(days=1))
    root = fromstring(text)
    assert broken_rules(root) == []
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert root.findtext(f"{NS}title") == FEED.title.as_dict()[tongue]
    other = "en" if tongue == "zh" else "zh"
    [alternate] = [one for one in root.findall(f"{NS}link") if one.get("rel") == "alternate"]
    assert alternate.get("href") == f"{FEED.address}/{other}.atom"
    pages = [one for one in root.iter(f"{NS}link") if one.get("type") == "text/html"]
    assert {one.get("hreflang") for one in pages} == {language}
    assert {e.findtext(f"{NS}summary") for e in root.iter(f"{NS}entry")} == {SAID.description.as_dict()[tongue]}


def test_a_warning_is_one_entry_from_its_first_message_to_its_last() -> None:
    cancel = replace(CANCEL, sent=AT + timedelta(hours=3), references=(LATER.reference(),))
    root = fromstring(atom(FEED, [cancel, LATER, PUBLIC], "en", AT + timedelta(days=1)))
    (entry,) = root.findall(f"{NS}entry")
    assert entry.findtext(f"{NS}id") == f"{FEED.files}/{PUBLIC.identifier}.xml"
    assert entry.findtext(f"{NS}title") == "Miaogao turns orange (cancelled)"
    assert (entry.findtext(f"{NS}published"), entry.findtext(f"{NS}updated")) == (
        "2026-11-02T01:30:15Z", "2026-11-02T04:30:15Z",
    )  # fmt: skip
    links = {link.get("type"): link.get("href") for link in entry.findall(f"{NS}link")}
    assert links == {
        "text/html": f"{FEED.files}/GC-3",
        "application/cap+xml": f"{FEED.files}/GC-3.xml", "application/octet-stream": f"{FEED.files}/GC-3.xml.sig",
    }  # fmt: skip


def test_newest_first_expired_says_so_and_then_goes() -> None:
    root = fromstring(atom(FEED, [PUBLIC, OTHER], "en", SAID.expires))
    assert [e.findtext(f"{NS}title") for e in root.iter(f"{NS}entry")] == ["Miaogao turns orange (expired)"] * 2
    assert [(e.findtext(f"{NS}id") or "")[-8:] for e in root.iter(f"{NS}entry")] == ["GC-9.xml", "0001.xml"]
    assert not fromstring(atom(FEED, [PUBLIC], "en", SAID.expires + timedelta(days=90))).findall(f"{NS}entry")


def test_nothing_internal_and_nothing_faulty_stands_in_it() -> None:
    for alert, code in (
        (INNER, "feed.not_public"),
        (replace(PUBLIC, warned=replace(SAID, decision="")), "alert.decision"),
    ):
        with pytest.raises(Refusal) as refused:
            atom(FEED, [PUBLIC, alert], "zh", AT)
        assert refused.value.code == code


def test_an_empty_feed_is_one_too() -> None:
    assert broken_rules(fromstring(atom(FEED, [], "zh", AT))) == []
