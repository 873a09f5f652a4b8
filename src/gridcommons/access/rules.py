"""Pure rules: what a viewer's grants allow, and which rows they make visible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.finer import general, words_of
from gridcommons.access.roles import CASE_READS, ROLES, Role
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, worded
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words

LOCAL_LEVEL: Final = "township"
BREAK_GLASS: Final = "break_glass"
"""The purpose of looks through an opened glass: it opens what the glass opens and nothing else."""
AUDIT: Final = "audit"
"""The purpose for which roles that audit read the ledger's details of their areas."""
_ASKS: Final = "glass.ask"
INDEPENDENT: Final = "independent"
"""The side of offices that only roles of their own side may serve: whoever serves one is party to what it keeps."""

NO_DEED = refusal_kind(
    "access.no_deed",
    status=403,
    zh="您的岗位不包括这件事。如果工作需要，请找给您授权的人核实您的授权。",
    en="Your post does not include this. If your work needs it, ask whoever granted your post.",
)
NOT_THERE = refusal_kind(
    "access.not_there",
    status=403,
    zh="这件事不在您负责的区域内。请转给当地负责的人。",
    en="This lies outside the area you answer for. Hand it to those who serve that place.",
)
NO_PURPOSE = refusal_kind(
    "access.no_purpose",
    status=403,
    zh="您的授权不包含用途“{purpose_zh}”。",
    en="Your grant does not cover the purpose “{purpose_en}”.",
)
MORE_THAN_OWN = refusal_kind(
    "access.more_than_own",
    status=403,
    zh="不能授予自己没有的权限：{what_zh}。",
    en="Nobody can grant what they do not hold: {what_en}.",
)
SAME_PERSON = refusal_kind(
    "access.same_person",
    status=403,
    zh="不能给自己授权，请由另一位管理员办理。",
    en="Nobody can grant to themselves; another administrator has to do it.",
)
NOT_GRANTABLE = refusal_kind(
    "access.not_grantable",
    status=400,
    zh="没有名为“{role}”的可授予岗位。",
    en="There is no role “{role}” that can be granted.",
)
OTHER_SIDE = refusal_kind(
    "access.other_side",
    status=409,
    zh="监督、处置与独立复核必须分开：这个岗位不能设在另一方的机构里。",
    en="Supervision, handling and independent review stay apart: this role cannot serve an office of another side.",
)
BAD_PERIOD = refusal_kind(
    "access.bad_period",
    status=400,
    zh="授权的结束时间必须晚于开始时间。",
    en="A grant must end after it begins.",
)


@dataclass(frozen=True)
class GrantFacts:
    """One grant as a plain value: role x included and excluded area codes x purposes x period."""

    role: str
    included: tuple[str, ...]
    excluded: tuple[str, ...]
    purposes: frozenset[str]
    valid_from: datetime
    valid_to: datetime | None
    office_id: UUID | None = None
    revoked_at: datetime | None = None
    things: frozenset[str] = frozenset()
    """Keys of single things (`opened:<number>`); with any, only these are reached, and only inside the areas."""
    glass: str = ""
    """The id of the opened glass that this is; empty for a grant that somebody was given."""

    def holds_at(self, at: datetime) -> bool:
        """Whether the grant is in force at a moment."""
        ended = [end for end in (self.valid_to, self.revoked_at) if end is not None and end <= at]
        return self.valid_from <= at and not ended

    def covers(self, area_code: str) -> bool:
        """Whether what is filed under a code lies today in the grant's reach, all levels alike."""
        return in_force().covers(area_code, self.included, self.excluded)

    @property
    def areas_now(self) -> tuple[str, ...]:
        """The included areas by the codes they have today; one that ended is left out."""
        lineage = in_force()
        return tuple(dict.fromkeys(now for code in self.included if (now := lineage.follow(code))))

    @property
    def left_out_now(self) -> tuple[str, ...]:
        """The excluded areas by the codes they have today; one that ended stays out wherever a part of it went."""
        return in_force().reach((), self.excluded).excluded

    @property
    def areas_named(self) -> tuple[str, ...]:
        """The included areas as a list of grants names them: by today's code, one that ended by its last."""
        lineage = in_force()
        return tuple(dict.fromkeys(lineage.follow(code) or code for code in self.included))

    @property
    def is_local(self) -> bool:
        """Whether every included area is a township or below: only then may personal data be read by area."""
        return all(CHINA.depth_at_least(code, LOCAL_LEVEL) for code in self.included)


