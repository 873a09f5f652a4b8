"""What can be wrong with one cell of a sheet, each in one sentence that says how to mend it."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

DAY_SHAPE = refusal_kind(
    "founding.day_shape",
    status=400,
    zh="“{value}”不是日期：请写成2026-11-03或2026年11月3日。",
    en="“{value}” is no date: write it as 2026-11-03.",
)
DAY_UNSURE = refusal_kind(
    "founding.day_unsure",
    status=400,
    zh="“{value}”分不清年、月、日的先后：请写成2026-11-03。",
    en=("“{value}” does not tell which is the month and which the day, or which year: write it as 2026-11-03."),
)
YEAR_FAR = refusal_kind(
    "founding.year_far",
    status=400,
    zh="“{value}”的年份不对：应在{first}年至{last}年之间，请核对。",
    en="The year of “{value}” cannot be right: it lies between {first} and {last}. Check it.",
)
DIGITS_LOST = refusal_kind(
    "founding.digits_lost",
    status=400,
    zh="“{value}”是被表格缩写的数字，后面的数字已丢失：请把这一列设为文本格式，重新填写完整的代码。",
    en=(
        "“{value}” is a number that the spreadsheet shortened, and its digits are lost: format the "
        "column as text and type the whole code again."
    ),
)
EMAIL_SHAPE = refusal_kind(
    "founding.email_shape",
    status=400,
    zh="“{value}”不是邮箱地址，请核对。",
    en="“{value}” is no e-mail address; check it.",
)
HOURS_SHAPE = refusal_kind(
    "founding.hours_shape",
    status=400,
    zh="“{value}”不是办公时间：请写成08:30-12:00。",
    en="“{value}” is no office time: write it as 08:30-12:00.",
)
LOGIN_SHAPE = refusal_kind(
    "founding.login_shape",
    status=400,
    zh="“{value}”不能作登录名：只用小写字母、数字、点和横线，2至60位，如wang.min。",
    en=("“{value}” is no login name: small letters, digits, dots and dashes, 2 to 60 of them, such as wang.min."),
)
NOT_CHOICE = refusal_kind(
    "founding.not_choice",
    status=400,
    zh="“{value}”不在可选项里：{options_zh}。",
    en="“{value}” is none of the choices: {options_en}.",
)
NOT_CHOICE_NEAR = refusal_kind(
    "founding.not_choice_near",
    status=400,
    zh="“{value}”不在可选项里，是不是“{near_zh}”？",
    en="“{value}” is none of the choices. Is it “{near_en}”?",
)
NUMBER_SHAPE = refusal_kind(
    "founding.number_shape",
    status=400,
    zh="“{value}”不是整数：请只填数字。",
    en="“{value}” is no whole number: give digits alone.",
)
PHONE_HERE = refusal_kind(
    "founding.phone_here",
    status=400,
    zh="这里像是电话号码，“{heading_zh}”一列应填别的内容：请核对是否错列。",
    en="This looks like a telephone; “{heading_en}” takes something else: check whether the columns slipped.",
)
PHONE_SHAPE = refusal_kind(
    "founding.phone_shape",
    status=400,
    zh="“{value}”不是电话号码：请填手机号，或带区号的座机号，如0578-8120001。",
    en=("“{value}” is no telephone: give a mobile number, or a landline with its area code such as 0578-8120001."),
)
REPAIRED = refusal_kind(
    "founding.repaired",
    status=400,
    zh="“{before}”已读作“{after}”（{why_zh}）。",
    en="“{before}” was read as “{after}” ({why_en}).",
)
SPAN_SHAPE = refusal_kind(
    "founding.span_shape",
    status=400,
    zh="“{value}”不是期限：请写成3d（天）、4h（小时）或30m（分钟）。",
    en="“{value}” is no limit: write 3d (days), 4h (hours) or 30m (minutes).",
)
TOO_LONG = refusal_kind(
    "founding.too_long",
    status=400,
    zh="内容太长：最多{most}个字，这里有{length}个。",
    en="This is too long: {most} characters at most, {length} here.",
)
