"""The ways around the house by audience, and what an error page says beside what happened."""

from __future__ import annotations

from typing import Final

from django.urls import NoReverseMatch, reverse

from gridcommons.kit.words import Words
from gridcommons.web.office.ways import on_a_shelf
from gridcommons.web.pieces import NavItem

_PUBLIC: Final = (
    ("public-report", Words("反映问题", "Report")),
    ("public-track", Words("查进度", "Progress")),
    ("public-matters", Words("网格管什么", "What the grid does")),
    ("public-cases", Words("公开事项", "Cases")),
)
_ME: Final = ("resident-me", Words("我的", "About me"))
_STAFF: Final = (
    ("worker-today", Words("我的网格", "My grid")),
    ("office-home", Words("态势", "Situation")),
    ("office-clerk", Words("来电登记", "Calls")),
    ("office-queue", Words("事项", "Queue")),
    ("office-complaints", Words("投诉复核", "Complaints")),
    ("office-mediations", Words("调解", "Mediation")),
    ("office-orders", Words("任务", "Orders")),
    ("office-proposals", Words("准入", "Admission")),
    ("office-notices", Words("通知", "Notices")),
    ("office-more", Words("更多", "More")),
)
_ROOMS: Final = {"/office": _STAFF, "/field": _STAFF}
_BELONGS: Final = {
    "/office/case/": "office-queue", "/office/problem/": "office-problems", "/office/concern": "office-problems",
    "/office/exports": "office-glass", "/office/move-in": "office-first-hour",
    "/problems": "public-cases", "/concern": "public-cases",
}  # fmt: skip
"""Pages that stand under no entry of their own, and the entry that leads to them."""
_OPENED_BY: Final = {
    "office-queue": {"look.queue"}, "office-clerk": {"hotline.take"}, "worker-today": {"case.settle"},
    "office-complaints": {"look.complaints"},
    "office-mediations": {"look.mediations"}, "office-orders": {"order.acknowledge"},
    "office-proposals": {"admission.propose_matter", "admission.review", "admission.decide"},
}  # fmt: skip
_MENU: Final = (
    ("resident-me", Words("我的事项", "My reports")),
    ("resident-inbox", Words("通知", "Notices")),
    ("resident-looks", Words("谁看过我的信息", "Who looked")),
)
_WORK: Final = ("public-welcome", Words("工作台", "My work"))

_TITLES: Final = {
    400: Words("有一处需要更正", "Please correct something first"),
    403: Words("不能这样做", "This cannot be done from here"),
    404: Words("没有找到", "Not found"),
    405: Words("这个网址不能这样打开", "This address cannot be opened in this way"),
    409: Words("现在还不能这样做", "This cannot be done now"),
    410: Words("已不再提供", "No longer available"),
    413: Words("内容太多了", "This is too much at once"),
    415: Words("文件格式不对", "This is not the right kind of file"),
    422: Words("没有接收", "This was not accepted"),
}
_NOTHING_SENT: Final = Words(
    "这次提交没有被接收。您填写的内容还在表单里：请返回上一页。",
    "What you sent was not accepted. What you typed is still in the form: go back one page.",
)
_NOTHING_CHANGED: Final = Words("没有任何内容被更改或丢失。", "Nothing was changed and nothing was lost.")
_CORRECT: Final = Words(
    "更正后再提交一次。也可以拨打12345，或到村（居）服务窗口办理，不需要用这个程序。",
    "Correct it and send it again. You can also call 12345 or go to your village or community desk: everything here "
    "can be done without the program.",
)
_LOOK_AGAIN: Final = Words(
    "请核对网址、编号或代码，或从首页重新开始。",
    "Check the address, number or code, or start again from the home page.",
)

