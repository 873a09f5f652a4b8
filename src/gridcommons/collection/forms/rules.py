"""Pure rules of forms: what a form may be called, every way in which a workbook is refused, states and their moves."""

from __future__ import annotations

import re
from typing import Final

from gridcommons.collection.asking import KINDS
from gridcommons.kit.errors import Reason, refusal_kind, refuse
from gridcommons.kit.words import Words

STATES: Final[dict[str, Words]] = {
    "draft": Words("草稿", "draft"),
    "open": Words("启用", "open"),
    "closed": Words("停用", "closed"),
}
MOST_BYTES: Final = 2_000_000
MOST_UNPACKED: Final = 30_000_000
MOST_ROWS: Final = 2_000
MOST_FILE: Final = 5_000_000
MOST_FILES: Final = 40
MOST_XFORM: Final = 3_000_000
NAME_LIMIT: Final = 120
VERSION_LIMIT: Final = 60
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")

NOT_A_WORKBOOK = refusal_kind(
    "form.not_a_workbook",
    status=415,
    zh="这不是Excel工作簿（.xlsx）。请按XLSForm格式制作，另存为.xlsx后再提交。",
    en="This is no Excel workbook (.xlsx). Write the form as an XLSForm, save it as .xlsx and hand it in again.",
)
TOO_LARGE = refusal_kind(
    "form.too_large",
    status=413,
    zh="表单文件太大：{what}。",
    en="The file of the form is too large: {what}.",
)
BROKEN = refusal_kind(
    "form.broken",
    status=422,
    zh="表单不能生成：{what}",
    en="The form cannot be made: {what}",
)
TOO_SLOW = refusal_kind(
    "form.too_slow",
    status=422,
    zh="表单在{seconds}秒内没有生成完，可能写错了或太复杂。请拆成几个表单。",
    en="The form was not made within {seconds} seconds: it is wrong or too complex. Divide it into several.",
)
FOREIGN = refusal_kind(
    "form.foreign_type",
    status=422,
    zh="第{row}行：本程序不支持题型“{kind}”。",
    en="Row {row}: questions of the type “{kind}” are not taken here.",
)
WATCHES = refusal_kind(
    "form.watches_worker",
    status=422,
    zh="第{row}行：“{kind}”会记录填表人的时间、位置或手机，章程第12条不允许，请删除这一行。",
    en="Row {row}: “{kind}” records when, where or on which phone the worker fills it in; charter 12 forbids that. "
    "Remove the row.",
)
PLACE_OF_WHAT = refusal_kind(
    "form.place_of_what",
    status=422,
    zh="第{row}行：只能采集所报事情的位置，请在means列写case.place，否则删除这一行。",
    en="Row {row}: only the place of the thing reported may be asked: write case.place in the column means, or remove "
    "the row.",
)
NO_HOUSEHOLD = refusal_kind(
    "form.no_household",
    status=422,
    zh="第{row}行：用了fact列，前面要先有选择住户的题（select_one_from_file households.csv）。",
    en="Row {row}: with the column fact a question that chooses the household (select_one_from_file households.csv) "
    "has to come first.",
)
FACT_IN_REPEAT = refusal_kind(
    "form.fact_in_repeat",
    status=422,
    zh="第{row}行：住户或住房的信息只问一次，不能放在重复组里。",
    en="Row {row}: a fact of a household or dwelling is asked once, not inside a repeat.",
)
BAD_FACT = refusal_kind(
    "form.bad_fact",
    status=422,
    zh="第{row}行：fact“{fact}”应以household.、dwelling.或person.开头，后面写信息名称。",
    en="Row {row}: the fact “{fact}” has to begin with household., dwelling. or person. and go on with its name.",
)
BAD_MEANING = refusal_kind(
    "form.bad_meaning",
    status=422,
    zh="第{row}行：means列的“{means}”不认识；可用：{known}。",
    en="Row {row}: “{means}” in the column means is not known; there are: {known}.",
)
BAD_OUTCOME = refusal_kind(
    "form.bad_outcome",
    status=422,
    zh="第{row}行：走访结果的选项只能是：{known}。",
    en="Row {row}: how a visit ended can only be chosen from: {known}.",
)
BAD_MATTER = refusal_kind(
    "form.bad_matter",
    status=422,
    zh="第{row}行：“{name}”不在现行事项清单内；选项代码要写事项代码。",
    en="Row {row}: “{name}” is no matter in force; the choices are the keys of matters.",
)
TWICE = refusal_kind(
    "form.twice",
    status=422,
    zh="第{row}行：名称“{name}”重复，或与程序自动加上的题同名。",
    en="Row {row}: the name “{name}” is there twice, or is one that the program adds.",
)
FILE_MISSING = refusal_kind(
    "form.file_missing",
    status=422,
    zh="表单用到文件{names}，请一并提交。",
    en="The form uses the files {names}; hand them in with it.",
)
BAD_FILE = refusal_kind(
    "form.bad_file",
    status=422,
    zh="文件“{name}”不能收：只收表单用到的CSV和图片，名称用字母、数字、点和短横，每个不超过5MB。",
    en="The file “{name}” is not taken: only CSV files and pictures that the form uses, named with letters, digits, "
    "dots and dashes, 5 MB each at most.",
)
BAD_KEY = refusal_kind(
    "form.bad_key",
    status=400,
    zh="表单代码用小写字母、数字和下划线，以字母开头，2到60个字符。",
    en="The key of a form has small letters, digits and underscores, begins with a letter, 2 to 60 signs.",
)
NO_NAME = refusal_kind(
    "form.no_name",
    status=400,
    zh="请填写表单的中文和英文名称（各不超过{most}个字）。",
    en="Give the form a name in Chinese and in English ({most} signs each at most).",
)
BAD_KIND = refusal_kind(
    "form.bad_kind",
    status=400,
    zh="请选择表单的用途。",
    en="Choose what the form is for.",
)
LACKS_MEANING = refusal_kind(
    "form.lacks_meaning",
    status=422,
    zh="用于“{kind_zh}”的表单要有一题在means列写明{means}。",
    en="A form for {kind_en} needs a question whose column means says {means}.",
)
BAD_VERSION = refusal_kind(
    "form.bad_version",
    status=422,
    zh="版本号“{version}”只能用字母、数字、点、短横和下划线，不超过{most}个字符。",
    en="The version “{version}” has letters, digits, dots, dashes and underscores alone, {most} signs at most.",
)
VERSION_TAKEN = refusal_kind(
    "form.version_taken",
    status=409,
    zh="这个表单已有版本“{version}”。内容改了就要换版本号。",
    en="The form has a version “{version}” already. A changed form needs another version.",
)
UNKNOWN = refusal_kind(
    "form.unknown",
    status=404,
    zh="没有这个表单或版本。",
    en="There is no such form or version.",
)
OTHER_FORM = refusal_kind(
    "form.other_form",
    status=409,
    zh="已有表单用了代码“{key}”，而事项、区域或用途不同。请换一个代码。",
    en="A form of another matter, area or use has the key “{key}” already. Choose another key.",
)
NOT_ADMITTED = refusal_kind(
    "form.not_admitted",
    status=409,
    zh="表单“{key}”没有准入，或者准入已到期、已终止，不能启用。请主管部门在“准入申请”提交这张表，经三方评审、评审会决定后再启用。",
    en="The form “{key}” is not admitted, or its admission ran out or ended, so it cannot be used. The department that "
    "owns it proposes it under “Proposals”; three desks review it and the county's admission review decides.",
)
ASKS_OTHERWISE = refusal_kind(
    "form.asks_otherwise",
    status=409,
    zh="第{row}行“{name_zh}”与准入时不同（新增、改了题目或选项，或改成必填）：请照准入的问，或重新申请准入。",
    en="Row {row}, “{name_en}”: not asked so when the form was admitted (new, reworded, or required now). Ask it as it "
    "was admitted, or propose the form anew.",
)
WRONG_STATE = refusal_kind(
    "form.wrong_state",
    status=409,
    zh="表单现在是“{state_zh}”，不能这样做。",
    en="The form is {state_en} now; this cannot be done.",
)

