"""The web process sets what stays for good apart, before its first page."""

from __future__ import annotations

import json
import subprocess
import sys

_ASK = """
import gc, json, sys
import gridcommons.web.wsgi
print(json.dumps([gc.get_freeze_count(), len(gc.get_objects()), "gridcommons.web.office.situation" in sys.modules]))
"""


def test_the_collector_walks_over_pages_only() -> None:
    asked = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True)
    frozen, walked, loaded = json.loads(asked.stdout)
    assert loaded
    assert frozen > 10 * walked
