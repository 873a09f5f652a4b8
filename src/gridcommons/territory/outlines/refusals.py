"""What is refused when outlines are handed in, decided about, adopted and put back."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

OUTSIDE = refusal_kind(
    "outlines.outside",
    status=403,
    zh="这些代码不在“{area}”内：{which}。请只交本区划的边界。",
    en="These codes do not lie in “{area}”: {which}. Hand in outlines of your own area only.",
)
NONE_KNOWN = refusal_kind(
    "outlines.none_known",
    status=409,
    zh="图层里的代码没有一个是已有的区划（例如{which}）。请核对代码列；新区划先通过区划方案设立。",
    en="None of the codes in the layer is an area here (such as {which}). Check the code field; new areas are made by "
    "a plan first.",
)
LOST_ZEROS = refusal_kind(
    "outlines.lost_zeros",
    status=400,
    zh="这些代码看来丢了前面的零：{which}。请把代码列设为文本，再从原始数据导出。",
    en="These codes seem to have lost their leading zeros: {which}. Make the column text and export the source again.",
)
NO_SOURCE = refusal_kind(
    "outlines.no_source",
    status=400,
    zh="请写明来源：谁在什么时候测绘或提供了这些边界。",
    en="Say where the outlines come from: who surveyed or gave them, and when.",
)
UNKNOWN_DRAFT = refusal_kind(
    "outlines.unknown_draft",
    status=404,
    zh="没有找到这份边界图层，或它不在您的区域内。",
    en="There is no such layer of boundaries, or it does not lie in your area.",
)
NOT_NOW = refusal_kind(
    "outlines.not_now",
    status=409,
    zh="这份图层{state_zh}，不能再这样办理。",
    en="This layer is {state_en}: that cannot be done any more.",
)
OPEN_FINDINGS = refusal_kind(
    "outlines.open_findings",
    status=409,
    zh="还有{count}处需要人来决定，请先逐处决定。",
    en="{count} findings still need somebody's decision: decide on each of them first.",
)
NO_ANSWER = refusal_kind(
    "outlines.no_answer",
    status=400,
    zh="这一处可以这样决定：{known}。",
    en="This can be decided in one of these ways: {known}.",
)
SAME_PERSON = refusal_kind(
    "outlines.same_person",
    status=403,
    zh="交图层的人不能自己批准；请由另一位管理员批准。批准的人也不能自己恢复。",
    en="Who handed a layer in cannot adopt it, and who adopted it cannot put it back: ask another officer.",
)
NO_AUTHORITY = refusal_kind(
    "outlines.no_authority",
    status=400,
    zh="请写明批准机关和文号。",
    en="Name the authority and the number of its document.",
)
NO_REASON = refusal_kind(
    "outlines.no_reason",
    status=400,
    zh="请写明理由。",
    en="Give a reason.",
)
STALE = refusal_kind(
    "outlines.stale",
    status=409,
    zh="交图层之后，这些区域的边界或区划已经变了：{which}。请重新提交，再看一遍影响。",
    en="Since the layer was handed in, these areas or their outlines changed: {which}. Hand it in anew and look again.",
)
REDRAWN_SINCE = refusal_kind(
    "outlines.redrawn_since",
    status=409,
    zh="批准之后，这些区域的边界又变了：{which}。请先恢复后来的图层，或提交新图层。",
    en="After this layer was adopted these areas were drawn anew: {which}. Put the later layer back first, or hand in "
    "a new one.",
)
NOTHING_TO_DRAW = refusal_kind(
    "outlines.nothing_to_draw",
    status=409,
    zh="图层里没有可以采用的边界：全部未知、未变或已决定不用。",
    en="Nothing in the layer can be adopted: all of it is unknown, the same, or left out.",
)
BUSY = refusal_kind(
    "outlines.busy",
    status=409,
    zh="本区划已有{most}个图层在等待读取，请等它们读完或先放弃一个。",
    en="{most} layers of this area wait to be read already: let them be read, or give one up.",
)
NOT_UNDER_WAY = refusal_kind(
    "outlines.not_under_way",
    status=409,
    zh="这个图层文件已经读完或已放弃，不能再这样办理。",
    en="The file of this layer was read or given up: that cannot be done any more.",
)
CUT_OFF = refusal_kind(
    "outlines.cut_off",
    status=409,
    zh="读取了{most}次都中断了，可能是图层太大，内存不足。请按乡镇分开后重交，或请系统管理员在服务器上"
    "用 gridcommons areas draw 提交。",
    en="The reading was begun {most} times and cut off each time; the layer may be too large for the memory. Split it "
    "by township and submit it again, or have it submitted on the machine with gridcommons areas draw.",
)
FILE_GONE = refusal_kind(
    "outlines.file_gone",
    status=409,
    zh="保存的图层文件已不在，没有读成。请重新提交。",
    en="The file that was kept is gone, so it could not be read. Submit it again.",
)