NEEDS: Final[dict[str, str]] = {
    "visit": "visit.outcome",
    "household": "",
    "hazard": "case.text",
    "request": "case.text",
}
"""What a form of a kind cannot do without."""


def faults_of_form(key: str, name: Words, kind: str) -> tuple[Reason, ...]:
    """What is wrong with how a form is called."""
    named = all(0 < len(text) <= NAME_LIMIT for text in (name.zh, name.en))
    found = [] if _KEY.fullmatch(key) else [Reason(BAD_KEY)]
    found += [] if named else [Reason(NO_NAME, (("most", str(NAME_LIMIT)),))]
    return (*found, *([] if kind in KINDS else [Reason(BAD_KIND)]))


def require_version(version: str) -> str:
    """A version as it may be; refuses others."""
    if len(version) > VERSION_LIMIT or not _VERSION.fullmatch(version):
        raise refuse(BAD_VERSION, version=version[:VERSION_LIMIT], most=VERSION_LIMIT)
    return version


def media_type(name: str) -> str:
    """The media type of a file of a form by its name; refuses what is neither CSV nor picture."""
    ending = name.rpartition(".")[2].lower()
    if not _FILE.fullmatch(name) or ".." in name or ending not in _MEDIA:
        raise refuse(BAD_FILE, name=name[:80])
    return _MEDIA[ending]


_MEDIA: Final = {
    "csv": "text/csv; charset=utf-8", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
    "webp": "image/webp", "gif": "image/gif",
}  # fmt: skip
