"""Sample data of the gallery: invented people, offices and borders; names of places from Suichang."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import shapely
from shapely.geometry import MultiPoint, Point, mapping

from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.web.drawing import sketch
from gridcommons.web.pieces import Clock, Look, NavItem, QueueRow, Status, Step, Stretch, Tile, Trail, TrailArea

NOW = datetime.now(UTC)
TOWN_OFFICE = Words("妙高街道综合信息指挥室", "Miaogao subdistrict, situation room")
GRID = Words("北门社区第三网格", "Beimen community, grid 3")

SUBJECT = Words("可以进入网格：路灯损坏", "May enter the grid: broken street light")
ENTRY = Verdict(
    answer=Answer.YES,
    subject=SUBJECT,
    because=(
        Because(
            Words(
                "“公共照明”在公开清单第 12 项，类别为便民。",
                "“Public lighting” is number 12 of the public list, class convenience.",
            ),
            "《遂昌县网格事项准入清单》（演示）",
        ),
        Because(Words("地点在北门社区第三网格内。", "The place lies in Beimen community, grid 3.")),
    ),
    rule="matter.admission",
    version="2025-11-01",
    owner=Words("县社会治理中心", "County centre for social governance"),
    contest=Words(
        "认为不属于这里？请写明理由，15个工作日内由另一名工作人员答复。",
        "Not theirs? Say why; another officer answers within 15 working days.",
    ),
    until=NOW + timedelta(days=40),
)
REFUSAL = Verdict(
    answer=Answer.NO,
    subject=Words("不能进入网格：订阅报刊任务", "May not enter the grid: newspaper subscriptions"),
    because=(
        Because(Words("没有任何一项准入事项允许这样做。", "No admitted matter allows it."), "Charter, article 1"),
    ),
    rule="matter.admission",
    version="2025-11-01",
    owner=Words("县社会治理中心", "County centre for social governance"),
    contest=Words("请向县级准入评审会提出。", "Ask the county's admission board."),
    way=Words("由原单位自行办理", "the office does it with its own people"),
)
UNSURE = Verdict(
    answer=Answer.CANNOT_TELL,
    subject=Words("是否可享受高龄津贴", "Entitled to the old-age allowance?"),
    because=(Because(Words("缺少出生日期。", "The date of birth is missing.")),),
    rule="service.old_age",
    version="3",
    owner=Words("县民政局", "County civil affairs bureau"),
    contest=Words("可带身份证到任一服务窗口办理，也可以不提供。", "Bring a card to any service window, or leave it."),
)

CLOCK = Clock(
    limit=960,
    stretches=(
        Stretch("used", 200),
        Stretch("parked", 300, Words("等待配件", "waiting for a spare part")),
        Stretch("used", 160),
    ),
    due_at=NOW + timedelta(days=2, hours=3),
)
LATE = Clock(limit=480, stretches=(Stretch("used", 600),), due_at=NOW - timedelta(hours=5))

STEPS = (
    Step(
        Words("反映：路灯不亮", "Reported: the street light is out"),
        Words("一位居民", "a resident"),
        role="resident",
        at=NOW - timedelta(days=3, hours=2),
    ),
    Step(
        Words("转交县住建局照明所", "Sent to the county lighting office"),
        Words("程序按规则分派", "the program, by rule"),
        role="program",
        at=NOW - timedelta(days=3, hours=2),
    ),
    Step(
        Words("退回：灯杆属于小区", "Sent back: the pole belongs to the estate"),
        Words("周工", "Engineer Zhou"),
        Words("照明所", "Lighting office"),
        role="department",
        at=NOW - timedelta(days=2, hours=5),
        note=Words(
            "照片上的灯杆编号是小区的；请核对产权。", "The pole's number is the estate's; please check the ownership."
        ),
    ),
    Step(
        Words("家中有行动不便的老人，需要优先", "An old person at home cannot walk well: first please"),
        Words("网格员", "grid worker"),
        GRID,
        role="worker",
        at=NOW - timedelta(days=1, hours=6),
        private=True,
    ),
    Step(
        Words("维修中", "Under repair"),
        Words("物业", "estate office"),
        role="office",
        at=NOW - timedelta(hours=4),
        state="now",
    ),
    Step(
        Words("现场核实", "Verified on site"),
        Words("另一名网格员", "another grid worker"),
        role="verifier",
        state="next",
    ),
    Step(
        Words("居民确认或重开", "Confirmed or reopened"), Words("反映人", "the resident"), role="resident", state="next"
    ),
)

LOOKS = (
    Look(
        NOW - timedelta(days=1, hours=2),
        GRID,
        Words("上门走访", "home visit"),
        Words("姓名、住址、同住人数", "name, address, number in household"),
        Words("网格员", "grid worker"),
        True,
        "/",
    ),
    Look(
        NOW - timedelta(days=6),
        Words("县民政局", "County civil affairs bureau"),
        Words("核对高龄津贴", "check of the old-age allowance"),
        Words("出生日期、户籍地", "date of birth, registered place"),
        Words("经办人", "handler"),
        False,
        "/",
    ),
    Look(
        NOW - timedelta(days=41),
        Words("县疾控中心", "County disease control"),
        Words("接触者询问（应急期内）", "contact interview (in the emergency)"),
        Words("电话", "telephone"),
        Words("流调员", "interviewer"),
        False,
        "/",
    ),
)

NAVS = {
    "office": (
        ("态势", "Situation"),
        ("待办", "Queue"),
        ("事项清单", "Matters"),
        ("人员与负荷", "People and load"),
        ("发布", "Publish"),
    ),
    "body": (("议程", "Agenda"), ("表决", "Votes"), ("等待答复", "Owed answers"), ("纪要", "Minutes")),
}
PUBLIC_NAV = (
    ("我要反映", "Report"),
    ("找帮助", "Find help"),
    ("身边的组织", "Neighbourhood bodies"),
    ("我的信息", "About me"),
)


def nav(name: str) -> list[NavItem]:
    """The header's entries of an audience."""
    entries = NAVS.get(name, PUBLIC_NAV)
    return [NavItem(Words(*words), f"/{name}/", index == 0) for index, words in enumerate(entries)]


