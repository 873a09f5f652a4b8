"""`gridcommons run`: the whole program with one command; `gridcommons migrate`."""

from __future__ import annotations

import http.client
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gridcommons.cli.holding import only_one
from gridcommons.cli.places import DATA_VARIABLE, Places, default_data_folder
from gridcommons.cli.speech import complain, say
from gridcommons.kit.errors import Refusal, refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.cli.postgres import Cluster
    from gridcommons.cli.supervisor import Child, Ending

_READY_SECONDS: Final = 60
_LAST_PORT: Final = 65_535
_OK: Final = 200
DEMO_VARIABLE: Final = "GRIDCOMMONS_DEMO"

PORT_TAKEN = refusal_kind(
    "run.port_taken",
    status=409,
    zh="端口 {port} 用不了（{said}）：请用 --port 换一个。",
    en="Port {port} cannot be used ({said}): choose another with --port.",
)
NO_SEALER = refusal_kind(
    "run.no_sealer",
    status=500,
    zh="配置了数据库地址，但缺少 GRIDCOMMONS_SEALER_DATABASE_URL：没有它，记录不能封存。",
    en="A database is configured, but GRIDCOMMONS_SEALER_DATABASE_URL is missing: without it nothing can be sealed.",
)
HOLDS_DEMO = refusal_kind(
    "run.holds_demo",
    status=409,
    zh="数据目录 {data} 里是演示数据，其账户的密码人人皆知：请用 --data 换一个数据目录，或加 --demo 启动。",
    en="The data folder {data} holds a demo, whose password everybody knows: name another with --data, or say --demo.",
)
PUBLISHED_PASSWORD = refusal_kind(
    "run.published_password",
    status=409,
    zh="演示的公开密码能打开数据库里的账户（{accounts}）：请换一个数据目录或数据库，或加 --demo 启动。",
    en="The demo's published password opens accounts of this database ({accounts}): use another data folder or "
    "database, or say --demo.",
)


def require_no_demo(places: Places) -> None:
    """Outside the demo, refuse a data folder that one was filled into."""
    if os.environ.get(DEMO_VARIABLE) != "1" and places.holds_demo:
        raise refuse(HOLDS_DEMO, data=places.data)


def require_no_published_password() -> None:
    """Outside the demo, refuse a database that came from one, by a backup or by its address."""
    from django.conf import settings

    from gridcommons.access.queries import opened_by
    from gridcommons.web.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

    opened = [] if settings.DEMO else opened_by(DEMO_PASSWORD, [one.username for one in DEMO_ACCOUNTS])
    if opened:
        raise refuse(PUBLISHED_PASSWORD, accounts=", ".join(opened))


def require_free(port: int) -> None:
    """Refuse a port that cannot be listened on."""
    from gridcommons.cli.web_server import ADDRESS

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise refuse(PORT_TAKEN, port=port, said=error.strerror) from None


def children_of(port: int, values: dict[str, str]) -> list[Child]:
    """The three processes, each with the least it needs: the web never holds the owner's or the sealer's address."""
    from gridcommons.cli.django_setup import OWNER_URL, SEALER_URL, WEB_URL
    from gridcommons.cli.supervisor import Child

    sealer = values.get(SEALER_URL)
    if not sealer:
        raise refuse(NO_SEALER)
    common = {name: value for name, value in values.items() if name not in {OWNER_URL, SEALER_URL}}
    bare = {name: value for name, value in common.items() if name not in {WEB_URL, "GRIDCOMMONS_SECRET"}}
    python = [sys.executable, "-m"]
    return [
        Child("web", [*python, "gridcommons.cli.web_server", str(port)], common),
        Child("worker", [*python, "gridcommons.cli.worker"], common),
        Child("sealer", [*python, "gridcommons.cli.sealing"], {**bare, SEALER_URL: sealer}),
    ]


def demo_of(places: Places, port: int) -> list[Child]:
    """The filling of the demo, once in the life of a data folder, by the same command as by hand."""
    from gridcommons.cli.supervisor import Child

    if importlib.util.find_spec("gridcommons.cli.demo") is None or (places.run / "demo.done").exists():
        return []
    environment = {**os.environ, "GRIDCOMMONS_URL": f"http://127.0.0.1:{port}", "GRIDCOMMONS_DEMO_PATIENCE": "120"}
    return [Child("demo", [sys.executable, "-m", "gridcommons.cli.main", "demo"], environment, once=True)]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == _OK
    except OSError:
        return False
    finally:
        connection.close()


def announce(places: Places, port: int, ending: Ending) -> None:
    """Say the address as soon as the program answers there, and keep it for the commands that speak to it."""
    places.address.write_text(f"http://127.0.0.1:{port}", encoding="utf-8")
    deadline = time.monotonic() + _READY_SECONDS
    while not ending.wait(0.2):
        if _answers(port):
            say(f"网格共治已在 http://127.0.0.1:{port}/ 运行。", f"Gridcommons is at http://127.0.0.1:{port}/")
            return
        if time.monotonic() > deadline:
            complain("网页进程还没有应答，请看日志。", "The web process does not answer yet; see its log.")
            return


def migrate_apart() -> None:
    """Migrate in a process of its own, so that the supervisor stays small; refuses what it refused."""
    done = subprocess.run([sys.executable, "-m", "gridcommons.cli.main", "migrate", "--serving"], check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)


def supervise(places: Places, port: int, own: Cluster | None, *, demo: bool) -> None:
    """Run the children until told to end, and keep the embedded database up meanwhile."""
    from gridcommons.cli.supervisor import Supervisor

    children = children_of(port, dict(os.environ))
    filling = demo_of(places, port) if demo else []

    def watch() -> None:
        try:
            if own is not None:
                own.start()
        except Refusal as refusal:
            complain(refusal.words().zh, refusal.words().en)

    supervisor = Supervisor(places.run, [*children, *filling], watch)
    threading.Thread(target=announce, args=(places, port, supervisor.ending), daemon=True).start()
    supervisor.run()
    if filling and filling[0].ended == 0:
        (places.run / "demo.done").touch()


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def run(
    port: Annotated[int, typer.Option(min=1, max=_LAST_PORT, help="Port on 127.0.0.1.")] = 8000,
    data: Annotated[Path | None, typer.Option(help="Data folder; GRIDCOMMONS_DATA says the same.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fill it with a synthetic county at the first start.")] = False,
) -> None:
    """Run the whole program: database, web, worker and sealer. Example: gridcommons run --port 8000 --demo"""
    places = Places((data or default_data_folder()).expanduser().absolute())
    os.environ[DATA_VARIABLE] = str(places.data)
    if demo:
        os.environ[DEMO_VARIABLE] = "1"
    signal.signal(signal.SIGTERM, _leave)
    require_no_demo(places)
    with only_one(places):
        require_free(port)
        from gridcommons.cli.django_setup import own_cluster, prepare

        own = own_cluster(places)
        started = own.start() if own is not None else False
        try:
            prepare(places, start=False)
            migrate_apart()
            supervise(places, port, own, demo=demo)
        finally:
            if own is not None and started:
                own.stop()
    say("已停止。", "Stopped.")


def migrate(serving: Annotated[bool, typer.Option("--serving", hidden=True)] = False) -> None:
    """Bring the database to this version and raise its walls. Example: gridcommons migrate"""
    from gridcommons.cli.django_setup import migrate as bring_up
    from gridcommons.cli.django_setup import setup

    setup()
    bring_up()
    if serving:
        require_no_published_password()
    say("数据库已是当前版本。", "The database is at this version.")


def attach(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(run)
    app.command()(migrate)
