"""Everything that can be wrong with a hotline's file and its mapping, each in one sentence that says what to do."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

# The mapping
MAPPING_TOO_LARGE = refusal_kind(
    "hotline.mapping_too_large",
    status=413,
    zh="对照表太大（最多{most}KB）：请检查是否选错了文件。",
    en="The mapping is too large ({most} KB at most): check that it is the right file.",
)
MAPPING_SIGNS = refusal_kind(
    "hotline.mapping_signs",
    status=400,
    zh="对照表须为UTF-8编码：请另存后再试。",
    en="The mapping must be saved as UTF-8: save it anew and try again.",
)
MAPPING_NO_TOML = refusal_kind(
    "hotline.mapping_no_toml",
    status=400,
    zh="对照表不是有效的TOML：{why}。请按样例改正。",
    en="The mapping is no TOML: {why}. Correct it after the sample.",
)
MAPPING_STRANGE = refusal_kind(
    "hotline.mapping_strange",
    status=400,
    zh="对照表里不认识“{where}”：请按样例改名或删去。",
    en="The mapping holds “{where}”, which means nothing here: rename or remove it.",
)
MAPPING_LACKS = refusal_kind(
    "hotline.mapping_lacks",
    status=400,
    zh="对照表缺少“{what}”，或写法不对：请按样例补上。",
    en="The mapping lacks “{what}”, or writes it wrongly: add it as in the sample.",
)
MAPPING_KEY = refusal_kind(
    "hotline.mapping_key",
    status=400,
    zh="来源代号“{key}”不对：用2至20个小写字母、数字、点、横线。",
    en="“{key}” is no key of a source: 2 to 20 small letters, digits, dots and dashes.",
)
MAPPING_COUNTY = refusal_kind(
    "hotline.mapping_county",
    status=400,
    zh="“{county}”不是县的代码：应为6位数字。",
    en="“{county}” is no county: its code has six digits.",
)
MAPPING_LANGUAGE = refusal_kind(
    "hotline.mapping_language",
    status=400,
    zh="语言“{language}”不认识：用zh-hans或en。",
    en="The language “{language}” is not known: say zh-hans or en.",
)
MAPPING_ZONE = refusal_kind(
    "hotline.mapping_zone",
    status=400,
    zh="时区“{zone}”不认识：例如Asia/Shanghai。",
    en="The time zone “{zone}” is not known: say one such as Asia/Shanghai.",
)
MAPPING_FORM = refusal_kind(
    "hotline.mapping_form",
    status=400,
    zh="dates.forms里的“{form}”读不出年、月、日：例如%Y-%m-%d %H:%M，每个记号只用一次。",
    en="“{form}” in dates.forms tells no year, month and day: say one such as %Y-%m-%d %H:%M, each sign once.",
)
MAPPING_YES_NO = refusal_kind(
    "hotline.mapping_yes_no",
    status=400,
    zh="“{what}”只能写true或false，不加引号。",
    en="“{what}” is true or false, without quotes.",
)
MAPPING_BARRED = refusal_kind(
    "hotline.mapping_barred",
    status=422,
    zh="“{column}”这一列涉及章程第2条禁止收集的内容，不能读取：请从对照表中删去。",
    en="The column “{column}” is about what charter 2 bars and is not read: remove it from the mapping.",
)
MAPPING_WORD = refusal_kind(
    "hotline.mapping_word",
    status=400,
    zh="[{section}]里“{name}”的值应是一段文字。",
    en="“{name}” in [{section}] must be a text.",
)
MAPPING_STATE = refusal_kind(
    "hotline.mapping_state",
    status=400,
    zh="状态“{name}”的值“{value}”不对：只能是open、closed或left。",
    en="“{value}” is no meaning of the state “{name}”: say open, closed or left.",
)
MAPPING_NO_CRS = refusal_kind(
    "hotline.mapping_no_crs",
    status=400,
    zh="读取坐标须说明坐标系：请在[places]里写crs，如WGS84、CGCS2000、GCJ-02或BD-09。",
    en="Coordinates are read only with their system: say crs in [places], such as WGS84, CGCS2000, GCJ-02 or BD-09.",
)
MAPPING_MATTER = refusal_kind(
    "hotline.mapping_matter",
    status=422,
    zh="[types]里“{name}”指向“{matter}”，它不是本县受理的事项：请改为清单上的事项或left。",
    en="“{name}” in [types] means “{matter}”, which is no matter taken here: name one of the list, or left.",
)
MAPPING_AREA = refusal_kind(
    "hotline.mapping_area",
    status=422,
    zh="[places.areas]里“{name}”的代码“{code}”不是本县现有的区划。",
    en="“{name}” in [places.areas] has the code “{code}”, which is no standing area of this county.",
)
MAPPING_OFFICE = refusal_kind(
    "hotline.mapping_office",
    status=422,
    zh="没有“{office}”这个机构（“{name}”）：写作 区划代码:类别，并先设立。",
    en="There is no office “{office}” (“{name}”): write area:kind, and open it first.",
)
OTHER_COUNTY = refusal_kind(
    "hotline.other_county",
    status=403,
    zh="这份对照表属于“{county}”，不是您负责的县。",
    en="This mapping belongs to “{county}”, which is not the county you answer for.",
)
# The file
NO_FILE = refusal_kind(
    "hotline.no_file",
    status=404,
    zh="找不到文件“{name}”。",
    en="There is no file “{name}”.",
)
NO_CSV = refusal_kind(
    "hotline.no_csv",
    status=415,
    zh="这不是CSV文件，或已损坏：请从热线系统导出CSV后再试。",
    en="This is no CSV file, or it is damaged: export CSV from the hotline's system and try again.",
)
WRONG_SIGNS = refusal_kind(
    "hotline.wrong_signs",
    status=415,
    zh="文字编码无法识别：请另存为“CSV UTF-8”。",
    en="The signs cannot be read: save the file as “CSV UTF-8”.",
)
TOO_LARGE = refusal_kind(
    "hotline.too_large",
    status=413,
    zh="文件太大（{size}MB，最多{most}MB）：请按月份拆成几个。",
    en="The file is too large ({size} MB, {most} at most): split it by month.",
)
TOO_MANY_ROWS = refusal_kind(
    "hotline.too_many_rows",
    status=413,
    zh="超过{most}行：请按月份拆成几个文件。",
    en="There are more than {most} rows: split the file by month.",
)
NO_ROWS = refusal_kind(
    "hotline.no_rows",
    status=400,
    zh="文件里没有数据行。",
    en="The file holds no rows.",
)
NO_COLUMN = refusal_kind(
    "hotline.no_column",
    status=400,
    zh="文件里没有“{name}”这一列（有：{have}）：请核对对照表的[columns]。",
    en="The file has no column “{name}” (it has: {have}): check [columns] of the mapping.",
)
# Rows
SHORT = refusal_kind(
    "hotline.short",
    status=400,
    zh="这一行的格数和表头不同：可能少了引号，未读取。",
    en="This row has another number of cells than the heading, perhaps for want of a quote; it was not read.",
)
NO_NUMBER = refusal_kind(
    "hotline.no_number",
    status=400,
    zh="没有工单编号，无法防止重复，未读取。",
    en="There is no number, so that it could come twice.",
)
NUMBER_TWICE = refusal_kind(
    "hotline.number_twice",
    status=409,
    zh="编号在第{row}行已出现，内容不同：请只保留一行。",
    en="The number stands in row {row} too, with other contents: keep one of them.",
)
NUMBER_AGAIN = refusal_kind(
    "hotline.number_again",
    status=409,
    zh="与第{row}行完全相同，只算一次。",
    en="The same as row {row}; it counts once.",
)
NO_WORDS = refusal_kind(
    "hotline.no_words",
    status=400,
    zh="没有诉求内容：请补上。",
    en="It says nothing: add what it is about.",
)
FUTURE = refusal_kind(
    "hotline.future",
    status=400,
    zh="时间“{at}”在将来：请核对。",
    en="“{at}” lies in the future: check it.",
)
NO_REPORTED = refusal_kind(
    "hotline.no_reported",
    status=400,
    zh="没有来电时间：请补上。",
    en="It does not say when it came: add it.",
)
CLOSED_FIRST = refusal_kind(
    "hotline.closed_first",
    status=400,
    zh="办结时间（{closed}）早于来电时间（{reported}）：按历史记录带入，不计办理用时。",
    en="It ends ({closed}) before it begins ({reported}): kept as history, without a time of handling.",
)
CLOSED_OPEN = refusal_kind(
    "hotline.closed_open",
    status=400,
    zh="状态是在办，却有办结时间：按在办带入，请核对。",
    en="Its state is open, yet it has a closing time: it comes in as open; check it.",
)
UNMAPPED = refusal_kind(
    "hotline.unmapped",
    status=422,
    zh="对照表没有说明{what_zh}“{value}”，未带入：请补充对照表后重新导入。",
    en="The mapping says nothing of the {what_en} “{value}”, so the row was left out: add it and import again.",
)
AGENCY_UNKNOWN = refusal_kind(
    "hotline.agency_unknown",
    status=422,
    zh="对照表没有说明承办单位“{name}”：按待立案带入，不猜单位。",
    en="The mapping says nothing of the agency “{name}”: the row comes in to be filed; no office is guessed.",
)
AGENCY_NOT_THERE = refusal_kind(
    "hotline.agency_not_there",
    status=422,
    zh="“{name}”不管这个地方，或不是处置单位：按待立案带入。",
    en="“{name}” does not serve that place, or is no handling office: the row comes in to be filed.",
)
PHONE_LEFT = refusal_kind(
    "hotline.phone_left",
    status=400,
    zh="电话“{value}”读不出来，没有带入电话。",
    en="“{value}” is no telephone; it came in without one.",
)
PHONE_IN_WORDS = refusal_kind(
    "hotline.phone_in_words",
    status=400,
    zh="诉求内容里有电话：公开时会遮盖，办理人员看得到。",
    en="There is a telephone in the words: hidden in public, seen by those who handle it.",
)
POINT_OUTSIDE = refusal_kind(
    "hotline.point_outside",
    status=422,
    zh="坐标不在本县任何网格内，没有采用；请核对坐标系。",
    en="The coordinates lie in no grid of this county and were not used; check the declared system.",
)
POINT_WRONG = refusal_kind(
    "hotline.point_wrong",
    status=400,
    zh="坐标“{value}”不是数字，没有采用。",
    en="“{value}” is no coordinate and was not used.",
)
POINT_DISAGREES = refusal_kind(
    "hotline.point_disagrees",
    status=422,
    zh="坐标在“{here_zh}”，地名却是“{there_zh}”：不猜，请人工落点。",
    en="The coordinates lie in “{here_en}”, the words name “{there_en}”: not guessed, place it by hand.",
)
PLACE_UNKNOWN = refusal_kind(
    "hotline.place_unknown",
    status=422,
    zh="看不出在哪里：请人工落点。",
    en="It does not say where: place it by hand.",
)
PLACE_SEVERAL = refusal_kind(
    "hotline.place_several",
    status=422,
    zh="“{name}”有好几个（{several}）：不猜，请人工落点。",
    en="There is more than one “{name}” ({several}): not guessed, place it by hand.",
)
VILLAGE_UNKNOWN = refusal_kind(
    "hotline.village_unknown",
    status=422,
    zh="只知道乡镇（街道），不知道哪个村（社区）：请乡镇人工落点。",
    en="The township is known, the village is not: the township places it by hand.",
)
CLOSED_THERE = refusal_kind(
    "hotline.closed_there",
    status=409,
    zh="热线那边已办结；本平台的这件事照常办理，请核对。",
    en="The hotline has closed it; the case here goes on. Look into it.",
)
CHANGED_THERE = refusal_kind(
    "hotline.changed_there",
    status=409,
    zh="热线那边改了{what_zh}；本平台的这件事不变，请核对。",
    en="The hotline changed its {what_en}; the case here stays as it is. Look into it.",
)
