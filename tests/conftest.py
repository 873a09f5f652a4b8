"""The test town: a cluster of its own, a template database, and one copy of it per worker."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import hypothesis
import psycopg
import pytest
from psycopg import sql

if TYPE_CHECKING:
    from collection.field_town import Field
    from people.people_town import Peopled
    from quiet_town import Quiet
    from town import Town

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
# Compiled files are kept: without them every start of a program under test compiles the house anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
for _setting in ("LC_ALL", "LC_MESSAGES"):  # they go before LANG, by which tests ask for a language
    os.environ.pop(_setting, None)
sys.dont_write_bytecode = False
os.environ["GRIDCOMMONS_POOL"] = "0"
os.environ["GRIDCOMMONS_DEMO"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "gridcommons.web.settings"
os.environ["GRIDCOMMONS_DATA"] = str(ROOT / ".make" / "test")

from gridcommons.cli.places import Places  # noqa: E402 - the environment is set first
from gridcommons.cli.postgres import (  # noqa: E402
    ADMIN,
    OWNER,
    SEALER,
    Cluster,
    cluster,
    furnish_database,
    furnish_extensions,
)

TEMPLATE = "gridcommons_template"
_held: list[IO[str]] = []
_held_back: dict[str, Any] = {}
# Times are never asserted: a loaded machine is no failure.
hypothesis.settings.register_profile("town", deadline=None)
hypothesis.settings.load_profile("town")


def _tuned() -> Cluster:
    return cluster(
        Places(ROOT / ".make" / "test"), "fsync=off", "synchronous_commit=off", "full_page_writes=off",
        "wal_level=minimal", "max_wal_senders=0", "checkpoint_timeout=1h", "max_wal_size=4GB", "autovacuum=off",
    )  # fmt: skip


def _schema_hash() -> str:
    digest = hashlib.sha256()
    package = ROOT / "src" / "gridcommons"
    for path in sorted([*package.rglob("migrations/*.py"), *package.rglob("models.py"), package / "access/walls.py"]):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _point_at(database: str) -> None:
    own = _tuned()
    os.environ["GRIDCOMMONS_DATABASE_URL"] = own.url(database=database)
    os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"] = own.url(OWNER, database)
    os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"] = own.url(SEALER, database)


def _build_template() -> None:
    """Migrate once; kept until a model or migration changes, its name too."""
    own = _tuned()
    own.start()
    mark = Places(ROOT / ".make" / "test").run / "template"
    wanted = f"{own.version_on_disk()}-{_schema_hash()}"
    if mark.exists() and mark.read_text() == wanted:
        return
    with psycopg.connect(own.url(ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(TEMPLATE)))
        furnish_database(admin, TEMPLATE)
    with psycopg.connect(own.url(ADMIN, TEMPLATE), autocommit=True) as admin:
        furnish_extensions(admin)
    _point_at(TEMPLATE)
    import django

    django.setup()
    from django.db import connections

    from gridcommons.cli.django_setup import migrate

    migrate()
    connections.close_all()
    mark.write_text(wanted)


def _copy(name: str) -> None:
    with psycopg.connect(_tuned().url(ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(OWNER)
            )
        )


def _hold_town() -> None:
    """One suite at a time in a checkout: a second one would drop the first one's databases."""
    folder = ROOT / ".make" / "test"
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "suite.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise pytest.UsageError("another suite is at work in this checkout: wait until it is done") from None
    _held.append(lock)


def _read_here(module: str, *words: str, content: bytes) -> bytes:
    """What a confined child would say, without the child: a process of its own for each workbook took a third second.

    A fault that would end the child comes up as itself.
    """
    return json.dumps(importlib.import_module(module).confined(content, *words)).encode()


