"""Writes of forms: a version handed in, published for a matter on the public list, a form closed and opened again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.collection.asking import KINDS, Question, as_rows
from gridcommons.collection.forms.admitted import against_use
from gridcommons.collection.forms.compiling import Compiled, compile_form
from gridcommons.collection.forms.models import Form, FormFile, FormVersion
from gridcommons.collection.forms.rules import (
    BAD_FILE,
    BAD_MATTER,
    FILE_MISSING,
    LACKS_MEANING,
    MOST_FILE,
    MOST_FILES,
    NEEDS,
    OTHER_FORM,
    STATES,
    UNKNOWN,
    VERSION_TAKEN,
    WRONG_STATE,
    faults_of_form,
    media_type,
)
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Reason, Refusal, refuse, require_none, worded
from gridcommons.kit.words import Words
from gridcommons.matters.barred import check_names
from gridcommons.matters.queries import current, require_taken
from gridcommons.matters.rules import require_admitted
from gridcommons.territory.queries import area_on

_REASON: Final = 300


@dataclass(frozen=True)
class Draft:
    """A form as it is handed in. `files`: what it uses beside the workbook, by name."""

    key: str
    name: Words
    matter_key: str
    area_code: str
    kind: str
    workbook: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


def _of_draft(facts: Mapping[str, Any]) -> Place:
    draft: Draft = facts["draft"]
    return Place(draft.area_code)


@deed("form.draft", on=_of_draft)
def draft_form(*, draft: Draft, by: Viewer, at: datetime, purpose: str = "administration") -> FormVersion:
    """Hand a form in: compiled, checked against charter 2, kept as a version that no phone sees yet."""
    require_none(faults_of_form(draft.key, draft.name, draft.kind))
    day = local_day(at, ZONE)
    area_on(draft.area_code, day)
    require_admitted(catalogue=current(), on=day, matter_key=draft.matter_key)
    form = _form_of(draft, by, at)
    made = compile_form(draft.workbook, key=draft.key, version=str(form.versions.count() + 1))
    _require_sound(draft, made)
    require_none(tuple(_foreign_matters(made.questions, day)))
    if form.versions.filter(version=made.version).exists():
        raise refuse(VERSION_TAKEN, version=made.version)
    version = FormVersion.objects.create(
        form=form, version=made.version, workbook=draft.workbook, xform=made.xform, md5=_md5(made.xform),
        questions=_rows(made), lists_households=made.lists_households, made_by=by.key, made_at=at,
    )  # fmt: skip
    for name in made.files:
        content = draft.files[name]
        FormFile.objects.create(
            version=version, name=name, content=content, md5=_md5(content), media_type=media_type(name)
        )
    return version


def _form_of(draft: Draft, by: Viewer, at: datetime) -> Form:
    """The form that a version is handed in for, a new one if none has its key."""
    facts = {"matter_key": draft.matter_key, "area_code": draft.area_code, "kind": draft.kind}
    named = {"name_zh": draft.name.zh, "name_en": draft.name.en}
    form, is_new = Form.objects.select_for_update().get_or_create(
        key=draft.key, defaults={**facts, **named, "state": "draft", "made_by": by.key, "made_at": at, "changed_at": at}
    )
    if not is_new and any(getattr(form, name) != value for name, value in facts.items()):
        raise refuse(OTHER_FORM, key=draft.key)
    return form


def _require_sound(draft: Draft, made: Compiled) -> None:
    """Refuse barred questions, a form that lacks what its kind needs, files that are missing or not for it."""
    check_names(dict.fromkeys(_said(made.questions)), opaque=False)
    need = NEEDS[draft.kind]
    if need and need not in {question.means for question in made.questions}:
        raise Refusal((worded(LACKS_MEANING, kind=KINDS[draft.kind], means=need),))
    lacking = [name for name in made.files if name not in draft.files]
    if lacking:
        raise refuse(FILE_MISSING, names=", ".join(lacking))
    for name, content in draft.files.items():
        media_type(name)
        if name not in made.files or len(content) > MOST_FILE or len(draft.files) > MOST_FILES:
            raise refuse(BAD_FILE, name=name[:80])


def _foreign_matters(questions: tuple[Question, ...], day: date) -> Iterator[Reason]:
    """Choices by which a form would file a case under something that is not on the list."""
    catalogue = current()
    for one in questions:
        for key in [choice.key for choice in one.choices] if one.means == "case.matter" else []:
            matter = catalogue.get(key) if key in catalogue else None
            if matter is None or not matter.for_grid or not matter.collects_on(day):
                yield Reason(BAD_MATTER, (("row", str(one.row)), ("name", key[:60])))


def _said(questions: tuple[Question, ...]) -> list[str]:
    """Every word by which a form asks: names, facts, labels, hints, choices."""
    words = [text for one in questions for text in (one.label, one.hint, *(choice.label for choice in one.choices))]
    keys = [name for one in questions for name in (one.name, one.fact, *(choice.key for choice in one.choices))]
    return [text for text in (*keys, *(w.zh for w in words), *(w.en for w in words)) if text]


def _rows(made: Compiled) -> list[dict[str, Any]]:
    return as_rows(made.questions)


def _md5(content: bytes) -> str:
    """The hash that the protocol asks for; it finds a broken download and protects nothing."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _of_version(facts: Mapping[str, Any]) -> Place:
    area = FormVersion.objects.filter(pk=facts["version_id"]).values_list("form__area_code", flat=True).first()
    if area is None:
        raise refuse(UNKNOWN)
    return Place(area)


