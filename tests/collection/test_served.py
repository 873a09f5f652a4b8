"""The doors served as phones and analysts meet them: the engine of ODK Web Forms, pyodk, fifty at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import override_settings
from pyodk.client import Client as Analyst
from pyodk.errors import PyODKError

from collection.field_town import FIRST, HELD, Field, furnish, lived_in, paper, read_all
from collection.web_forms import web_forms
from collection.xlsforms import basics
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cli.main import run
from gridcommons.collection.inbox.models import Answered, Paper, Submission
from serving import serving
from town import TOWNSHIP, build_town
from web.office_town import picture

PASSWORD = "ein Wort nur 42"


@pytest.fixture(scope="module")
def field(committed_for_module: None) -> Field:
    made = furnish(build_town())
    for name in ("supervisor", "far_supervisor"):
        user = get_user_model().objects.get(username=name)
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return made


@pytest.fixture(scope="module")
def url(field: Field) -> Iterator[str]:
    with lived_in(HELD), serving() as address:
        yield address
    connections.close_all()


def _all(**wanted: Any) -> list[Submission]:
    with scoped(Scope("^")):
        return list(Submission.objects.filter(**wanted))


def test_the_engine_of_web_forms_fills_a_form_in_chinese_and_it_is_understood(field: Field, url: str) -> None:
    answers = {"household": str(FIRST), "outcome": "done", "size_still": "yes", "fuel_still": "no", "fuel": "gas power",
               "note": "老人独居，每周探访"}  # fmt: skip
    with web_forms(f"{url}/openrosa/key/{field.key}") as fill:
        said = fill("basics", answers)
    assert (said["head"], said["first"][0], said["again"][0], said["other"][0]) == (204, 201, 201, 409), said
    assert "size" not in said["asked"], "what was confirmed is not asked"
    assert "已登记为：3" in said["seen"]["size_still"].replace(" ", "")
    assert "已登记为：瓶装气" in said["seen"]["fuel_still"].replace(" ", "")
    read_all(datetime.now(UTC))
    (held,) = _all()
    assert (held.state, held.told) == ("understood", 2)
    with scoped(Scope("^")):
        values = Answered.objects.get(submission=held).values
        assert bytes(Paper.objects.get(submission=held).content).decode() == said["xml"]
    assert values["more"]["note"] == "老人独居，每周探访"
    assert (values["size_known"], values["size_still"]) == ("3", "yes")


def test_a_key_of_the_command_line_opens_the_door(field: Field, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "device", "phone-7", "--worker", "worker"]) == 0
    key = capsys.readouterr().out.splitlines()[-1]
    link = HTTPConnection(urlsplit(url).hostname or "", urlsplit(url).port)
    link.request("GET", f"/openrosa/key/{key}/formList", headers={"X-OpenRosa-Version": "1.0"})
    assert link.getresponse().status == 200
    link.close()
    with override_settings(DEMO=False):
        assert run(["keys", "device", "phone-8"]) == 2
    assert run(["keys", "device", "phone-8", "--worker", "handler"]) == 2


def _analyst(tmp_path: Path, url: str, name: str = "supervisor") -> Analyst:
    config = tmp_path / f"{name}.toml"
    config.write_text(
        f'[central]\nbase_url = "{url}"\nusername = "{name}"\npassword = "{PASSWORD}"\n'
        f"default_project_id = {TOWNSHIP}\n"
    )
    return Analyst(config_path=str(config), cache_path=str(tmp_path / f"{name}.cache"))


def test_pyodk_reads_forms_submissions_and_tables_and_posts_one(field: Field, url: str, tmp_path: Path) -> None:
    instance = "uuid:from:an:analyst"
    people = "<people><called>甲</called><years>70</years></people><people><called>乙</called></people>"
    xml = paper(outcome="not_home", instance=instance, more__note="下周再来").replace("<more>", f"{people}<more>")
    with _analyst(tmp_path, url) as analyst:
        assert [one.id for one in analyst.projects.list()] == [int(TOWNSHIP)]
        forms = analyst.forms.list()
        assert [(one.xmlFormId, one.state) for one in forms] == [("basics", "open"), ("hazards", "open")]
        assert analyst.forms.get("basics").hash == field.basics.md5
        made = analyst.submissions.create(xml=xml, form_id="basics")
        assert made.instanceId == instance
        read_all(datetime.now(UTC))
        assert instance in [one.instanceId for one in analyst.submissions.list(form_id="basics")]
        assert analyst.submissions.get(instance, form_id="basics").reviewState is None
        table = analyst.submissions.get_table(form_id="basics", count=True)
        row = {one["__id"]: one for one in table["value"]}[instance]
        assert (row["outcome"], row["more"]["note"]) == ("not_home", "下周再来")
        assert "people@odata.navigationLink" in row
        assert table["@odata.count"] == len(table["value"])
        inner = analyst.submissions.get_table(form_id="basics", table_name="Submissions.people")["value"]
        own = [one for one in inner if one["__Submissions-id"] == instance]
        assert [(one["called"], one.get("years")) for one in own] == [("甲", 70), ("乙", None)]
        assert analyst.get(f"projects/{TOWNSHIP}/forms/basics/submissions/{quote(instance)}/attachments").json() == []


def test_pyodk_brings_pictures_corrects_reviews_and_remarks(field: Field, url: str, tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(picture())
    xml = paper(outcome="not_home", instance="uuid:with:picture", more__photo="a.jpg", more__note="门牌")
    better = paper(
        outcome="declined", instance="uuid:with:picture:2", deprecated="uuid:with:picture", more__photo="a.jpg"
    )
    with _analyst(tmp_path, url) as analyst:
        own = analyst.submissions
        made = own.create(xml=xml, form_id="basics", attachments=[photo])
        assert [(one.name, one.exists) for one in made.attachments or []] == [("a.jpg", True)]
        own.edit("uuid:with:picture", xml=better, form_id="basics", comment="电话核对")
        read_all(datetime.now(UTC))
        own.review("uuid:with:picture", "approved", form_id="basics", comment="可用")
        assert [one.body for one in own.list_comments("uuid:with:picture", form_id="basics")] == ["可用", "电话核对"]
        found = own.get_table(form_id="basics", filter="__system/reviewState eq 'approved'", expand="*", wkt=True)
        assert [(row["__id"], row["outcome"]) for row in found["value"]] == [("uuid:with:picture", "declined")]
        assert found["value"][0]["__system"]["attachmentsPresent"] == 1
        assert own.get("uuid:with:picture", form_id="basics").reviewState == "approved"
        assert "<h:html" in str(analyst.forms.get_xml("basics"))
        for wrong in (
            lambda: own.create(xml=xml, form_id="basics", attachments=[tmp_path / "supervisor.toml"]),
            lambda: own.edit("uuid:with:picture", xml=better.replace("picture:2", "picture:3"), form_id="basics"),
            lambda: analyst.forms.create(definition=basics(), form_id="other"),
            lambda: analyst.entities.list(entity_list_name="homes"),
            lambda: analyst.projects.create_app_users(["phone"]),
        ):
            with pytest.raises(PyODKError, match="message"):
                wrong()


def test_analysts_see_their_own_area_alone_and_no_password_opens_by_chance(
    field: Field, url: str, tmp_path: Path
) -> None:
    with _analyst(tmp_path, url, "far_supervisor") as far:
        assert [one.id for one in far.projects.list()] != [int(TOWNSHIP)]
        with pytest.raises(PyODKError, match="404"):
            far.forms.list()
    parts = urlsplit(url)
    for headers, status in (({}, 401), ({"Authorization": "Bearer x"}, 401)):
        link = HTTPConnection(parts.hostname or "", parts.port)
        link.request("GET", f"/v1/projects/{TOWNSHIP}/forms", headers=headers)
        assert link.getresponse().status == status
        link.close()


@pytest.mark.parametrize("body", ["[]", "{", '{"email": 1, "password": "x"}', '{"email": "a\\u0000", "password": "x"}'])
def test_a_login_that_is_none_is_told_so(field: Field, url: str, body: str) -> None:
    link = HTTPConnection(urlsplit(url).hostname or "", urlsplit(url).port)
    link.request("POST", "/v1/sessions", body, {"Content-Type": "application/json"})
    assert link.getresponse().status == 400
    link.close()


def _send(url: str, field: Field, body: bytes) -> int:
    parts = urlsplit(url)
    link = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {"X-OpenRosa-Version": "1.0", "Content-Type": "multipart/form-data; boundary=edge"}
    link.request("POST", f"/openrosa/key/{field.key}/submission", body, headers)
    answer = link.getresponse()
    answer.read()
    link.close()
    return answer.status


def test_the_same_form_fifty_times_at_once_is_there_once(field: Field, url: str) -> None:
    xml = paper(household=str(FIRST), outcome="done", instance="uuid:fifty")
    head = '--edge\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="f"\r\n\r\n'
    body = f"{head}{xml}\r\n--edge--\r\n".encode()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _n: _send(url, field, body), range(50)))
    assert set(answers) == {201}
    (held,) = _all(instance_id="uuid:fifty")
    with scoped(Scope("^")):
        assert Paper.objects.filter(submission=held).count() == 1