@dataclass(frozen=True)
class Viewer:
    """Whoever looks or acts: a user with grants, a resident, the public, or the program itself.

    `key` names them in the ledger (`user:<id>`, `public`, `program:<job>`). `parties` are the keys by
    which they may be party to a case: their own key, their offices, a tracking code they hold.
    """

    key: str
    user_id: UUID | None = None
    grants: tuple[GrantFacts, ...] = ()
    parties: frozenset[str] = frozenset()
    everywhere: bool = False
    name: str = ""
    glasses: tuple[GrantFacts, ...] = ()
    """What was opened to them for hours (break-glass): apart from the grants, and only for its own purpose."""

    def roles_at(self, at: datetime) -> list[tuple[Role, GrantFacts | None]]:
        """The roles in force at a moment with the grant each stands on; everyone holds `everyone`."""
        held: list[tuple[Role, GrantFacts | None]] = [(ROLES["everyone"], None)]
        held += [(ROLES[grant.role], grant) for grant in self.grants if grant.role in ROLES and grant.holds_at(at)]
        if self.everywhere:
            held.append((ROLES["program"], None))
        return held

    def through_glass(self, at: datetime) -> Viewer:
        """The viewer with nothing but the glasses open to them, while they still hold a post that may ask for one."""
        asks = any(grant is not None and _ASKS in role.deeds for role, grant in self.roles_at(at))
        return Viewer(self.key, self.user_id, tuple(g for g in self.glasses if asks and g.holds_at(at)), name=self.name)

    def office_keys_at(self, at: datetime) -> frozenset[str]:
        """Party keys of the offices the viewer serves at a moment."""
        return frozenset(f"office:{g.office_id}" for g in self.grants if g.office_id and g.holds_at(at))

    def parties_at(self, at: datetime) -> frozenset[str]:
        """All keys by which the viewer may be party to something at a moment."""
        return self.parties | self.office_keys_at(at) | ({self.key} if self.user_id else frozenset())


PUBLIC: Final = Viewer(key="public", name="public")


@dataclass(frozen=True)
class Place:
    """Where a deed happens: an area code (empty for no place) and the parties to the thing."""

    area_code: str = ""
    parties: frozenset[str] = field(default_factory=frozenset)
    personal: bool = False


@dataclass(frozen=True)
class Scope:
    """What row-level security lets through: a pattern of area codes (empty: none) and party keys.

    `audit`: a second pattern, for the ledger's details alone.
    `divided`: codes that the pattern lets through of which some rows lie elsewhere, or the other way round.
    """

    pattern: str = ""
    parties: tuple[str, ...] = ()
    audit: str = ""
    divided: tuple[str, ...] = ()


def scope_of(viewer: Viewer, at: datetime, purpose: str = "") -> Scope:
    """The rows a viewer may see at a moment: areas of local grants, and whatever they are party to.

    Grants above township level open no rows of persons: levels above see numbers (charter 4). Nor do grants of roles
    that read no cases, or only those of their office.
    Areas are those of today: the pattern names every code by which records of them were filed. Each grant is one
    alternative, so that what one grant excludes another may still include. Through a glass (its `purpose`) they see
    what it opens and nothing of their own; in an audit the ledger's details of the areas, at any level.
    """
    if viewer.everywhere:
        return Scope("^", tuple(sorted(viewer.parties)))
    if purpose == BREAK_GLASS:
        held = viewer.through_glass(at).grants
        things = sorted({thing for grant in held for thing in grant.things})
        pattern, divided = _reach(g for g in held if g.is_local and not g.things)
        return Scope(pattern, tuple(things), divided=divided)
    over = auditors(viewer, at) if purpose == AUDIT else []
    own = [grant for grant in over if grant.is_local]
    audit = "|".join(filter(None, (_reach(over)[0], "^$" if over else "")))
    pattern, divided = _reach([*readers(viewer, at), *own])
    return Scope(pattern, tuple(sorted(viewer.parties_at(at))), audit, divided)


def _reach(grants: Iterable[GrantFacts]) -> tuple[str, tuple[str, ...]]:
    """The areas of grants as one pattern, an alternative each, and the divided codes among them."""
    reaches = {in_force().reach(grant.included, grant.excluded) for grant in grants if grant.included}
    pattern = "|".join(sorted({reach.pattern for reach in reaches} - {""}))
    return pattern, tuple(sorted({code for reach in reaches for code in reach.divided}))


def auditors(viewer: Viewer, at: datetime) -> list[GrantFacts]:
    """The grants in force by which a viewer watches over whole areas, whatever their level: grants, and the ledger."""
    return [grant for role, grant in viewer.roles_at(at) if grant is not None and role.audits and grant.included]


def readers(viewer: Viewer, at: datetime) -> list[GrantFacts]:
    """The grants in force by which a viewer may read the cases of whole areas, townships at most."""
    return [
        grant
        for role, grant in viewer.roles_at(at)
        if grant is not None and role.by_area and role.deeds >= CASE_READS and grant.is_local and grant.included
    ]


def missing(viewer: Viewer, *, deed: str, place: Place, purpose: str, at: datetime) -> tuple[Reason, ...]:
    """Everything that stands between a viewer and a deed; empty when it is allowed."""
    viewer = viewer.through_glass(at) if purpose == BREAK_GLASS and not viewer.everywhere else viewer
    with_deed = [(role, grant) for role, grant in viewer.roles_at(at) if deed in role.deeds]
    if not with_deed:
        return (Reason(NO_DEED, (("deed", deed),)),)
    there = [(role, grant) for role, grant in with_deed if _reaches(viewer, role, grant, place)]
    if not there:
        return (Reason(NOT_THERE),)
    if not any(_serves(role, grant, general(purpose, deed)) for role, grant in there):
        return (worded(NO_PURPOSE, purpose=words_of(purpose)),)
    return ()


