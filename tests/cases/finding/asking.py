"""How the tests of finding ask: as one of the cast, at a moment after everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gridcommons.access.rules import Viewer
from gridcommons.cases.finding.queries import FoundPage, found_cases
from gridcommons.cases.finding.rules import Wish, parse
from town import AT


def find(viewer: Viewer, words: str, **more: Any) -> FoundPage:
    """What somebody finds; filters of the wish and `after`, `most`, `best`."""
    steps = {key: more.pop(key) for key in ("after", "most", "best", "purpose") if key in more}
    return found_cases(wish=Wish(parse(words), **more), viewer=viewer, at=AT + timedelta(days=3), **steps)


def numbers(page: FoundPage) -> list[str]:
    """The numbers of the cases of a page, in its order."""
    return [hit.row.number for hit in page.hits]
