"""The map of colours of a province: what the first sight costs, what a day costs, how soon another is seen."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Final

import gridcommons.web
from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.kit.errors import refusal_kind, refuse

TOWNS: Final = 1_387
CORNERS: Final = 80
_CHANGES: Final = 9
_MOST_FIRST, _MOST_DAY, _MOST_CHANGE = 1_500.0, 30.0, 300.0
_STATIC: Final = Path(gridcommons.web.__file__).parent / "static" / "built"
_FILES: Final = ("app.css", "app.js", "icons.svg", "map.css", "map.js", "maplibre-worker.js", "mark.svg",
    "part-tokens.js",
)  # fmt: skip
_BROWSERS: Final = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_GL: Final = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>map</title>
<link rel="stylesheet" href="/app.css"><link rel="stylesheet" href="/map.css">
<form data-days data-loaded="0"><select id="day">{days}</select></form>
<div style="width:960px"><div class="gc-map-box" data-map data-colour="colour" data-worker="/maplibre-worker.js"
 data-outlines-url="/outlines.json" data-day-url="/day-{{day}}" data-day="0" data-page-url="/{{code}}"></div></div>
<script type="module" src="/map.js"></script></html>"""
_CHANGE: Final = """day => new Promise(done => {
  const [map, choice] = [document.querySelector('[data-map]'), document.querySelector('#day')];
  const began = performance.now();
  const look = () => map.dataset.day === day && done(performance.now() - began);
  new MutationObserver(look).observe(map, {attributes: true});
  choice.value = day;
  choice.dispatchEvent(new Event('change'));
})"""

NOT_BUILT = refusal_kind(
    "bench.map_not_built",
    status=409,
    zh="页面的脚本还没有构建，无法测量；请先运行 make run。",
    en="The scripts of the pages have not been built, so they cannot be measured; run make run first.",
)


@bench("map")
def map_rows() -> Iterable[Row]:
    """Bytes of the first sight and of a day, pressed; milliseconds until another day is seen in a browser."""
    if not all((_STATIC / name).exists() for name in _FILES):
        raise refuse(NOT_BUILT)
    outlines, days = _outlines(), _days()
    program = sum(len(gzip.compress((_STATIC / name).read_bytes(), 6)) for name in _FILES)
    shapes = len(gzip.compress(outlines, 9))
    note = f"program {program / 1_000:.0f} kB, outlines of {TOWNS:,} towns x {CORNERS} corners {shapes / 1_000:.0f} kB"
    yield Row("map first paint", (program + shapes) / 1_000, LIMIT, _MOST_FIRST, "kB", note)
    day = max(len(gzip.compress(one, 9)) for one in days)
    yield Row("map a day", day / 1_000, LIMIT, _MOST_DAY, "kB", f"{TOWNS:,} bytes before pressing")
    browser = next((one for one in _BROWSERS if Path(one).exists()), "")
    if browser and find_spec("playwright"):
        took = _changes(browser, outlines, days)
        note = f"median of {_CHANGES} in Chromium without a graphics card, slowest {max(took):.0f} ms"
        yield Row("map another day seen", median(took), LIMIT, _MOST_CHANGE, "ms", note)


def _outlines() -> bytes:
    """Synthetic townships with shared, crooked borders, as the program sends them."""
    import numpy as np
    import shapely

    rng = np.random.default_rng(5)
    across, down = 38, 37
    bend = CORNERS // 4
    at = rng.uniform(-0.3, 0.3, (down + 1, across + 1, 2)) + np.stack(
        np.meshgrid(np.arange(across + 1), np.arange(down + 1)), axis=-1
    )
    wide = {(i, j): _crooked(at[i, j], at[i, j + 1], bend, rng) for i in range(down + 1) for j in range(across)}
    high = {(i, j): _crooked(at[i, j], at[i + 1, j], bend, rng) for i in range(down) for j in range(across + 1)}
    features = []
    for n in range(TOWNS):
        i, j = divmod(n, across)
        ring = [*wide[i, j][:-1], *high[i, j + 1][:-1], *wide[i + 1, j][::-1][:-1], *high[i, j][::-1]]
        corners = np.asarray(ring) * (0.12, 0.11) + (118.0, 27.1)
        shape = shapely.set_precision(shapely.Polygon(corners), 1e-5, mode="pointwise")
        facts = {"code": f"{330000000 + n}", "name_zh": f"第{n}镇", "name_en": f"Town {n}", "level": "township",
                 "synthetic": True}  # fmt: skip
        features.append({"type": "Feature", "properties": facts, "geometry": shapely.geometry.mapping(shape)})
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    return body.encode()


def _crooked(start: Any, end: Any, steps: int, rng: Any) -> Any:
    """A border between two corners that wanders a little and is the same for both its neighbours."""
    import numpy as np

    part = np.linspace(0, 1, steps + 1)[:, None]
    drift = rng.normal(0, 0.012, (steps + 1, 2)) * np.sin(np.pi * part)
    return start + (end - start) * part + drift


def _days() -> list[bytes]:
    """Days on which every area has some colour, with no pattern that presses well."""
    import numpy as np

    rng = np.random.default_rng(6)
    return ["".join(rng.choice(list("ABCDEXabcde"), TOWNS)).encode() for _ in range(_CHANGES + 1)]


def _changes(browser: str, outlines: bytes, days: list[bytes]) -> list[float]:
    """How long each change of the day takes, from choosing to the first picture with its colours."""
    from playwright.sync_api import sync_playwright

    options = "".join(f'<option value="{n}">{n}</option>' for n in range(len(days)))
    files = {f"/{name}": (_STATIC / name).read_bytes() for name in _FILES}
    files |= {f"/day-{n}": day for n, day in enumerate(days)}
    files |= {"/": _PAGE.format(days=options).encode(), "/outlines.json": outlines}
    with _served(files) as address, sync_playwright() as play:
        window = play.chromium.launch(executable_path=browser, args=list(_GL))
        page = window.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        page.wait_for_selector("[data-map].is-drawn", timeout=60_000)
        page.wait_for_timeout(1_500)
        took = [float(page.evaluate(_CHANGE, str(n))) for n in range(1, len(days))]
        window.close()
    return took


@contextmanager
def _served(files: Mapping[str, bytes]) -> Iterator[str]:
    """Files in memory on a free port of this machine."""
    kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "json": "application/geo+json"}

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", kinds.get(self.path.rpartition(".")[2], "text/html"))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the standard library
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
