"""From the deed through the real ledger and listener to the department's system; files; the manual's examples."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import Client
from openpyxl import load_workbook

from cases.partners.partner_town import JOB, NOW, deliver, linked, number_of, outbox, secret, sent_out, state, terms
from cases.partners.systems import system
from conftest import ROOT
from glass_town import more_cast
from gridcommons.access.hearing import hear_all
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.access.sealer import Signer, seal
from gridcommons.cases.actions import accept, feed_back
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.delivery import understand_new
from gridcommons.cases.partners.models import File, Link, Sending
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.queries import counts, file_content
from gridcommons.cases.partners.tasks import write_files
from gridcommons.kit.errors import Refusal
from town import Town, build_town
from web.office_town import report, stop_clock, to_dispatched

MANUAL = ROOT / "docs" / "manual" / "partners.md"


@pytest.fixture
def sealed(committed: None, tmp_path: Path) -> Iterator[Any]:
    """Seals what is committed and lets the listeners hear it."""
    signer = Signer.from_folder(tmp_path)
    with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as sealer:

        def run() -> int:
            seal(sealer, signer, NOW)
            return hear_all(by=program("hearing"), at=NOW)

        yield run


def test_a_dispatch_is_heard_once_and_a_systems_own_step_not_at_all(sealed: Any) -> None:
    town = more_cast(build_town())
    with system() as own:
        link = linked(town, terms(url=f"{own.url}/in"))
        own.secret = secret(link)
        sealed()
        made = report(town).case_id
        to_dispatched(town, made)
        for _ in range(2):
            sealed()
        assert outbox(link) == [("case.dispatched", "waiting", "")]
        assert deliver() == 1
        accept(case_id=made, by=town.handler, at=NOW)
        feed_back(case_id=made, evidence="灯泡已更换", by=town.handler, at=NOW)
        sealed()
        assert deliver() == 2
        assert [e["event"] for e in own.events.values()] == ["case.dispatched", "case.changed", "case.changed"]
        assert [e["sequence"] for e in own.events.values()] == [1, 2, 3]


def test_files_hold_what_waited_once_under_their_names(town: Town) -> None:
    columns = '{"columns": {"number": "案件号", "matter": "类别"}, "codes": {"matter": {"street_lamps": "0203"}}}'
    for form in ("csv", "xlsx", "json"):
        link = linked(town, terms("export", form=form, fields=("number", "matter", "text"), mapping=columns))
        made = sent_out(town, text="=HYPERLINK(1)")
        file = actions.make_file(link_id=link.pk, by=town.handler, at=NOW)
        assert outbox(link)[-1] == ("case.dispatched", "sent", "")
        row, content = file_content(link_id=link.pk, file_id=file.pk, viewer=town.handler, at=NOW)
        rows = _rows(content, form)
        assert [(one["案件号"], one["类别"]) for one in rows] == [(number_of(made), "0203")]
        assert rows[0]["event_id"] == str(Sending.objects.filter(link=link).latest("made_at").pk)
        assert form == "json" or rows[0]["text"] in {"'=HYPERLINK(1)", "=HYPERLINK(1)"}
        with pytest.raises(Refusal) as refused:
            actions.make_file(link_id=link.pk, by=town.handler, at=NOW)
        assert (refused.value.code, row.rows) == ("partner.nothing_to_write", 1)
        actions.end(link_id=link.pk, by=town.county_officer, at=NOW)


def _rows(content: bytes, form: str) -> list[dict[str, Any]]:
    if form == "json":
        return list(json.loads(content))
    if form == "csv":
        return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def test_files_are_written_at_their_hours_and_gone_after_a_week(town: Town) -> None:
    link = linked(town, terms("export"))
    sent_out(town)
    noon = NOW.replace(hour=4, minute=2)
    assert write_files(timestamp=int((noon + timedelta(hours=2)).timestamp())) == 0
    assert write_files(timestamp=int(noon.timestamp())) == 1
    file = File.objects.get(link=link)
    actions.forget(by=JOB, at=noon + policy().file_life)
    assert not File.objects.filter(pk=file.pk).exists()
    with pytest.raises(Refusal):
        file_content(link_id=link.pk, file_id=file.pk, viewer=town.handler, at=noon)


def test_contents_are_forgotten_after_a_month_and_what_is_open_is_kept(town: Town) -> None:
    with system((422, {})) as own:
        link = linked(town, terms(url=f"{own.url}/in"))
        own.secret = secret(link)
        sent_out(town)
        sent_out(town)
        deliver()
        later = NOW + policy().paper_life
        assert actions.forget(by=JOB, at=later) == 1
        row = Sending.objects.get(link=link, state="stuck")
        actions.give_up(sending_id=row.pk, reason="不再需要发送了", by=town.handler, at=later)
        assert actions.forget(by=JOB, at=later) == 1
    assert [state for _event, state, _why in outbox(link)] == ["given_up", "sent"]


def test_the_operator_reads_what_is_on_the_way(town: Town) -> None:
    link = linked(town, terms())
    sent_out(town)
    with scoped(Scope()):
        assert [(key, state, n) for key, state, n, _since in counts()] == [(link.key, "waiting", 1)]
    text = Client().get("/metrics").content.decode()
    assert f'gridcommons_partner_events{{link="{link.key}",state="waiting"}} 1.0' in text


def _example(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)
    assert found
    return str(found[0])


def test_the_manuals_python_signs_as_the_door_wants_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, NOW)
    link = linked(town, terms())
    made = sent_out(town)
    names: dict[str, Any] = {}
    exec(_example("python"), names)
    path, moment = f"/partners/{link.key}/status", int(NOW.timestamp())
    body = json.dumps({"event_id": "a-1", "number": number_of(made), "status": "accepted"}).encode()
    signed = names["signature"](secret(link).decode(), moment, path, body)
    _accepted(link, path, body, moment, signed)
    understand_new(JOB, NOW)
    assert state(made) == "handling"


def test_the_manuals_shell_signs_as_the_door_wants_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("openssl") is None:
        pytest.fail("openssl is on every machine that builds this")
    stop_clock(monkeypatch, NOW)
    link, moment = linked(town, terms()), int(NOW.timestamp())
    lines = _example("sh").split("curl ")[0].replace("$(date +%s)", str(moment))
    script = f'LINK={link.key} SECRET={secret(link).decode()}\n{lines}\nprintf \'%s\\n%s\' "$SIGNED" "$BODY"'
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True, text=True)
    signed, _line, body = done.stdout.partition("\n")
    _accepted(link, f"/partners/{link.key}/status", body.encode(), moment, f"v1={signed}")


def _accepted(link: Link, path: str, body: bytes, moment: int, signed: str) -> None:
    answer = Client().post(
        path, body, content_type="application/json", HTTP_X_GRIDCOMMONS_KEY=f"{link.key}.1",
        HTTP_X_GRIDCOMMONS_TIME=str(moment), HTTP_X_GRIDCOMMONS_SIGNATURE=signed,
    )  # fmt: skip
    assert (answer.status_code, answer.json()) == (202, {"receipt": "a-1", "state": "kept"})
