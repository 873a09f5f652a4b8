"""The program's own static files, as they lie on the disk now."""

from __future__ import annotations

import os
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

CHECKED: Final = "built/field/"
"""Files that name one another: a browser asks each time whether it has the newest, so that versions never mix."""
_Mark = tuple[str, int, int]


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise that sees an upgrade under its feet.

    It reads the sizes of all files once, when it starts. Where a file is replaced while the program runs, it would be
    sent cut to its former size, and a script that was added would not be found: the page stays blank. So the file is
    looked at whenever it is asked for, which costs one `stat`.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        self._marks: dict[str, _Mark] = {}
        super().__init__(*args, **more)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a file, or hand on."""
        url = request.path_info
        if url.startswith(self.static_prefix) and not self._is_current(url):
            self._look_again(url)
        answer: HttpResponseBase = super().__call__(request)
        return answer

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> Any:
        """The file as WhiteNoise knows it; its mark is kept."""
        held = super().get_static_file(path, url, stat_cache)
        self._marks[url] = _mark(path)
        return held

    def add_cache_headers(self, headers: Any, path: str, url: str) -> None:
        """Kept for a minute; but files that name one another are asked for anew."""
        if url.removeprefix(self.static_prefix).startswith(CHECKED):
            headers["Cache-Control"] = "no-cache"
        else:
            super().add_cache_headers(headers, path, url)

    def _is_current(self, url: str) -> bool:
        held = self._marks.get(url)
        if held is None:
            return False
        try:
            return _mark(held[0]) == held
        except OSError:
            return False

    def _look_again(self, url: str) -> None:
        found = self.find_file(url)
        if found is not None:
            self.files[url] = found
        else:
            self.files.pop(url, None)
            self._marks.pop(url, None)


def _mark(path: str) -> _Mark:
    held = os.stat(path)  # noqa: PTH116 - a path of the finders
    return path, held.st_mtime_ns, held.st_size
