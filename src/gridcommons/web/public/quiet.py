"""The door of what only a code opens: where complaint and mediation ask for it, and how they answer a wrong one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gridcommons.kit.errors import Refusal, refuse
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import language
from gridcommons.web.public.held import held

_PAGE = "public/quiet_follow.html"
_SHOWN = 40


def door(request: HttpRequest, room: str, drawer: str) -> HttpResponse:
    """The page that asks for a code of a room; `drawer`: where the browser holds one that was entered."""
    return render(request, _PAGE, {"room": room, "open": bool(held(request, drawer).code)})


def wrong(request: HttpRequest, room: str, refusal: Refusal) -> HttpResponse:
    """The same with what is wrong; an unknown code and one that is none are answered alike."""
    facts = {
        "room": room, "wrong": say(refusal.words(), language()), "typed": request.POST.get("code", "")[:_SHOWN],
    }  # fmt: skip
    return render(request, _PAGE, facts, status=refusal.status)


def code_of(request: HttpRequest, drawer: str, unknown: str) -> str:
    """The code that the browser holds; refuses where it holds none."""
    code = held(request, drawer).code
    if not code:
        raise refuse(unknown)
    return code
