"""Everything that can be wrong with a hotline's file and its mapping, each in one sentence that says what to do."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind


def _kind(word: str, status: int, zh: str, en: str) -> str:
    return refusal_kind(f"hotline.{word}", status=status, zh=zh, en=en)


# The mapping
MAPPING_TOO_LARGE = _kind(
    "mapping_too_large", 413,
    "映射文件太大（最多{most}KB）：请检查是否选错了文件。",
    "The mapping is too large ({most} KB at most): check that it is the right file.",
)  # fmt: skip
MAPPING_SIGNS = _kind(
    "mapping_signs", 400, "映射文件须为UTF-8编码：请另存后再试。",
    "The mapping must be saved as UTF-8: save it anew and try again.",
)  # fmt: skip
MAPPING_NO_TOML = _kind(
    "mapping_no_toml", 400, "映射文件不是有效的TOML：{why}。请按样例改正。",
    "The mapping is no TOML: {why}. Correct it after the sample.",
)  # fmt: skip
MAPPING_STRANGE = _kind(
    "mapping_strange", 400, "映射文件里不认识“{where}”：请按样例改名或删去。",
    "The mapping holds “{where}”, which means nothing here: rename or remove it.",
)  # fmt: skip
MAPPING_LACKS = _kind(
    "mapping_lacks", 400, "映射文件缺少“{what}”，或写法不对：请按样例补上。",
    "The mapping lacks “{what}”, or writes it wrongly: add it as in the sample.",
)  # fmt: skip
MAPPING_KEY = _kind(
    "mapping_key", 400, "来源代号“{key}”不对：用2至20个小写字母、数字、点、横线。",
    "“{key}” is no key of a source: 2 to 20 small letters, digits, dots and dashes.",
)  # fmt: skip
MAPPING_COUNTY = _kind(
    "mapping_county", 400, "“{county}”不是县的代码：应为6位数字。", "“{county}” is no county: its code has six digits."
)
MAPPING_LANGUAGE = _kind(
    "mapping_language", 400, "语言“{language}”不认识：用zh-hans或en。",
    "The language “{language}” is not known: say zh-hans or en.",
)  # fmt: skip
MAPPING_ZONE = _kind(
    "mapping_zone", 400, "时区“{zone}”不认识：例如Asia/Shanghai。",
    "The time zone “{zone}” is not known: say one such as Asia/Shanghai.",
)  # fmt: skip
MAPPING_BARRED = _kind(
    "mapping_barred", 422, "“{column}”这一列涉及章程第2条禁止收集的内容，不能读取：请从映射中删去。",
    "The column “{column}” is about what charter 2 bars and is not read: remove it from the mapping.",
)  # fmt: skip
MAPPING_WORD = _kind(
    "mapping_word", 400, "[{section}]里“{name}”的值应是一段文字。", "“{name}” in [{section}] must be a text."
)
MAPPING_STATE = _kind(
    "mapping_state", 400, "状态“{name}”的值“{value}”不对：只能是open、closed或left。",
    "“{value}” is no meaning of the state “{name}”: say open, closed or left.",
)  # fmt: skip
MAPPING_NO_CRS = _kind(
    "mapping_no_crs", 400, "读取坐标须说明坐标系：请在[places]里写crs，如WGS84、CGCS2000、GCJ-02或BD-09。",
    "Coordinates are read only with their system: say crs in [places], such as WGS84, CGCS2000, GCJ-02 or BD-09.",
)  # fmt: skip
MAPPING_MATTER = _kind(
    "mapping_matter", 422, "[types]里“{name}”指向“{matter}”，它不是本县受理的事项：请改为清单上的事项或left。",
    "“{name}” in [types] means “{matter}”, which is no matter taken here: name one of the list, or left.",
)  # fmt: skip
MAPPING_AREA = _kind(
    "mapping_area", 422, "[places.areas]里“{name}”的代码“{code}”不是本县现有的区划。",
    "“{name}” in [places.areas] has the code “{code}”, which is no standing area of this county.",
)  # fmt: skip
MAPPING_OFFICE = _kind(
    "mapping_office", 422, "没有“{office}”这个机构（“{name}”）：写作 区划代码:类别，并先设立。",
    "There is no office “{office}” (“{name}”): write area:kind, and open it first.",
)  # fmt: skip
OTHER_COUNTY = _kind(
    "other_county", 403, "这份映射属于“{county}”，不是您负责的县。",
    "This mapping belongs to “{county}”, which is not the county you answer for.",
)  # fmt: skip

# The file
NO_FILE = _kind("no_file", 404, "找不到文件“{name}”。", "There is no file “{name}”.")
NO_CSV = _kind(
    "no_csv", 415, "这不是CSV文件，或已损坏：请从热线系统导出CSV后再试。",
    "This is no CSV file, or it is damaged: export CSV from the hotline's system and try again.",
)  # fmt: skip
WRONG_SIGNS = _kind(
    "wrong_signs", 415, "文字编码无法识别：请另存为“CSV UTF-8”。",
    "The signs cannot be read: save the file as “CSV UTF-8”.",
)  # fmt: skip
TOO_LARGE = _kind(
    "too_large", 413, "文件太大（{size}MB，最多{most}MB）：请按月份拆成几个。",
    "The file is too large ({size} MB, {most} at most): split it by month.",
)  # fmt: skip
TOO_MANY_ROWS = _kind(
    "too_many_rows", 413, "超过{most}行：请按月份拆成几个文件。",
    "There are more than {most} rows: split the file by month.",
)  # fmt: skip
NO_ROWS = _kind("no_rows", 400, "文件里没有数据行。", "The file holds no rows.")
NO_COLUMN = _kind(
    "no_column", 400, "文件里没有“{name}”这一列（有：{have}）：请核对映射文件的[columns]。",
    "The file has no column “{name}” (it has: {have}): check [columns] of the mapping.",
)  # fmt: skip

# Rows
SHORT = _kind(
    "short", 400, "这一行的格数和表头不同：可能少了引号，未读取。",
    "This row has another number of cells than the heading, perhaps for want of a quote; it was not read.",
)  # fmt: skip
NO_NUMBER = _kind(
    "no_number", 400, "没有工单编号，无法防止重复，未读取。", "There is no number, so that it could come twice."
)
NUMBER_TWICE = _kind(
    "number_twice", 409, "编号在第{row}行已出现，内容不同：请只保留一行。",
    "The number stands in row {row} too, with other contents: keep one of them.",
)  # fmt: skip
NUMBER_AGAIN = _kind("number_again", 409, "与第{row}行完全相同，只算一次。", "The same as row {row}; it counts once.")
NO_WORDS = _kind("no_words", 400, "没有诉求内容：请补上。", "It says nothing: add what it is about.")
FUTURE = _kind("future", 400, "时间“{at}”在将来：请核对。", "“{at}” lies in the future: check it.")
NO_REPORTED = _kind("no_reported", 400, "没有来电时间：请补上。", "It does not say when it came: add it.")
CLOSED_FIRST = _kind(
    "closed_first", 400, "办结时间（{closed}）早于来电时间（{reported}）：按历史记录带入，不计办理用时。",
    "It ends ({closed}) before it begins ({reported}): kept as history, without a time of handling.",
)  # fmt: skip
CLOSED_OPEN = _kind(
    "closed_open", 400, "状态是在办，却有办结时间：按在办带入，请核对。",
    "Its state is open, yet it has a closing time: it comes in as open; check it.",
)  # fmt: skip
UNMAPPED = _kind(
    "unmapped", 422, "映射文件没有说明{what_zh}“{value}”，未带入：请补充映射后重新导入。",
    "The mapping says nothing of the {what_en} “{value}”, so the row was left out: add it and import again.",
)  # fmt: skip
AGENCY_UNKNOWN = _kind(
    "agency_unknown", 422, "映射文件没有说明承办单位“{name}”：按待立案带入，不猜单位。",
    "The mapping says nothing of the agency “{name}”: the row comes in to be filed; no office is guessed.",
)  # fmt: skip
AGENCY_NOT_THERE = _kind(
    "agency_not_there", 422, "“{name}”不管这个地方，或不是处置单位：按待立案带入。",
    "“{name}” does not serve that place, or is no handling office: the row comes in to be filed.",
)  # fmt: skip
PHONE_LEFT = _kind(
    "phone_left", 400, "电话“{value}”读不出来，没有带入电话。", "“{value}” is no telephone; it came in without one."
)
PHONE_IN_WORDS = _kind(
    "phone_in_words", 400, "诉求内容里有电话：公开时会遮盖，办理人员看得到。",
    "There is a telephone in the words: hidden in public, seen by those who handle it.",
)  # fmt: skip
POINT_OUTSIDE = _kind(
    "point_outside", 422, "坐标不在本县任何网格内，没有采用；请核对坐标系。",
    "The coordinates lie in no grid of this county and were not used; check the declared system.",
)  # fmt: skip
POINT_WRONG = _kind(
    "point_wrong", 400, "坐标“{value}”不是数字，没有采用。", "“{value}” is no coordinate and was not used."
)
POINT_DISAGREES = _kind(
    "point_disagrees", 422, "坐标在“{here_zh}”，地名却是“{there_zh}”：不猜，请人工落点。",
    "The coordinates lie in “{here_en}”, the words name “{there_en}”: not guessed, place it by hand.",
)  # fmt: skip
PLACE_UNKNOWN = _kind("place_unknown", 422, "看不出在哪里：请人工落点。", "It does not say where: place it by hand.")
PLACE_SEVERAL = _kind(
    "place_several", 422, "“{name}”有好几个（{several}）：不猜，请人工落点。",
    "There is more than one “{name}” ({several}): not guessed, place it by hand.",
)  # fmt: skip
VILLAGE_UNKNOWN = _kind(
    "village_unknown", 422, "只知道乡镇（街道），不知道哪个村（社区）：请乡镇人工落点。",
    "The township is known, the village is not: the township places it by hand.",
)  # fmt: skip
CLOSED_THERE = _kind(
    "closed_there", 409, "热线那边已办结；本平台的这件事照常办理，请核对。",
    "The hotline has closed it; the case here goes on. Look into it.",
)  # fmt: skip
CHANGED_THERE = _kind(
    "changed_there", 409, "热线那边改了{what_zh}；本平台的这件事不变，请核对。",
    "The hotline changed its {what_en}; the case here stays as it is. Look into it.",
)  # fmt: skip
