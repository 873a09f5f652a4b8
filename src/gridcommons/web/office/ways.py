"""Every page of the office beside the daily ones, on shelves: what the page "More" shows and the header follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse

from gridcommons.kit.words import Words
from gridcommons.people.rights.rules import answering


@dataclass(frozen=True)
class Way:
    """A page of the office: its address by name, what it is called, what one does there.

    `opened_by`: a post that lists one of these deeds or looks is shown the way; empty: everybody in the office.
    """

    name: str
    label: Words
    says: Words
    icon: str
    opened_by: frozenset[str] = frozenset()

    @property
    def url(self) -> str:
        """Its address; empty while no such page is installed."""
        try:
            return reverse(self.name)
        except NoReverseMatch:
            return ""


@dataclass(frozen=True)
class Shelf:
    """Ways that belong together."""

    label: Words
    ways: tuple[Way, ...]


def _way(name: str, icon: str, label: tuple[str, str], says: tuple[str, str], opened_by: str = "") -> Way:
    return Way(name, Words(*label), Words(*says), icon, frozenset(opened_by.split()))


SHELVES: Final = (
    Shelf(
        Words("本县设置", "The county"),
        (
            _way(
                "office-first-hour", "flag", ("上线引导", "The first hour"),
                ("搬进来要做的事，一步一步，随时可接着做。", "What moving in takes, step by step."), "joining.invite",
            ),
            _way(
                "office-people", "users", ("人员与账号", "People and accounts"),
                ("岗位、邀请、重设、离岗。", "Posts, invitations, resets, leaving."), "joining.invite",
            ),
            _way(
                "office-matters", "list-check", ("事项启用", "Matters"),
                ("逐项、逐地开通或停办。", "Switch matters on or off, place by place."), "joining.invite",
            ),
            _way(
                "office-proposals", "scale", ("事项与表单准入", "Admission of matters and forms"),
                ("提出、评审、试点、准入、终止；工作时间有上限。",
                 "Propose, review, try, admit, end; working time has a ceiling."),
                "admission.propose_matter admission.review admission.decide",
            ),
            _way(
                "office-keys", "key", ("接口密钥", "Keys for other systems"),
                ("城市应用、部门系统经 Open311 接入：新建、停用。",
                 "Open311 for a city's app or a department: make, withdraw."),
                "look.keys",
            ),
            _way(
                "office-forms", "file-text", ("表单", "Forms"),
                ("网格员问什么：提交、预览、启用、停用。", "What workers ask: hand in, look at, put in use, close."),
                "form.draft",
            ),
            _way(
                "office-devices", "key", ("手机密钥", "Keys of phones"),
                ("哪些手机可以发送；丢失的立即停用。", "Which phones may send; a lost one is stopped at once."),
                "look.devices",
            ),
        ),
    ),
    Shelf(
        Words("居民与住户", "Residents and homes"),
        (
            _way(
                "office-homes", "home", ("住户", "Households"),
                ("本人网格的住户、住户成员和已知情况。", "The homes of your grids, who lives there, what is known."),
                "look.households",
            ),
            _way(
                "office-resident-requests", "message-question", ("居民申请与异议", "What residents asked"),
                (f"须由窗口核实的更正和异议，{answering().answer_days}个工作日内答复。",
                 f"What the desk has to look at; an answer within {answering().answer_days} working days."),
                "look.rights_requests",
            ),
        ),
    ),
    Shelf(
        Words("走访与信号", "Visits and signals"),
        (
            _way(
                "office-campaigns", "home-heart", ("集中走访", "Campaigns"),
                ("在规定日期前走访每一户：公示、异议、按户统计、六级汇总。",
                 "Every household by a date: notice, objections, coverage over six levels."),
                "campaign.draft campaign.approve campaign.explain inbox.receive joining.invite",
            ),
            _way(
                "office-rounds", "calendar-event", ("定期走访", "Visits that come again"),
                ("按已知情况定期走访；住户可以随时谢绝。", "Every so many days; any household may end it for itself."),
                "round.begin campaign.explain inbox.receive",
            ),
            _way(
                "office-signals", "urgent", ("异常信号", "Signals"),
                ("网格、诊所、药店报来的异常：2小时内研判。", "Something unusual: looked at within two hours."),
                "look.signals",
            ),
            _way(
                "office-signal-send", "send", ("报告异常", "Send a signal"),
                ("多人相似症状、动物异常死亡等。", "Several people ill, animals found dead and the like."),
                "signal.send",
            ),
        ),
    ),
    Shelf(
        Words("来件", "What comes in"),
        (
            _way(
                "office-inbox", "inbox", ("外勤表单", "Forms from the field"),
                ("网格员手机送来的表单；读不出的在这里修复。",
                 "What phones sent; what cannot be read is repaired."),
                "look.inbox",
            ),
            _way(
                "office-by-hand", "map-search", ("待人工选地点", "To be placed by hand"),
                ("热线工单里看不出地点的，由本岗定位。", "Rows of a hotline that do not say where."), "look.unplaced",
            ),
            _way(
                "office-hotline", "upload", ("热线文件导入", "Hotline file"),
                ("12345工单CSV：按对照表预览、导入。", "CSV of a 12345 hotline: preview by a mapping, take over."),
                "hotline.send",
            ),
        ),
    ),
    Shelf(
        Words("区划", "Areas"),
        (
            _way(
                "office-plans", "map-pin", ("区划方案", "Plans of areas"),
                ("更名、划转、合并、分设、撤销、变更代码：先看影响，再由第二人批准。",
                 "Rename, move, merge, split, end, re-code: see what it touches; a second person adopts."),
                "areas.draft",
            ),
            _way(
                "office-outlines", "map-2", ("边界图层", "Layers of boundaries"),
                ("提交测绘的边界，先看变化和修正，再由第二人采用；可以恢复。",
                 "Hand surveyed outlines in, see what changes, a second person adopts; can be put back."),
                "outlines.hand_in",
            ),
            _way(
                "office-schemes", "sitemap", ("其他编码体系", "Other code schemes"),
                ("其他发布者的区域代码，与本级区划的对应。", "Areas by other issuers' codes, and what they stand for."),
            ),
            _way(
                "office-hand-overs", "list-check", ("移交清单", "Hand-over lists"),
                ("区划调整后移交给贵单位的事项和岗位，核对后签收。",
                 "What came to your office when areas changed: check it and sign."),
                "areas.receive",
            ),
        ),
    ),
    Shelf(
        Words("检索与汇总", "Search and what cases add up to"),
        (
            _way(
                "office-search", "search", ("检索", "Search"),
                ("按词句找事项，按名称找地方、机构和人。", "Cases by words; places, offices and staff by name."),
            ),
            _way(
                "office-problems", "alert-triangle", ("共性问题", "Problems"),
                ("反复发生的事：原因、一桌人、措施、复查。", "What keeps coming back: cause, table, measures, review."),
                "look.problem",
            ),
            _way(
                "office-concerns", "message", ("居民关切", "What people say"),
                ("居民想说、不要求办的话：每周汇总并答复。", "Said without a request: a weekly answer in public."),
                "look.concerns",
            ),
            _way(
                "office-partners", "plug", ("部门业务系统", "Departments' systems"),
                ("一次录入，多方送达；未送达的在这里处理。", "Typed once, delivered to many; what is stuck."),
                "partner.retry partner.confirm",
            ),
        ),
    ),
    Shelf(
        Words("统计", "Figures"),
        (
            _way(
                "office-indicators", "chart-bar", ("统计指标", "Indicators"),
                ("国家指标，按区域、部门、事项、来源。", "The national ones, by area, department, matter, source."),
            ),
            _way(
                "office-today", "sun", ("今天", "This morning"),
                ("昨日以来的变化、预警、待签字和待复核、力量、不知道的。",
                 "What changed since yesterday, warnings, what is due, capacity, what is not known."),
            ),
            _way(
                "office-bulletins", "file-text", ("每日简报", "Daily bulletins"),
                ("两分钟读完的一页，中英文，可打印。", "A page read in two minutes, in two languages, to be printed."),
            ),
            _way(
                "office-releases", "database", ("公开数据", "Open data"),
                ("每日公布了什么，由两人撤回。", "What was released by day, and its withdrawal by two."),
            ),
            _way(
                "office-cautions", "alert-triangle", ("公众预警", "Warnings to the public"),
                ("从已签字的颜色、属实的异常或自行起草，由第二人签发；更新、解除。",
                 "From a signed colour, a true alarm or by hand; issued by a second person, updated, called off."),
            ),
            _way(
                "office-whatif", "virus", ("情景推演", "What if"),
                ("两种做法并排推演，假设写在图上方；不是预测。",
                 "Two courses side by side, every assumption said; no forecast."),
            ),
            _way(
                "office-reports", "file-text", ("定期报告", "Reports by schedule"),
                ("每周、每月自动生成，给指定的人下载。", "Made each week or month, for named people."),
            ),
            _way(
                "office-warnings-home", "bell", ("预警", "Warnings"),
                ("各类数字中的异常：逐日、逐周、按空间；判断属实、误报或已知。",
                 "What stands out in counts by day, week and place; say what is true, false, known."),
            ),
            _way(
                "office-colours", "map-2", ("五色图", "Colours of areas"),
                ("每片的颜色、待签字和待复核的、为什么；按往次疫情复盘。",
                 "How areas stand, what waits for a signature or review, and why; replay of a past epidemic."),
            ),
            _way(
                "office-counts", "stethoscope", ("每日上报", "Daily counts"),
                ("按区域逐日上报病例等数字：先核对，再上报，可更正、可撤回。",
                 "Cases and the like by area and day: checked first, then handed in, corrected, withdrawn."),
                "reported.hand_in",
            ),
        ),
    ),
    Shelf(
        Words("监督与公开", "Oversight"),
        (
            _way(
                "office-questions", "message-question", ("复核询问", "Questions of review"),
                ("独立复核机构向贵单位提出的问题。", "What independent review asks of your office."), "look.questions",
            ),
            _way(
                "office-glass", "users", ("双人确认", "Two persons"),
                ("紧急查看、导出：申请、确认、事后复核。", "Break-glass and exports, with review."), "look.glass",
            ),
            _way(
                "office-grants", "key", ("授权", "Grants"),
                ("谁能在哪里做什么，到什么时候。", "Who may do what, where and until when."), "look.grants",
            ),
            _way(
                "office-ledger", "book", ("账本", "Ledger"),
                ("谁在何时做了、看了什么；核验与证明。", "Who did and read what; verify and prove."), "look.ledger",
            ),
            _way(
                "office-audit", "shield-check", ("审计能看什么", "What an auditor can do"),
                ("看数字、规则和账本，不看具体事项和个人。", "Figures, rules, the ledger; no case, no person."),
            ),
        ),
    ),
)  # fmt: skip


def shelves(deeds: frozenset[str]) -> tuple[Shelf, ...]:
    """The shelves with the ways that a post with these deeds opens."""
    return kept(SHELVES, deeds)


def kept(all_of_them: tuple[Shelf, ...], deeds: frozenset[str]) -> tuple[Shelf, ...]:
    """Shelves without the ways that these deeds do not open or that lead nowhere; empty ones are left out."""
    held = (
        Shelf(shelf.label, tuple(way for way in shelf.ways if way.url and (not way.opened_by or way.opened_by & deeds)))
        for shelf in all_of_them
    )
    return tuple(shelf for shelf in held if shelf.ways)


def on_a_shelf(path: str) -> bool:
    """Whether a page is reached through the shelves rather than by an entry of the header."""
    urls = (way.url for shelf in SHELVES for way in shelf.ways)
    return any(url and (path == url or path.startswith(f"{url.rstrip('/')}/")) for url in urls)
