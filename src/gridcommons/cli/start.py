"""`gridcommons start`: an empty county from the office's own spreadsheets; `gridcommons staff`: its first officer."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gridcommons.cli.holding import only_one
from gridcommons.cli.places import DATA_VARIABLE, Places, here
from gridcommons.cli.speech import complain, language, say
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words

if TYPE_CHECKING:
    from gridcommons.cases.founding.plan import Plan

_ERRORS: Final = 2
NOTHING_NAMED = refusal_kind(
    "start.nothing_named",
    status=400,
    zh="请给出装有表格的文件夹，或用 --templates 文件夹 生成空白模板。",
    en="Name the folder of your spreadsheets, or say --templates FOLDER for empty ones.",
)
AT_WORK = refusal_kind(
    "start.at_work",
    status=409,
    zh="另一次搬入正在进行：请等它结束。",
    en="Another start is at work in this data folder: wait until it is done.",
)
UNKNOWN_COUNTY = refusal_kind(
    "start.unknown_county",
    status=400,
    zh="“{county}”不是县的代码：应为6位数字。",
    en="“{county}” is no county: its code has six digits.",
)
NOT_OURS = refusal_kind(
    "start.not_ours",
    status=409,
    zh="“{name}”不是本程序写的错误表，没有改动它：请把它改名或移走，或用 --errors 文件夹 指明错误表放在哪里。",
    en="“{name}” is no error sheet of ours and was left alone: move it, or name another place by --errors FOLDER.",
)
NO_COUNTY = refusal_kind(
    "start.no_county",
    status=400,
    zh="“{login}”还没有账号：请用 --county 代码 指明是哪个县的管理员。",
    en="There is no account “{login}” yet: say --county CODE for the county of this officer.",
)


def start(
    folder: Annotated[Path | None, typer.Argument(help="Folder with spreadsheets (.xlsx, .csv), or one file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; nothing is written.")] = False,
    county: Annotated[str, typer.Option(help="Code of the county, where the sheets do not say it.")] = "",
    templates: Annotated[Path | None, typer.Option(help="Write empty sheets into this folder.")] = None,
    errors: Annotated[Path | None, typer.Option(help="Folder for the error sheet; else beside the sheets.")] = None,
    data: Annotated[Path | None, typer.Option(help="Data folder; GRIDCOMMONS_DATA says the same.")] = None,
    quiet: Annotated[bool, typer.Option(help="No progress bar.")] = False,
) -> None:
    """Set a county up from spreadsheets; safe to repeat. Example: gridcommons start sheets --dry-run"""
    if templates is not None:
        _write_templates(templates, alone=folder is None)
        if folder is None:
            return
    if folder is None:
        raise refuse(NOTHING_NAMED)
    _require_county(county)
    from gridcommons.cases.founding.books import files_in

    sent = files_in(folder)
    from gridcommons.cli.django_setup import setup_migrated
    from gridcommons.cli.serve import require_no_demo

    if data is not None:
        os.environ[DATA_VARIABLE] = str(data.expanduser().absolute())
    places = here().make()
    require_no_demo(places)
    setup_migrated(places)
    with only_one(places, "start.lock", AT_WORK):
        from gridcommons.cases.founding.plan import understand

        now = datetime.now(UTC)
        plan = understand(sent, county=county, at=now)
        _answer(plan, errors or (folder if folder.is_dir() else folder.parent))
        if dry_run:
            _tell_plan(plan, Words("检查通过，没有写入任何内容。", "The check found no errors; nothing was written."))
        else:
            _take(plan, now, quiet=quiet)
        say(f"数据文件夹：{places.data}", f"Data folder: {places.data}")


def _write_templates(folder: Path, *, alone: bool) -> None:
    """Write the empty sheets; `alone`: nothing is done after it, so no data folder need be made for it."""
    from gridcommons.cli.django_setup import setup

    with TemporaryDirectory() as passing:
        setup(Places(Path(passing)) if alone else None, start=False)
        from gridcommons.cases.founding.templates import template_files

        made = template_files()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (folder / name).write_bytes(content)
    say(f"已在 {folder} 写好{len(made)}张空白表格。", f"Wrote {len(made)} empty sheets into {folder}.")


def _require_county(county: str) -> None:
    from gridcommons.kit.codes import CHINA

    if county and not (is_digits(county) and len(county) == CHINA.width("county")):
        raise refuse(UNKNOWN_COUNTY, county=county[:20])


def _answer(plan: Plan, folder: Path) -> None:
    """Write the error sheet where there is something to say; end with 2 where something is wrong."""
    from gridcommons.cases.founding.errorsheet import error_book, error_csv, is_own

    book, lines = folder / "errors.xlsx", folder / "errors.csv"
    strange = [one for one in (book, lines) if one.exists() and not is_own(one)]
    if not plan.findings.found:
        for old in {book, lines} - set(strange):
            old.unlink(missing_ok=True)
        return
    if strange:
        raise refuse(NOT_OURS, name=strange[0])
    folder.mkdir(parents=True, exist_ok=True)
    book.write_bytes(error_book(plan))
    lines.write_text(error_csv(plan), encoding="utf-8")
    wrong = len(plan.findings.faults)
    if wrong:
        complain(
            f"有{wrong}处错误，没有写入任何内容；请看 {book}。",
            f"{wrong} {'error' if wrong == 1 else 'errors'}; nothing was written. See {book}",
        )
        raise typer.Exit(_ERRORS)
    kept = len(plan.findings.found)
    say(f"有{kept}处修正或提示，请看 {book}。", f"{kept} repairs and notes: see {book}")


def _tell_plan(plan: Plan, head: Words) -> None:
    from gridcommons.cases.founding.items import STATUSES
    from gridcommons.cases.founding.sheets import kinds

    say(head.zh, head.en)
    for kind in kinds():
        tally = {status: n for status, n in plan.asked.counts()[kind.key].items() if n}
        if tally:
            say(
                f"{kind.name.zh}：" + "，".join(f"{STATUSES[s].zh}{n}" for s, n in tally.items()),
                f"{kind.name.en}: " + ", ".join(f"{n} {STATUSES[s].en}" for s, n in tally.items()),
            )


def _take(plan: Plan, now: datetime, *, quiet: bool) -> None:
    from gridcommons.access.identify import program
    from gridcommons.cases.founding.taking import take

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task("", total=None)

        def tell(words: Words, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=words.in_language(language()))

        done = take(plan, by=program("start"), at=now, progress=tell)
    head = Words(
        f"已办理：{done}步，都已入账。", f"Done: {done} {'deed' if done == 1 else 'deeds'}, all in the ledger."
    )
    nothing = Words("没有需要更改的内容：表中各项都已在系统里。", "Nothing to change: all of this stands already.")
    _tell_plan(plan, head if done else nothing)


staff = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Accounts of staff. Example: staff invite li.na")


@staff.command()
def invite(
    login: Annotated[str, typer.Argument(help="Login name.")],
    county: Annotated[str, typer.Option(help="Code of the county, for the very first officer.")] = "",
    name: Annotated[str, typer.Option(help="Name as it is posted; else the login name.")] = "",
    again: Annotated[
        bool, typer.Option("--reset", help="Shut password and second factor first: both were lost.")
    ] = False,
) -> None:
    """Invite a member of staff, or make the first officer of a county. Example: staff invite li.na --county 331123"""
    _require_county(county)
    from gridcommons.cli.django_setup import setup

    setup()
    from gridcommons.access.identify import program
    from gridcommons.access.joining.actions import invite as make
    from gridcommons.access.joining.actions import reset
    from gridcommons.access.queries import account_ids
    from gridcommons.cases.cells import login_of

    read = login_of(login)
    if read.fault is not None or not read.value:
        raise refuse(BAD_LOGIN, login=login[:60])
    now, by = datetime.now(UTC), program("staff")
    if read.value not in account_ids([read.value]):
        _first_officer(read.value, name, county, now)
    made = (reset if again else make)(user_id=account_ids([read.value])[read.value], by=by, at=now)
    address = here().address
    url = address.read_text("utf-8") if address.exists() else "http://127.0.0.1:8000"
    say(
        f"“{made.name}”的邀请，{made.expires_at:%Y-%m-%d}前有效，只显示这一次：",
        f"The invitation of “{made.name}”, good until {made.expires_at:%Y-%m-%d}, shown only now:",
    )
    typer.echo(f"{url}/join/{made.code}")


BAD_LOGIN = refusal_kind(
    "start.bad_login",
    status=400,
    zh="“{login}”不能作登录名：只用小写字母、数字、点和横线，2至60位。",
    en="“{login}” is no login name: small letters, digits, dots and dashes, 2 to 60 of them.",
)


def _first_officer(login: str, name: str, county: str, now: datetime) -> None:
    """An account with the role of county officer, made on the machine itself: somebody has to be the first."""
    from gridcommons.access.actions import NewMember, add_staff
    from gridcommons.access.identify import program
    from gridcommons.access.roles import ROLES
    from gridcommons.access.rules import GrantFacts

    if not county:
        raise refuse(NO_COUNTY, login=login)
    role = ROLES["county_officer"]
    held = GrantFacts(role.key, (county,), (), role.purposes, now, None)
    member = NewMember(login, name.strip()[:100] or login, (held,))
    add_staff(area_code=county, members=[member], reason="first officer", by=program("staff"), at=now)


def attach(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("start")(start)
    app.add_typer(staff, name="staff")
