"""The case page: exactly the steps that its reader may take, errors beside the field, photos, contact, who looked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.hotline.calls import with_clerks
from gridcommons.access.models import LedgerDetail
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import accept, dispatch, file_case
from gridcommons.cases.models import Case
from pressing import form_to, forms_of, press
from town import AT, COUNTY, NEXT_GRID, Town
from web.office_town import (
    ESCAPED,
    HTML,
    LATER,
    client_of,
    picture,
    report,
    stop_clock,
    text_of,
    to_dispatched,
    to_handled,
    with_contact,
)


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


def steps_on(answer: object) -> set[str]:
    """The steps that a page offers."""
    return {form.action.rpartition("/")[2] for form in forms_of(answer) if "/do/" in form.action}  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["supervisor", "dispatcher", "handler", "worker"])
def test_the_page_opens_to_whoever_works_on_it(town: Town, name: str, language: str) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    client = client_of(town, name, language)
    for query in ("", "?print=1", "?purpose=verification", "?purpose=nonsense"):
        assert made.number in text_of(client.get(f"/office/case/{made.case_id}{query}"))


def test_exactly_the_steps_that_may_be_taken_are_offered(town: Town) -> None:
    made = report(town)
    page = f"/office/case/{made.case_id}"
    assert steps_on(client_of(town, "supervisor").get(page)) == {"file", "void", "merge"}
    assert steps_on(client_of(town, "worker").get(page)) == set()
    file_case(case_id=made.case_id, by=town.supervisor, at=AT + timedelta(minutes=1))
    assert steps_on(client_of(town, "supervisor").get(page)) == {"merge"}
    assert steps_on(client_of(town, "dispatcher").get(page)) == {"dispatch", "entrust"}


def test_after_the_feedback_the_filer_may_not_check_but_a_colleague_may(town: Town) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    page = f"/office/case/{made.case_id}"
    assert steps_on(client_of(town, "supervisor").get(page)) == set()
    assert steps_on(client_of(town, "handler").get(page)) == set()
    assert steps_on(client_of(town, "second_supervisor").get(page)) == {"close", "rework", "attempt"}


def test_print_leaves_the_forms_out(town: Town) -> None:
    made = report(town)
    assert steps_on(client_of(town, "supervisor").get(f"/office/case/{made.case_id}?print=1")) == set()


def test_the_proposed_office_is_chosen_already_and_the_card_says_why(town: Town) -> None:
    made = report(town)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT + timedelta(minutes=1))
    shown = client_of(town, "dispatcher").get(f"/office/case/{made.case_id}")
    form = form_to(shown, "/do/dispatch")
    assert form.fields["dispatch-office"] == f"{COUNTY}:urban_management"
    assert not any(key.endswith(":supervision") for key in form.choices["dispatch-office"])
    assert "matters.route" in text_of(shown)


def test_an_office_that_sent_it_back_is_not_proposed_again(town: Town) -> None:
    made = report(town)
    to_dispatched(town, made.case_id)
    press(
        client_of(town, "handler"), f"/office/case/{made.case_id}", "/do/send_back", **{"send_back-reason": "不归我局"}
    )
    form = form_to(client_of(town, "dispatcher").get(f"/office/case/{made.case_id}"), "/do/dispatch")
    assert form.fields["dispatch-office"] != f"{COUNTY}:urban_management"


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_done(town: Town) -> None:
    made = report(town)
    client = client_of(town, "supervisor", "en")
    for typed, status in (("", 400), (" ", 400), ("x", 400), ("y" * 4_001, 400)):
        answer = client.post(f"/office/case/{made.case_id}/do/void", {"void-reason": typed, "sure": "1"})
        assert answer.status_code == status
        assert 'id="id_void-reason_error"' in text_of(answer), typed[:9]
    with viewing(town.supervisor, LATER):
        assert Case.objects.get(pk=made.case_id).state == "reported"


def test_what_cannot_be_taken_back_is_asked_about_once_and_says_who_is_told(town: Town) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    client, page = client_of(town, "second_supervisor", "en"), f"/office/case/{made.case_id}"
    for step, field, said in (
        ("close", "check", "Only the reporter can reopen the case"),
        ("rework", "reason", "A notice goes to urban_management"),
    ):
        typed = {f"{step}-{field}": "I went and looked"}
        asked = client.post(f"{page}/do/{step}", typed)
        assert asked.status_code == 400
        body = text_of(asked)
        assert "Nothing is done yet" in body
        assert said in body
        assert form_to(asked, f"/do/{step}").fields == {**form_to(asked, f"/do/{step}").fields, **typed}
        with viewing(town.supervisor, LATER):
            assert Case.objects.get(pk=made.case_id).state == "handled"
    press(client, page, "/do/close", **{"close-check": "I went and looked"})
    with viewing(town.supervisor, LATER):
        assert Case.objects.get(pk=made.case_id).state == "closed"


def test_every_step_that_ends_or_throws_back_is_asked_about_and_what_leads_on_is_not(town: Town) -> None:
    made = report(town)
    page = f"/office/case/{made.case_id}"
    shown = {
        "supervisor": {"file": False, "void": True},
        "dispatcher": {"dispatch": False},
        "handler": {"accept": False, "send_back": True},
    }
    sent = {"to_area": COUNTY, "to_kind": "urban_management"}
    then = {
        "supervisor": lambda: file_case(case_id=made.case_id, by=town.supervisor, at=AT + timedelta(minutes=10)),
        "dispatcher": lambda: dispatch(case_id=made.case_id, by=town.dispatcher, at=AT + timedelta(minutes=20), **sent),
        "handler": lambda: accept(case_id=made.case_id, by=town.handler, at=AT + timedelta(minutes=30)),
    }
    for name, steps in shown.items():
        answer = client_of(town, name).get(page)
        assert {key: "sure" in form_to(answer, f"/do/{key}").buttons for key in steps} == steps
        then[name]()
    answer = client_of(town, "handler").get(page)
    assert all("sure" in form_to(answer, f"/do/{key}").buttons for key in ("send_back", "pass_on", "feed_back"))


def test_the_step_says_that_the_note_is_published_only_where_it_is(town: Town) -> None:
    for matter, is_public in (("street_lamps", True), ("contact_data", False)):
        made = report(town, matter_key=matter)
        body = text_of(client_of(town, "supervisor", "en").get(f"/office/case/{made.case_id}"))
        assert ("will stand on the public page" in body) == is_public


def test_the_clock_is_that_of_the_step_at_hand_in_the_unit_of_the_promise(town: Town) -> None:
    made = report(town)
    page = f"/office/case/{made.case_id}"
    body = text_of(client_of(town, "supervisor", "en").get(page))
    assert "Time to file" in body
    assert "Time to handle" not in body
    assert "of 4 working hours" in body
    to_dispatched(town, made.case_id)
    body = text_of(client_of(town, "handler", "en").get(page))
    assert "Time to handle" in body
    assert "of 3 working days" in body
    assert "21 h" not in body


def test_why_it_came_back_stands_above_until_that_is_met(town: Town) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    page = f"/office/case/{made.case_id}"
    typed = {"rework-reason": "灯还是不亮"}
    press(client_of(town, "second_supervisor"), page, "/do/rework", **typed)
    for name in ("handler", "worker"):
        assert '<p class="gc-back-why">灯还是不亮</p>' in text_of(client_of(town, name).get(page))
    press(client_of(town, "handler"), page, "/do/feed_back", **{"feed_back-evidence": "换了线路"})
    assert "gc-back-why" in text_of(client_of(town, "second_supervisor").get(page))
    press(client_of(town, "second_supervisor"), page, "/do/close", **{"close-check": "亮了"})
    assert "gc-back-why" not in text_of(client_of(town, "handler").get(page))


def test_a_step_out_of_turn_says_why(town: Town) -> None:
    made = report(town)
    for name, step, status in (
        ("supervisor", "close", 409), ("supervisor", "dispatch", 403), ("worker", "file", 403),
        ("dispatcher", "accept", 403), ("supervisor", "report", 404), ("supervisor", "nonsense", 404),
    ):  # fmt: skip
        answer = client_of(town, name, "en").post(
            f"/office/case/{made.case_id}/do/{step}", {f"{step}-check": "seen it"}
        )
        assert answer.status_code == status, (name, step)


def test_matter_and_grid_are_corrected_when_filing(town: Town) -> None:
    made = report(town)
    typed = {"file-matter": "waste_litter", "file-area": NEXT_GRID, "file-words": "地点写错了"}
    press(client_of(town, "supervisor"), f"/office/case/{made.case_id}", "/do/file", **typed)
    with viewing(town.supervisor, LATER):
        case = Case.objects.get(pk=made.case_id)
    assert (case.matter_key, case.area_code, case.state) == ("waste_litter", NEXT_GRID, "filed")


def test_html_in_every_field_comes_out_escaped(town: Town) -> None:
    made = report(town, text=f"路灯{HTML}", address=HTML)
    page = f"/office/case/{made.case_id}"
    press(client_of(town, "supervisor"), page, "/do/file", **{"file-words": HTML})
    press(client_of(town, "dispatcher"), page, "/do/dispatch", **{"dispatch-words": HTML})
    press(client_of(town, "handler"), page, "/do/accept")
    press(client_of(town, "handler"), page, "/do/feed_back", **{"feed_back-evidence": HTML})
    press(client_of(town, "second_supervisor"), page, "/do/rework", **{"rework-reason": HTML})
    for name in ("supervisor", "dispatcher", "handler", "worker"):
        client = client_of(town, name)
        for address in (page, f"{page}?print=1", f"{page}/looks", "/office/queue?tab=all", "/office/notices"):
            assert "<script>alert" not in text_of(client.get(address))
    body = text_of(client_of(town, "handler").get(page))
    assert body.count(ESCAPED) >= 5
    refused = client_of(town, "handler").post(f"{page}/do/close", {"close-check": HTML})
    assert "<script>alert" not in text_of(refused)


def test_a_photo_is_added_and_shown_with_care(town: Town) -> None:
    made = report(town)
    client = client_of(town, "supervisor")
    page = f"/office/case/{made.case_id}"
    done = press(client, page, "/photo", photo=SimpleUploadedFile("a.jpg", picture(), "image/jpeg"))
    assert "照片已添加" in text_of(done)
    with viewing(town.supervisor, LATER):
        photo = Case.objects.get(pk=made.case_id).photos.get()
    shown = client.get(f"{page}/photo/{photo.pk}")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Disposition"] == f'inline; filename="{photo.pk}.jpg"'
    assert shown.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(("sent", "status"), [(b"<svg onload=alert(1)>", 415), (b"", 400), (None, 400)])
def test_what_is_no_photo_is_refused_in_words(town: Town, sent: bytes | None, status: int) -> None:
    made = report(town)
    files = {} if sent is None else {"photo": SimpleUploadedFile("a.jpg", sent, "image/jpeg")}
    answer = client_of(town, "supervisor").post(f"/office/case/{made.case_id}/photo", files)
    assert answer.status_code in {status, 400, 415}
    assert 'role="alert"' in text_of(answer)


@pytest.mark.parametrize("name", ["supervisor", "worker"])
def test_the_contact_is_shown_only_when_asked_for_and_is_written_down(town: Town, name: str) -> None:
    made = with_contact(town, shared=False)
    client = client_of(town, name)
    page = f"/office/case/{made.case_id}"
    assert "10012345678" not in text_of(client.get(page))
    shown = press(client, page, "/contact", purpose="verification")
    assert "10012345678" in text_of(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    assert "10012345678" not in text_of(client.get(page))
    with viewing(town.supervisor, LATER):
        bodies = list(LedgerDetail.objects.values_list("body", flat=True))
    looks = [body for body in bodies if '"what":"look.reporter"' in body]
    assert len(looks) == 1
    assert '"purpose":"verification"' in looks[0]


@pytest.mark.parametrize(("shared", "there"), [(False, False), (True, True)])
def test_the_handler_sees_the_contact_only_if_it_was_shared(town: Town, shared: bool, there: bool) -> None:
    made = with_contact(town, shared=shared)
    to_dispatched(town, made.case_id)
    client = client_of(town, "handler")
    assert ("/contact" in text_of(client.get(f"/office/case/{made.case_id}"))) == there
    shown = client.post(f"/office/case/{made.case_id}/contact")
    assert (shown.status_code == 200) == there
    assert ("10012345678" in text_of(shown)) == there


def test_the_dispatcher_is_never_shown_how_to_reach_the_reporter(town: Town) -> None:
    made = with_contact(town, shared=True)
    client = client_of(town, "dispatcher")
    assert client.post(f"/office/case/{made.case_id}/contact").status_code == 403
    assert "10012345678" not in text_of(client.get(f"/office/case/{made.case_id}"))


def test_who_looked_names_offices_and_no_colleague(town: Town) -> None:
    made = report(town)
    client_of(town, "worker").get(f"/field/case/{made.case_id}")
    body = text_of(client_of(town, "supervisor").get(f"/office/case/{made.case_id}/looks")).partition("<main")[2]
    assert "supervision办公室" in body
    assert "现场核查、回访" in body
    assert ">worker<" not in body


def test_the_neighbours_in_the_queue_are_one_click_away(town: Town) -> None:
    first, second, third = (report(town, at=AT + timedelta(minutes=i)) for i in range(3))
    client = client_of(town, "supervisor")
    client.get("/office/queue?tab=file&order=old")
    body = text_of(client.get(f"/office/case/{second.case_id}"))
    assert f'rel="prev" href="/office/case/{first.case_id}"' in body
    assert f'rel="next" href="/office/case/{third.case_id}"' in body
    assert 'href="/office/queue?tab=file&amp;order=old"' in body


def test_notices_lead_to_the_case_and_are_marked_read(town: Town) -> None:
    made = report(town)
    client = client_of(town, "supervisor")
    page = client.get("/office/notices")
    assert made.number in text_of(page)
    (form,) = [form for form in forms_of(page) if form.action.endswith("/read")]
    opened = client.post(form.action, {"open": "1"})
    assert opened.headers["Location"] == f"/office/case/{made.case_id}"
    assert not [one for one in forms_of(client.get("/office/notices")) if one.action.endswith("/read")]
    assert client_of(town, "handler").post(form.action).status_code == 404


@pytest.mark.parametrize(("name", "there"), [("supervisor", True), ("clerk", False)])
def test_the_way_to_notices_is_shown_to_whoever_may_follow_it(town: Town, name: str, there: bool) -> None:
    made = report(town)
    client = client_of(with_clerks(town), name)
    page = client.get(f"/office/case/{made.case_id}")
    assert page.status_code == 200
    assert (f"/office/case/{made.case_id}/notices" in text_of(page)) is there
    assert (client.get(f"/office/case/{made.case_id}/notices").status_code == 200) is there


def test_the_drawing_of_the_place_names_the_grids(town: Town) -> None:
    body = text_of(client_of(town, "supervisor").get(f"/office/case/{report(town).case_id}"))
    assert 'class="gc-area-name"' in body.partition("gc-spot")[2].partition("</svg>")[0]