def _reaches(viewer: Viewer, role: Role, grant: GrantFacts | None, place: Place) -> bool:
    if role.everywhere:
        return True
    own = viewer.parties | {viewer.key}
    if grant is None:
        return bool(place.parties & own) or (not place.parties and not place.personal)
    if grant.things:
        return bool(place.parties & grant.things) and grant.covers(place.area_code)
    if place.parties & (own | {f"office:{grant.office_id}"}):
        return True
    reach = (role.by_area and grant.covers(place.area_code)) or not (place.area_code or place.parties)
    return reach and (grant.is_local or not place.personal)


def _serves(role: Role, grant: GrantFacts | None, purpose: str) -> bool:
    return purpose in role.purposes and (grant is None or purpose in grant.purposes)


def glasses_for(viewer: Viewer, *, deed: str, place: Place, at: datetime) -> list[GrantFacts]:
    """The opened glasses through which a viewer may do this there."""
    through = viewer.through_glass(at)
    held = [(role, grant) for role, grant in through.roles_at(at) if deed in role.deeds and grant is not None]
    return [grant for role, grant in held if _reaches(through, role, grant, place)]


def require(viewer: Viewer, *, deed: str, place: Place, purpose: str, at: datetime) -> None:
    """Refuse with everything missing, or return."""
    reasons = missing(viewer, deed=deed, place=place, purpose=purpose, at=at)
    if reasons:
        raise Refusal(reasons)


def may_give(giver: Viewer, role: str, at: datetime) -> bool:
    """Whether a viewer may give a role, and so take it back."""
    return giver.everywhere or any(role in held.may_give for held, grant in giver.roles_at(at) if grant is not None)


@dataclass(frozen=True)
class OfficeAt:
    """Where the office of a grant lies, and on which side it stands."""

    area_code: str
    side: str


def missing_to_grant(
    giver: Viewer, wanted: GrantFacts, *, to: UUID, at: datetime, office: OfficeAt | None = None
) -> tuple[Reason, ...]:
    """Why a giver may not give a grant: what they lack themselves, giving to oneself, an office of the other side.

    `office`: the office that the grant serves, None where it serves none.
    """
    role = ROLES.get(wanted.role)
    if role is None or not role.grantable:
        return (Reason(NOT_GRANTABLE, (("role", wanted.role),)),)
    reasons = [Reason(SAME_PERSON)] if giver.user_id == to else []
    if wanted.valid_to is not None and wanted.valid_to <= wanted.valid_from:
        reasons.append(Reason(BAD_PERIOD))
    if office is not None and (role.side or office.side == INDEPENDENT) and role.side != office.side:
        reasons.append(Reason(OTHER_SIDE))
    reasons += [worded(MORE_THAN_OWN, what=what) for what in _beyond(giver, wanted, role, at, office)]
    return tuple(reasons)


def _beyond(giver: Viewer, wanted: GrantFacts, role: Role, at: datetime, office: OfficeAt | None) -> tuple[Words, ...]:
    """What of a wanted grant lies beyond the giver, who has to hold all of it by one and the same grant."""
    if giver.everywhere:
        return ()
    givers = [g for r, g in giver.roles_at(at) if g is not None and role.key in r.may_give]
    if not givers:
        return (role.name, *(Words(code, code) for code in wanted.included))
    return min((tuple(_lacking(held, wanted, role, office)) for held in givers), key=len)


def _lacking(held: GrantFacts, wanted: GrantFacts, role: Role, office: OfficeAt | None) -> Iterable[Words]:
    """What one grant of the giver does not hold: areas, office, purposes of the role, the period."""
    if not wanted.included:
        yield Words("没有区域的授权", "a grant without an area")
    yield from (Words(code, code) for code in wanted.included if not _holds(held, code, wanted))
    if office is not None and not held.covers(office.area_code):
        yield Words("别处的机构", "an office of another place")
    yield from (words_of(one) for one in sorted(wanted.purposes - role.purposes))
    if wanted.valid_from < held.valid_from:
        yield Words("比自己更早的开始时间", "a beginning earlier than their own")
    if held.valid_to is not None and (wanted.valid_to is None or wanted.valid_to > held.valid_to):
        yield Words("比自己更晚的到期时间", "an end later than their own")


def _holds(grant: GrantFacts, code: str, wanted: GrantFacts) -> bool:
    """Whether a grant covers an area whole, but for what the wanted one leaves out as well."""
    lineage, left_out = in_force(), wanted.excluded
    own = lineage.reach((), grant.excluded).excluded
    inside = [excluded for excluded in own if excluded.startswith(lineage.current(code))]
    return grant.covers(code) and all(lineage.covers(excluded, left_out) for excluded in inside)
