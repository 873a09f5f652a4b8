"""A job that is killed in the middle of a layer: another one takes the file up again, and none before it is dead."""

from __future__ import annotations

import json
from pathlib import Path

from django.test import override_settings
from shapely import box
from shapely.geometry import mapping

from gridcommons.access.identify import program
from gridcommons.territory.outlines.actions import send
from gridcommons.territory.outlines.models import Draft, Sent
from gridcommons.territory.outlines.taking_up import read_next
from killed_job import killed_and_taken_up
from redrawn_town import redraw
from town import AT, COUNTY, GRID, build_town

JOB = program("reading of layers")
CUT_OFF = """
import sys, time
from gridcommons.cli.django_setup import setup
setup(start=False)
from datetime import datetime
from gridcommons.access.identify import program
from gridcommons.territory.outlines import taking_up
real = taking_up.prepare
def slow(*given, tell, **facts):
    def stop(done, total):
        tell(done, total)
        print("midway", flush=True)
        time.sleep(60)
    return real(*given, tell=stop, **facts)
taking_up.prepare = slow
taking_up.read_next(by=program("reading of layers"), now=lambda: datetime.fromisoformat(sys.argv[1]))
"""


def test_a_job_that_is_killed_midway_is_taken_up_again(committed: None, tmp_path: Path) -> None:
    with override_settings(MEDIA_ROOT=tmp_path / "media"):
        officer = redraw(build_town()).county_officer
        feature = {
            "type": "Feature", "properties": {"code": GRID}, "geometry": mapping(box(119.26, 28.58, 119.272, 28.60)),
        }  # fmt: skip
        raw = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
        facts = {"name": "l", "declared": "EPSG:4490", "code_field": "code", "source": "x", "synthetic": True}
        row = send(area_code=COUNTY, raw=raw, **facts, by=officer, at=AT)
        _killed_and_taken_up(row, tmp_path)


def _killed_and_taken_up(sent: Sent, data: Path) -> None:
    file = data / "media" / sent.path

    def midway() -> None:
        assert (Sent.objects.get(pk=sent.pk).stage, file.exists()) == ("mending", True)

    def work() -> int:
        return read_next(by=JOB, now=lambda: AT)

    killed_and_taken_up(CUT_OFF, AT.isoformat(), data, work=work, midway=midway)
    row = Sent.objects.get(pk=sent.pk)
    assert (row.stage, row.tries, file.exists()) == ("done", 2, False)
    assert Draft.objects.get(pk=sent.pk).state == "draft"
