"""Reads of access: offices, keys, the ledger entries that concern the viewer."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db.models import CharField, F, Func, Q, Value

from gridcommons.access.apikeys import digest_of
from gridcommons.access.deeds import look
from gridcommons.access.entries import Entry, entry_of, without_own
from gridcommons.access.identify import facts_of
from gridcommons.access.models import ApiKey, Checkpoint, Grant, LedgerDetail, Office, User
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import INDEPENDENT, GrantFacts, Place, Viewer
from gridcommons.access.scope import lying_in
from gridcommons.access.sealer import note
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words

_PAGE = 50
_LOOK: Final = '"what":"look.'

NO_OFFICE = refusal_kind(
    "access.no_office",
    status=409,
    zh="{area}没有设立“{kind}”，请管理员先设立该机构。",
    en="There is no office “{kind}” at {area}; an administrator has to open it first.",
)
BAD_KEY = refusal_kind(
    "access.bad_key",
    status=403,
    zh="接口密钥无效或已停用，请向管理员申请新的密钥。",
    en="The api key is not valid or was withdrawn; ask the administrator for a new one.",
)


@dataclass(frozen=True)
class OfficeFacts:
    """What other parts need of an office."""

    id: UUID
    key: str
    area_code: str
    kind: str
    side: str
    name_zh: str
    name_en: str
    phone: str

    @property
    def party(self) -> str:
        """The key by which the office is party to a case."""
        return f"office:{self.id}"


def _facts(office: Office) -> OfficeFacts:
    area = in_force().follow(office.area_code) or office.area_code
    return OfficeFacts(
        office.id, office.key, area, office.kind, office.side, office.name_zh, office.name_en, office.phone
    )


def find_office(area_code: str, kind: str) -> OfficeFacts | None:
    """The office of a kind at exactly this area, if it is open; an office moves along with its area."""
    area = in_force().follow(area_code) or area_code
    rows = Office.objects.filter(area_code__in=in_force().origins(area), kind=kind, valid_to__isnull=True)
    found = rows.order_by("-valid_from").first()
    return _facts(found) if found else None


def last_office(codes: Iterable[str], kind: str) -> OfficeFacts | None:
    """The newest office of a kind that stood at an area known by these codes, even if it is over."""
    found = Office.objects.filter(area_code__in=codes, kind=kind).order_by("-valid_from").first()
    return _facts(found) if found else None


def office_at(area_code: str, kind: str) -> OfficeFacts:
    """The office of a kind at exactly this area; refuses when there is none."""
    found = find_office(area_code, kind)
    if found is None:
        raise refuse(NO_OFFICE, area=area_code, kind=kind)
    return found


def offices(ids: Iterable[UUID | None]) -> dict[UUID, OfficeFacts]:
    """Offices by id."""
    rows = Office.objects.filter(pk__in={i for i in ids if i is not None})
    return {row.id: _facts(row) for row in rows}


def office_ids(keys: Iterable[str]) -> dict[str, UUID]:
    """Ids of the offices that exist among these keys, closed ones included."""
    return dict(Office.objects.filter(key__in=set(keys)).values_list("key", "id"))


def account_ids(usernames: Iterable[str]) -> dict[str, UUID]:
    """Ids of the accounts that exist among these login names."""
    return dict(User.objects.filter(username__in=set(usernames)).values_list("username", "id"))


def mail_of(key: str) -> str:
    """The e-mail address of a member of staff (`user:<id>`); empty for residents, who are reached by their contact."""
    kind, _colon, id_ = key.partition(":")
    found = User.objects.filter(pk=id_, is_active=True, grants__isnull=False).first() if kind == "user" else None
    return found.email if found else ""


def display_names(keys: Iterable[str]) -> dict[str, str]:
    """The names that accounts (`user:<id>`) show, by key."""
    ids = {key.removeprefix("user:") for key in keys if key.startswith("user:")}
    return {f"user:{one}": name for one, name in User.objects.filter(pk__in=ids).values_list("pk", "display_name")}


def opened_by(password: str, usernames: Iterable[str]) -> list[str]:
    """Which of these accounts a password opens. Equal hashes are tried once: each try is slow by design."""
    rows = User.objects.filter(username__in=set(usernames), is_active=True).values_list("username", "password")
    held = dict(rows)
    opening = {hashed for hashed in set(held.values()) if check_password(password, hashed)}
    return sorted(name for name, hashed in held.items() if hashed in opening)


def names_of_accounts(keys: Iterable[str]) -> dict[str, str]:
    """The names under which accounts (`user:<id>`) of staff act, by key."""
    ids = {key.removeprefix("user:") for key in keys if key.startswith("user:")}
    return {f"user:{key}": name for key, name in User.objects.filter(pk__in=ids).values_list("pk", "display_name")}


def grant_ids(users: Iterable[UUID], role: str) -> dict[UUID, UUID]:
    """The grant of a role by the account that holds it; revoked ones are left out."""
    rows = Grant.objects.filter(user_id__in=set(users), role=role, revoked_at__isnull=True)
    return dict(rows.order_by("-valid_from").values_list("user_id", "id"))


def keys_serving(codes: Iterable[str], deed: str, at: datetime) -> dict[str, list[str]]:
    """The accounts (`user:<id>`) whose grants name exactly an area, in roles that list a deed, by its code of today."""
    lineage = in_force()
    wanted = {now for code in codes if (now := lineage.follow(code))}
    raw = sorted({known for code in wanted for known in lineage.known_as(code)})
    roles = [role.key for role in ROLES.values() if deed in role.deeds]
    rows = Grant.objects.filter(role__in=roles, included__overlap=raw, revoked_at__isnull=True)
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows.order_by("user_id"):
        for code in wanted.intersection(facts_of(row).areas_now) if facts_of(row).holds_at(at) else ():
            found[code].append(f"user:{row.user_id}")
    return {code: list(dict.fromkeys(keys)) for code, keys in sorted(found.items())}


def offices_over(area_code: str) -> list[OfficeFacts]:
    """The open offices of the area and of all areas above it, lowest first: who can be responsible there."""
    lineage = in_force()
    above = [raw for n in range(2, len(area_code) + 1) for raw in lineage.origins(lineage.current(area_code)[:n])]
    rows = Office.objects.filter(area_code__in=above, valid_to__isnull=True)
    return [_facts(row) for row in sorted(rows, key=lambda row: (-len(row.area_code), row.key))]


def offices_in(area_code: str) -> list[OfficeFacts]:
    """The open offices of an area and of all areas below it, by place and kind."""
    rows = Office.objects.filter(lying_in("area_code", [area_code]), valid_to__isnull=True)
    return [_facts(row) for row in rows.order_by("area_code", "kind")]


def count_keys(door: str) -> int:
    """How many api keys of a door are valid."""
    return ApiKey.objects.filter(door=door, revoked_at__isnull=True).count()


def is_staffed(office_id: UUID, duty: str, at: datetime) -> bool:
    """Whether somebody serves an office at a moment in a role that may hold a duty."""
    roles = [role.key for role in ROLES.values() if duty in role.duties]
    held = Grant.objects.filter(office_id=office_id, role__in=roles, user__is_active=True)
    return any(facts_of(grant).holds_at(at) for grant in held)


def offices_at(codes: Iterable[str]) -> list[OfficeFacts]:
    """The open offices of exactly these areas, whatever code they were opened under, by key."""
    raw = {origin for code in codes for origin in in_force().origins(code)}
    return [_facts(row) for row in Office.objects.filter(area_code__in=raw, valid_to__isnull=True).order_by("key")]


@dataclass(frozen=True)
class GrantLine:
    """A grant that is in force, with whom it belongs to and which office it serves."""

    facts: GrantFacts
    name: str
    office_key: str


def grants_near(codes: Iterable[str], at: datetime) -> list[GrantLine]:
    """The grants in force of areas that hold one of these codes or lie below one, by role and name."""
    wanted = sorted(set(codes))
    above = {code[:n] for code in wanted for n in range(1, len(code) + 1)}
    listed = Func(F("included"), Value(","), function="array_to_string", output_field=CharField())
    below = f"(^|,)({'|'.join(wanted)})"
    near = Q(included__overlap=sorted(above)) | Q(listed__regex=below)
    rows = Grant.objects.annotate(listed=listed).filter(near, revoked_at__isnull=True, valid_from__lte=at)
    lines = (
        GrantLine(facts_of(row), row.user.display_name, row.office.key if row.office else "")
        for row in rows.select_related("user", "office").order_by("role", "user__display_name", "id")
    )
    return [line for line in lines if line.facts.holds_at(at)] if wanted else []


def valid_key(text: str, door: str) -> ApiKey:
    """The api key of a door; refuses an unknown or withdrawn one without telling which."""
    found = ApiKey.objects.filter(digest=digest_of(text), door=door, revoked_at__isnull=True).first() if text else None
    if found is None:
        raise refuse(BAD_KEY)
    return found


def _subject_of_looks(entries: list[Entry], _facts_: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"entry:{entry.id}" for entry in entries)


def _mine(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({facts["about"]}) & facts["viewer"].parties_at(facts["at"]) or frozenset({"nobody"}))


@look("look.own_looks", on=_mine, subjects=_subject_of_looks)
def who_looked(
    *, about: str, viewer: Viewer, at: datetime, purpose: str = "own_case", first: int = 0, most: int = _PAGE,
    by_others: bool = False, thing: str = "",
) -> list[Entry]:  # fmt: skip
    """The entries about a key that the viewer holds (`track:...`, `user:...`), newest first, at most `most`.

    `by_others`: only looks, without those by which people read what is theirs and those that the viewer made in their
    own office. `thing`: only entries that name it as well (`case:<id>`).
    """
    rows = LedgerDetail.objects.filter(parties__contains=[about, thing] if thing else [about])
    if by_others:
        rows = without_own(rows.filter(body__contains=_LOOK), [about])
    held = viewer.parties_at(at)
    return [entry_of(row, held) for row in rows.order_by("-entry")[first : first + most]]


@dataclass(frozen=True)
class Standing:
    """For whom somebody looked or acted: an office and a role, never a name."""

    office: OfficeFacts | None
    role: Words


def standings(entries: Iterable[Entry]) -> dict[UUID, Standing]:
    """By entry, the office and the role in which its account served at that moment; entries of no staff are absent."""
    wanted = list(entries)
    grants: dict[str, list[Grant]] = defaultdict(list)
    users = {entry.by.removeprefix("user:") for entry in wanted if entry.by.startswith("user:")}
    for grant in Grant.objects.filter(user_id__in=users).select_related("office"):
        grants[f"user:{grant.user_id}"].append(grant)
    found = ((entry, _standing_at(grants[entry.by], entry)) for entry in wanted)
    return {entry.id: standing for entry, standing in found if standing is not None}


def _standing_at(grants: Iterable[Grant], entry: Entry) -> Standing | None:
    """The grant in force that holds the deed done, if there is one."""
    held = [g for g in grants if facts_of(g).holds_at(entry.at) and g.role in ROLES]
    fitting = [g for g in held if entry.what in ROLES[g.role].deeds] or held
    if not fitting:
        return None
    return Standing(_facts(fitting[0].office) if fitting[0].office else None, ROLES[fitting[0].role].name)


@dataclass(frozen=True)
class CheckpointFacts:
    """A signed root of the ledger as everybody may read it; `note`: the very bytes that were signed."""

    size: int
    root: str
    at: datetime
    key_id: str
    signature: str
    note: str


def latest_checkpoint() -> CheckpointFacts | None:
    """The newest signed root of the ledger; None before anything was sealed."""
    row = Checkpoint.objects.order_by("-size").first()
    if row is None:
        return None
    root, at = bytes(row.root), row.at.astimezone(UTC)
    signature = base64.b64encode(bytes(row.signature)).decode()
    return CheckpointFacts(row.size, root.hex(), at, row.key_id, signature, note(row.size, root, at).decode())


@dataclass(frozen=True)
class Post:
    """The post that an account holds: its role and the office it serves, if any."""

    role: str
    office: OfficeFacts | None


def posts_of(keys: Iterable[str]) -> dict[str, Post]:
    """The latest post of each of these accounts (`user:<id>`), by key; whoever holds none is left out."""
    ids = {key.removeprefix("user:") for key in keys if key.startswith("user:")}
    rows = Grant.objects.filter(user_id__in=ids).select_related("office").order_by("valid_from")
    return {f"user:{row.user_id}": Post(row.role, _facts(row.office) if row.office else None) for row in rows}


@dataclass(frozen=True)
class StaffFacts:
    """Who serves: the name and each post with its area and office, as the posting says it."""

    name: str
    posts: tuple[tuple[str, str, OfficeFacts | None], ...]


def staff_called(words: str, *, under: str, at: datetime, limit: int = 20) -> list[StaffFacts]:
    """Staff below an area whose name holds these words, with their posts in force; reviewers and mediators left out.

    They work outside every line and are come to by their own doors.
    """
    roles = [role.key for role in ROLES.values() if role.grantable and role.side != INDEPENDENT]
    rows = Grant.objects.filter(
        lying_in("included__0", [under]), user__display_name__icontains=words, user__is_active=True, role__in=roles,
        revoked_at__isnull=True,
    )  # fmt: skip
    found: dict[tuple[str, UUID], list[Grant]] = defaultdict(list)
    for row in rows.select_related("user", "office").order_by("user__display_name", "user_id", "valid_from"):
        if facts_of(row).holds_at(at):
            found[row.user.display_name, row.user_id].append(row)
    return [
        StaffFacts(name, tuple(_posted(grant) for grant in grants))
        for (name, _user), grants in list(found.items())[:limit]
    ]


def staff_to_choose(*, under: Iterable[str], at: datetime, limit: int = 500) -> list[tuple[str, str, OfficeFacts]]:
    """Login name, name and office of those who serve in an office below these areas, each once, by office and name.

    Grid workers, of whom there are thousands, reviewers and mediators are left out.
    """
    roles = [r.key for r in ROLES.values() if r.grantable and r.side != INDEPENDENT and r.key != _MANY]
    rows = Grant.objects.filter(
        lying_in("included__0", list(under)), user__is_active=True, role__in=roles, revoked_at__isnull=True,
        office__isnull=False,
    )  # fmt: skip
    found: dict[UUID, tuple[str, str, OfficeFacts]] = {}
    for row in rows.select_related("user", "office").order_by("office__area_code", "office__key", "user__display_name"):
        if row.user_id not in found and row.office is not None and facts_of(row).holds_at(at):
            found[row.user_id] = (row.user.username, row.user.display_name, _facts(row.office))
        if len(found) == limit:
            break
    return list(found.values())


_MANY: Final = "grid_worker"


def _posted(grant: Grant) -> tuple[str, str, OfficeFacts | None]:
    return (grant.role, facts_of(grant).areas_named[0], _facts(grant.office) if grant.office else None)


def offices_called(words: str, *, under: str, limit: int = 20) -> list[OfficeFacts]:
    """Open offices below an area whose Chinese or English name holds these words, the highest first."""
    named = Q(name_zh__icontains=words) | Q(name_en__icontains=words)
    rows = Office.objects.filter(named, lying_in("area_code", [under]), valid_to__isnull=True)
    return sorted((_facts(row) for row in rows[: limit * 5]), key=lambda one: (len(one.area_code), one.key))[:limit]


def account_called(login: str) -> UUID | None:
    """The account of a login name; None where there is none."""
    return User.objects.filter(username=login, is_active=True).values_list("id", flat=True).first()
