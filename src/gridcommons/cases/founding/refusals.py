"""What is refused of a moving in, besides the faults of single cells."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

TOO_MANY = refusal_kind(
    "founding.too_many",
    status=409,
    zh="已有{most}个文件在等待：请先办理或清空。",
    en="{most} files wait already: carry them out or drop them first.",
)
TOO_MUCH = refusal_kind(
    "founding.too_much",
    status=413,
    zh="等待的文件合计太大（{size}MB，最多{most}MB）：请先办理或清空，再上传其余的。",
    en="The files that wait are too large together ({size} MB, {most} at most): carry them out or drop them first.",
)
ELSEWHERE = refusal_kind(
    "founding.elsewhere",
    status=400,
    zh="“{code}”不在“{area}”之内。",
    en="“{code}” lies outside “{area}”.",
)
UNDER_WAY_NOW = refusal_kind(
    "founding.under_way",
    status=409,
    zh="表格正在办理：请等办完，或先停止，再改动。",
    en="The sheets are being carried out: wait until that is done, or stop it first.",
)
NOT_CHECKED = refusal_kind(
    "founding.not_checked",
    status=409,
    zh="表格还没有检查完：请等检查结果出来再办理。",
    en="The sheets are not checked yet: wait for what the check says.",
)
NOT_SOUND = refusal_kind(
    "founding.not_sound",
    status=409,
    zh="表格里还有{count}处错误，没有写入任何内容：请下载错误表，改好后重新上传。",
    en="Errors in the sheets: {count}. So nothing was written: take the error sheet, mend them, send the sheets again.",
)
NOTHING_SENT = refusal_kind(
    "founding.nothing_sent",
    status=400,
    zh="没有等待办理的表格：请先上传。",
    en="No sheets wait here: send some in first.",
)
NOT_STOPPABLE = refusal_kind(
    "founding.not_stoppable",
    status=409,
    zh="现在没有正在办理的表格，没有可停止的。",
    en="No sheets are being carried out now: there is nothing to stop.",
)
CUT_OFF = refusal_kind(
    "founding.cut_off",
    status=500,
    zh="处理这些表格时程序连续中断了{most}次，不再自动重试：请拆成小一些的文件，再上传。已写入的不受影响。",
    en="Work on these sheets broke off {most} times without getting on and is not begun again: split them into smaller "
    "files and send them again. What was written stands.",
)
RIGHTS_CHANGED = refusal_kind(
    "founding.rights_changed",
    status=409,
    zh="办理期间您的权限有变动，已停在这一步：请重新检查后再办理。已写入的不受影响。",
    en="Your rights changed while the sheets were carried out, so it stopped here: have them checked again. What was "
    "written stands.",
)
OVERTAKEN = refusal_kind(
    "founding.overtaken",
    status=409,
    zh="这批表格已有改动，这一步不再有效。",
    en="These sheets were changed meanwhile; this step no longer holds.",
)
CHANGED_SINCE = refusal_kind(
    "founding.changed_since",
    status=409,
    zh="检查以后情况有变化，现在有{count}处与已有内容不符，没有继续写入：请重新检查。",
    en="Things have changed since the check, and {count} errors stand in the way now, so it went no further: have the "
    "sheets checked again.",
)
