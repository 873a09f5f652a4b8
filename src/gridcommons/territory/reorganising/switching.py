"""The day of a plan: areas, outlines, lineage, offices and hand-over lists change together, in one transaction.

O(areas moved): no case, visit, count, grant or office is written. What was filed under the old codes is found
through the lineage from the moment on at which this transaction is committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

import shapely
from django.db import connection

from gridcommons.access.actions import NewOffice, open_offices
from gridcommons.access.queries import OfficeFacts, offices_at
from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import Refusal, worded
from gridcommons.kit.lineage import Lineage, holding
from gridcommons.kit.lineage import Succession as Known
from gridcommons.kit.words import Words
from gridcommons.territory.cutting import Outline
from gridcommons.territory.drawn import renew_ground
from gridcommons.territory.models import Area, Boundary, Succession
from gridcommons.territory.names import english_name
from gridcommons.territory.pinyin import sort_key
from gridcommons.territory.queries import names_of, shapes_of
from gridcommons.territory.reorganising.ground import changes_of, ground_for, policy
from gridcommons.territory.reorganising.models import HandOver, Line, Plan
from gridcommons.territory.reorganising.outlines import given_outlines, outlines_of, require_covered
from gridcommons.territory.reorganising.refusals import TOO_YOUNG
from gridcommons.territory.reorganising.rules import Change, Node, Outcome, Pair
from gridcommons.territory.reorganising.touching import Moving, carry_all, require_free
from gridcommons.territory.reorganising.unfolding import unfold
from gridcommons.territory.succession import kept_pairs, renew_mark

_BATCH: Final = 2_000
_SOURCE: Final = "derived from the areas before the reorganisation"


def moving_of(plan: Plan, changes: Sequence[Change], by: Viewer, at: datetime) -> Moving:
    """What a plan does, as everybody concerned needs to know it; refuses a plan that cannot be carried out."""
    outcome = unfold(changes, ground_for(changes, plan.on_day, plan.pk))
    _require_grown(outcome, plan.on_day)
    drawn = shapes_of({old for _new, olds in outcome.shapes for old in olds} | {c for one in changes for c in one.old})
    require_covered(changes, drawn, policy().cover_tolerance)
    known = kept_pairs()
    coming = [Known(p.old, p.new, plan.on_day, p.share, p.primary, p.whole) for p in outcome.pairs]
    names = {code: area.name for code, area in names_of(_codes(outcome)).items()}
    names |= {node.code: Words(node.name, english_name(node.name)) for node in outcome.made}
    moving = Moving(
        plan.pk, outcome, Lineage(known), Lineage([*known, *coming]), plan.on_day, at, by, names,
        outlines_of(outcome, drawn, given_outlines(changes)),
    )  # fmt: skip
    require_free(moving)
    return moving


def _require_grown(outcome: Outcome, day: date) -> None:
    """Refuse to end an area on the day it was made: it would have stood on no day at all."""
    young = Area.objects.filter(code__in=outcome.ended, valid_from__gte=day).order_by("code").first()
    if young is not None:
        area = Words(f"{young.name_zh}（{young.code}）", f"{young.name_en or young.name_zh} ({young.code})")
        raise Refusal((worded(TOO_YOUNG, area=area, since=young.valid_from),))


def _codes(outcome: Outcome) -> set[str]:
    return {code for pair in outcome.pairs for code in (pair.old, pair.new)} | {*outcome.ended}


def switch(plan: Plan, by: Viewer, at: datetime) -> Plan:
    """Put an adopted plan in force. Inside the deed that does it."""
    changes = changes_of(plan.lines.all())
    moving = moving_of(plan, changes, by, at)
    _keep_names(plan)
    _areas(moving.outcome, plan.on_day)
    _boundaries(moving.outlines, moving, at)
    _successions(moving.outcome.pairs, plan)
    renew_mark()
    renew_ground()
    with holding(lambda: moving.after):
        open_lacking(moving, plan.area_code)
    _hand_over(moving, plan)
    plan.state, plan.switched_at, plan.problem = "in_force", at, ""
    plan.save()
    return plan


def _keep_names(plan: Plan) -> None:
    """What the areas are called before it: a name that changes stands nowhere else in what people read."""
    lines = list(plan.lines.all())
    names = {code: area.name for code, area in names_of(code for line in lines for code in line.old_codes).items()}
    for line in lines:
        known = (names.get(code, Words(code, code)) for code in line.old_codes)
        line.old_names = [[name.zh, name.en] for name in known]
    Line.objects.bulk_update(lines, ["old_names"], batch_size=_BATCH)


def _areas(outcome: Outcome, day: date) -> None:
    """New areas, old ones ended with their successors named, names and figures of those that keep their code."""
    issuers = dict(Area.objects.filter(code__in=outcome.ended).values_list("code", "issuer"))
    issuer = next(iter(issuers.values()), "") or "reorganisation"
    Area.objects.bulk_create([_made(node, issuer, day) for node in outcome.made], batch_size=_BATCH)
    followers = _followers(outcome)
    ended = list(Area.objects.filter(code__in=outcome.ended))
    for area in ended:
        area.valid_to, area.replaced_by = day, list(followers.get(area.code, ()))
    Area.objects.bulk_update(ended, ["valid_to", "replaced_by"], batch_size=_BATCH)
    for code, name in outcome.renamed:
        key = sort_key(name)
        Area.objects.filter(code=code).update(name_zh=name, name_en=english_name(name, key), sort_key=key)
    for code, households, residents in outcome.figures:
        Area.objects.filter(code=code).update(households=households, residents=residents)


def _made(node: Node, issuer: str, day: date) -> Area:
    key = sort_key(node.name)
    return Area(
        code=node.code, issuer=issuer, level=node.level, parent_code=node.parent, name_zh=node.name,
        name_en=english_name(node.name, key), sort_key=key, kind=node.kind, valid_from=day,
        households=node.households, residents=node.residents,
    )  # fmt: skip


def _followers(outcome: Outcome) -> Mapping[str, tuple[str, ...]]:
    """The areas that take the place of each ended one, the primary first."""
    found: dict[str, list[str]] = defaultdict(list)
    for pair in sorted(outcome.pairs, key=lambda pair: (pair.old, not pair.primary, pair.new)):
        found[pair.old].append(pair.new)
    whole = [pair for pair in outcome.pairs if pair.whole]
    for code in outcome.ended:
        if code not in found:
            carried = next((pair for pair in whole if code.startswith(pair.old)), None)
            found[code] = [carried.new + code[len(carried.old) :]] if carried else []
    return {code: tuple(news) for code, news in found.items()}


def _boundaries(outlines: Mapping[str, Outline], moving: Moving, at: datetime) -> None:
    """The outlines of what is new or grown; whether they are surveyed is as it was for those they come from."""
    olds = {old for _new, froms in moving.outcome.shapes for old in froms}
    known = {row.area_id: row for row in Boundary.objects.filter(area_id__in=olds).defer("shape")}
    origin = {new: [known[old] for old in froms if old in known] for new, froms in moving.outcome.shapes}
    rows = [
        Boundary(
            area_id=code, shape=shapely.to_wkb(shape), crs=next((o.crs for o in origin.get(code, ())), "EPSG:4490"),
            source=next((o.source for o in origin.get(code, ())), _SOURCE),
            synthetic=any(o.synthetic for o in origin.get(code, ())) or not origin.get(code), drawn_at=at,
        )
        for code, shape in outlines.items()
    ]  # fmt: skip
    Boundary.objects.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["area"],
        update_fields=["shape", "crs", "source", "synthetic", "drawn_at"],
    )  # fmt: skip
    points = {code: shapely.point_on_surface(shape) for code, shape in outlines.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE territory_area AS area SET lon = new.lon, lat = new.lat "
            "FROM unnest(%s::text[], %s::float8[], %s::float8[]) AS new(code, lon, lat) WHERE area.code = new.code",
            (list(points), [p.x for p in points.values()], [p.y for p in points.values()]),
        )


def _successions(pairs: Iterable[Pair], plan: Plan) -> None:
    Succession.objects.bulk_create(
        [
            Succession(
                old_code=pair.old, new_code=pair.new, since=plan.on_day, share=pair.share, is_primary=pair.primary,
                is_whole=pair.whole, plan=plan.pk,
            )
            for pair in pairs
        ],
        batch_size=_BATCH,
    )  # fmt: skip


def lacking_offices(moving: Moving) -> list[NewOffice]:
    """The offices that areas made by dividing or merging lack, and the areas before them had."""
    with holding(lambda: moving.before):
        before = offices_at({pair.old for pair in moving.outcome.pairs if not pair.whole})
    with holding(lambda: moving.after):
        after = {(office.area_code, office.kind) for office in offices_at({p.new for p in moving.outcome.pairs})}
    found: dict[tuple[str, str], NewOffice] = {}
    for pair in moving.outcome.pairs:
        for office in before if not pair.whole and pair.old != pair.new else ():
            key = (pair.new, office.kind)
            if office.area_code == pair.old and key not in after and key not in found:
                found[key] = _successor(office, pair, moving.names)
    return [found[key] for key in sorted(found)]


def _successor(office: OfficeFacts, pair: Pair, names: Mapping[str, Words]) -> NewOffice:
    """An office of the same kind at the new place, named after it; its telephone is the old one until it is changed."""
    old, new = names[pair.old], names[pair.new]
    zh = office.name_zh.replace(old.zh, new.zh) if old.zh in office.name_zh else f"{new.zh}{office.name_zh}"
    en = office.name_en.replace(old.en, new.en) if old.en in office.name_en else f"{new.en} {office.name_en}"
    return NewOffice(
        f"{pair.new}:{office.kind}", pair.new, office.kind, office.side, zh[:120], en[:160], office.phone
    )  # fmt: skip


def open_lacking(moving: Moving, area_code: str) -> None:
    """Open what `lacking_offices` names: nobody's report is refused because a desk is missing."""
    lacking = lacking_offices(moving)
    if lacking:
        open_offices(area_code=area_code, offices=lacking, by=moving.by, at=moving.at)


def _hand_over(moving: Moving, plan: Plan) -> None:
    """A list for each pair of townships between which something went, made of what every part carried over."""
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    posts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in carry_all(moving):
        for kind, n in one.counts.items():
            counts[one.way][kind] += n
        posts[one.way] += one.posts
    for way in sorted({*counts, *posts}):
        HandOver.objects.create(
            plan=plan, from_code=way[0], to_code=way[1], same_office=moving.after.follow(way[0]) == way[1],
            counts=dict(counts[way]), posts=posts[way], made_at=moving.at,
        )  # fmt: skip
