"""What campaigns refuse, each with its sentence in both languages."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

UNKNOWN = refusal_kind(
    "campaign.unknown",
    status=404,
    zh="没有找到这项集中走访，或它不属于您的职责范围。",
    en="There is no such campaign, or it is not yours to see.",
)
NOT_YOURS = refusal_kind(
    "campaign.not_yours",
    status=403,
    zh="这一步只能由{name_zh}自己的任务专员办理。",
    en="Only the order officer of {name_en} itself can do this.",
)
NOT_NOW = refusal_kind(
    "campaign.not_now",
    status=409,
    zh="现在不能这样做：这项集中走访的状态是“{state_zh}”，请刷新页面。",
    en="This cannot be done now: the campaign stands at “{state_en}”. Load the page again.",
)
NO_WORDS = refusal_kind(
    "campaign.no_words",
    status=400,
    zh="请用中文和英文写明名称和目的。",
    en="Say in Chinese and in English what it is called and what it is for.",
)
PERSON = refusal_kind(
    "campaign.person",
    status=422,
    zh="文字里有电话、证件号或人名，集中走访的文字不能写到个人，请删去。",
    en="The text holds a phone, a document number or a name. A campaign says nothing about a person: take it out.",
)
BAD_DAYS = refusal_kind(
    "campaign.bad_days",
    status=400,
    zh="从开始到结束不能超过{days}天，请改早结束日期。",
    en="It lasts {days} days at most. Choose an earlier last day.",
)
BAD_FIRST = refusal_kind(
    "campaign.bad_first",
    status=400,
    zh="开始日期应在{first_zh}至{latest_zh}之间，请改开始日期。",
    en="It has to begin between {first_en} and {latest_en}. Choose another first day.",
)
ENDS_FIRST = refusal_kind(
    "campaign.ends_first",
    status=400,
    zh="结束日期{last_zh}早于开始日期{first_zh}，请改晚结束日期。",
    en="The last day, {last_en}, lies before the first, {first_en}. Choose a later last day.",
)
BEFORE_NOTICE_ENDS = refusal_kind(
    "campaign.before_notice_ends",
    status=422,
    zh="开始日期太早：公示满{days}天以后才能开始，今天公示的话，最早{first_zh}开始。请改晚开始日期。",
    en="The first day is too early: it may start only after {days} days of public notice. With a notice put up "
    "today it can be {first_en} at the earliest. Choose a later one.",
)
BEYOND_MATTER = refusal_kind(
    "campaign.beyond_matter",
    status=422,
    zh="“{name_zh}”只准入到{end_zh}，集中走访不能晚于这一天结束。请先办理复审，或改早结束日期。",
    en="“{name_en}” is admitted until {end_en} only, and the campaign ends later. Have it reviewed first, or end it "
    "earlier.",
)
NOTICE_RUNS = refusal_kind(
    "campaign.notice_runs",
    status=409,
    zh="公示到{until_zh}为止，期满后才能开始。",
    en="The public notice runs until {until_en}; it can start after that day.",
)
UNANSWERED = refusal_kind(
    "campaign.unanswered",
    status=409,
    zh="还有{n}条异议没有答复，全部写明理由答复后才能开始。",
    en="Objections not answered yet: {n}. Each has to be answered with reasons before it may start.",
)
APPROVED_EARLY = refusal_kind(
    "campaign.approved_early",
    status=409,
    zh="公示到{until_zh}为止，期满后才能确认：在那之前任何人都可以提出异议。",
    en="The public notice runs until {until_en}, and anybody may object until then; it can be confirmed after that "
    "day.",
)
UNANSWERED_FIRST = refusal_kind(
    "campaign.unanswered_first",
    status=409,
    zh="还有{n}条异议没有答复。请任务专员全部写明理由答复，您看过以后再确认。",
    en="Objections not answered yet: {n}. The order officer answers each with reasons; read them, then confirm.",
)
NOT_APPROVED = refusal_kind(
    "campaign.not_approved",
    status=409,
    zh="还没有第二确认人确认。",
    en="The second person has not confirmed it yet.",
)
PAST = refusal_kind(
    "campaign.past",
    status=409,
    zh="结束日期{last_zh}已过。请撤回，另行起草。",
    en="Its last day, {last_en}, has passed. Withdraw it and write a new one.",
)
TOO_EARLY = refusal_kind(
    "campaign.too_early",
    status=409,
    zh="开始日期是{first_zh}，到那天才能开始。",
    en="Its first day is {first_en}; it can start from then on.",
)
NO_REASON = refusal_kind(
    "campaign.no_reason",
    status=400,
    zh="请写明理由。",
    en="Give your reason.",
)
SAME_LANGUAGE = refusal_kind(
    "campaign.same_language",
    status=400,
    zh="两段答复是同一种语言。另一段请用另一种语言写，或者留空。",
    en="Both texts of the answer are in one language. Write the second in the other language, or leave it empty.",
)
NO_OBJECTION = refusal_kind(
    "campaign.no_objection",
    status=400,
    zh="请选择与什么有关，并写几句您的意见。",
    en="Choose what it is about and say in a few words what you object to.",
)
NAMELESS = refusal_kind(
    "campaign.nameless",
    status=403,
    zh="异议不记在任何账户名下，没有任何内容被保存；请退出登录后在公示页提出。",
    en="An objection is kept under no account, and nothing was kept: sign out and object on the page of the notice.",
)
NO_PLACE = refusal_kind(
    "campaign.no_place",
    status=400,
    zh="请选择这项集中走访范围内的村、社区。",
    en="Choose a village or community of the campaign's area.",
)
CLOSED = refusal_kind(
    "campaign.closed",
    status=409,
    zh="这项集中走访已经结束，不再接收异议。",
    en="The campaign is over; no objection to it is taken any more.",
)
BAD_DAY = refusal_kind(
    "campaign.bad_day",
    status=400,
    zh="只能说明最近{days}天、集中走访期间内的某一天。",
    en="Only a day of the campaign within the last {days} days can be explained or confirmed.",
)
NOT_A_GRID = refusal_kind(
    "campaign.not_a_grid",
    status=400,
    zh="“{code}”不是这项集中走访范围内的网格。",
    en="“{code}” is no grid of this campaign.",
)
NOTHING_TO_HEAR = refusal_kind(
    "campaign.nothing_to_hear",
    status=409,
    zh="这项集中走访没有需要确认收到的变化，请刷新页面。",
    en="Nothing about this campaign waits to be acknowledged. Load the page again.",
)
EMERGENCY_OVER = refusal_kind(
    "campaign.emergency_over",
    status=409,
    zh="公示时依据的应急状态（{number}）已不再覆盖这个范围。请撤回或提前结束，另行起草并先公示。",
    en="The emergency {number} under which it was announced covers this area no more. Withdraw or end it, and write a "
    "new one with its public notice.",
)
TOO_OFTEN = refusal_kind(
    "campaign.too_often",
    status=429,
    zh="从这个网络提出的异议一小时内已经很多，这一条没有保存。请一小时后再提，或到乡镇（街道）窗口、拨打12345提出。",
    en="Many objections came over this connection within the hour; this one was not kept. Send it again in an hour, or "
    "bring it to the desk of your township or call 12345.",
)
NUMBERS_ONLY = refusal_kind(
    "campaign.numbers_only",
    status=403,
    zh="逐个网格的情况只在乡镇（街道）及以下查看；上级看数字。",
    en="Single grids are seen at the township and below; levels above see numbers.",
)
