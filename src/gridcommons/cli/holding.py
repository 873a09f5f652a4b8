"""Who holds a data folder: one running program, restore or upgrade at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from gridcommons.cli.places import Places
from gridcommons.kit.errors import refusal_kind, refuse

RUNS_ALREADY = refusal_kind(
    "run.runs_already",
    status=409,
    zh="程序已在数据目录 {data} 上运行（进程 {pid}）：请先停下它。",
    en="The program runs on the data folder {data} already (process {pid}): stop that one first.",
)


DEMO_FILLS = refusal_kind(
    "demo.fills_already",
    status=409,
    zh="演示数据正由另一个进程（{pid}）填充 {data}：请等它完成。",
    en="Another process ({pid}) is filling {data} with the demo: wait until it is done.",
)


@contextmanager
def only_one(places: Places, lock_name: str = "run.lock", refusal: str = RUNS_ALREADY) -> Iterator[None]:
    """Hold the data folder for one running program, restore or upgrade; refuses when another holds it."""
    path = places.make().run / lock_name
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise refuse(refusal, data=places.data, pid=lock.read().strip() or "?") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
        lock.truncate(0)
