"""Everything that can be wrong with a clerk's sheet, each in one sentence that says how to mend it."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

_WRONG, _TOO_BIG, _KIND_OF_FILE = 400, 413, 415


def _fault(code: str, zh: str, en: str, status: int = _WRONG) -> str:
    return refusal_kind(f"founding.{code}", status=status, zh=zh, en=en)


# Files
NO_FOLDER = _fault(
    "no_folder",
    "找不到“{name}”：请给出装有表格（.xlsx或.csv）的文件夹，或一个表格文件。",
    "“{name}” is not there: name a folder with spreadsheets (.xlsx or .csv), or one such file.",
    404,
)
NO_SHEETS = _fault(
    "no_sheets",
    "“{name}”里没有可读的表格：请用 gridcommons start --templates 文件夹 生成空白模板。",
    "“{name}” holds no sheet that can be read: gridcommons start --templates FOLDER writes empty ones.",
)
OLD_FORMAT = _fault(
    "old_format",
    "“{file}”是旧的.xls格式或带有打开密码：请在电子表格软件中另存为不加密的.xlsx后再试。",
    "“{file}” is in the old .xls format or locked by a password: save it as an open .xlsx and try again.",
    _KIND_OF_FILE,
)
NOT_A_TABLE = _fault(
    "not_a_table",
    "“{file}”打不开：它不是.xlsx或.csv表格，或已损坏。请重新另存后再试。",
    "“{file}” cannot be opened: it is no .xlsx or .csv, or it is damaged. Save it anew and try again.",
    _KIND_OF_FILE,
)
TOO_LARGE = _fault(
    "too_large",
    "“{file}”太大（{size}MB，最多{most}MB）：请删去图片和空白行，或按乡镇拆成几个文件。",
    "“{file}” is too large ({size} MB, {most} at most): remove pictures and empty rows, or split it by township.",
    _TOO_BIG,
)
TOO_MANY_ROWS = _fault(
    "too_many_rows",
    "“{file}”的“{sheet}”超过{most}行：请删去末尾的空白行，或拆成几个文件。",
    "“{sheet}” of “{file}” has more than {most} rows: remove empty rows at the end, or split it.",
    _TOO_BIG,
)
WRONG_SIGNS = _fault(
    "wrong_signs",
    "“{file}”的文字编码无法识别：请另存为“CSV UTF-8”或.xlsx。",
    "The signs of “{file}” cannot be read: save it as “CSV UTF-8” or as .xlsx.",
    _KIND_OF_FILE,
)

# Sheets and headings
UNKNOWN_SHEET = _fault(
    "unknown_sheet",
    "不认识这张表：请把工作表命名为{names}之一，并使用模板的表头。",
    "This sheet is not known: name it one of {names}, with the headings of the template.",
)
HIDDEN_SHEET = _fault(
    "hidden_sheet",
    "这张工作表是隐藏的，没有读取；要用的话请取消隐藏。",
    "This sheet is hidden and was not read; unhide it if it counts.",
)
NO_HEADING = _fault(
    "no_heading",
    "没有找到表头：前{most}行里应有{names}等列名。",
    "No heading was found: one of the first {most} rows must hold column names such as {names}.",
)
COLUMN_MISSING = _fault(
    "column_missing",
    "缺少“{zh}”这一列。",
    "The column “{en}” is missing.",
)
COLUMN_NEAR = _fault(
    "column_near",
    "不认识列名“{name}”，是不是“{zh}”？请改正表头。",
    "The heading “{name}” is not known. Is it “{en}”? Correct it.",
)
COLUMN_TWICE = _fault(
    "column_twice",
    "“{name}”和另一列是同一个内容，只能保留一列。",
    "“{name}” means the same as another column; keep one of them.",
)
COLUMN_IGNORED = _fault(
    "column_ignored",
    "“{name}”这一列用不上，没有读取。",
    "The column “{name}” has no use here and was not read.",
)
COLUMN_BARRED = _fault(
    "column_barred",
    "“{name}”这一列涉及章程第2条禁止收集的内容，请整列删除后再导入。",
    "The column “{name}” is about what charter 2 bars; delete the whole column.",
)

# Cells
EMPTY = _fault("empty", "“{zh}”不能为空，请填写。", "“{en}” may not be empty; fill it in.")
FORMULA_EMPTY = _fault(
    "formula_empty",
    "这里是公式，没有算出的值：请复制后“选择性粘贴为数值”。",
    "This is a formula without a value: copy it and paste it as a value.",
)
FORMULA_TAKEN = _fault(
    "formula_taken",
    "这里是公式，已取其数值“{value}”。",
    "This is a formula; its value “{value}” was taken.",
)
CELL_ERROR = _fault(
    "cell_error",
    "这里是表格的错误值“{value}”，请填入正确的内容。",
    "This holds the spreadsheet's error “{value}”; put in what it should be.",
)
MERGED_FILLED = _fault(
    "merged_filled",
    "合并单元格：这一行取了合并区域的值“{value}”。",
    "Merged cells: this row took the value “{value}” of the merged range.",
)
MERGED_ACROSS = _fault(
    "merged_across",
    "这里把几列合并成了一格（{range}）：请取消合并，各列分别填写。",
    "Several columns are merged into one cell here ({range}): undo it and fill in each column.",
)
REPAIRED = _fault(
    "repaired",
    "“{before}”已读作“{after}”（{why_zh}）。",
    "“{before}” was read as “{after}” ({why_en}).",
)
TOO_LONG = _fault(
    "too_long",
    "内容太长：最多{most}个字，这里有{length}个。",
    "This is too long: {most} characters at most, {length} here.",
)
DIGITS_LOST = _fault(
    "digits_lost",
    "“{value}”是被表格缩写的数字，后面的数字已丢失：请把这一列设为文本格式，重新填写完整的代码。",
    "“{value}” is a number that the spreadsheet shortened, and its digits are lost: format the column as text and type "
    "the whole code again.",
)
CODE_SHAPE = _fault(
    "code_shape",
    "“{value}”不是区划代码：应为2、4、6、9、12或15位数字。",
    "“{value}” is no area code: it has 2, 4, 6, 9, 12 or 15 digits.",
)
SERIAL_FULL = _fault(
    "serial_full",
    "“{value}”的网格编号有4位：一个村（社区）最多999个网格，请先把村（社区）分开，或改正代码。",
    "The serial of “{value}” has four digits: a village holds 999 grids at most. Divide it first, or correct the code.",
)
PHONE_HERE = _fault(
    "phone_here",
    "这里像是电话号码，“{zh}”一列应填别的内容：请核对是否错列。",
    "This looks like a telephone; “{en}” takes something else: check whether the columns slipped.",
)
PHONE_SHAPE = _fault(
    "phone_shape",
    "“{value}”不是电话号码：请填手机号，或带区号的座机号，如0578-8120001。",
    "“{value}” is no telephone: give a mobile number, or a landline with its area code such as 0578-8120001.",
)
EMAIL_SHAPE = _fault(
    "email_shape",
    "“{value}”不是邮箱地址，请核对。",
    "“{value}” is no e-mail address; check it.",
)
DAY_SHAPE = _fault(
    "day_shape",
    "“{value}”不是日期：请写成2026-11-03或2026年11月3日。",
    "“{value}” is no date: write it as 2026-11-03.",
)
DAY_UNSURE = _fault(
    "day_unsure",
    "“{value}”分不清年、月、日的先后：请写成2026-11-03。",
    "“{value}” does not tell which is the month and which the day, or which year: write it as 2026-11-03.",
)
NUMBER_SHAPE = _fault(
    "number_shape",
    "“{value}”不是整数：请只填数字。",
    "“{value}” is no whole number: give digits alone.",
)
NOT_CHOICE = _fault(
    "not_choice",
    "“{value}”不在可选项里：{options_zh}。",
    "“{value}” is none of the choices: {options_en}.",
)
NOT_CHOICE_NEAR = _fault(
    "not_choice_near",
    "“{value}”不在可选项里，是不是“{near_zh}”？",
    "“{value}” is none of the choices. Is it “{near_en}”?",
)
LOGIN_SHAPE = _fault(
    "login_shape",
    "“{value}”不能作登录名：只用小写字母、数字、点和横线，2至60位，如wang.min。",
    "“{value}” is no login name: small letters, digits, dots and dashes, 2 to 60 of them, such as wang.min.",
)
SPAN_SHAPE = _fault(
    "span_shape",
    "“{value}”不是期限：请写成3d（天）、4h（小时）或30m（分钟）。",
    "“{value}” is no limit: write 3d (days), 4h (hours) or 30m (minutes).",
)
HOURS_SHAPE = _fault(
    "hours_shape",
    "“{value}”不是办公时间：请写成08:30-12:00。",
    "“{value}” is no office time: write it as 08:30-12:00.",
)