def tiles() -> list[Tile]:
    """Tiles of every kind."""
    villages = Words("共 214 个村（社区）", "of 214 villages and communities")
    return [
        Tile(
            Words("在办事项", "Open cases"),
            1317,
            Words("每万人 52 件（254,000 人）", "52 for 10,000 people (254,000)"),
            NOW,
            change=-23,
            since=Words("比昨天", "since yesterday"),
            reported=(206, 214),
            url="/",
        ),
        Tile(
            Words("超期", "Overdue"),
            48,
            Words("占在办 1,317 件的 3%", "of 1,317 open, 3%"),
            NOW,
            change=5,
            since=Words("比昨天", "since yesterday"),
            reported=(214, 214),
            url="/",
            because=ENTRY,
        ),
        Tile(
            Words("需要上门的独居老人", "Old people alone to be visited"),
            None,
            villages,
            NOW,
            suppressed=True,
            reported=(190, 214),
        ),
        Tile(
            Words("居民确认率", "Confirmed by residents"),
            91.4,
            Words("近 30 天办结 2,204 件", "of 2,204 closed in 30 days"),
            NOW,
            unit="%",
            change=0,
            since=Words("比上周", "since last week"),
            reported=(201, 214),
        ),
        Tile(Words("今日走访", "Visits today"), None, villages, NOW, reported=(0, 214)),
    ]


def queue() -> list[QueueRow]:
    """Rows of every kind."""
    fresh = Clock(limit=960, stretches=(Stretch("used", 120),), due_at=NOW + timedelta(days=2))
    return [
        QueueRow(
            "SC-7Q2K-41",
            Words("路灯不亮，北门路 12 号旁", "Street light out beside Beimen Road 12"),
            "/",
            GRID,
            Status(Words("办理中", "under way"), "now", "tool"),
            CLOCK.due_at,
            CLOCK,
            Words("周工", "Zhou"),
        ),
        QueueRow(
            "SC-7Q2K-38",
            Words("下水道堵塞", "Blocked drain"),
            "/",
            Words("东街社区第一网格", "Dongjie community, grid 1"),
            Status(Words("超期", "overdue"), "late", "alert-triangle"),
            LATE.due_at,
            LATE,
            "",
            "/",
        ),
        QueueRow(
            "SC-7Q2M-02",
            Words("邻里噪声，请求调解", "Noise next door, mediation asked for"),
            "/",
            GRID,
            Status(Words("待分派", "to be assigned"), "plain", "inbox"),
            fresh.due_at,
            fresh,
            "",
            "/",
            private=True,
        ),
        QueueRow(
            "SC-7Q2M-17",
            Words("人行道地砖松动", "Loose paving stones"),
            "/",
            Words("南街社区第二网格", "Nanjie community, grid 2"),
            Status(Words("等待配件", "waiting for parts"), "parked", "clock-pause"),
            fresh.due_at,
            Clock(960, (Stretch("used", 300), Stretch("parked", 500)), fresh.due_at),
            Words("市政所", "Works office"),
        ),
        QueueRow(
            "SC-7Q29-90",
            Words("消防通道被占", "Fire lane blocked"),
            "/",
            Words("北门社区第一网格", "Beimen community, grid 1"),
            Status(Words("已核实", "verified"), "done", "checks"),
            NOW - timedelta(days=1),
            Clock(480, (Stretch("used", 210),), running=False),
            Words("消防站", "Fire station"),
        ),
    ]