_NOT_YOURS: Final = Words(
    "请改用有这项权限的岗位登录；工作需要的，请向本县管理员申请，“授权”页写明了谁有这项权限。",
    "Sign in with a post that includes it. If your work needs it, ask your county's officer; the page “Grants” says "
    "who has it.",
)
_GIVES: Final = Words(
    "您自己就是授权的管理员，但不能给自己授权。这件事由有相应岗位的人办理，“授权”页写明了是谁；需要增加的，您可以在那里授给别人。",
    "You give grants here yourself, though never to yourself. This is done by those whose post includes it: the page "
    "“Grants” names them, and there you can give it to somebody else.",
)
_A_RESIDENT: Final = Words(
    "关于您自己的都在“我的”里：您反映的事项、发给您的通知、谁看过您的信息、程序里存有您的哪些信息。"
    "如果您也是工作人员，请用工作账号登录。",
    "What is yours stands under “About me”: your reports, your notices, who looked, and what is held about you. If you "
    "also work here, sign in with the account of your work.",
)
FOR_STAFF: Final = Words(
    "这个页面供工作人员使用，您登录的是居民账号。",
    "This page is for staff at their work; you are signed in as a resident.",
)
_TO_ME: Final = Words("到“我的”", "To “About me”")
_FORBIDDEN: Final = 403


def _items(entries: tuple[tuple[str, Words], ...], path: str) -> tuple[NavItem, ...]:
    """The entries whose pages exist; the one whose address goes furthest with this path is here."""
    found = [(url, label) for name, label in entries if (url := _address(name))]
    here = max((url for url, _label in found if _leads_to(url, path)), key=len, default="")
    return tuple(NavItem(label, url, current=url == here) for url, label in found)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _leads_to(url: str, path: str) -> bool:
    return path == url or path.startswith(f"{url.rstrip('/')}/")


def navigation(path: str, *, signed_in: bool, deeds: frozenset[str] = frozenset()) -> tuple[NavItem, ...]:
    """The header's entries for the room that a path lies in; what a reader's post does not open is left out."""
    path = next((_address(name) for start, name in _BELONGS.items() if path.startswith(start)), path)
    for room, entries in _ROOMS.items():
        if path == room or path.startswith(f"{room}/"):
            shown = tuple(entry for entry in entries if entry[0] not in _OPENED_BY or _OPENED_BY[entry[0]] & deeds)
            return _items(shown, _address("office-more") if _is_shelved(path, shown) else path)
    return _items((*_PUBLIC, _ME) if signed_in else _PUBLIC, path)


def _is_shelved(path: str, shown: tuple[tuple[str, Words], ...]) -> bool:
    """Whether a page is reached through the shelves, and no entry of this header leads to it."""
    own = (_address(name) for name, _label in shown if name != "office-home")
    return on_a_shelf(path) and not any(url and _leads_to(url, path) for url in own)


def account_menu(*, is_staff: bool) -> tuple[NavItem, ...]:
    """The entries below one's own name."""
    return _items((_WORK, *_MENU) if is_staff else _MENU, "")


def is_for_staff(path: str) -> bool:
    """Whether a path lies in a room where staff are at work."""
    return any(path == room or path.startswith(f"{room}/") for room in _ROOMS)


def resident_words() -> dict[str, object]:
    """What a page for staff says to a resident: that it is not theirs, and where their own things are."""
    words = error_words(_FORBIDDEN, sent=False)
    return words | {"what": FOR_STAFF, "todo": _A_RESIDENT, "way": _TO_ME, "way_url": _address(_ME[0])}


def error_words(status: int, *, sent: bool, gives: bool = False) -> dict[str, object]:
    """Title, what was kept and what to do, by status; `sent`: whether a form was on its way.

    `gives`: whether the reader is who gives grants, whom nobody sends to themselves.
    """
    not_yours = _GIVES if gives else _NOT_YOURS
    return {
        "title": _TITLES.get(status, _TITLES[400]),
        "kept": _NOTHING_SENT if sent else _NOTHING_CHANGED,
        "todo": _CORRECT if sent else not_yours if status == _FORBIDDEN else _LOOK_AGAIN,
    }
