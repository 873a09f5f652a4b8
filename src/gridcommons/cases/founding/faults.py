"""Everything that can be wrong with a clerk's sheet, each in one sentence that says how to mend it."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

# Files
NO_FOLDER = refusal_kind(
    "founding.no_folder",
    status=404,
    zh="找不到“{name}”：请给出装有表格（.xlsx或.csv）的文件夹，或一个表格文件。",
    en="“{name}” is not there: name a folder with spreadsheets (.xlsx or .csv), or one such file.",
)
NO_SHEETS = refusal_kind(
    "founding.no_sheets",
    status=400,
    zh="“{name}”里没有可读的表格：请从空白模板开始填（网页上可下载，命令行用 gridcommons start --templates 文件夹）。",
    en="“{name}” holds no sheet that can be read: begin with the empty ones (on the web page, or by gridcommons start "
    "--templates FOLDER).",
)
OLD_FORMAT = refusal_kind(
    "founding.old_format",
    status=415,
    zh="“{file}”是旧的.xls格式或带有打开密码：请在电子表格软件中另存为不加密的.xlsx后再试。",
    en=("“{file}” is in the old .xls format or locked by a password: save it as an open .xlsx and try again."),
)
NOT_A_TABLE = refusal_kind(
    "founding.not_a_table",
    status=415,
    zh="“{file}”打不开：它不是.xlsx或.csv表格，或已损坏。请重新另存后再试。",
    en=("“{file}” cannot be opened: it is no .xlsx or .csv, or it is damaged. Save it anew and try again."),
)
TOO_LARGE = refusal_kind(
    "founding.too_large",
    status=413,
    zh="“{file}”太大（{size}MB，最多{most}MB）：请删去图片和空白行，或按乡镇拆成几个文件。",
    en=("“{file}” is too large ({size} MB, {most} at most): remove pictures and empty rows, or split it by township."),
)
TOO_MANY_ROWS = refusal_kind(
    "founding.too_many_rows",
    status=413,
    zh="“{file}”的“{sheet}”超过{most}行：请删去末尾的空白行，或拆成几个文件。",
    en="“{sheet}” of “{file}” has more than {most} rows: remove empty rows at the end, or split it.",
)
TOO_MANY_CELLS = refusal_kind(
    "founding.too_many_cells",
    status=413,
    zh="这些表合计超过{most}个单元格：请分几次导入，比如按乡镇。",
    en="These sheets hold more than {most} cells together: import them in several goes, by township for instance.",
)
WRONG_SIGNS = refusal_kind(
    "founding.wrong_signs",
    status=415,
    zh="“{file}”的文字编码无法识别：请另存为“CSV UTF-8”或.xlsx。",
    en="The signs of “{file}” cannot be read: save it as “CSV UTF-8” or as .xlsx.",
)

# Sheets and headings
UNKNOWN_SHEET = refusal_kind(
    "founding.unknown_sheet",
    status=400,
    zh="不认识这张表：请把工作表命名为{names}之一，并使用模板的表头。",
    en="This sheet is not known: name it one of {names}, with the headings of the template.",
)
HIDDEN_SHEET = refusal_kind(
    "founding.hidden_sheet",
    status=400,
    zh="这张工作表是隐藏的，没有读取；要用的话请取消隐藏。",
    en="This sheet is hidden and was not read; unhide it if it counts.",
)
NO_HEADING = refusal_kind(
    "founding.no_heading",
    status=400,
    zh="没有找到表头：前{most}行里应有{names}等列名。",
    en="No heading was found: one of the first {most} rows must hold column names such as {names}.",
)
COLUMN_MISSING = refusal_kind(
    "founding.column_missing",
    status=400,
    zh="缺少“{heading_zh}”这一列。",
    en="The column “{heading_en}” is missing.",
)
COLUMN_NEAR = refusal_kind(
    "founding.column_near",
    status=400,
    zh="不认识列名“{name}”，是不是“{heading_zh}”？请改正表头。",
    en="The heading “{name}” is not known. Is it “{heading_en}”? Correct it.",
)
COLUMN_TWICE = refusal_kind(
    "founding.column_twice",
    status=400,
    zh="“{name}”和另一列是同一个内容，只能保留一列。",
    en="“{name}” means the same as another column; keep one of them.",
)
COLUMN_IGNORED = refusal_kind(
    "founding.column_ignored",
    status=400,
    zh="“{name}”这一列用不上，没有读取。",
    en="The column “{name}” has no use here and was not read.",
)
COLUMN_BARRED = refusal_kind(
    "founding.column_barred",
    status=400,
    zh="“{name}”这一列涉及章程第2条禁止收集的内容，请整列删除后再导入。",
    en="The column “{name}” is about what charter 2 bars; delete the whole column.",
)

# Cells
EMPTY = refusal_kind(
    "founding.empty",
    status=400,
    zh="“{heading_zh}”不能为空，请填写。",
    en="“{heading_en}” may not be empty; fill it in.",
)
FORMULA_EMPTY = refusal_kind(
    "founding.formula_empty",
    status=400,
    zh="这里是公式，没有算出的值：请复制后“选择性粘贴为数值”。",
    en="This is a formula without a value: copy it and paste it as a value.",
)
FORMULA_TAKEN = refusal_kind(
    "founding.formula_taken",
    status=400,
    zh="这里是公式，已取其数值“{value}”。",
    en="This is a formula; its value “{value}” was taken.",
)
CELL_ERROR = refusal_kind(
    "founding.cell_error",
    status=400,
    zh="这里是表格的错误值“{value}”，请填入正确的内容。",
    en="This holds the spreadsheet's error “{value}”; put in what it should be.",
)
MERGED_FILLED = refusal_kind(
    "founding.merged_filled",
    status=400,
    zh="合并单元格：这一行取了合并区域的值“{value}”。",
    en="Merged cells: this row took the value “{value}” of the merged range.",
)
MERGED_ACROSS = refusal_kind(
    "founding.merged_across",
    status=400,
    zh="这里把几列合并成了一格（{range}）：请取消合并，各列分别填写。",
    en="Several columns are merged into one cell here ({range}): undo it and fill in each column.",
)
CODE_SHAPE = refusal_kind(
    "founding.code_shape",
    status=400,
    zh="“{value}”不是区划代码：应为2、4、6、9、12或15位数字。",
    en="“{value}” is no area code: it has 2, 4, 6, 9, 12 or 15 digits.",
)
LEVEL_OTHER = refusal_kind(
    "founding.level_other",
    status=400,
    zh="“{value}”与代码“{code}”不符，这是“{right_zh}”一级的代码：请改正级别（{options_zh}）或代码。",
    en="“{value}” does not fit “{code}”, a code of the level {right_en}: correct the level ({options_en}) or the code.",
)
SERIAL_FULL = refusal_kind(
    "founding.serial_full",
    status=400,
    zh="“{value}”的网格编号有4位：一个村（社区）最多999个网格，请先把村（社区）分开，或改正代码。",
    en=(
        "The serial of “{value}” has four digits: a village holds 999 grids at most. Divide it "
        "first, or correct the code."
    ),
)
