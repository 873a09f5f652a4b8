"""What can stand against the content of a row: unknown offices, doubled people, codes outside the county, odd dates."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind


def _against(code: str, zh: str, en: str, status: int = 400) -> str:
    return refusal_kind(f"founding.{code}", status=status, zh=zh, en=en)


# Areas and offices
NO_COUNTY = _against(
    "no_county",
    "不知道是哪个县：请在“区划”表写上县一行（6位代码），或用 --county 代码 指明。",
    "It is not said which county this is: give its row (six digits) on the sheet of areas, or say --county CODE.",
)
TWO_COUNTIES = _against(
    "two_counties",
    "表里有不止一个县（{codes}）：一次只能搬入一个县。",
    "There is more than one county ({codes}): one county moves in at a time.",
)
OUTSIDE = _against(
    "outside",
    "“{code}”不在本县（{county}）之内：请核对代码。",
    "“{code}” does not lie in this county ({county}): check the code.",
)
CODE_TWICE = _against(
    "code_twice",
    "代码“{code}”在表中出现了不止一次（另见第{row}行）。",
    "The code “{code}” is there more than once (see row {row}).",
)
PARENT_WRONG = _against(
    "parent_wrong",
    "“{code}”的上级应是“{right}”，不是“{given}”：请改正其中一个。",
    "The parent of “{code}” is “{right}”, not “{given}”: correct one of them.",
)
PARENT_UNKNOWN = _against(
    "parent_unknown",
    "“{code}”的上级（{parent}）不在表里，也不在已有区划中：请先加上上级。",
    "The area above “{code}” ({parent}) is neither on the sheet nor there already: add it first.",
)
SERIAL_ZERO = _against(
    "serial_zero",
    "“{code}”以000结尾：网格从001编起。",
    "“{code}” ends in 000: grids are numbered from 001.",
)
TOO_MANY_GRIDS = _against(
    "too_many_grids",
    "一个村（社区）最多999个网格，这里要{count}个：请先把村（社区）分开，或改正网格数。",
    "A village holds 999 grids at most, here are {count}: divide the village first, or correct the number.",
)
GRIDS_ELSEWHERE = _against(
    "grids_elsewhere",
    "“网格数”只能写在村（社区）一行。",
    "The number of grids stands only in the row of a village.",
)
NOT_LISTED = _against(
    "not_listed",
    "随程序的目录里没有“{code}”：目录只有浙江省；请在表中逐一列出乡镇和村。",
    "The shipped list does not hold “{code}”: it covers Zhejiang; give townships and villages here.",
)
AREA_RENAMED = _against(
    "area_renamed",
    "“{code}”已经是“{standing}”，与表中“{given}”不同：改名、合并、拆分请用“区划调整”，不在这里办。",
    "“{code}” stands as “{standing}”, not “{given}”: names change by a reorganisation, not here.",
    409,
)
UNKNOWN_AREA = _against(
    "unknown_area",
    "没有代码为“{code}”的区划：请核对，或先把它加到“区划”表。",
    "There is no area “{code}”: check the code, or add it to the sheet of areas first.",
)
NOT_A_GRID = _against(
    "not_a_grid", "“{code}”不是网格：请填15位网格代码。", "“{code}” is no grid: give the 15 digits of one."
)
OFFICE_LEVEL = _against(
    "office_level",
    "“{kind_zh}”设在{level_zh}，“{code}”不是：请改正代码或机构类别。",
    "“{kind_en}” stands at the level of a {level_en}, and “{code}” is none: correct the code or the kind.",
)
OFFICE_TWICE = _against(
    "office_twice",
    "“{code}”的这类机构写了不止一次（另见第{row}行）：每处每类只有一个。",
    "An office of this kind stands more than once for “{code}” (see row {row}): there is one of a kind at a place.",
)
OFFICE_NAME_TWICE = _against(
    "office_name_twice",
    "机构名称“{name}”重复（另见第{row}行）：人员按名称找机构，请加以区别。",
    "Two offices are called “{name}” (see row {row}): staff find their office by its name, so tell them apart.",
)

# Staff and posts
UNKNOWN_OFFICE = _against(
    "unknown_office",
    "没有名为“{name}”的机构：请与“机构”表一字不差，或先添加该机构。",
    "There is no office “{name}”: write it as on the sheet of offices, or add it there first.",
)
UNKNOWN_OFFICE_NEAR = _against(
    "unknown_office_near",
    "没有名为“{name}”的机构，是不是“{near}”？",
    "There is no office “{name}”. Is it “{near}”?",
)
OFFICE_NEEDED = _against(
    "office_needed",
    "“{role_zh}”要属于一个机构：请填“所属机构”。",
    "The role “{role_en}” serves an office: fill in which.",
)
WRONG_SIDE = _against(
    "wrong_side",
    "“{role_zh}”不能设在“{office}”：监督与处置必须是不同的机构，请改岗位角色或机构。",
    "“{role_en}” cannot serve “{office}”: supervision and handling stay apart. Change the role or the office.",
)
AREA_TOO_HIGH = _against(
    "area_too_high",
    "“{role_zh}”只能负责乡镇及以下的区域，“{code}”在其上：具体事项只在当地可见（章程第4条）。",
    "“{role_en}” serves a township or an area below it, and “{code}” lies above: single cases are read locally "
    "(charter 4).",
)
LOGIN_TWO_NAMES = _against(
    "login_two_names",
    "登录名“{login}”对应两个不同的姓名（另见第{row}行）：一人一个登录名。",
    "The login name “{login}” stands for two different names (see row {row}): each person has one of their own.",
)
DOUBLED = _against(
    "doubled",
    "这一行与第{row}行重复，请删去一行。",
    "This row says the same as row {row}; delete one.",
)
LOOKS_DOUBLED = _against(
    "looks_doubled",
    "与第{row}行同名同单位、登录名不同：如是同一人，请只留一个登录名。",
    "The same name and office as row {row} with another login name: if it is one person, keep one login.",
)
LOGIN_TAKEN = _against(
    "login_taken",
    "登录名“{login}”已属于“{standing}”：请换一个登录名，或核对姓名。",
    "The login name “{login}” belongs to “{standing}” already: choose another, or check the name.",
    409,
)
LOGIN_LEFT = _against(
    "login_left",
    "“{login}”已离岗，账号不再使用：回来工作的请用新的登录名。",
    "“{login}” has left and the account is closed: whoever comes back gets a new login name.",
    409,
)
UNKNOWN_MANAGER = _against(
    "unknown_manager",
    "上级“{login}”不在“人员”表里，也没有这个账号：请核对登录名。",
    "The manager “{login}” is neither on the sheet of staff nor an account here: check the login name.",
)
UNKNOWN_LOGIN = _against(
    "unknown_login",
    "“{login}”不在“人员”表里，也没有这个账号：请先添加人员。",
    "“{login}” is neither on the sheet of staff nor an account here: add the person first.",
)
TWO_HEADS = _against(
    "two_heads",
    "网格“{grid}”已有网格长{who}：一个网格只有一名网格长。",
    "The grid “{grid}” has a head already: {who}. A grid has one head.",
    409,
)
POST_TWICE = _against(
    "post_twice",
    "“{login}”在网格“{grid}”已有岗位（{where}）：一人在一个网格只有一个岗位。",
    "“{login}” holds a post in the grid “{grid}” already ({where}): one person has one post in a grid.",
    409,
)

# Matters, cases, calendar
REASON_NEEDED = _against(
    "reason_needed",
    "停用事项须写明理由，理由会公开。",
    "Switching a matter off needs a reason, which is public.",
)
DAY_PAST = _against(
    "day_past",
    "“{day}”已经过去：请填今天或以后的日期，或留空。",
    "“{day}” is over: give today or later, or leave it empty.",
)
SWITCH_LEVEL = _against(
    "switch_level",
    "事项按县或乡镇启用、停用，“{code}”不是。",
    "Matters are switched on or off for a county or township, and “{code}” is neither.",
)
NOT_IN_LIST = _against(
    "change_refused",
    "这样改不符合清单的规则：{why_zh}",
    "This change breaks the rules of the list: {why_en}",
)
NUMBER_TWICE = _against(
    "number_twice",
    "原编号“{number}”重复（另见第{row}行）。",
    "The former number “{number}” is there more than once (see row {row}).",
)
FUTURE = _against(
    "future",
    "“{at}”还没有到：请核对时间。",
    "“{at}” lies in the future: check the time.",
)
CLOSED_FIRST = _against(
    "closed_first",
    "办结时间（{closed}）早于上报时间（{reported}）：请核对两个时间。",
    "It was closed ({closed}) before it was reported ({reported}): check both.",
)
CLOSED_LEFT = _against(
    "closed_left",
    "已办结的不带入；请留在原系统备查。",
    "A closed case is not carried over; keep it in the former system.",
)
CASE_TOO_HIGH = _against(
    "case_too_high",
    "“{code}”太大：事项须落到乡镇或以下。",
    "“{code}” is too large a place: a case lies in a township or below it.",
)
NOT_HANDLING = _against(
    "not_handling",
    "“{name}”不是可以承办的机构：承办单位须是本地或上级的处置机构。",
    "“{name}” cannot handle it: that is for an office of the command side at the place or above it.",
)
PHONE_IN_TEXT = _against(
    "phone_in_text",
    "内容里像是有电话号码：请移到“联系电话”一列，那里加密保存。",
    "There seems to be a telephone in the words: move it to the column for it, which is kept encrypted.",
)
MATTER_OFF = _against(
    "matter_off",
    "提示：这类事项在“{code}”已停用，已立的仍可接着办。",
    "This matter is switched off in “{code}”; what is open there still goes on.",
)
DAY_NEEDED = _against(
    "day_needed",
    "请填日期。",
    "Give the day.",
)
HOURS_NEEDED = _against(
    "hours_needed",
    "请填办公时间，如08:30-12:00。",
    "Give the hours, such as 08:30-12:00.",
)
DAY_TWICE = _against(
    "day_twice", "这一天在表中已有安排（另见第{row}行）。", "This day is on the sheet already (see row {row})."
)
YEAR_MISSING = _against(
    "year_missing",
    "随程序的日历没有{year}年：请等该年的放假通知，或更新程序。",
    "The shipped calendar holds no year {year}: wait for that year's notice, or update the program.",
)
HOURS_WRONG = _against(
    "hours_wrong",
    "办公时间前后重叠或颠倒：请按先后分行填写。",
    "The office hours overlap or run backwards: give them in order, one row each.",
)

FOLLOWS = frozenset({
    UNKNOWN_OFFICE, UNKNOWN_OFFICE_NEAR, UNKNOWN_AREA, UNKNOWN_LOGIN, UNKNOWN_MANAGER, PARENT_UNKNOWN, NOT_A_GRID,
})  # fmt: skip
"""What follows from a fault in another row, and goes away with it."""
