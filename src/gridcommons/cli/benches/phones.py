"""Phones of many workers sending forms, as lean as they can be made: one thread, bytes that are ready before the clock.

A process of its own (`python -m gridcommons.cli.benches.phones`), so that what sending costs is its own and is told.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import quantiles
from typing import Any, Final

ADDRESS: Final = "127.0.0.1"
_FORM: Final = (
    "<?xml version='1.0' encoding='UTF-8'?>"
    '<data xmlns:orx="http://openrosa.org/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'id="household_basics" version="2026-12.1"><household>{household}</household><address/><outcome>done</outcome>'
    "<size_known/><size_known_zh/><size_known_en/><size_still/><size>{size}</size>"
    "<phone_known/><phone_known_zh/><phone_known_en/><phone_still/><phone>{phone}</phone>"
    "<rental_known/><rental_known_zh/><rental_known_en/><rental_still/><rental>{rental}</rental>"
    "<gas_known/><gas_known_zh/><gas_known_en/><gas_still/><gas>{gas}</gas>"
    "<note>{note}</note><today>{today}</today>"
    "<orx:meta><orx:instanceID>uuid:{instance}</orx:instanceID></orx:meta></data>"
)
_NOTES: Final = (
    "老人独居，腿脚不便，每周探访一次；子女在外地务工", "一家三口，孩子上小学，家里配了灭火器",
    "楼道堆放杂物，已当面提醒，下周复查", "租客新搬来，已告知居住登记办法，本人愿意自行申报",
    "身体都好，请求帮忙联系社区医生上门量血压",
)  # fmt: skip
_EDGE: Final = "----------------------------8f2b1c"
_HEAD: Final = (
    "POST /openrosa/key/{key}/submission?deviceID=bench HTTP/1.1\r\nHost: 127.0.0.1\r\nX-OpenRosa-Version: 1.0\r\n"
    "Accept-Language: zh-CN\r\nContent-Type: multipart/form-data; boundary={edge}\r\nContent-Length: {length}\r\n\r\n"
)
_BATCH: Final = (
    "POST /openrosa/key/{key}/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nX-OpenRosa-Version: 1.0\r\n"
    "Accept-Language: zh-CN\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
)
_DONE: Final = b"</OpenRosaResponse>"
_STATUS: Final = re.compile(rb'"status": ([0-9]{3})')
_TAKEN: Final = b"HTTP/1.1 201"


@dataclass(frozen=True)
class Phone:
    """A worker's key, and the households of their grid."""

    key: str
    households: tuple[str, ...]


def form(household: str, number: int, instance: str, today: str) -> str:
    """A filled form of a household, with answers in Chinese."""
    rental, gas = ("no", "whole")[number % 2], ("piped", "bottled", "none")[number % 3]
    return _FORM.format(
        household=household, size=1 + number % 6, phone=f"100{number % 10**8:08d}", note=_NOTES[number % len(_NOTES)],
        rental=rental, gas=gas, today=today, instance=instance,
    )  # fmt: skip


def posted(key: str, xml: str) -> bytes:
    """The request that sends one form, as a phone writes it."""
    part = (
        f'--{_EDGE}\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="form.xml"\r\n'
        f"Content-Type: text/xml\r\n\r\n{xml}\r\n--{_EDGE}--\r\n"
    ).encode()
    return _HEAD.format(key=key, edge=_EDGE, length=len(part)).encode() + part


def packed(key: str, forms: Sequence[str]) -> bytes:
    """The request that sends many forms of one phone."""
    body = json.dumps({"items": [{"xml": xml} for xml in forms]}, ensure_ascii=False).encode()
    return _BATCH.format(key=key, length=len(body)).encode() + body