def _lighten() -> None:
    """What tests pay for and do not ask about.

    A password is hashed at the least cost, middleware is loaded once, workbooks are read in this process (`real_child`
    is for tests of the child), and no test asks which templates a page was made from.
    """
    from django.contrib.auth.hashers import ScryptPasswordHasher
    from django.template import Template
    from django.test.client import ClientHandler
    from django.test.utils import _TestState

    from gridcommons.collection import confined

    _held_back["_ask_child"] = confined._ask_child
    confined._ask_child = _read_here
    Template._render = _TestState.saved_data.template_render
    ScryptPasswordHasher.work_factor = 2
    load = ClientHandler.load_middleware
    loaded = []

    def once(self: ClientHandler, is_async: bool = False) -> None:
        if not loaded:
            load(self, is_async)
            loaded.append(self._middleware_chain)
        self._middleware_chain = loaded[0]

    ClientHandler.load_middleware = once  # type: ignore[method-assign]


# The longest files come first, so that no worker is left alone with one of them at the end.
_LONGEST = (
    "browser/test_pages.py",
    "cli/test_backup.py",
    "rehearsal/",
    "browser/",
    "cli/",
    "house/",
    "cases/test_walk.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, then those without a town, then those in the town, which then stands once for all of them."""
    in_town = {item.path for item in items if "standing_town" in _fixtures(item)}

    @cache
    def place(path: Path) -> tuple[int, bool]:
        name = path.relative_to(ROOT / "tests").as_posix() if path.is_relative_to(ROOT / "tests") else ""
        found = [at for at, start in enumerate(_LONGEST) if name.startswith(start)]
        return (found[0] if found else len(_LONGEST)), path in in_town

    items.sort(key=lambda item: place(item.path))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_configure(config: pytest.Config) -> None:
    """The controller builds the template; each worker works on a copy."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        _hold_town()
        _build_template()
    database = f"gridcommons_test_{worker or 'one'}"
    if worker or not config.getoption("numprocesses", None):
        _copy(database)
    _point_at(database)
    import django
    from django.conf import settings

    if settings.configured:
        from gridcommons.web.settings import database as described

        for alias, variable in (("default", "GRIDCOMMONS_DATABASE_URL"), ("owner", "GRIDCOMMONS_OWNER_DATABASE_URL")):
            settings.DATABASES[alias].update(described(os.environ[variable]))
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    _lighten()


@pytest.fixture(scope="session")
def own_cluster() -> Cluster:
    """The running test cluster."""
    return _tuned()


@pytest.fixture
def real_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks are read by a child with its limits, each anew."""
    from gridcommons.collection import confined
    from gridcommons.kit.recent import Recent

    monkeypatch.setattr(confined, "_ask_child", _held_back["_ask_child"])
    monkeypatch.setattr(confined, "_said", Recent(confined._KEPT))


@pytest.fixture
def db() -> Iterator[None]:
    """A transaction that is rolled back; actions run in it as they do in the program."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class _Standing:
    """The town as it stands for one file after another, in a transaction that is rolled back when it is pulled down."""

    def __init__(self) -> None:
        self.town: Town | None = None
        self.holding = ExitStack()
        self.seen: set[Path] = set()

    def up(self) -> Town:
        """The town, built if it does not stand."""
        from django.db import transaction

        from town import build_town  # Django is set up after this file was read

        if self.town is None:
            self.holding.enter_context(transaction.atomic())
            self.holding.callback(transaction.set_rollback, True)
            self.town = build_town()
        return self.town

    def down(self) -> None:
        """Nothing is left of it."""
        self.town = None
        self.holding.close()


_standing = _Standing()


# Quick tests of the field app: one worker runs their files after one another, in one served town.
_IN_ONE_TOWN = tuple(f"browser/test_field_{name}.py" for name in ("app", "cases", "kept", "left", "reload"))


def _is_in_one_town(file: str) -> bool:
    return file.endswith(_IN_ONE_TOWN)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files as a whole, and those of one town together."""
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return _IN_ONE_TOWN[0] if _is_in_one_town(file) else file

    return Together(config, log) if config.getoption("dist") == "loadfile" else None


def _pull_down_phones() -> None:
    stage = sys.modules.get("browser.field_stage")
    if stage is not None:
        stage.one_town.down()


def _fixtures(item: pytest.Item | None) -> list[str]:
    return getattr(item, "fixturenames", [])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that asks for no town finds none, unless an earlier test of its file asked for it."""
    if not _is_in_one_town(item.path.as_posix()):
        _pull_down_phones()
    if "standing_town" in _fixtures(item):
        _standing.seen.add(item.path)
    elif item.path not in _standing.seen:
        _standing.down()


def pytest_sessionfinish() -> None:
    """Nothing stands after the last test."""
    _pull_down_phones()
    _standing.down()


@pytest.fixture(scope="module")
def standing_town() -> Iterator[Town]:
    """The town, as it was built: what a file does to it is rolled back at the file's end."""
    from django.db import transaction

    town = _standing.up()
    with transaction.atomic():
        yield replace(town, cast=dict(town.cast))
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def standing_more(standing_town: Town) -> Town:
    """The standing town with those who watch over offices and those who are second persons."""
    from glass_town import more_cast

    return more_cast(standing_town)


@pytest.fixture(scope="module")
def standing_quiet(standing_town: Town) -> Quiet:
    """The standing town with its independent offices and who serves them."""
    from quiet_town import quieten

    return quieten(standing_town)


@pytest.fixture
def quiet(standing_quiet: Quiet, db: None) -> Quiet:
    """The quiet town as it was built: what a test does in it is undone after the test."""
    return standing_quiet


@pytest.fixture(scope="module")
def standing_peopled(standing_town: Town) -> Peopled:
    """Homes and people in the town, for a whole file."""
    from people.people_town import people_in

    return people_in(standing_town)


@pytest.fixture(scope="module")
def standing_field(standing_town: Town) -> Field:
    """Forms in use and a worker's phone in the town, for a whole file."""
    from collection.field_town import furnish

    return furnish(standing_town)


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    """The town as it was built: what a test does in it is undone after the test."""
    return standing_town


_LEADING_TO_THE_HOUSE = """
WITH RECURSIVE led(at) AS (
    SELECT unnest(%s::text[])::regclass::oid
    UNION
    SELECT conrelid FROM pg_constraint JOIN led ON confrelid = at WHERE contype = 'f'
)
SELECT at::regclass::text FROM led ORDER BY 1
"""


@cache
def _kept_in(database: str) -> tuple[str, ...]:
    """The tables of the house and those that point at them."""
    from django.apps import apps

    house = [m._meta.db_table for m in apps.get_models() if m.__module__.startswith("gridcommons.")]
    with psycopg.connect(_tuned().url(ADMIN, database)) as admin:
        return tuple(name for (name,) in admin.execute(_LEADING_TO_THE_HOUSE, [house]))


def empty_tables() -> None:
    """Empty all tables of the house. Few hold anything, and truncating them all makes a thousand files anew."""
    from django.db import connections

    database = str(connections["owner"].settings_dict["NAME"])
    with psycopg.connect(_tuned().url(ADMIN, database), autocommit=True) as admin:
        asking = " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in _kept_in(database))
        held = [name for (name,) in admin.execute(asking)]
        admin.execute("SET session_replication_role = replica")  # no trigger, no order of foreign keys
        with admin.transaction():
            for name in held:
                admin.execute(f"DELETE FROM {name}")
        if held:
            admin.execute(f"VACUUM {', '.join(held)}")


@pytest.fixture
def committed(own_cluster: Cluster) -> Iterator[None]:
    """For tests that must commit (sealer, several connections): all tables are emptied afterwards."""
    yield
    empty_tables()


@pytest.fixture(scope="module")
def committed_for_module(own_cluster: Cluster) -> Iterator[None]:
    """The same for all tests of a file together: what one commits, the next ones see."""
    yield
    empty_tables()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; tests that need it are skipped where it is missing."""
    if not SHARED.exists():
        pytest.skip("../shared/data is missing")
    return SHARED


@pytest.fixture
def mine(stage: tuple[Any, str], tmp_path: Path) -> Iterator[Any]:
    """A phone's browser at the served town of a test's `stage`, with a profile folder of its own."""
    from browser.field_phone import phone
    from browser.field_stage import one_town

    play, address = stage
    with phone(play, address, tmp_path, kept=one_town.kept) as made:
        yield made
