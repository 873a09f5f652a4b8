"""Pure rules of the inbox: its limits, its states, every refusal, who may come after what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gridcommons.kit.errors import refusal_kind
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words
from gridcommons.matters.linting.policy import linting_policy

ID_LIMIT: Final = 249
NAME_LIMIT: Final = 255
PICTURES: Final = "collected"
"""The folder of the media folder in which pictures of submissions lie."""
STATES: Final[dict[str, Words]] = {
    "received": Words("已收到，待读取", "received, to be read"),
    "understood": Words("已读取", "understood"),
    "held": Words("待修复", "held for repair"),
    "aside": Words("已搁置", "set aside"),
}
REVIEWS: Final[dict[str, Words]] = {
    "approved": Words("已核可", "approved"),
    "hasIssues": Words("有疑问", "in doubt"),
    "rejected": Words("不采用", "rejected"),
    "edited": Words("已改过", "edited"),
}
"""What whoever analyses answers may say of a submission, by the keys of ODK Central."""

NO_XML = refusal_kind(
    "inbox.no_xml",
    status=400,
    zh="缺少表单本身：请求要有且只有一个名为xml_submission_file的部分。",
    en="The form itself is missing: a request has exactly one part with the name xml_submission_file.",
)
BROKEN = refusal_kind(
    "inbox.broken_xml",
    status=400,
    zh="表单的XML不完整或有误，读不出来；没有收取。",
    en="The XML of the form is broken and cannot be read; nothing was taken.",
)
UNSAFE = refusal_kind(
    "inbox.unsafe_xml",
    status=400,
    zh="XML里有文档类型声明或实体，不予读取；没有收取。",
    en="The XML declares a document type or entities and is not read; nothing was taken.",
)
TOO_DEEP = refusal_kind(
    "inbox.too_deep",
    status=400,
    zh="XML的层次或元素太多，不是任何表单；没有收取。",
    en="The XML has more levels or elements than any form; nothing was taken.",
)
TOO_LARGE = refusal_kind(
    "inbox.too_large",
    status=413,
    zh="内容太大：{what}最多{most}字节；没有收取。",
    en="This is too much: {what} may have {most} bytes; nothing was taken.",
)
NOT_MULTIPART = refusal_kind(
    "inbox.not_multipart",
    status=415,
    zh="请用multipart/form-data提交；没有收取。",
    en="Send it as multipart/form-data; nothing was taken.",
)
ZIPPED = refusal_kind(
    "inbox.zipped",
    status=415,
    zh="这是一个压缩包（zip），不是一份表单；没有收取。请把每份表单单独发送，附件放在同一请求的其他部分。",
    en="This is a zip archive and no form; nothing was taken. Send each form by itself, its pictures as further parts.",
)
NO_FORM = refusal_kind(
    "inbox.no_form",
    status=400,
    zh="XML的根元素没有写明表单（id，最多{most}个字符）；没有收取。",
    en="The root of the XML names no form (id, {most} signs at most); nothing was taken.",
)
NO_ID = refusal_kind(
    "inbox.no_id",
    status=400,
    zh="缺少meta/instanceID（最多{most}个字符）：凭它认出是同一份；没有收取。",
    en="The meta/instanceID is missing ({most} signs at most): by it the same form is known again. Nothing was taken.",
)
UNKNOWN_VERSION = refusal_kind(
    "inbox.unknown_version",
    status=404,
    zh="没有表单“{form}”的版本“{version}”；没有收取。请在手机上更新表单。",
    en="There is no version “{version}” of the form “{form}”; nothing was taken. Update the forms on the phone.",
)
CLOSED = refusal_kind(
    "inbox.closed",
    status=409,
    zh="表单“{form}”已停用，不再收取。已填的内容还在手机上，请问派发表单的单位。",
    en="The form “{form}” is closed and takes nothing more. What was filled in is still on the phone: ask who sent it.",
)
OTHER_CONTENT = refusal_kind(
    "inbox.other_content",
    status=409,
    zh="这个编号（instanceID）已经收过内容不同的表单；没有收取。",
    en="A form with other content was taken under this instanceID; nothing was taken.",
)
SET_ASIDE = refusal_kind(
    "inbox.set_aside",
    status=409,
    zh="这份表单已经收到，并由工作人员搁置，不再收取。",
    en="This form was received and set aside by the office; it is not taken again.",
)
NOT_CURRENT = refusal_kind(
    "inbox.not_current",
    status=409,
    zh="要修改的表单不是最新的一份，或者没有收到过；没有收取。",
    en="The form that this one corrects is not the current one, or never came; nothing was taken.",
)
NOT_NAMED = refusal_kind(
    "inbox.not_named",
    status=400,
    zh="附件“{name}”在表单里没有提到；没有收取。",
    en="The attachment “{name}” is not named in the form; nothing was taken.",
)
TOO_MANY = refusal_kind(
    "inbox.too_many",
    status=400,
    zh="附件太多：一份表单最多{most}个；没有收取。",
    en="There are too many attachments: {most} at most with one form. Nothing was taken.",
)
OUTSIDE = refusal_kind(
    "inbox.outside",
    status=403,
    zh="这个表单不在您的网格使用；没有收取。",
    en="This form is not in use in your grids; nothing was taken.",
)
UNKNOWN = refusal_kind(
    "inbox.unknown",
    status=404,
    zh="没有这份表单，或它不在您负责的区域内。",
    en="There is no such form, or it lies outside the area you answer for.",
)
NOT_HELD = refusal_kind(
    "inbox.not_held",
    status=409,
    zh="这份表单现在是“{state_zh}”，不能这样做。",
    en="This form is {state_en} now; this cannot be done.",
)
OTHER_FORM = refusal_kind(
    "inbox.other_form",
    status=422,
    zh="更正后的内容必须是同一份表单：表单、版本和instanceID不能改。",
    en="A correction has to be of the same form: form, version and instanceID stay as they are.",
)
NO_REASON = refusal_kind(
    "inbox.no_reason",
    status=400,
    zh="请写明理由，它会留在记录里。",
    en="Say why; it stays on record.",
)
NO_REVIEW = refusal_kind(
    "inbox.no_review",
    status=400,
    zh="没有这种审阅结论；可用：{known}。",
    en="There is no such review; there are: {known}.",
)
NO_REMARK = refusal_kind(
    "inbox.no_remark",
    status=400,
    zh="请写明备注内容（最多{most}个字）。",
    en="Write the remark ({most} signs at most).",
)
NOTHING_CHANGED = refusal_kind(
    "inbox.nothing_changed",
    status=422,
    zh="没有改动任何答案。若只要重新读取，请用“重新读取”。",
    en="No answer was changed. To have it read once more as it stands, use “Read it again”.",
)
CHANGED_MEANWHILE = refusal_kind(
    "inbox.changed_meanwhile",
    status=409,
    zh="在您打开后，别人已更正过这份表单；您填的内容还在下面，请核对后再保存。",
    en="Somebody corrected this form after you opened it; what you typed is still below. Compare, then keep it.",
)
STILL_WRONG = refusal_kind(
    "inbox.still_wrong",
    status=422,
    zh="还有答案不合要求，已在下面标出；没有保存，您填的内容还在。",
    en="Some answers still do not fit and are marked below; nothing was kept, and what you typed is still there.",
)
NOT_MENDED = refusal_kind(
    "inbox.not_mended",
    status=422,
    zh="这份表单的XML写法特殊，不能按答案逐项改写；请改XML原文。",
    en="The XML of this form is of a kind that cannot be rewritten answer by answer; correct the XML itself.",
)
TO_BE_EMPTIED = refusal_kind(
    "inbox.to_be_emptied",
    status=409,
    zh="这份表单里有居民要求删除的回答，程序没能自动清空；清空以前谁都不能查看或更正，请先清空。",
    en="This form holds answers that a resident had erased and that the program could not empty by itself. Nobody "
    "reads or corrects it until it is emptied.",
)
NOT_TO_EMPTY = refusal_kind(
    "inbox.not_to_empty",
    status=409,
    zh="这份表单不在待清空之列：可能已经清空，或已删除全部回答。",
    en="This form does not wait to be emptied: it was emptied meanwhile, or all its answers are gone.",
)
NOT_TAKEN = refusal_kind(
    "inbox.not_taken",
    status=409,
    zh="这份表单一直没有人处理，到期后未采用，内容已删除。如仍需要，请重新填写一份。",
    en="Nobody decided on this form in time: it was not taken, and what it said is deleted. Fill it in anew if needed.",
)
LAPSED: Final = "lapsed"
"""The note of what was held until its time was over."""
DROPPED: Final = "dropped"
"""The note of what was held and lost all its answers since it could not be emptied."""
# --- why something is held: no value of an answer stands in these, for they are shown in lists ---
NOT_ASKED = refusal_kind(
    "inbox.not_asked",
    status=422,
    zh="“{path}”不在这个版本的表单里。",
    en="“{path}” is not in this version of the form.",
)
WRONG_TYPE = refusal_kind(
    "inbox.wrong_type",
    status=422,
    zh="“{path}”的答案不是{type_zh}。",
    en="The answer to “{path}” is no {type_en}.",
)
NO_CHOICE = refusal_kind(
    "inbox.no_choice",
    status=422,
    zh="“{path}”的答案不在选项里。",
    en="The answer to “{path}” is none of its choices.",
)
TOO_LONG = refusal_kind(
    "inbox.too_long",
    status=422,
    zh="“{path}”的答案超过{most}个字。原文完整保留，请问明后改短。",
    en="The answer to “{path}” has more than {most} signs. It is kept whole; find out and shorten it.",
)
FAR_DAY = refusal_kind(
    "inbox.far_day",
    status=422,
    zh="“{path}”的日期不在{first}到{last}之间，多半是写错了，请核对后更正。",
    en="The day in “{path}” is not between {first} and {last}, so most likely mistyped; find out and correct it.",
)
FAULT = refusal_kind(
    "inbox.fault",
    status=500,
    zh="程序读取时出错（{what}）。原件完好，修复后可以重新读取。",
    en="The program failed while reading it ({what}). What was sent is intact and can be read again later.",
)


@dataclass(frozen=True)
class Limits:
    """What the inbox takes, with who answers for it."""

    version: str
    owner: Words
    most_bytes: int
    most_heads: int
    most_xml: int
    most_depth: int
    most_elements: int
    most_attachments: int
    attachment_bytes: int
    keep_days: int
    wait_minutes: int
    late_days: int
    first_day: date
    ahead_days: int
    grace_days: int
    press_days: int
    lapse_days: int


def limits() -> Limits:
    """The packaged limits."""
    return shipped("gridcommons.collection.inbox", "inbox.toml", _limits)


def _limits(raw: Raw) -> Limits:
    return Limits(owner=Words(raw.pop("owner_zh"), raw.pop("owner_en")), **raw)


@dataclass(frozen=True)
class Bounds:
    """What no honest answer goes beyond: signs of a text, the first and the last day."""

    most_text: int
    first: date
    last: date


def bounds_on(day: date) -> Bounds:
    """The bounds of answers that are read on a day."""
    return Bounds(linting_policy().most_text, limits().first_day, day + timedelta(days=limits().ahead_days))
