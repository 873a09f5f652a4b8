"""Entries of the ledger about a case, as people read them: when, which office, for what, what was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gridcommons.access.entries import Entry
from gridcommons.access.finer import words_of
from gridcommons.access.queries import posts_of
from gridcommons.access.roles import ROLES
from gridcommons.kit.words import Words
from gridcommons.web.beyond import reasons_of
from gridcommons.web.case_words import office_name
from gridcommons.web.partner_words import name_of_partner
from gridcommons.web.pieces import Look

_SEEN: Final[Mapping[str, Words]] = {
    "look.case": Words("事项页面或照片", "the page of the case or a photo"),
    "look.queue": Words("列表中的一行", "a line in a list"),
    "look.partner_case": Words("发送到业务系统的内容", "what was sent to the office's system"),
    "look.partner_photo": Words("发送到业务系统的照片", "a photo that the office's system fetched"),
    "look.partner_paper": Words("与业务系统往来的内容", "what went to or came from the office's system"),
    "look.partner_file": Words("发给业务系统的文件", "the file for the office's system"),
    "look.export": Words("一份含原话的导出", "an export with the words"),
    "look.own_case": Words("报告人查看自己的事项", "the reporter's own page"),
    "look.reporter": Words("报告人的联系方式", "how to reach the reporter"),
    "look.reporter_wish": Words("报告人希望怎样被联系", "how the reporter wants to be reached"),
    "look.case_notices": Words("通知是否送达", "whether notices arrived"),
    "look.shared_reporter": Words("报告人同意公开的联系方式", "the contact that the reporter shared"),
}
_NOBODY: Final = Words("报告人或公众", "the reporter or the public")


def shown_looks(entries: Sequence[Entry]) -> list[Look]:
    """Looks by office and role, never by the name of a member of staff."""
    posts = posts_of([entry.by for entry in entries])
    found, why = [], reasons_of(entries)
    for entry in entries:
        post = posts.get(entry.by)
        role = ROLES[post.role].name if post and post.role in ROLES else ""
        office = office_name(post.office) if post and post.office else role or name_of_partner(entry.by) or _NOBODY
        purpose = words_of(entry.purpose)
        found.append(
            Look(entry.at, office, purpose, _SEEN.get(entry.what, entry.what), role=role, why=why.get(entry.id, ""))
        )
    return found