@cache
def features() -> list[dict[str, object]]:
    """A made-up county: 20 townships as cells of scattered points."""
    names = [
        "妙高", "云峰", "北界", "大柘", "石练", "金竹", "黄沙腰", "新路湾", "王村口", "焦滩",
        "应村", "高坪", "湖山", "三仁", "濂竹", "安口", "垵口", "龙洋", "西畈", "蔡源",
    ]  # fmt: skip
    spots = [
        (119.05 + 0.1 * (i % 5) + 0.03 * ((i * 7) % 3), 28.35 + 0.1 * (i // 5) + 0.025 * ((i * 5) % 4))
        for i in range(20)
    ]
    outline = MultiPoint(spots).buffer(0.09)
    cells = list(shapely.voronoi_polygons(MultiPoint(spots), extend_to=outline).geoms)
    made = []
    for index, spot in enumerate(spots):
        cell = next(cell for cell in cells if cell.covers(Point(spot))).intersection(outline)
        value = None if index == 7 else (index * 37) % 113
        letter = "ABCDEX"[(index * 7) % 6]
        facts = {
            "code": f"331123{index + 1:03}",
            "name": names[index],
            "level": "township",
            "url": "/office/",
            "value": value,
            "colour": letter,
        }
        made.append({"type": "Feature", "properties": facts, "geometry": mapping(cell)})
    return made


def locate(lat: float, lon: float) -> str:
    """The name of the cell that holds a place, empty outside."""
    spot = Point(lon, lat)
    return next(
        (
            str(f["properties"]["name"]) + "街道"
            for f in features()
            if shapely.geometry.shape(f["geometry"]).covers(spot)
        ),
        "",
    )


def trail() -> Trail:
    """The trail down to a grid."""
    areas = (
        TrailArea(Words("省", "province"), "浙江", "/"),
        TrailArea(Words("市", "city"), "丽水", "/"),
        TrailArea(Words("县", "county"), "遂昌", "/"),
        TrailArea(Words("街道", "subdistrict"), "妙高", "/"),
        TrailArea(Words("社区", "community"), "北门", "/"),
        TrailArea(Words("网格", "grid"), Words("第三网格", "Grid 3"), "/"),
    )
    small = sketch(features(), here="331123008", width=72, height=56, margin=2)
    beside = [TrailArea("", Words(f"第{zh}网格", f"Grid {n}"), "/body/") for zh, n in (("二", 2), ("四", 4))]
    return Trail(
        areas,
        before=beside[0],
        after=beside[1],
        below=TrailArea("", Words("微网格 1", "Micro-grid 1"), "/"),
        sketch=small,
    )


def chart(language: str) -> dict[str, object]:
    """A month of two series, with gaps."""
    days = [f"11-{day:02}" for day in range(1, 23)]
    rows = [[day, None if i in (8, 9) else 40 + (i * 13) % 29, 30 + (i * 7) % 23] for i, day in enumerate(days)]
    return {"chart_heads": [Words("日期", "Day"), Words("新增", "New"), Words("办结", "Closed")], "chart_rows": rows}


TABS = tuple(
    (Words(zh, en), "/", zh == "手机密钥")
    for zh, en in (
        ("上线引导", "First hour"), ("导入表格", "Spreadsheets"), ("人员", "People"), ("事项启用", "Matters"),
        ("接口密钥", "Keys"), ("表单", "Forms"), ("手机密钥", "Phones"),
    )
)  # fmt: skip
"""A line of tabs longer than a phone is wide; the last one is that of the page."""


def everything(language: str) -> dict[str, object]:
    """All samples by name."""
    edges = (20, 40, 60, 90)
    steps = ["≤20", "≤40", "≤60", "≤90", ">90"]
    return {
        "entry": ENTRY, "refusal": REFUSAL.as_dict(), "unsure": UNSURE, "steps": STEPS, "clock": CLOCK, "late": LATE,
        "looks": LOOKS, "tiles": tiles(), "rows": queue(), "trail": trail(), "since": NOW - timedelta(days=365),
        "tabs": TABS, "statuses": [row.status for row in queue()],
        "ramp": sketch(features(), value="value", edges=edges, name="遂昌"),
        "plain": sketch(features(), name="遂昌"), "edges": "20,40,60,90",
        "legend": [*enumerate(steps, start=1), (0, Words("无数据或过少", "none or too few"))],
        **chart(language),
    }  # fmt: skip