def _of_form(facts: Mapping[str, Any]) -> Place:
    return Place(_locked(facts["form_id"]).area_code)


def _locked(form_id: UUID) -> Form:
    form = Form.objects.select_for_update().filter(pk=form_id).first()
    if form is None:
        raise refuse(UNKNOWN)
    return form


@deed("form.publish", on=_of_version)
def publish_form(*, version_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> FormVersion:
    """Put a version in use, for phones that ask for the list: as it was admitted, for a matter on the public list."""
    version = FormVersion.objects.select_related("form").get(pk=version_id)
    form = _locked(version.form_id)
    day = local_day(at, ZONE)
    matter = require_admitted(catalogue=current(), on=day, matter_key=form.matter_key)
    require_taken(matter, form.area_code, day)
    if form.state == "closed" or version.published_at is not None:
        raise Refusal((worded(WRONG_STATE, state=STATES["open" if version.published_at else "closed"]),))
    require_none(_against(form, version, day))
    version.published_at, version.published_by = at, by.key
    version.save(update_fields=["published_at", "published_by"])
    _stand(form, "open", "", at)
    return version


def _against(form: Form, version: FormVersion, day: date) -> tuple[Reason, ...]:
    """What stands against a version in use on a day."""
    return against_use(
        bytes(version.workbook), key=form.key, matter_key=form.matter_key, area_code=form.area_code, day=day
    )


@deed("form.close", on=_of_form)
def close_form(*, form_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration") -> Form:
    """Stop a form: it leaves the lists, and what is sent for it from now on is refused."""
    form = _in_state(form_id, "open")
    return _stand(form, "closed", clean_text(reason, limit=_REASON), at)


@deed("form.reopen", on=_of_form)
def reopen_form(*, form_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Form:
    """Use a closed form again, if it and its matter are still admitted."""
    form, day = _in_state(form_id, "closed"), local_day(at, ZONE)
    require_admitted(catalogue=current(), on=day, matter_key=form.matter_key)
    version = form.versions.filter(published_at__isnull=False).order_by("-published_at", "-id").first()
    if version is not None:
        require_none(_against(form, version, day))
    return _stand(form, "open", "", at)


def _in_state(form_id: UUID, state: str) -> Form:
    form = _locked(form_id)
    if form.state != state:
        raise Refusal((worded(WRONG_STATE, state=STATES[form.state]),))
    return form


def _stand(form: Form, state: str, reason: str, at: datetime) -> Form:
    form.state, form.reason, form.changed_at = state, reason, at
    form.save(update_fields=["state", "reason", "changed_at"])
    return form