def forms_of(phones: Sequence[Phone], today: str, run: str) -> Iterator[tuple[Phone, str]]:
    """One form after the other, from phone to phone and from household to household, without an end."""
    number = 0
    while True:
        phone = phones[number % len(phones)]
        household = phone.households[number // len(phones) % len(phone.households)]
        yield phone, form(household, number, f"{run}-{number:08d}", today)
        number += 1


@dataclass
class Sending:
    """What became of the calls: seconds each took, how many were not taken, how long all took, the processor's time."""

    times: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    seconds: float = 0.0
    busy: float = 0.0

    def told(self) -> dict[str, Any]:
        """As JSON values."""
        cuts = [cut * 1e3 for cut in quantiles(self.times, n=100)] if len(self.times) > 1 else [0.0] * 99
        return {
            "taken": len(self.times) - len(self.refused), "refused": self.refused[:3],
            "number_refused": len(self.refused),
            "seconds": self.seconds, "p50": cuts[49], "p99": cuts[98], "most": 1e3 * max(self.times, default=0.0),
            "busy": self.busy,
        }  # fmt: skip


def _opened(port: int, chosen: selectors.BaseSelector) -> socket.socket:
    link = socket.create_connection((ADDRESS, port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    chosen.register(link, selectors.EVENT_READ)
    return link


def send(
    port: int, requests: Iterator[bytes], *, at_once: int, number: int, rate: float = 0.0, done: bytes = _DONE,
    taken: Callable[[bytes], bool] = lambda answer: answer.startswith(_TAKEN),
) -> Sending:  # fmt: skip
    """Send so many requests over so many connections, each as soon as its one before is answered.

    `rate`: at most so many a second; 0: as fast as they are answered. `done`: how an answer ends.
    """
    sent, began = Sending(), time.perf_counter()
    busy = time.process_time()
    chosen = selectors.DefaultSelector()
    links = [_opened(port, chosen) for _ in range(at_once)]
    idle, since = list(links), dict[socket.socket, float]()
    held = dict.fromkeys(links, b"")
    started = 0
    while len(sent.times) < number:
        due = number if not rate else min(number, int((time.perf_counter() - began) * rate) + 1)
        while started < due and (idle or len(links) < at_once):
            link = idle.pop() if idle else _opened(port, chosen)
            if link not in held:
                links.append(link)
                held[link] = b""
            request = next(requests)
            since[link] = time.perf_counter()
            link.sendall(request)
            started += 1
        for key, _events in chosen.select(0.002 if rate and idle else 5.0):
            link = key.fileobj  # type: ignore[assignment]
            if link not in since:  # a server lets go of a connection that nobody used for long: a phone opens another
                chosen.unregister(link)
                idle.remove(link)
                links.remove(link)
                link.close()
                continue
            piece = link.recv(65_536)
            held[link] += piece
            if piece and not held[link].rstrip().endswith(done):
                continue
            sent.times.append(time.perf_counter() - since.pop(link))
            if not taken(held[link]):
                sent.refused.append(held[link][:300].decode(errors="replace"))
            held[link] = b""
            idle.append(link)
    sent.seconds, sent.busy = time.perf_counter() - began, time.process_time() - busy
    for link in links:
        link.close()
    return sent


def batches_of(phones: Sequence[Phone], today: str, run: str, size: int) -> Iterator[bytes]:
    """One batch after the other, each of one phone."""
    for number, phone in enumerate(cycle(phones)):
        forms = islice(forms_of([phone], today, f"{run}-{number}"), size)
        yield packed(phone.key, [xml for _phone, xml in forms])


def all_taken(answer: bytes) -> bool:
    """Whether every form of a batch was received."""
    return answer.startswith(b"HTTP/1.1 200") and set(_STATUS.findall(answer)) == {b"201"}


def main() -> None:
    """Read what is to be sent from standard input, send it, say what became of it."""
    told = json.load(sys.stdin)
    phones = [Phone(key, tuple(homes)) for key, homes in told["phones"]]
    facts = {"at_once": told["at_once"], "number": told["number"], "rate": told["rate"]}
    if told["size"] > 1:
        ready = list(islice(batches_of(phones, told["today"], told["run"], told["size"]), told["number"]))
        sent = send(told["port"], iter(ready), done=b"]}", taken=all_taken, **facts)
    else:
        requests = (posted(phone.key, xml) for phone, xml in forms_of(phones, told["today"], told["run"]))
        sent = send(told["port"], requests, **facts)
    json.dump(sent.told(), sys.stdout)


if __name__ == "__main__":
    main()
