"""Draw docs/architecture.svg from the real imports: layers of the contract, who imports whom, the outlook's rooms.

`python tools/draw_architecture.py`; the picture holds counts of imports, so it is drawn anew when the code changes.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
WIDTH, ROW, BOX, LEFT = 900, 62, 40, 40
SAYS = {
    "collection": "forms and what they bring",
    "load": "working time, admission",
    "cli": "the command line",
    "rehearsal": "a synthetic county",
    "web": "pages and machine doors",
    "cases": "from report to verified closure",
    "workforce": "who works where",
    "matters": "what may enter the grid",
    "notices": "what people are told",
    "people": "the only home of identity",
    "outlook": "areas and numbers only",
    "territory": "areas, boundaries, history",
    "access": "users, grants, deeds, ledger",
    "lake": "visits as columns, cubes",
    "kit": "pure helpers",
}
ROOMS = "outlook"
"""The part with the most rooms: who reads which of them is drawn apart."""
ROOM_SAYS = {
    "releases": "open data by day",
    "bulletins": "the morning's page on paper",
    "deciding": "the page of decisions, signals",
    "cautions": "warnings to the public",
    "painting": "colours as they stand, packages",
    "watching": "series judged, alarms, clusters",
    "indicators": "national indicators",
    "reported": "counts handed in",
    "colours": "rules of schemes, pure",
    "detectors": "methods of alarms, pure",
    "scanning": "space-time scan, pure",
    "tiling": "vector tiles, pure",
    ROOMS: "its own files: counts, situation",
}
LINE, CELL, HEAD = 26, 44, 130


def rows() -> list[list[str]]:
    """The layers that exist, from the top down, several names where they stand side by side."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers: list[str] = contract["contracts"][0]["layers"]
    named = [[part.strip(" ()") for part in layer.split("|")] for layer in layers]
    kept = [[name for name in names if (ROOT / "src" / "gridcommons" / name).is_dir()] for names in named]
    return [names for names in kept if names]


def imports(names: list[str]) -> dict[tuple[str, str], int]:
    """How many modules of one part import modules of another."""
    graph = grimp.build_graph("gridcommons")
    counts: dict[tuple[str, str], int] = {}
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            pair = (module.split(".")[1] if "." in module else "", other.split(".")[1] if "." in other else "")
            if pair[0] != pair[1] and set(pair) <= set(names):
                counts[pair] = counts.get(pair, 0) + 1
    return counts


def draw() -> str:
    """The picture as SVG."""
    levels = rows()
    place: dict[str, tuple[float, float, float]] = {}
    parts = []
    for row, names in enumerate(levels):
        width = (420 - 10 * (len(names) - 1)) / len(names)
        for column, name in enumerate(names):
            place[name] = (LEFT + column * (width + 10), 20 + row * ROW, width)
    counts = imports(list(place))
    for (upper, lower), n in sorted(counts.items()):
        parts.append(_arc(place[upper], place[lower], n))
    parts += [_box(name, *spot) for name, spot in place.items()]
    top = 20 + ROW * len(levels)
    rooms, height = _rooms(top)
    parts += rooms
    style = "text{font:14px system-ui,sans-serif;fill:#17212B}.s{font-size:11px;fill:#5B6672}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    paper = f'<rect width="{WIDTH}" height="{height}" fill="#FBFAF7"/>'
    title = "<title>The parts of Gridcommons from the top down, and their real imports</title>"
    return f"{head}{title}<style>{style}</style>{paper}{''.join(parts)}</svg>\n"


def _reads() -> dict[tuple[str, str], int]:
    """How many modules read a room of the outlook: of the other rooms, of the part's own files, of the parts above."""
    graph = grimp.build_graph("gridcommons")
    counts: dict[tuple[str, str], int] = {}
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            pair = (_room(module), _room(other))
            if pair[1] in ROOM_SAYS and pair[0] and pair[0] != pair[1]:
                counts[pair] = counts.get(pair, 0) + 1
    return counts


def _room(module: str) -> str:
    """The room of the outlook that a module lies in, or the part's name."""
    _root, *names = module.split(".")
    if not names or names[0] != ROOMS:
        return names[0] if names else ""
    return names[1] if len(names) > 1 and names[1] in ROOM_SAYS else ROOMS


def _rooms(top: float) -> tuple[list[str], float]:
    """A table of dots below the picture: a line for each reader, a column for each room; and where it ends."""
    unsaid = {path.parent.name for path in (ROOT / "src" / "gridcommons" / ROOMS).glob("*/__init__.py")}
    if unsaid := unsaid - {*ROOM_SAYS, "migrations"}:
        raise SystemExit(f"no words for the rooms {', '.join(sorted(unsaid))}")
    counts = _reads()
    above = [name for names in rows() for name in names if any((name, room) in counts for room in ROOM_SAYS)]
    readers = [*(name for name in above if name != ROOMS), *ROOM_SAYS]
    left, begin = LEFT + 262, top + HEAD
    parts = [f'<text x="{LEFT}" y="{top + 36}">The rooms of the outlook: who reads which</text>']
    for n, room in enumerate(ROOM_SAYS):
        x = left + n * CELL + CELL / 2
        parts.append(f'<text class="s" transform="translate({x} {begin - 8}) rotate(-50)">{room}</text>')
        parts.append(f'<path d="M{x} {begin}V{begin + LINE * len(readers)}" stroke="#0F6B6B" stroke-opacity=".12"/>')
    for m, reader in enumerate(readers):
        y = begin + m * LINE + LINE / 2
        says = ROOM_SAYS.get(reader, SAYS.get(reader, ""))
        parts.append(f'<text x="{LEFT}" y="{y + 4}">{reader}</text>')
        parts.append(f'<text class="s" x="{LEFT + 82}" y="{y + 4}">{says}</text>')
        parts.append(f'<path d="M{left} {y}H{left + CELL * len(ROOM_SAYS)}" stroke="#0F6B6B" stroke-opacity=".12"/>')
        held = [counts.get((reader, room), 0) for room in ROOM_SAYS]
        parts += [_dot(left + n * CELL + CELL / 2, y, some) for n, some in enumerate(held) if some]
    return parts, begin + LINE * len(readers) + 20


def _dot(x: float, y: float, n: int) -> str:
    """The larger, the more modules read."""
    return f'<circle cx="{x}" cy="{y}" r="{min(3 + n**0.5, 10):.1f}" fill="#0F6B6B"><title>{n}</title></circle>'


def _box(name: str, x: float, y: float, width: float) -> str:
    shape = f'<rect x="{x}" y="{y}" width="{width}" height="{BOX}" rx="4" fill="#fff" stroke="#0F6B6B"/>'
    label = (
        f'<text x="{x + 12}" y="{y + 18}">{name}</text><text class="s" x="{x + 12}" y="{y + 33}">{SAYS[name]}</text>'
    )
    return shape + label


def _arc(upper: tuple[float, float, float], lower: tuple[float, float, float], n: int) -> str:
    """An arc on the right from the importing part down to the imported one; the thicker, the more imports."""
    start, end = upper[1] + BOX / 2, lower[1] + BOX / 2
    x, bulge = LEFT + 420, 40 + (end - start) * 0.55
    width = min(1 + n / 12, 5)
    path = f"M{x} {start}C{x + bulge} {start} {x + bulge} {end} {x} {end}"
    return f'<path d="{path}" fill="none" stroke="#0F6B6B" stroke-opacity=".35" stroke-width="{width:.1f}"/>'


if __name__ == "__main__":
    (ROOT / "docs" / "architecture.svg").write_text(draw(), encoding="utf-8")
