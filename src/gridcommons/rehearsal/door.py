"""The replay's hand on the Open311 door: requests are sent over HTTP as any city app would send them."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from gridcommons.kit.errors import refusal_kind, refuse

TIME_HEADER: Final = "X-Gridcommons-Demo-Time"
_SECONDS: Final = 30
_PAUSE: Final = 0.5
_REFUSED: Final = 400
_PLAIN: Final = re.compile(r"[!-~]+").fullmatch

NO_PROGRAM = refusal_kind(
    "rehearsal.no_program",
    status=503,
    zh="程序没有在 {url} 运行：请先启动 “gridcommons run --demo”。",
    en="The program does not run at {url}: start “gridcommons run --demo” first.",
)
NO_DEMO = refusal_kind(
    "rehearsal.no_demo",
    status=409,
    zh="在 {url} 运行的程序不是演示：演示数据只填入用 “gridcommons run --demo” 启动的程序，未作任何改动。",
    en="The program at {url} is no demo: only one started with “gridcommons run --demo” is filled. Nothing was done.",
)
NO_ADDRESS = refusal_kind(
    "rehearsal.no_address",
    status=400,
    zh="“{url}”不是网址：GRIDCOMMONS_URL 应形如 http://127.0.0.1:8000。",
    en="“{url}” is no address: GRIDCOMMONS_URL must look like http://127.0.0.1:8000.",
)
NOT_TAKEN = refusal_kind(
    "rehearsal.not_taken",
    status=502,
    zh="Open311接口没有收下一件请求（{status}）：{said}",
    en="The Open311 door did not take a request ({status}): {said}",
)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and bool(_PLAIN(url))
    except ValueError:
        return False


@dataclass(frozen=True)
class Taken:
    """What the door answered: the public number, or the token of a matter that is not public, and the code."""

    number: str
    code: str


@dataclass(frozen=True)
class Door:
    """The Open311 door of a running program."""

    url: str
    api_key: str

    def require_demo(self, patience: float = 0.0) -> None:
        """Refuse what is no address, and when no program answers there or one that is not for tests by its own word.

        `patience`: seconds to wait for a program that is only starting.
        """
        if not _is_address(self.url):
            raise refuse(NO_ADDRESS, url=self.url)
        until = time.monotonic() + patience
        while not self._answers() and time.monotonic() < until:
            time.sleep(_PAUSE)
        try:
            with urlopen(f"{self.url}/open311/v2/discovery.json", timeout=_SECONDS) as answer:  # noqa: S310 - as given
                kinds = {endpoint["type"] for endpoint in json.load(answer)["endpoints"]}
        except (HTTPError, ValueError, LookupError, TypeError) as error:
            raise refuse(NO_DEMO, url=self.url) from error
        except (OSError, HTTPException) as error:
            raise refuse(NO_PROGRAM, url=self.url) from error
        if kinds != {"test"}:
            raise refuse(NO_DEMO, url=self.url)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=_SECONDS):  # noqa: S310 - an address the operator gave
                return True
        except (OSError, HTTPException):
            return False

    def send(self, fields: dict[str, str], at: datetime) -> Taken:
        """POST one request at a moment of the demo's clock; refuses when the door did not take it."""
        status, answer = self._post(fields, at)
        if status >= _REFUSED:
            raise refuse(NOT_TAKEN, status=status, said=answer[0].get("description", ""))
        first = answer[0]
        return Taken(first.get("service_request_id") or first["token"], first["tracking_code"])

    def turned_away(self, fields: dict[str, str], at: datetime) -> str:
        """POST a request that may not enter the grid: the sentence with the way to go; empty if it was taken."""
        status, answer = self._post(fields, at)
        return str(answer[0].get("description", "")) if status >= _REFUSED else ""

    def _post(self, fields: dict[str, str], at: datetime) -> tuple[int, list[dict[str, str]]]:
        body = urlencode({"api_key": self.api_key, **fields}).encode()
        request = Request(  # noqa: S310 - an address the operator gave
            f"{self.url}/open311/v2/requests.json", data=body, headers={TIME_HEADER: at.isoformat()}, method="POST"
        )
        try:
            with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)
        except URLError as error:
            raise refuse(NO_PROGRAM, url=self.url) from error
