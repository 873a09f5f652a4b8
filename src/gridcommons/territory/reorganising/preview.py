"""What and whom a plan touches, before anybody signs it: areas, people, outlines, offices, grants, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.queries import GrantLine, grants_near, offices_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import Reason, Refusal
from gridcommons.kit.lineage import Reach, holding
from gridcommons.kit.words import Words
from gridcommons.territory.cutting import Outline
from gridcommons.territory.queries import shapes_of
from gridcommons.territory.reorganising.ground import changes_of, ground_for
from gridcommons.territory.reorganising.queries import plan_row
from gridcommons.territory.reorganising.rules import Change, Ground, Node, obstacles
from gridcommons.territory.reorganising.switching import lacking_offices, moving_of
from gridcommons.territory.reorganising.touching import Moving, Touched, all_touched

SECTIONS: Final = {
    "areas": Words("区划", "Areas"),
    "people": Words("住户与居民", "Households and residents"),
    "outlines": Words("边界", "Boundaries"),
    "offices": Words("机构", "Offices"),
    "grants": Words("人员授权", "Grants of staff"),
    "cases": Words("未办结事项", "Open cases"),
    "orders": Words("下达的任务", "Orders"),
    "reports": Words("定期报告", "Reports by schedule"),
    "posts": Words("网格岗位", "Posts in grids"),
    "pages": Words("公开页面", "Public pages"),
    "figures": Words("统计数字", "Figures"),
}
EFFECTS: Final = {
    "gains": Words("增加", "gains"), "loses": Words("减少", "loses"), "follows": Words("随迁", "follows"),
    "ends": Words("终止", "ends"), "lacks": Words("缺少", "lacking"), "made": Words("新设", "made"),
    "state": Words("其中", "of them"), "changes": Words("变化", "changes"),
}  # fmt: skip
_FOLLOWING: Final = Words("随区划转移的机构", "offices that move along")


@dataclass(frozen=True)
class BecameRow:
    """One area and what it becomes; `share` of its households, None where it goes whole."""

    old: Node | None
    new: Node | None
    share: float | None


@dataclass(frozen=True)
class Preview:
    """All that a plan touches. `obstacles`: what stands in its way; then the rest is empty."""

    obstacles: tuple[Reason, ...] = ()
    rows: tuple[BecameRow, ...] = ()
    touched: tuple[Touched, ...] = ()
    before: tuple[tuple[str, Outline], ...] = ()
    after: tuple[tuple[str, Outline], ...] = ()

    def section(self, key: str) -> list[Touched]:
        """What is touched of one kind."""
        return [one for one in self.touched if one.section == key]


def preview_of(*, plan_id: UUID, viewer: Viewer, at: datetime) -> Preview:
    """What a plan would do if it were in force on its day."""
    plan = plan_row(plan_id)
    changes = changes_of(plan.lines.all())
    ground = ground_for(changes, plan.on_day, plan.pk)
    hindered = obstacles(changes, ground)
    if hindered:
        return Preview(tuple(hindered))
    try:
        moving = moving_of(plan, changes, viewer, at)
    except Refusal as refusal:
        return Preview(refusal.reasons)
    touched = (*_areas(moving), *_people(moving), *_outlines(moving), *_offices(moving), *_grants(moving))
    drawn = shapes_of({*moving.outcome.ended, *(code for code in _olds(changes))})
    return Preview(
        (), tuple(_rows(moving, ground)), (*touched, *_pages(moving), *all_touched(moving)),
        tuple(sorted(drawn.items())), tuple(sorted(moving.outlines.items())),
    )  # fmt: skip


def _olds(changes: Sequence[Change]) -> set[str]:
    return {code for change in changes for code in change.old}


def _rows(moving: Moving, ground: Ground) -> Iterator[BecameRow]:
    """Every pair of the lineage with its areas, renamed ones, and those that end without a successor."""
    made = {node.code: node for node in moving.outcome.made}
    for pair in moving.outcome.pairs:
        new = made.get(pair.new) or ground.nodes.get(pair.new)
        yield BecameRow(ground.nodes.get(pair.old), new, pair.share if pair.share < 1 else None)
    for code, name in moving.outcome.renamed:
        node = ground.nodes[code]
        yield BecameRow(node, Node(code, node.level, node.parent, name), None)
    followed = {pair.old for pair in moving.outcome.pairs}
    for code in moving.outcome.ended:
        if not any(code.startswith(old) for old in followed):
            yield BecameRow(ground.nodes[code], None, None)


def _areas(moving: Moving) -> Iterator[Touched]:
    outcome = moving.outcome
    for effect, n, words in (
        ("made", len(outcome.made), Words("新设区划（代码）", "areas made (codes)")),
        ("ends", len(outcome.ended), Words("停用代码", "codes that end")),
        ("changes", len(outcome.renamed), Words("更名", "areas renamed")),
    ):
        if n:
            yield Touched("areas", effect, words, n=n)


def _people(moving: Moving) -> Iterator[Touched]:
    """Households and residents of the outermost areas that are made or grow; unknown figures are said to be unknown."""
    outcome = moving.outcome
    tops = [node for node in outcome.made if node.parent not in {other.code for other in outcome.made}]
    for node in tops:
        for n, zh, en in ((node.households, "户数", "households"), (node.residents, "居民", "residents")):
            words = Words(f"{node.name}{zh}", f"{moving.names[node.code].en}: {en}")
            yield Touched("people", "changes" if n is not None else "lacks", words, area=node.code, n=n)
    for code, households, residents in outcome.figures:
        for n, zh, en in ((households, "户数", "households"), (residents, "居民", "residents")):
            name = moving.names.get(code, Words(code, code))
            yield Touched("people", "changes", Words(f"{name.zh}{zh}", f"{name.en}: {en}"), area=code, n=n)


def _outlines(moving: Moving) -> Iterator[Touched]:
    lacking = [node for node in moving.outcome.made if node.code not in moving.outlines]
    if moving.outlines:
        yield Touched(
            "outlines", "made", Words("由原边界得出的新边界", "outlines from the old ones"), n=len(moving.outlines)
        )
    if lacking:
        yield Touched("outlines", "lacks", Words("没有边界的新区划", "new areas without an outline"), n=len(lacking))
    for node in lacking:
        if node.level == "grid":
            name = moving.names[node.code]
            words = Words(f"{name.zh}：不能按位置受理", f"{name.en}: no report can be placed by its point")
            yield Touched("outlines", "lacks", words, area=node.code)


def _offices(moving: Moving) -> Iterator[Touched]:
    """Which offices follow, which end, which have to be opened."""
    with holding(lambda: moving.before):
        held = offices_at({node for pair in moving.outcome.pairs for node in _below(pair.old, moving)})
    for office in held:
        now = moving.after.follow(office.area_code)
        effect = "ends" if not now else "follows" if now != office.area_code else ""
        if effect:
            name, group = Words(office.name_zh, office.name_en), _FOLLOWING if effect == "follows" else None
            yield Touched("offices", effect, name, area=now or office.area_code, group=group)
    for new in lacking_offices(moving):
        yield Touched("offices", "made", Words(new.name_zh, new.name_en), area=new.area_code)


def _below(code: str, moving: Moving) -> list[str]:
    return [code, *(ended for ended in moving.outcome.ended if ended.startswith(code))]


def _grants(moving: Moving) -> Iterator[Touched]:
    """Whose reach grows, shrinks, follows or ends; the counties above lose and gain as whole areas."""
    codes = {pair.old for pair in moving.outcome.pairs} | {pair.new for pair in moving.outcome.pairs}
    for line in grants_near(codes, moving.at):
        effect = _effect(line, moving)
        if effect:
            role = ROLES[line.facts.role].name if line.facts.role in ROLES else Words(line.facts.role, line.facts.role)
            words = Words(f"{line.name}（{role.zh}）", f"{line.name} ({role.en})")
            yield Touched("grants", effect, words, area="、".join(line.facts.included)[:80], group=role)


def _effect(line: GrantLine, moving: Moving) -> str:
    facts = line.facts
    before = moving.before.reach(facts.included, facts.excluded)
    after = moving.after.reach(facts.included, facts.excluded)
    if not after.included:
        return "ends"
    if before.included != after.included:
        return "follows" if len(before.included) == len(after.included) else "loses"
    return _grown(moving, before, after)


def _grown(moving: Moving, before: Reach, after: Reach) -> str:
    """Whether areas came into a reach or left it while its own codes stayed."""
    came = left = False
    for pair in moving.outcome.pairs:
        was = moving.before.covers(pair.old, before.included, before.excluded)
        now = moving.after.covers(pair.new, after.included, after.excluded)
        came, left = came or (now and not was), left or (was and not now)
    return "changes" if came and left else "gains" if came else "loses" if left else ""


def _pages(moving: Moving) -> Iterator[Touched]:
    ended = moving.outcome.ended
    if ended:
        words = Words("公开页面改为“已变更”并指向新区划", "public pages that will say where the area went")
        yield Touched("pages", "changes", words, n=len(ended))
    grids = [node for node in moving.outcome.made if node.level == "grid"]
    if grids:
        yield Touched(
            "pages", "changes", Words("需要重新张贴的网格公示牌", "grid postings to be printed anew"), n=len(grids)
        )
