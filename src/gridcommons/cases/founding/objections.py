"""What can stand against the content of a row: unknown offices, doubled people, codes outside the county, odd dates."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

# Areas and offices
NO_COUNTY = refusal_kind(
    "founding.no_county",
    status=400,
    zh="不知道是哪个县：请在“区划”表写上县一行（6位代码），或用 --county 代码 指明。",
    en=("It is not said which county this is: give its row (six digits) on the sheet of areas, or say --county CODE."),
)
TWO_COUNTIES = refusal_kind(
    "founding.two_counties",
    status=400,
    zh="表里有不止一个县（{codes}）：一次只能搬入一个县。",
    en="There is more than one county ({codes}): one county moves in at a time.",
)
OUTSIDE = refusal_kind(
    "founding.outside",
    status=400,
    zh="“{code}”不在本县（{county}）之内：请核对代码。",
    en="“{code}” does not lie in this county ({county}): check the code.",
)
CODE_TWICE = refusal_kind(
    "founding.code_twice",
    status=400,
    zh="代码“{code}”在表中出现了不止一次（另见第{row}行）。",
    en="The code “{code}” is there more than once (see row {row}).",
)
PARENT_WRONG = refusal_kind(
    "founding.parent_wrong",
    status=400,
    zh="“{code}”的上级应是“{right}”，不是“{given}”：请改正其中一个。",
    en="The parent of “{code}” is “{right}”, not “{given}”: correct one of them.",
)
PARENT_UNKNOWN = refusal_kind(
    "founding.parent_unknown",
    status=400,
    zh="“{code}”的上级（{parent}）不在表里，也不在已有区划中：请先加上上级。",
    en="The area above “{code}” ({parent}) is neither on the sheet nor there already: add it first.",
)
SERIAL_ZERO = refusal_kind(
    "founding.serial_zero",
    status=400,
    zh="“{code}”以000结尾：网格从001编起。",
    en="“{code}” ends in 000: grids are numbered from 001.",
)
TOO_MANY_GRIDS = refusal_kind(
    "founding.too_many_grids",
    status=400,
    zh="一个村（社区）最多999个网格，这里要{count}个：请先把村（社区）分开，或改正网格数。",
    en=("A village holds 999 grids at most, here are {count}: divide the village first, or correct the number."),
)
GRIDS_ELSEWHERE = refusal_kind(
    "founding.grids_elsewhere",
    status=400,
    zh="“网格数”只能写在村（社区）一行。",
    en="The number of grids stands only in the row of a village.",
)
NOT_LISTED = refusal_kind(
    "founding.not_listed",
    status=400,
    zh="随程序的目录里没有“{code}”：目录只有浙江省；请在表中逐一列出乡镇和村。",
    en="The shipped list does not hold “{code}”: it covers Zhejiang; give townships and villages here.",
)
AREA_RENAMED = refusal_kind(
    "founding.area_renamed",
    status=409,
    zh="“{code}”已经是“{standing}”，与表中“{given}”不同：改名、合并、拆分请用“区划方案”，不在这里办。",
    en="“{code}” stands as “{standing}”, not “{given}”: names change by a reorganisation, not here.",
)
UNKNOWN_AREA = refusal_kind(
    "founding.unknown_area",
    status=400,
    zh="没有代码为“{code}”的区划：请核对，或先把它加到“区划”表。",
    en="There is no area “{code}”: check the code, or add it to the sheet of areas first.",
)
NOT_A_GRID = refusal_kind(
    "founding.not_a_grid",
    status=400,
    zh="“{code}”不是网格：请填15位网格代码。",
    en="“{code}” is no grid: give the 15 digits of one.",
)
OFFICE_LEVEL = refusal_kind(
    "founding.office_level",
    status=400,
    zh="“{kind_zh}”设在{level_zh}，“{code}”不是：请改正代码或机构类别。",
    en=("“{kind_en}” stands at the level of a {level_en}, and “{code}” is none: correct the code or the kind."),
)
FAR_AHEAD = refusal_kind(
    "founding.far_ahead",
    status=409,
    zh="从{day}起任职，是一年以后：请核对年份；没有写错就不用改。",
    en="This post begins on {day}, more than a year ahead: check the year, and leave it if it is meant.",
)
OFFICE_CHANGES = refusal_kind(
    "founding.office_changes",
    status=409,
    zh="“{name}”已经有了，办理后将更改：原为“{before}”，改为“{now}”。",
    en="“{name}” stands already and will be changed: from “{before}” to “{now}”.",
)
OFFICE_TWICE = refusal_kind(
    "founding.office_twice",
    status=400,
    zh="“{code}”的这类机构写了不止一次（另见第{row}行）：每处每类只有一个。",
    en=(
        "An office of this kind stands more than once for “{code}” (see row {row}): there is one of a kind at a place."
    ),
)
OFFICE_NAME_TWICE = refusal_kind(
    "founding.office_name_twice",
    status=400,
    zh="机构名称“{name}”重复（另见第{row}行）：人员按名称找机构，请加以区别。",
    en=("Two offices are called “{name}” (see row {row}): staff find their office by its name, so tell them apart."),
)

# Staff and posts
UNKNOWN_OFFICE = refusal_kind(
    "founding.unknown_office",
    status=400,
    zh="没有名为“{name}”的机构：请与“机构”表一字不差，或先添加该机构。",
    en="There is no office “{name}”: write it as on the sheet of offices, or add it there first.",
)
UNKNOWN_OFFICE_NEAR = refusal_kind(
    "founding.unknown_office_near",
    status=400,
    zh="没有名为“{name}”的机构，是不是“{near}”？",
    en="There is no office “{name}”. Is it “{near}”?",
)
OFFICE_NEEDED = refusal_kind(
    "founding.office_needed",
    status=400,
    zh="“{role_zh}”要属于一个机构：请填“所属机构”。",
    en="The role “{role_en}” serves an office: fill in which.",
)
WRONG_SIDE = refusal_kind(
    "founding.wrong_side",
    status=400,
    zh="“{role_zh}”不能设在“{office}”：监督与处置必须是不同的机构，请改岗位角色或机构。",
    en=("“{role_en}” cannot serve “{office}”: supervision and handling stay apart. Change the role or the office."),
)
AREA_TOO_HIGH = refusal_kind(
    "founding.area_too_high",
    status=400,
    zh="“{role_zh}”只能负责乡镇及以下的区域，“{code}”在其上：具体事项只在当地可见（章程第4条）。",
    en=(
        "“{role_en}” serves a township or an area below it, and “{code}” lies above: single cases "
        "are read locally (charter 4)."
    ),
)
LOGIN_TWO_NAMES = refusal_kind(
    "founding.login_two_names",
    status=400,
    zh="登录名“{login}”对应两个不同的姓名（另见第{row}行）：一人一个登录名。",
    en=("The login name “{login}” stands for two different names (see row {row}): each person has one of their own."),
)
DOUBLED = refusal_kind(
    "founding.doubled",
    status=400,
    zh="这一行与第{row}行重复，请删去一行。",
    en="This row says the same as row {row}; delete one.",
)
LOOKS_DOUBLED = refusal_kind(
    "founding.looks_doubled",
    status=400,
    zh="与第{row}行同名同单位、登录名不同：如是同一人，请只留一个登录名。",
    en=("The same name and office as row {row} with another login name: if it is one person, keep one login."),
)
LOGIN_TAKEN = refusal_kind(
    "founding.login_taken",
    status=409,
    zh="登录名“{login}”已属于“{standing}”：请换一个登录名，或核对姓名。",
    en="The login name “{login}” belongs to “{standing}” already: choose another, or check the name.",
)
LOGIN_LEFT = refusal_kind(
    "founding.login_left",
    status=409,
    zh="“{login}”已离岗，账号不再使用：回来工作的请用新的登录名。",
    en="“{login}” has left and the account is closed: whoever comes back gets a new login name.",
)
UNKNOWN_MANAGER = refusal_kind(
    "founding.unknown_manager",
    status=400,
    zh="上级“{login}”不在“人员”表里，也没有这个账号：请核对登录名。",
    en=("The manager “{login}” is neither on the sheet of staff nor an account here: check the login name."),
)
UNKNOWN_LOGIN = refusal_kind(
    "founding.unknown_login",
    status=400,
    zh="“{login}”不在“人员”表里，也没有这个账号：请先添加人员。",
    en="“{login}” is neither on the sheet of staff nor an account here: add the person first.",
)
TWO_HEADS = refusal_kind(
    "founding.two_heads",
    status=409,
    zh="网格“{grid}”已有网格长{who}：一个网格只有一名网格长。",
    en="The grid “{grid}” has a head already: {who}. A grid has one head.",
)
POST_TWICE = refusal_kind(
    "founding.post_twice",
    status=409,
    zh="“{login}”在网格“{grid}”已有岗位（{where}）：一人在一个网格只有一个岗位。",
    en=("“{login}” holds a post in the grid “{grid}” already ({where}): one person has one post in a grid."),
)

# Matters, cases, calendar
REASON_NEEDED = refusal_kind(
    "founding.reason_needed",
    status=400,
    zh="停用事项须写明理由，理由会公开。",
    en="Switching a matter off needs a reason, which is public.",
)
DAY_PAST = refusal_kind(
    "founding.day_past",
    status=400,
    zh="“{day}”已经过去：请填今天或以后的日期，或留空。",
    en="“{day}” is over: give today or later, or leave it empty.",
)
SWITCH_LEVEL = refusal_kind(
    "founding.switch_level",
    status=400,
    zh="事项按县或乡镇启用、停用，“{code}”不是。",
    en="Matters are switched on or off for a county or township, and “{code}” is neither.",
)
NOT_IN_LIST = refusal_kind(
    "founding.change_refused",
    status=400,
    zh="这样改不符合清单的规则：{why_zh}",
    en="This change breaks the rules of the list: {why_en}",
)
NUMBER_TWICE = refusal_kind(
    "founding.number_twice",
    status=400,
    zh="原编号“{number}”重复（另见第{row}行）。",
    en="The former number “{number}” is there more than once (see row {row}).",
)
FUTURE = refusal_kind(
    "founding.future",
    status=400,
    zh="“{at}”还没有到：请核对时间。",
    en="“{at}” lies in the future: check the time.",
)
CLOSED_FIRST = refusal_kind(
    "founding.closed_first",
    status=400,
    zh="办结时间（{closed}）早于上报时间（{reported}）：请核对两个时间。",
    en="It was closed ({closed}) before it was reported ({reported}): check both.",
)
CLOSED_LEFT = refusal_kind(
    "founding.closed_left",
    status=400,
    zh="已办结的不带入；请留在原系统备查。",
    en="A closed case is not carried over; keep it in the former system.",
)
CASE_TOO_HIGH = refusal_kind(
    "founding.case_too_high",
    status=400,
    zh="“{code}”太大：事项须落到乡镇或以下。",
    en="“{code}” is too large a place: a case lies in a township or below it.",
)
NOT_HANDLING = refusal_kind(
    "founding.not_handling",
    status=400,
    zh="“{name}”不是可以承办的机构：承办单位须是本地或上级的处置机构。",
    en="“{name}” cannot handle it: that is for an office of the command side at the place or above it.",
)
CASE_SWITCHED_OFF = refusal_kind(
    "founding.case_switched_off",
    status=400,
    zh="“{name_zh}”自{since}起在这里不通过网格受理，这件在此之后上报：请删去这一行，留在原系统办理。",
    en=(
        "The grid takes no “{name_en}” here since {since}, and this was reported later: take the row out, and "
        "let it go on where it is."
    ),
)
CASE_OUTLIVES = refusal_kind(
    "founding.case_outlives",
    status=400,
    zh="“{name_zh}”自{since}起在这里不通过网格受理；这件上报在先，仍会带入并在网格办完。不想带入的，请删去这一行。",
    en=(
        "The grid takes no “{name_en}” here since {since}; this was reported before, so it is carried over and "
        "brought to its end. Take the row out if it should stay where it is."
    ),
)
PHONE_IN_TEXT = refusal_kind(
    "founding.phone_in_text",
    status=400,
    zh="内容里像是有电话号码：请移到“联系电话”一列，那里加密保存。",
    en=("There seems to be a telephone in the words: move it to the column for it, which is kept encrypted."),
)
DAY_NEEDED = refusal_kind(
    "founding.day_needed",
    status=400,
    zh="请填日期。",
    en="Give the day.",
)
HOURS_NEEDED = refusal_kind(
    "founding.hours_needed",
    status=400,
    zh="请填办公时间，如08:30-12:00。",
    en="Give the hours, such as 08:30-12:00.",
)
DAY_TWICE = refusal_kind(
    "founding.day_twice",
    status=400,
    zh="这一天在表中已有安排（另见第{row}行）。",
    en="This day is on the sheet already (see row {row}).",
)
YEAR_MISSING = refusal_kind(
    "founding.year_missing",
    status=400,
    zh="随程序的日历没有{year}年：请等该年的放假通知，或更新程序。",
    en="The shipped calendar holds no year {year}: wait for that year's notice, or update the program.",
)
HOURS_WRONG = refusal_kind(
    "founding.hours_wrong",
    status=400,
    zh="办公时间前后重叠或颠倒：请按先后分行填写。",
    en="The office hours overlap or run backwards: give them in order, one row each.",
)

FOLLOWS = frozenset({
    UNKNOWN_OFFICE, UNKNOWN_OFFICE_NEAR, UNKNOWN_AREA, UNKNOWN_LOGIN, UNKNOWN_MANAGER, PARENT_UNKNOWN, NOT_A_GRID,
})  # fmt: skip
"""What follows from a fault in another row, and goes away with it."""
