"""Who acts in the replay: the demo county's own staff, by office and duty, chosen the same way each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gridcommons.access.identify import staff_with_role
from gridcommons.access.rules import Viewer
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse

NOBODY = refusal_kind(
    "rehearsal.nobody",
    status=409,
    zh="{place}没有人担任“{role}”，演练无法继续；请先建好演示县。",
    en="Nobody holds “{role}” at {place}, so the rehearsal cannot go on; build the demo county first.",
)


@dataclass
class Cast:
    """Staff by role and by the area or office they serve."""

    by_area: dict[tuple[str, str], list[Viewer]] = field(default_factory=lambda: defaultdict(list))
    handlers: dict[str, list[Viewer]] = field(default_factory=lambda: defaultdict(list))

    def of(self, role: str, area_code: str, turn: int, *, but: Sequence[str] = ()) -> Viewer:
        """The holder of a role at an area whose turn it is, none of the persons `but`."""
        return _pick([v for v in self.by_area[role, area_code] if v.key not in but], turn, role, area_code)

    def handler(self, office_key: str, turn: int, *, but: Sequence[str] = ()) -> Viewer:
        """The handler of an office whose turn it is."""
        return _pick([v for v in self.handlers[office_key] if v.key not in but], turn, "handler", office_key)

    def verifier(self, grid: str, turn: int, *, but: Sequence[str]) -> Viewer:
        """Somebody who goes to the place: a worker of the grid, else a supervisor of the township."""
        workers = [v for v in self.by_area["grid_worker", grid] if v.key not in but]
        if workers:
            return workers[turn % len(workers)]
        return self.of("supervisor", CHINA.cut(grid, "township"), turn, but=but)


def _pick(found: list[Viewer], turn: int, role: str, place: str) -> Viewer:
    if not found:
        raise refuse(NOBODY, place=place, role=role)
    return found[turn % len(found)]


def gather(at: datetime) -> Cast:
    """The cast of all staff whose grants hold at a moment."""
    cast = Cast()
    for role in ("supervisor", "dispatcher", "grid_worker"):
        for viewer, grant, _office in staff_with_role(role, at):
            for code in grant.included:
                cast.by_area[role, code].append(viewer)
    for viewer, _grant, office in staff_with_role("handler", at):
        cast.handlers[office].append(viewer)
    return cast
