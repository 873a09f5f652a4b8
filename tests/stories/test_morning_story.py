"""A morning of a county's leader: a warning beside signals, an orange to be signed, the bulletin before and after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.collection.signals.actions import send
from gridcommons.collection.signals.posting import post_days
from gridcommons.collection.signals.rules import Said
from gridcommons.outlook.bulletins.queries import listed
from gridcommons.outlook.bulletins.tasks import make_bulletins
from gridcommons.outlook.painting import actions as colours
from gridcommons.outlook.painting.queries import area_now
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.outlook.watching.watch import watch_days
from gridcommons.workforce.actions import add_worker, assign
from outlook.painting.painted_town import DAY, Painted, cases, morning, paint_town, run_job
from outlook.reported.counts_town import sheet
from outlook.watching.watch_town import lines, quiet
from town import COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, count, report, stop_clock, text_of

JOB = program("test")
TODAY = f"/office/today/{COUNTY}"


@pytest.fixture
def painted(town: Town) -> Painted:
    return paint_town(town)


def fever(by: Viewer) -> None:
    """Twelve quiet weeks of fever clinics, and yesterday sixty in one township."""
    here, there = quiet(1), quiet(2)
    here[-1] = 60
    last = DAY - timedelta(days=1)
    text = sheet(*lines(TOWNSHIP, here, last), *lines(OTHER_TOWNSHIP, there, last))
    hand_in(area_code=COUNTY, indicator="fever", text=text, by=by, at=morning(DAY, 7))


def employ(number: int) -> None:
    """So many workers of the township."""
    for _each in range(number):
        worker = add_worker(name="测试员", employment="employed", by=JOB, at=morning(DAY - timedelta(9)))
        assign(
            worker_id=worker.pk, grid_code=GRID, post="full_time", since=DAY - timedelta(8), by=JOB,
            at=morning(DAY - timedelta(9)),
        )  # fmt: skip


def read(town: Town, name: str, address: str, tongue: str = "en") -> str:
    answer = client_of(town, name, tongue).get(address)
    assert answer.status_code == 200, address
    return text_of(answer)


def test_a_leader_reads_decides_with_others_and_reads_again(painted: Painted, monkeypatch: pytest.MonkeyPatch) -> None:
    town = painted.town
    stop_clock(monkeypatch, morning(DAY, 8))

    # Before anything ran the page knows nothing, and says so; it is not "nothing new".
    early = read(town, "county_officer", TODAY)
    assert "no detector has looked" in early
    assert "Nothing new." not in early

    # Night: cases rise, fever clinics fill, six workers serve and one of them and an office saw empty shelves.
    employ(6)
    for _each in range(2):
        send(
            said=Said(GRID, "medicine", "few", "村口药店", "退烧药卖空"),
            by=town.supervisor,
            at=morning(DAY - timedelta(1), 16),
        )
    for _each in range(7):
        report(town, at=morning(DAY - timedelta(1), 15))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY, 6))
    fever(painted.health)
    count(morning(DAY, 7))
    post_days(by=JOB, at=morning(DAY, 7))
    watch_days(by=JOB, at=morning(DAY, 7))
    run_job(morning(DAY, 7))

    # 8:00: what changed, the warning with its evidence in classes, the signals beside it, what is to be signed.
    page = read(town, "county_officer", TODAY)
    assert "visits to fever clinics: 50–99 on" in page
    assert "Signals there in seven days: &lt;5" in page
    assert "退烧药" not in page
    assert "村口药店" not in page
    assert "Colours to be signed: " in page
    assert "7" in page[page.index("gc-tiles") :]
    assert "Grid workers serving: 6." in page
    assert f"/office/whatif/{COUNTY}" in page

    # The morning's bulletin says the same to whoever gets it; the figures of townships stay inside.
    assert make_bulletins(int(morning(DAY, 8).timestamp())) >= 1
    first = listed(area_code=COUNTY, viewer=town.county_officer, at=morning(DAY, 8))[0][0]
    told = read(town, "handler", f"/office/bulletin/{first.id}", "zh-hans")
    assert "待签字的颜色：妙高街道" in told
    assert "妙高街道新增病例：11月1日 周日20–49，预期上限0。" in told
    assert "另有1条，见预警页。" in told
    assert "新增病例：" in told
    assert "44" in told  # of the county
    assert ">60<" not in told

    # The leader does not sign: a health officer does. Who reads colours as a stranger reads no morning.
    now = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY, 9))
    colours.sign(reading_id=now.reading_id, reason="流调支持", by=painted.health, at=morning(DAY, 9))
    assert client_of(town, "stranger").get(TODAY).status_code == 403

    # Noon: nothing waits any more, and an officer has the bulletin made anew; the former stands beside it.
    stop_clock(monkeypatch, morning(DAY, 12))
    assert "Nothing to sign, nothing to review." in read(town, "county_officer", TODAY)
    client_of(town, "county_officer").post(f"/office/bulletins/{COUNTY}/make")
    rows, number = listed(area_code=COUNTY, viewer=town.county_officer, at=morning(DAY, 12))
    assert (number, rows[0].number, rows[1].current) == (2, 2, False)
    later = read(town, "auditor", f"/office/bulletin/{rows[0].id}")
    assert "Colours to be signed" not in later
    assert "1 at A, 1 at D" in later

    # A week on nothing was judged anew: review is due, and nothing turned green by itself.
    for n in range(7):
        day = DAY + timedelta(n)
        cases(day, {TOWNSHIP: 3, OTHER_TOWNSHIP: 0}, painted.health, morning(day + timedelta(1), 6))
        run_job(morning(day + timedelta(1), 7))
    stop_clock(monkeypatch, morning(DAY + timedelta(8), 8))
    assert "review due" in read(town, "county_officer", TODAY)
