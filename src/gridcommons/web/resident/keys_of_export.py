"""What the keys of the file to take along mean, in both languages: they stand in the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.kit.words import Words

FORMAT: Final = "gridcommons.about-me/2"
KEYS: Final[Mapping[str, Words]] = {
    "format": Words("本文件的格式和版本", "the format of this file, with its version"),
    "made_at": Words("导出的时间", "when the file was made"),
    "zone": Words("所有时间所用的时区", "the zone of all times"),
    "account": Words("您登录用的账号", "the account you signed in with"),
    "account.name": Words("账号显示的名称", "the name that it shows"),
    "account.key": Words("账号的编号，账本里用它", "its key, as the ledger has it"),
    "persons": Words(
        "账号可以查看的人：本人和所监护的孩子", "whose data the account holds: yourself, children you act for"
    ),
    "persons[].person": Words("此人的编号", "the person's id"),
    "persons[].held": Words("登记了什么", "what is held"),
    "persons[].held[].part": Words("哪一类", "of which kind"),
    "persons[].held[].key": Words("这一项的编号", "its id"),
    "persons[].held[].what": Words("是什么", "what it is"),
    "persons[].held[].value": Words("内容；别人说的不显示", "its value; none where somebody else said it"),
    "persons[].held[].code": Words("内容的代码", "its value as data"),
    "persons[].held[].shown": Words("内容是否显示给您", "whether its value is shown to you"),
    "persons[].held[].from": Words("从谁那里来", "from whom"),
    "persons[].held[].since": Words("从哪天起", "since which day"),
    "persons[].held[].until": Words(
        "保留到哪天；空着的，登记期间一直保留", "kept until; none: as long as you are held"
    ),
    "persons[].held[].for": Words("用来做什么", "for what"),
    "persons[].held[].held_back": Words("您是否反对使用", "whether you objected to its use"),
    "persons[].held[].written_down_in": Words("写在哪份表单里", "the form in which it was written down"),
    "persons[].requests": Words("您提出的申请和答复", "what you asked and what was answered"),
    "persons[].requests[].kind": Words("更正 correct、异议 object", "correct or object"),
    "persons[].requests[].thing": Words("哪一类内容（代码）", "about what, as a code"),
    "persons[].requests[].what": Words("哪一项内容", "about what, in words"),
    "persons[].requests[].words": Words("您写的内容", "what you wrote"),
    "persons[].requests[].state": Words(
        "open 等待答复、done 已办理、partly 部分办理、refused 未同意", "open, done, partly done or refused"
    ),
    "persons[].requests[].answer": Words("窗口写的答复", "what the desk wrote"),
    "persons[].requests[].made_at": Words("提出的时间", "when you asked"),
    "persons[].requests[].due": Words("最迟哪天答复", "the last day of the answer"),
    "persons[].requests[].answered_at": Words("答复的时间", "when it was answered"),
    "persons[].requests[].raised_at": Words("超期后提交监督岗的时间", "when it went up, overdue"),
    "persons[].consents": Words("您对登记的同意", "your consent to be registered"),
    "persons[].consents[].since": Words("登记从哪天起", "since when the registration stands"),
    "persons[].consents[].at": Words("同意的时间；空着的还没有同意", "when you agreed; none: not yet"),
    "persons[].consents[].how": Words("怎样同意的：page 自己的页面、code 凭条码", "how: on your page, or by the code"),
    "persons[].guardians": Words("谁是谁的监护人", "who is guardian of whom"),
    "persons[].guardians[].child": Words("孩子的编号", "the child's id"),
    "persons[].guardians[].guardian": Words("监护人的编号", "the guardian's id"),
    "persons[].guardians[].since": Words("从哪天起", "since which day"),
    "persons[].guardians[].until": Words("到孩子成年的那天", "until the day the child is of age"),
    "cases": Words("您用这个账号反映的事", "what you reported with this account"),
    "cases[].number": Words("编号", "its number"),
    "cases[].matter": Words("事项代码", "the matter, as a code"),
    "cases[].matter_name": Words("事项名称", "the matter's name"),
    "cases[].state": Words("现在的状态（代码）", "its state, as a code"),
    "cases[].text": Words("您写的内容", "what you wrote"),
    "cases[].address": Words("地点", "where"),
    "cases[].area": Words("网格代码", "the code of the grid"),
    "cases[].lon": Words("经度（WGS 84）", "longitude (WGS 84)"),
    "cases[].lat": Words("纬度（WGS 84）", "latitude (WGS 84)"),
    "cases[].reported_at": Words("反映的时间", "when you reported it"),
    "cases[].due_at": Words("办理期限", "when it is due"),
    "cases[].ended_at": Words("办结的时间", "when it ended"),
    "cases[].photos": Words("照片张数", "how many photos"),
    "cases[].share_with_handler": Words("是否同意告诉承办单位是谁反映的", "whether the handler may know who reported"),
    "cases[].steps": Words("每一步", "every step"),
    "cases[].steps[].what": Words("做了什么（代码）", "what was done, as a code"),
    "cases[].steps[].at": Words("什么时候", "when"),
    "cases[].steps[].state": Words("之后的状态（代码）", "the state after it, as a code"),
    "cases[].steps[].note": Words("附言", "the note"),
    "cases[].steps[].office": Words("哪个单位", "which office"),
    "notices": Words("发给您的通知", "what you were told"),
    "notices[].at": Words("时间", "when"),
    "notices[].text": Words("内容，用导出时的语言", "the words, in the language of the export"),
    "notices[].read": Words("是否已读", "whether it was read"),
    "looks": Words("谁看过您的信息", "who looked at your data"),
    "looks[].at": Words("什么时候", "when"),
    "looks[].office": Words("哪个单位", "which office"),
    "looks[].role": Words("什么岗位", "in which role"),
    "looks[].purpose": Words("为了什么", "for what"),
    "looks[].what": Words("看了什么", "what was seen"),
    "looks[].why": Words("两人同意时写的理由", "the reason given, where two had to agree"),
    "looks[].offline": Words("是否在没有网络的手机上看的", "whether on a phone without a network"),
    "looks[].by_program": Words("是否只是系统自动处理，没有人看", "whether the program alone used it, and nobody read"),
    "looks[].things": Words("您反映的哪几件事", "at which of your reports"),
}
"""By the path of each key; `[]` stands for every one of a list."""
