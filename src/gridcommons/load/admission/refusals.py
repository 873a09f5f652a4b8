"""What admission refuses, in words."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

UNKNOWN = refusal_kind(
    "admission.unknown",
    status=404,
    zh="没有这份准入申请。",
    en="There is no such proposal.",
)
NOT_NOW = refusal_kind(
    "admission.not_now",
    status=409,
    zh="这份申请现在不能这样办：{state_zh}。",
    en="This cannot be done with the proposal now: it is {state_en}.",
)
NOT_A_COUNTY = refusal_kind(
    "admission.not_a_county",
    status=400,
    zh="准入申请按县提出：请用县的代码。",
    en="A proposal is made for a county: use a county's code.",
)
NO_OFFICE = refusal_kind(
    "admission.no_office",
    status=403,
    zh="您的授权没有注明单位：申请、评审和决定都须以单位名义作出。",
    en="Your grant names no office: proposals, reviews and decisions are made in the name of one.",
)
TAKEN = refusal_kind(
    "admission.taken",
    status=409,
    zh="代码“{key}”已被清单或另一份申请使用。",
    en="The key “{key}” is used by the list or by another proposal.",
)
NO_REASON = refusal_kind(
    "admission.no_reason",
    status=400,
    zh="请写明理由，理由会公开。",
    en="Give the reason: it is public.",
)
BAD_FIGURES = refusal_kind(
    "admission.bad_figures",
    status=400,
    zh="每千户每年的次数须在1到{most}之间。",
    en="Times a year for 1,000 households must lie between 1 and {most}.",
)
NO_MATTER = refusal_kind(
    "admission.no_matter",
    status=422,
    zh="表单必须服务于一个已准入的事项；“{key}”目前不在清单内。",
    en="A form must serve an admitted matter; “{key}” is not on the list at present.",
)
FORM_REFUSED = refusal_kind(
    "admission.form_refused",
    status=422,
    zh="第{row}行“{name}”：{said_zh}",
    en="Row {row}, “{name}”: {said_en}",
)
OTHER_WORKBOOK = refusal_kind(
    "admission.other_workbook",
    status=400,
    zh="交来的题目与工作簿不一致，请重新上传。",
    en="The questions handed in are not those of the workbook; upload it again.",
)
ASKS_AGAIN = refusal_kind(
    "admission.asks_again",
    status=422,
    zh="表单仍在重复询问已知内容（{names}）：请先在fact列注明，再提交修订。",
    en="The form still asks again what is known ({names}): write the fact column and amend it first.",
)
NOT_DROPPABLE = refusal_kind(
    "admission.not_droppable",
    status=400,
    zh="不能减去“{key}”：它不在本县现行的事项或表单之内。",
    en="“{key}” cannot be dropped: it is no matter or form in force here.",
)
SAME_PERSON = refusal_kind(
    "admission.same_person",
    status=403,
    zh="提出、评审、决定须由不同的人办理：您已经办过其中一步。",
    en="Proposing, reviewing and deciding need different persons: you have done one of them already.",
)
SAME_OFFICE = refusal_kind(
    "admission.same_office",
    status=403,
    zh="评审人和决定人不得与申请单位同属一个单位。",
    en="Reviewers and decider must belong to another office than the proposer.",
)
DESK_NOT_HELD = refusal_kind(
    "admission.desk_not_held",
    status=403,
    zh="您没有“{desk_zh}”的评审授权。",
    en="You hold no grant to review for “{desk_en}”.",
)
REVIEWED_ALREADY = refusal_kind(
    "admission.reviewed_already",
    status=409,
    zh="“{desk_zh}”对这一稿已经评审过。",
    en="“{desk_en}” has reviewed this edition already.",
)
REVIEWS_MISSING = refusal_kind(
    "admission.reviews_missing",
    status=409,
    zh="还缺评审：{desks_zh}。三方都评审后才能决定。",
    en="Reviews are missing: {desks_en}. All three come before a decision.",
)
OBJECTED = refusal_kind(
    "admission.objected",
    status=409,
    zh="有评审方反对（{desks_zh}）：请退回修订，或决定不予准入。",
    en="A reviewer objects ({desks_en}): have it amended, or refuse it.",
)
NO_END = refusal_kind(
    "admission.no_end",
    status=400,
    zh="准入和试点都要有截止或复审日期：今天以后，最长{days}天。",
    en="A pilot or admission needs its last day: after today, within {days} days.",
)
PILOT_AREA = refusal_kind(
    "admission.pilot_area",
    status=400,
    zh="试点范围须是本县或本县的一个乡镇。",
    en="A pilot is held in the county or one of its townships.",
)
NOT_DECIDED = refusal_kind(
    "admission.not_decided",
    status=400,
    zh="请选一种决定；准入和试点还要写明最后一天。",
    en="Choose a decision; a trial or an admission needs its last day as well.",
)
NO_WORKBOOK = refusal_kind(
    "admission.no_workbook",
    status=404,
    zh="这份申请没有工作簿。",
    en="This proposal has no workbook.",
)
NOT_ANSWERED = refusal_kind(
    "admission.not_answered",
    status=400,
    zh="请选择评审方和意见。",
    en="Choose the desk and its answer.",
)
