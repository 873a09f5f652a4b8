"""`gridcommons notices`: check a channel by a test message, and see what is stuck."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from gridcommons.cli.places import here
from gridcommons.cli.speech import say
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words

_FAILED: Final = 1
NO_FILE = refusal_kind(
    "notices.no_file",
    status=404,
    zh="数据目录里没有 {file}，没有可测试的通道。写法见手册的“工程师”和“短信”两页。",
    en="The data folder holds no {file}, so there is no channel to check. The manual's pages for engineers and on SMS "
    "say how to write it.",
)
NOT_SET_UP = refusal_kind(
    "notices.not_set_up",
    status=404,
    zh="{file} 里没有设置 [{channel}]。",
    en="{file} sets up no [{channel}].",
)

notices = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Channels of notices. Example: notices check --to name@example.org",
)  # fmt: skip


@notices.command()
def check(
    to: Annotated[str, typer.Option(help="The address or phone that gets the test message.")],
    language: Annotated[str, typer.Option(help="zh-hans or en.")] = "zh-hans",
) -> None:
    """Send one test message, and say what the other side answered. Example: notices check --to 10012345678"""
    from gridcommons.cli.django_setup import prepare
    from gridcommons.notices.channels import FILE, read_channels

    prepare(start=False)
    ways = read_channels(here().data).ways
    if not (here().data / FILE).exists():
        raise refuse(NO_FILE, file=FILE)
    channel = "email" if "@" in to else "sms"
    if channel not in ways:
        raise refuse(NOT_SET_UP, file=FILE, channel=channel)
    _tell(channel, to, language)


def _tell(channel: str, to: str, language: str) -> None:
    """Send it, and say what became of it; exit 1 where it was not taken."""
    from gridcommons.notices.channels import read_channels
    from gridcommons.notices.rules import STATES, Message, State, reason_words
    from gridcommons.notices.texts import house_text

    text = house_text("test", language)
    message = Message(uuid7(), channel, to, text, text, language, datetime.now(UTC))
    outcome = read_channels(here().data).ways[channel].send(message)
    state, why = STATES[outcome.state], reason_words(outcome.reason) if outcome.reason else Words("", "")
    say(
        f"{state.zh}{'：' if why.zh else ''}{why.zh}（应答：{outcome.code or '无'}）",
        f"{state.en}{': ' if why.en else ''}{why.en} (answer: {outcome.code or 'none'})",
    )
    if outcome.state not in {State.HANDED, State.DELIVERED}:
        raise typer.Exit(_FAILED)


@notices.command()
def stuck() -> None:
    """Say how many notices stand where, by channel, state and reason, as last counted. Example: notices stuck"""
    from gridcommons.cli.django_setup import setup

    setup()
    from gridcommons.notices.queries import standings
    from gridcommons.notices.rules import STATES, reason_words

    for one in standings():
        state, why = STATES[one.state], reason_words(one.reason) if one.reason else Words("", "")
        say(
            f"{one.channel}\t{state.zh}\t{one.n}\t{why.zh}".rstrip(),
            f"{one.channel}\t{state.en}\t{one.n}\t{why.en}".rstrip(),
        )


def attach(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(notices, name="notices")
