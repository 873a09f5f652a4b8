"""What stands in the way of a plan, in words: every refusal of this room."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

NOT_STANDING = refusal_kind(
    "areas.not_standing",
    status=409,
    zh="“{area_zh}”在{day}不是有效的区划，请核对代码或生效日期。",
    en="“{area_en}” is no area that stands on {day}; check the code or the date.",
)
TOO_YOUNG = refusal_kind(
    "areas.too_young",
    status=409,
    zh="“{area_zh}”自{since}起才设立，只能在其后变更。",
    en="“{area_en}” was only made on {since}; it can be changed after that day.",
)
CODE_USED = refusal_kind(
    "areas.code_used",
    status=409,
    zh="代码“{code}”已经用过或已被另一方案占用；代码撤销后也不能再用，请另选。",
    en="The code “{code}” was given before or is taken by another plan; no code is given twice, choose another.",
)
WRONG_LEVEL = refusal_kind(
    "areas.wrong_level",
    status=400,
    zh="“{area_zh}”与原区划不是同一级别（代码应为{width}位数字），请核对代码位数。",
    en="“{area_en}” is not of the level of the area it comes from (codes of {width} digits); "
    "check its number of digits.",
)
SERIAL_ZERO = refusal_kind(
    "areas.serial_zero",
    status=400,
    zh="代码“{code}”的末段不能为全零，编号从001到999。",
    en="The code “{code}” ends in zeros only; serial numbers run from 001 to 999.",
)
NO_PARENT = refusal_kind(
    "areas.no_parent",
    status=409,
    zh="“{area_zh}”在{day}没有有效的上级区划（或上级正被本方案撤销），请先设立上级。",
    en="“{area_en}” has no area above it that stands on {day} (or this plan ends it); make the area above first.",
)
OVERLAP = refusal_kind(
    "areas.overlap",
    status=409,
    zh="方案里有两项变更涉及同一区划：“{first_zh}”与“{second_zh}”。请合成一项，或分两次办理。",
    en="Two changes of the plan touch the same area: “{first_en}” and “{second_en}”. Make them one, or do them one "
    "after the other.",
)
TAKEN_TWICE = refusal_kind(
    "areas.taken_twice",
    status=409,
    zh="方案里有两项变更涉及“{area_zh}”。请合成一项，或分两次办理。",
    en="Two changes of the plan touch “{area_en}”. Make them one, or do them one after the other.",
)
PENDING = refusal_kind(
    "areas.pending",
    status=409,
    zh="“{area_zh}”已列入另一项已通过、尚未生效的方案“{title}”；请等它生效或先将其撤回。",
    en="“{area_en}” is part of another plan, “{title}”, that was adopted and is not yet in force; wait for it or "
    "withdraw it first.",
)
NAME_MISSING = refusal_kind(
    "areas.name_missing",
    status=400,
    zh="“{area_zh}”还没有填写名称，请补上。",
    en="“{area_en}” has no name yet; give one.",
)
NAME_LONG = refusal_kind(
    "areas.name_long",
    status=400,
    zh="“{area_zh}”的名称有{length}个字，最多{most}个字，请缩短。",
    en="The name of “{area_en}” has {length} characters; {most} is the most. Shorten it.",
)
NAME_CONTROL = refusal_kind(
    "areas.name_control",
    status=400,
    zh="“{area_zh}”的名称里有看不见的控制字符（如换行、制表符），请重新输入。",
    en="The name of “{area_en}” holds invisible control characters, such as a line break or a tab; type it anew.",
)
NAME_TAKEN = refusal_kind(
    "areas.name_taken",
    status=409,
    zh="“{area_zh}”不能叫“{name}”：同一上级之下已有“{other_zh}”用这个名称。请另取名称，或在本方案中先给后者更名。",
    en="“{area_en}” cannot be called “{name}”: “{other_en}” below the same area has that name. Choose another, or "
    "rename the other one in this plan as well.",
)
NAME_SIGN = refusal_kind(
    "areas.name_sign",
    status=400,
    zh="“{area_zh}”的名称里有“{sign}”，区划名称不用这个符号。请只用文字、数字、空格、间隔号、括号、短横线、顿号、撇号、№、#、/和点。",
    en="The name of “{area_en}” holds “{sign}”, which no name of an area has. Use letters, digits, blanks, "
    "middle dots, brackets, hyphens, enumeration commas, apostrophes, №, #, / and full stops.",
)
TITLE_SIGN = refusal_kind(
    "areas.title_sign",
    status=400,
    zh="标题不能以“{sign}”开头：表格软件会把它当作公式。请改成文字开头。",
    en="A title does not begin with “{sign}”: a spreadsheet would take it for a formula. Begin with a word.",
)
NO_CHANGE = refusal_kind(
    "areas.no_change",
    status=400,
    zh="“{area_zh}”没有任何变化，请删除这一项或填写新的名称、代码。",
    en="Nothing changes for “{area_en}”; remove the line, or give the new name or code.",
)
TOO_FEW = refusal_kind(
    "areas.too_few",
    status=400,
    zh="{verb_zh}至少需要{least}个区划，请补全。",
    en="To {verb_en}, at least {least} areas are needed; add what is missing.",
)
PARTS_UNFIT = refusal_kind(
    "areas.parts_unfit",
    status=400,
    zh="“{area_zh}”的下级区划“{part_zh}”必须并且只能归入一个去向；请逐一选择。",
    en="“{part_en}” below “{area_en}” must go to exactly one of the new areas; choose for each.",
)
SAME_PARENT = refusal_kind(
    "areas.same_parent",
    status=400,
    zh="“{area_zh}”的新代码仍在原上级之下：这是变更代码，不是划转。",
    en="The new code of “{area_en}” lies below the same area as before: that is a re-code, not a move.",
)
OTHER_PARENT = refusal_kind(
    "areas.other_parent",
    status=400,
    zh="“{area_zh}”的新代码在另一上级之下：这是划转，不是变更代码。",
    en="The new code of “{area_en}” lies below another area: that is a move, not a re-code.",
)
SHARES_UNFIT = refusal_kind(
    "areas.shares_unfit",
    status=400,
    zh="“{area_zh}”各去向的户数占比之和应为100%。",
    en="The shares of the parts of “{area_en}” must add up to 100 %.",
)
PEOPLED = refusal_kind(
    "areas.peopled",
    status=409,
    zh="“{area_zh}”还有住户，不能直接撤销；请改为合并到接收他们的区划。",
    en="Households live in “{area_en}”; it cannot be dissolved. Merge it into the area that takes them in.",
)
CASES_OPEN = refusal_kind(
    "areas.cases_open",
    status=409,
    zh="“{area_zh}”还有未办结的事项，撤销后无人办理；请先办结，或改为合并到接手的区划。",
    en="Cases are still open in “{area_en}”, and nobody would have them once it is dissolved. Bring them to an end, or "
    "merge it into the area that takes them over.",
)
UNANSWERED = refusal_kind(
    "areas.unanswered",
    status=409,
    zh="方案里还有{number}项需要人工确认，请先逐项说明是哪一种变更。",
    en="{number} lines of the plan still ask what they are; answer them one by one first.",
)
EMPTY_PLAN = refusal_kind(
    "areas.empty_plan",
    status=400,
    zh="方案里还没有任何变更，请先添加。",
    en="The plan holds no change yet; add one first.",
)
DAY_PAST = refusal_kind(
    "areas.day_past",
    status=400,
    zh="生效日期{day}已经过去；请选择今天或以后的日期。",
    en="The day {day} has passed; choose today or a later one.",
)

OUTSIDE = refusal_kind(
    "areas.outside",
    status=403,
    zh="“{area_zh}”不在本方案的范围“{whole_zh}”之内；跨县、跨市的调整由上一级提出。",
    en="“{area_en}” lies outside “{whole_en}”, which the plan is for; what crosses its border is planned one "
    "level above.",
)
UNKNOWN_PLAN = refusal_kind(
    "areas.unknown_plan",
    status=404,
    zh="没有这个方案。",
    en="There is no such plan.",
)
NOT_NOW = refusal_kind(
    "areas.not_now",
    status=409,
    zh="方案目前的状态是“{state_zh}”，不能这样做。",
    en="The plan is {state_en} now; this cannot be done.",
)
SAME_PERSON = refusal_kind(
    "areas.same_person",
    status=403,
    zh="提出方案的人不能自己审核或批准，请由另一位管理员办理。",
    en="Whoever proposed a plan cannot review or adopt it; another officer has to.",
)
NO_AUTHORITY = refusal_kind(
    "areas.no_authority",
    status=400,
    zh="请写明批准机关和文号，例如“县政府〔2026〕12号”。",
    en="Name the authority and the number of its document that this rests on.",
)
NO_REASON = refusal_kind(
    "areas.no_reason",
    status=400,
    zh="请写明理由，提出人会看到。",
    en="Say why; whoever proposed the plan reads it.",
)
NO_TITLE = refusal_kind(
    "areas.no_title",
    status=400,
    zh="请给方案起一个名称（不超过120个字）。",
    en="Give the plan a title of at most 120 characters.",
)
TOO_MANY = refusal_kind(
    "areas.too_many",
    status=400,
    zh="一个方案最多{most}项变更，请分成几个方案。",
    en="A plan holds at most {most} lines; make several plans of it.",
)
UNKNOWN_HAND_OVER = refusal_kind(
    "areas.unknown_hand_over",
    status=404,
    zh="没有这份移交清单，或它已经签收。",
    en="There is no such hand-over list, or it was received already.",
)
