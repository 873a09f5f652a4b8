"""The terms of a link: which way out, which fields leave, how they are called over there. Pure: text in, terms out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from gridcommons.cases.partners.kinds import CASE, fields_of
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.transitions import packaged
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, require_none, worded
from gridcommons.kit.words import Words
from gridcommons.matters.barred import check_names

WAYS: Final = ("webhook", "open311", "export")
ACTS: Final = ("accept", "send_back", "feed_back")
NOTHING: Final = "nothing"
FORMS: Final = ("json", "xml", "csv", "xlsx")
_FORMS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "webhook": ("json",), "open311": ("json", "xml"), "export": ("csv", "xlsx", "json"),
}  # fmt: skip
ALWAYS: Final = "number"
"""Without the number nothing that comes back could be told apart."""
PHOTOS: Final = "photos"
"""The term by which photos go along, both ways; off unless two persons agree to it."""
NAME_LENGTH, URL_LENGTH, COLUMN_LENGTH, MAPPING_LENGTH = 80, 300, 60, 20_000
ADDRESS_LENGTH: Final = 500
_HOST_LENGTH: Final = 253
FILE_COLUMNS: Final = ("event", "event_id")
"""What each row of a file says of its event, beside the fields."""
_PARTS: Final = frozenset({"columns", "codes", "statuses", "updates", "media"})
_FAULTS: Final = 5
_TOO_LONG: Final = Words(f"超过{MAPPING_LENGTH}字", f"it is longer than {MAPPING_LENGTH} signs")
_UNREADABLE: Final = Words("JSON读不懂", "the JSON cannot be read")
NO_STEP: Final = Words("不办理任何步骤", "no step")

BAD_TERMS = refusal_kind(
    "partner.bad_terms",
    status=400,
    zh="对接不能这样设置：{what_zh}。",
    en="The link cannot be set up like this: {what_en}.",
)
BAD_MAPPING = refusal_kind(
    "partner.bad_mapping",
    status=400,
    zh="对照设置不能使用：{what_zh}。请改正后再保存。",
    en="The mapping cannot be used: {what_en}. Correct it and save again.",
)


@dataclass(frozen=True)
class NamesThere:
    """What things are called over there.

    `columns`: field -> their name. `codes`: field -> our code -> theirs (`*`: every other one). `statuses`: their word
    -> the step it asks for, or `nothing`. `updates`: whether their Open311 takes servicerequestupdates. `media`: hosts
    beside their own on which their pictures lie.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    updates: bool = False
    media: tuple[str, ...] = ()

    def column(self, key: str) -> str:
        """What a field is called over there."""
        return self.columns.get(key, key)

    def code(self, key: str, value: str) -> str | None:
        """A code as it is over there; None where a list stands and lacks it."""
        held = self.codes.get(key)
        return value if held is None else held.get(value, held.get("*"))

    def step(self, status: str) -> str | None:
        """The step that a word of theirs asks for, `nothing` for none; None for a word that nobody mapped."""
        word = status.strip().casefold()
        own = {key.casefold(): act for key, act in self.statuses.items()}
        return own.get(word, None if own else policy().statuses.get(word))

    def as_text(self) -> str:
        """As JSON, for a form."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


@dataclass(frozen=True)
class Asked:
    """Words of theirs, the step they ask for, and whether their system may take it; else a person does."""

    words: tuple[str, ...]
    step: Words
    is_taken: bool


@dataclass(frozen=True)
class Terms:
    """What two persons agree on: everything that decides what leaves, where to, and what comes back."""

    name: str
    way: str
    url: str
    form: str
    fields: tuple[str, ...]
    acts: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    mapping: NamesThere = NamesThere()
    kind: str = CASE

    @property
    def with_photos(self) -> bool:
        """Whether photos go along."""
        return PHOTOS in self.fields

    @property
    def careful(self) -> tuple[str, ...]:
        """The fields among them that tell a place or words."""
        return tuple(key for key in self.fields if fields_of(self.kind)[key].careful)

    @property
    def asked(self) -> list[Asked]:
        """Their words for a status by the step they ask for; the usual ones where the mapping has none."""
        steps = self.mapping.statuses or policy().statuses
        taken = {NOTHING, *(self.acts if self.kind == CASE else ())}
        return [
            Asked(tuple(word for word, asked in steps.items() if asked == step), _step_words(step), step in taken)
            for step in (*ACTS, NOTHING) if step in steps.values()
        ]  # fmt: skip

    @property
    def hosts(self) -> list[str]:
        """The hosts that are called for pictures of theirs: their own, and those that the mapping lists."""
        own = urlsplit(self.url).hostname
        return list(dict.fromkeys([*([own] if own else []), *self.mapping.media])) if self.with_photos else []


def _step_words(step: str) -> Words:
    return NO_STEP if step == NOTHING else packaged().action(step).words


def bad_mapping(faults: Iterable[Words]) -> Refusal:
    """The refusal of a mapping by what is wrong with it, the first few of it."""
    said = list(faults)[:_FAULTS]
    both = Words("；".join(one.zh for one in said), "; ".join(one.en for one in said))
    return Refusal((worded(BAD_MAPPING, what=both),))


def read_mapping(text: str, kind: str = CASE) -> NamesThere:
    """A mapping from JSON; refuses one that cannot be read, that names strange things or what charter 2 bars."""
    if not text.strip():
        return NamesThere()
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as fault:
        line, sign = fault.lineno, fault.colno
        where = Words(f"JSON第{line}行第{sign}个字符处有误", f"the JSON is wrong at line {line}, sign {sign}")
        raise bad_mapping([where]) from None
    except (ValueError, RecursionError):
        raise bad_mapping([_UNREADABLE]) from None
    if faults := list(_mapping_faults(raw, kind)):
        raise bad_mapping(faults)
    check_names(raw.get("columns", {}).values(), opaque=False)
    return NamesThere(
        raw.get("columns", {}), raw.get("codes", {}), raw.get("statuses", {}), raw.get("updates", False) is True,
        tuple(raw.get("media", ())),
    )  # fmt: skip


def _mapping_faults(raw: Any, kind: str) -> Iterator[Words]:
    if not isinstance(raw, dict):
        yield _shape("JSON", "{…}")
        return
    yield from (_unknown(key) for key in raw if key not in _PARTS)
    columns, codes, statuses = (raw.get(part, {}) for part in ("columns", "codes", "statuses"))
    if not _is_texts(columns) or not _is_texts(statuses):
        yield _shape("columns, statuses", '{"…": "…"}')
        return
    if not isinstance(codes, dict) or not all(_is_texts(held) for held in codes.values()):
        yield _shape("codes", '{"…": {"…": "…"}}')
        return
    hosts = raw.get("media", [])
    if not isinstance(hosts, list) or not all(isinstance(one, str) and _is_host(one) for one in hosts):
        yield Words(
            "图片网站要写域名，例如pictures.example.org，不带https://",
            "hosts of pictures are bare names such as pictures.example.org, without https://",
        )
    known = fields_of(kind)
    yield from (_unknown(key) for key in (*columns, *codes) if key not in known)
    for key, name in columns.items():
        if not _is_name(name):
            yield Words(f"{key[:40]}在对方的名称不能用：{name[:40]!r}", f"{key[:40]} cannot be called {name[:40]!r}")
    for word, act in statuses.items():
        if act not in (*ACTS, NOTHING):
            said, step = word[:40], act[:40]
            yield Words(f"“{said}”对应的步骤不存在：{step}", f"“{said}” asks for no known step: {step}")


def _shape(part: str, shape: str) -> Words:
    return Words(f"{part}要写成{shape}", f"{part} should look like {shape}")


def _unknown(key: str) -> Words:
    return Words(f"不认识“{key[:40]}”", f"nothing is called “{key[:40]}”")


def _proposed(text: str, way: str, kind: str) -> NamesThere:
    """A mapping that is to be agreed on; one that was kept before is read though it would be refused today."""
    if len(text) > MAPPING_LENGTH:
        raise bad_mapping([_TOO_LONG])
    held = read_mapping(text, kind)
    said = held.as_text()
    if not said.isascii() and any("\ud800" <= sign <= "\udfff" for sign in said):
        raise bad_mapping([_UNREADABLE])  # half of a sign, which no table keeps
    if len(said) > MAPPING_LENGTH:
        raise bad_mapping([_TOO_LONG])
    if faults := list(_clashes(held, way, kind)):
        raise bad_mapping(faults)
    return held


def _clashes(held: NamesThere, way: str, kind: str) -> Iterator[Words]:
    """Two fields under one name over there, of which one would be lost; in files the columns of the event too."""
    by_name: dict[str, list[Words]] = {}
    for key, one in fields_of(kind).items():
        by_name.setdefault(held.column(key), []).append(one.name)
    for name, own in by_name.items():
        if len(own) > 1:
            zh, en = "、".join(f"“{one.zh}”" for one in own), ", ".join(f"“{one.en}”" for one in own)
            yield Words(f"{zh}在对方都叫“{name}”", f"{en} would all be called “{name}” over there")
        if way == "export" and name in FILE_COLUMNS:
            yield Words(f"文件里“{name}”一列已另有用途", f"“{name}” is a column that files have already")


def _is_texts(raw: Any) -> bool:
    return isinstance(raw, dict) and all(isinstance(text, str) for text in raw.values())


def _is_host(name: str) -> bool:
    """Whether it is the bare name of a host: lower case, no port, no address of the network."""
    labels = name.split(".")
    shaped = all(one and one.isascii() and one.replace("-", "a").isalnum() for one in labels) and len(labels) > 1
    return shaped and len(name) <= _HOST_LENGTH and name == name.lower() and not labels[-1].isdigit()


def _is_name(name: str) -> bool:
    return bool(name.strip()) and len(name) <= COLUMN_LENGTH and name == clean_text(name, limit=COLUMN_LENGTH)


def clean_terms(
    *, name: str, way: str, url: str, form: str, fields: Iterable[str], acts: Iterable[str] = (),
    matters: Iterable[str] = (), mapping: str = "", known_matters: Iterable[str] = (), kind: str = CASE,
) -> Terms:  # fmt: skip
    """Terms from what a form holds; refuses with everything that is wrong with them."""
    said = clean_text(name, limit=NAME_LENGTH)
    address = clean_text(url, limit=URL_LENGTH).rstrip("/")
    asked, wanted, only = set(fields) | {ALWAYS}, tuple(acts), tuple(matters)
    reasons = [
        *_unless(bool(said), "没有写对方系统的名称", "it does not say what their system is called"),
        *_unless(way in WAYS, "没有选对接方式", "no way out is chosen"),
        *_unless(form in _FORMS_OF.get(way, FORMS), "这种方式没有该格式", "this way has no such format"),
        *_unless(way == "export" or _is_address(address), "接收地址要以https://开头，不带账号和参数",
                 "the address has to begin with https:// and hold no account or query"),
        *_unless(asked <= fields_of(kind).keys(), "有不能发送的字段", "it names a field that may not leave"),
        *_unless(set(wanted) <= set(ACTS), "有不能由对方系统办理的步骤", "it names a step that no system may take"),
        *_unless(set(only) <= set(known_matters), "有清单里没有的事项", "it names a matter that no list has"),
    ]  # fmt: skip
    require_none(tuple(reasons))
    held = _proposed(mapping, way, kind)
    order = tuple(key for key in fields_of(kind) if key in asked)
    return Terms(
        said, way, "" if way == "export" else address, form, order, tuple(act for act in ACTS if act in wanted), only,
        held, kind,
    )  # fmt: skip


def picture_host(url: str, terms: Terms) -> str:
    """The host of a picture that a link may name: its own, or one that its mapping lists; empty for any other."""
    try:
        parts, own = urlsplit(url), urlsplit(terms.url)
        same = (parts.scheme, parts.hostname, parts.port) == (own.scheme, own.hostname, own.port)
        listed = parts.scheme == "https" and parts.port in {None, 443} and parts.hostname in terms.mapping.media
    except ValueError:
        return ""
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= ADDRESS_LENGTH
    fits = plain and parts.username is None and not parts.fragment and (same or listed)
    return parts.hostname or "" if fits else ""


def _unless(holds: bool, zh: str, en: str) -> list[Reason]:
    return [] if holds else [Reason(BAD_TERMS, (("what_zh", zh), ("what_en", en)))]


def _is_address(url: str) -> bool:
    """Whether it is an address to call: HTTPS, or HTTP on this very machine; no name or password in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    bare = parts.username is None and not parts.fragment and not parts.query
    shaped = url.isascii() and bool(parts.hostname) and bare and (port is None or port > 0)
    return shaped and (parts.scheme == "https" or (parts.scheme == "http" and here))
