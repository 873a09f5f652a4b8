"""The spellings of XLSForm, today's and older ones, as one: types, headings, languages. Pure."""

from __future__ import annotations

import re
from typing import Final

TEXT_COLUMNS: Final = frozenset({
    "label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "audio", "video", "media",
    "big-image",
})  # fmt: skip
HEADINGS: Final = {
    "command": "type", "tag": "name", "value": "name", "caption": "label", "relevance": "relevant",
    "calculate": "calculation", "constraining_message": "constraint_message", "requiredmsg": "required_message",
    "readonly": "read_only", "list": "list_name", "fact_key": "fact", "set_form_title": "form_title",
    "title": "form_title", "set_form_id": "form_id", "id_string": "form_id",
}  # fmt: skip
_PLAIN: Final = {
    "string": "text", "int": "integer", "photo": "image", "picture": "image", "location": "geopoint", "gps": "geopoint",
    "date_time": "datetime", "trigger": "acknowledge", "percentage": "integer", "start_time": "start",
    "end_time": "end",
    "device_id": "deviceid", "imei": "deviceid", "sim_id": "simserial", "subscriber_id": "subscriberid",
    "phone_number": "phonenumber", "select": "select_multiple", "select1": "select_one",
}  # fmt: skip
_KINDS: Final = frozenset({
    "text", "integer", "decimal", "range", "date", "time", "datetime", "note", "geopoint", "geotrace", "geoshape",
    "image", "audio", "video", "file", "barcode", "acknowledge", "calculate", "hidden", "start", "end", "today",
    "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit", "start-geopoint",
    "background-geopoint", "background-audio", "xml-external", "csv-external", "osm",
})  # fmt: skip
_GROUP: Final = re.compile(
    r"(begin|end)[\s_]+(?:of\s+)?(group|lgroup|repeat|loop|looped[\s_]group)\b(?:\s+over\s+(\S+))?.*"
)
_SELECT: Final = re.compile(
    r"(?:add\s+|q\s+)?(select_one_from_file|select_multiple_from_file|select[\s_]one[\s_]external"
    r"|select[\s_]one[\s_]from[\s_]file|select[\s_]multiple[\s_]from[\s_]file"
    r"|select[\s_]one|select1|select[\s_]multiple|select[\s_]all[\s_]that[\s_]apply|rank)"
    r"(?:\s+prompt)?(?:\s+(?:from|using))?\s+(\S+?)(\s+or[\s_]+(?:specify[\s_]+)?other)?\s*",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(r"^(?:add|q|get|uri:)\s*|\s+prompt$", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"\(([A-Za-z\-_]+)\)\s*$")
_ZH: Final = frozenset({"zh", "chinese", "中文", "简体中文", "汉语", "mandarin", "cn", "zh_cn", "zh-hans", "zh-cn"})
_EN: Final = frozenset({"en", "eng", "english", "英文", "英语", "en-gb", "en-us"})


def kind_of(written: str) -> tuple[str, str, bool]:
    """A type as written: its kind in one spelling, its list (the type itself where unknown), whether "other" is free.

    The kind is empty where nobody knows the type.
    """
    text = " ".join(written.split())
    group = _GROUP.fullmatch(text.lower())
    if group:
        what = "group" if group[2] in ("group", "lgroup") else "repeat"
        return f"{group[1]}_{what}", group[3] or "", False
    select = _SELECT.fullmatch(text)
    if select:
        return _select_kind(select[1]), select[2], bool(select[3])
    bare = _ASKED.sub("", text).strip().lower().replace(" ", "_")
    kind = _PLAIN.get(bare, bare)
    return (kind, "", False) if kind in _KINDS else ("", text[:60], False)


def _select_kind(written: str) -> str:
    kind = re.sub(r"\s", "_", written.lower())
    if kind.startswith("rank"):
        return "rank"
    many = kind.startswith(("select_multiple", "select_all"))
    ending = "_from_file" if kind.endswith("_from_file") else "_external" if kind.endswith("external") else ""
    return f"select_{'multiple' if many else 'one'}{ending}"


def language_of(written: str) -> str:
    """The language of a heading: `Chinese (zh)`, `english` or 中文 as zh and en; any other by its own name."""
    code = _IN_BRACKETS.search(written)
    name = (code[1] if code else written).strip().lower()
    return "zh" if name in _ZH or name.startswith("zh") else "en" if name in _EN else name
