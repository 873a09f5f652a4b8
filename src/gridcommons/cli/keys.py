"""`gridcommons keys`: new keys for machine clients."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from gridcommons.cli.speech import say
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import refusal_kind, refuse

_REASON: Final = 500
_CODE: Final = 20
_KIND: Final = 40
_DEMO_WORKER: Final = "worker"
NO_WORKER = refusal_kind(
    "keys.no_worker",
    status=404,
    zh="没有登录名为“{login}”的账号；设备密钥属于一位网格员，请用 --worker 写明登录名。",
    en="No account has the login name “{login}”; a device key belongs to a grid worker: name them with --worker LOGIN.",
)
NO_NAME = refusal_kind(
    "keys.no_name",
    status=400,
    zh="密钥要有名称：由可见的 UTF-8 字符组成，至少一个。",
    en="A key needs a name of visible characters in UTF-8, one at least.",
)

NOT_BOTH = refusal_kind(
    "keys.not_both",
    status=400,
    zh="--may-set-time 只用于演示的密钥，不能与 --area、--office、--per-minute 同用。",
    en="--may-set-time is for keys of the demo and goes with none of --area, --office, --per-minute.",
)
UNKNOWN_AREA = refusal_kind(
    "keys.unknown_area",
    status=404,
    zh="没有代码为“{code}”的区域，请核对。",
    en="There is no area of the code “{code}”; check it.",
)

keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Keys for machines. Example: keys open311 hotline")
Name = Annotated[str, typer.Argument(help="Whose key it is.")]


def _visible(text: str) -> str:
    """A name that a person can read and type again; bytes of a command line that are no UTF-8 are not printable."""
    if not text.isprintable() or not text:
        raise refuse(NO_NAME)
    return text


@keys.command()
def open311(
    name: Name,
    may_set_time: Annotated[
        bool, typer.Option("--may-set-time", help="It may say when a request was made, for replays.")
    ] = False,
    area: Annotated[list[str] | None, typer.Option(help="Code of an area it is for; may be repeated.")] = None,
    office: Annotated[str, typer.Option(help="AREA:KIND of the office in whose name it sends updates.")] = "",
    per_minute: Annotated[int, typer.Option(help="Calls a minute, with --area; 0: as the house has it.")] = 0,
) -> None:
    """Make a key for an Open311 client; it is shown once, on the last line. Example: keys open311 hotline

    Without an area it posts everywhere and sends no updates.
    """
    from gridcommons.cli.django_setup import setup

    name = _visible(name.strip())
    setup()
    from gridcommons.access.actions import add_api_key
    from gridcommons.access.identify import program

    if area or office or per_minute:
        if may_set_time:
            raise refuse(NOT_BOTH)
        text = _with_terms(name, tuple(dict.fromkeys(area or ())), office, per_minute)
    else:
        _made, text = add_api_key(
            name=name, door="open311", may_set_time=may_set_time, by=program("keys"), at=datetime.now(UTC)
        )
    say(f"“{name}”的密钥只显示这一次：", f"The key of “{name}”, shown only now:")
    typer.echo(text)


def _with_terms(name: str, areas: tuple[str, ...], office: str, per_minute: int) -> str:
    """A key that is bound to areas, and to an office if it sends updates; returns it as text."""
    from gridcommons.access.identify import program
    from gridcommons.access.keyring.actions import make_key
    from gridcommons.access.keyring.rules import Terms, limits
    from gridcommons.access.queries import office_at
    from gridcommons.territory.queries import known_codes

    for code in sorted({*areas} - known_codes(areas)):
        raise refuse(UNKNOWN_AREA, code=code[:_CODE])
    place, _colon, kind = office.partition(":")
    held = office_at(place[:_CODE], kind[:_KIND]).id if office else None
    terms = Terms(areas, held, may_update=held is not None, per_minute=per_minute or limits().per_minute)
    made = make_key(name=name, terms=terms, reason="command line", by=program("keys"), at=datetime.now(UTC))
    return made.text


@keys.command()
def withdraw(name: Name, reason: Annotated[str, typer.Option(help="Why, for the ledger.")] = "") -> None:
    """Withdraw every key of a name, at once and for good. Example: keys withdraw hotline --reason lost"""
    from gridcommons.cli.django_setup import setup

    if name:  # one made without a name must go too
        _visible(name)
    setup()
    from gridcommons.access.actions import withdraw_api_keys
    from gridcommons.access.identify import program

    gone = withdraw_api_keys(
        name=name, reason=clean_text(reason, limit=_REASON), by=program("keys"), at=datetime.now(UTC)
    )
    say(
        f"已收回“{name}”的{len(gone)}个密钥。",
        f"Withdrew {len(gone)} {'key' if len(gone) == 1 else 'keys'} of “{name}”.",
    )


@keys.command()
def device(
    name: Name,
    worker: Annotated[str, typer.Option(help="Login name of the grid worker; if left out, the name of the key.")] = "",
) -> None:
    """Make a key for a worker's phone; shown once, on the last line. Example: keys device phone-7 --worker worker

    In a demo a key without a worker belongs to its account “worker”.
    """
    from gridcommons.cli.django_setup import setup

    name = _visible(name.strip())
    setup()
    from django.conf import settings

    from gridcommons.access.identify import program
    from gridcommons.access.queries import account_called
    from gridcommons.collection.devices.actions import make_device

    user = account_called(worker or name)
    if user is None and settings.DEMO and not worker:
        user = account_called(_DEMO_WORKER)
    if user is None:
        raise refuse(NO_WORKER, login=(worker or name)[:_KIND])
    made = make_device(user_id=user, name=name, by=program("keys"), at=datetime.now(UTC))
    say(
        f"手机“{name}”的密钥只显示这一次；服务器地址为 …/openrosa/key/密钥：",
        f"The key of the phone “{name}”, shown only now; the server's address is …/openrosa/key/KEY:",
    )
    typer.echo(made.text)


def attach(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(keys, name="keys")
