"""Reads of forms: what is asked is public, so none of these is a look."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.access.scope import lying_in
from gridcommons.collection.asking import Question, of_rows
from gridcommons.collection.forms.admitted import areas_admitted
from gridcommons.collection.forms.models import Form, FormFile, FormVersion
from gridcommons.collection.forms.rules import UNKNOWN
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class FormFacts:
    """A form as everybody may know it."""

    id: UUID
    key: str
    matter_key: str
    area_code: str
    kind: str
    name: Words
    state: str
    changed_at: datetime
    reason: str

    def serves(self, area_code: str) -> bool:
        """Whether an area of today lies where the form is for."""
        return in_force().covers(area_code, (self.area_code,), ())


@dataclass(frozen=True)
class FileFacts:
    """A file of a version by name and hash."""

    name: str
    md5: str
    media_type: str


@dataclass(frozen=True)
class VersionFacts:
    """A version without its bytes."""

    id: UUID
    form: FormFacts
    version: str
    md5: str
    questions: tuple[Question, ...]
    lists_households: bool
    made_at: datetime
    published_at: datetime | None
    files: tuple[FileFacts, ...] = ()

    @property
    def fact_keys(self) -> tuple[str, ...]:
        """The facts of a household or dwelling that the form shows and confirms."""
        return tuple(dict.fromkeys(one.fact for one in self.questions if one.is_shown))


@dataclass(frozen=True)
class Standing:
    """A version that phones may hold, as it stands now: what taking a submission in asks of it, and no more."""

    id: UUID
    key: str
    version: str
    area_code: str
    state: str
    questions: tuple[Question, ...]

    @property
    def asks_pictures(self) -> bool:
        """Whether a submission may name pictures."""
        return any(question.kind == "image" for question in self.questions)

    def reaches(self, areas: Iterable[str]) -> bool:
        """Whether somebody who serves these areas fills it in."""
        held = in_force()
        return any(held.covers(area, (self.area_code,), ()) or self.area_code.startswith(area) for area in areas)


def standing_versions(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Standing]:
    """The versions that were published, by form and version, in one question; what they ask never changes."""
    rows = FormVersion.objects.filter(
        form__key__in={key for key, _version in wanted}, version__in={version for _key, version in wanted},
        published_at__isnull=False,
    ).values_list("id", "form__key", "version", "form__area_code", "form__state")  # fmt: skip
    found = [Standing(*row, _questions(row[0])) for row in rows]
    return {(one.key, one.version): one for one in found if (one.key, one.version) in wanted}


@functools.lru_cache(maxsize=256)
def _questions(version_id: UUID) -> tuple[Question, ...]:
    return of_rows(FormVersion.objects.values_list("questions", flat=True).get(pk=version_id))


def forms_in(area_code: str) -> list[FormFacts]:
    """The forms of an area and below, open ones first, the latest first."""
    found = [_facts(row) for row in Form.objects.filter(lying_in("area_code", [area_code])).order_by("-changed_at")]
    return sorted(found, key=lambda one: ("open", "draft", "closed").index(one.state))


@dataclass(frozen=True)
class Use:
    """How many forms are admitted or on trial, and how many of those are in use: phones get these alone."""

    admitted: int
    in_use: int


def use_of_forms(*, on: date, area_code: str = "") -> Use:
    """The one count of forms that every page tells: those of an area and below, or of all."""
    admitted, lineage = areas_admitted(on), in_force()
    held = {
        key for key, areas in admitted.items()
        if not area_code or any(lineage.covers(area, (area_code,), ()) for area in areas)
    }  # fmt: skip
    opened = set(Form.objects.filter(state="open", key__in=held).values_list("key", flat=True))
    return Use(len(held), len(opened))


def form_called(key: str) -> FormFacts:
    """A form by its key; refuses an unknown one."""
    row = Form.objects.filter(key=key).first()
    if row is None:
        raise refuse(UNKNOWN)
    return _facts(row)


def open_forms(grids: Iterable[str], *, on: date) -> list[VersionFacts]:
    """The newest published version of every form that may be filled in on a day in one of these grids, by key.

    One whose admission ran out or ended is not among them, nor one on trial in another township.
    """
    codes, admitted, lineage = tuple(grids), areas_admitted(on), in_force()
    allowed = {key: [code for code in codes if lineage.covers(code, areas)] for key, areas in admitted.items()}
    return [one for one in forms_serving(codes) if any(map(one.form.serves, allowed.get(one.form.key, ())))]


def forms_serving(areas: Iterable[str], *, closed: bool = False, key: str = "") -> list[VersionFacts]:
    """The same without asking admission: what may be read of what was filled in.

    `closed`: closed forms too. `key`: that form alone.
    """
    codes = tuple(areas)
    rows = Form.objects.filter(state__in=("open", "closed") if closed else ("open",)).order_by("key")
    wanted = [row for row in rows if key in {"", row.key}]
    serving = [row for row in wanted if any(_facts(row).serves(code) for code in codes)]
    return [found for row in serving if (found := _newest(row)) is not None]


def _newest(form: Form) -> VersionFacts | None:
    row = _light(form.versions.filter(published_at__isnull=False)).order_by("-published_at", "-id").first()
    return _version(row, form) if row else None


def published_version(key: str, version: str) -> VersionFacts | None:
    """A version that phones may hold: published once, whatever came after it."""
    rows = FormVersion.objects.filter(form__key=key, version=version, published_at__isnull=False)
    row = _light(rows).select_related("form").first()
    return _version(row, row.form) if row else None


def one_version(version_id: UUID) -> VersionFacts:
    """A version by its id; refuses an unknown one."""
    row = _light(FormVersion.objects.filter(pk=version_id)).select_related("form").first()
    if row is None:
        raise refuse(UNKNOWN)
    return _version(row, row.form)


def versions_of(key: str) -> list[VersionFacts]:
    """All versions of a form, the newest first."""
    rows = _light(FormVersion.objects.filter(form__key=key)).select_related("form").order_by("-made_at", "-id")
    return [_version(row, row.form) for row in rows]


def xform_of(version_id: UUID) -> bytes:
    """The bytes of a version as phones get them."""
    return _bytes(FormVersion.objects.filter(pk=version_id).values_list("xform", flat=True).first())


def workbook_of(version_id: UUID) -> bytes:
    """The workbook as it was handed in."""
    return _bytes(FormVersion.objects.filter(pk=version_id).values_list("workbook", flat=True).first())


def file_of(version_id: UUID, name: str) -> tuple[bytes, str]:
    """The bytes and the media type of a file of a version; refuses an unknown one."""
    row = FormFile.objects.filter(version_id=version_id, name=name).first()
    if row is None:
        raise refuse(UNKNOWN)
    return bytes(row.content), row.media_type


def _bytes(held: bytes | memoryview | None) -> bytes:
    if held is None:
        raise refuse(UNKNOWN)
    return bytes(held)


def _light(rows: QuerySet[FormVersion]) -> QuerySet[FormVersion]:
    return rows.defer("workbook", "xform")


def _facts(row: Form) -> FormFacts:
    name = Words(row.name_zh, row.name_en)
    return FormFacts(
        row.pk, row.key, row.matter_key, row.area_code, row.kind, name, row.state, row.changed_at, row.reason
    )


def _version(row: FormVersion, form: Form) -> VersionFacts:
    files = tuple(FileFacts(*values) for values in row.files.order_by("name").values_list("name", "md5", "media_type"))
    return VersionFacts(
        row.pk, _facts(form), row.version, row.md5, of_rows(row.questions), row.lists_households, row.made_at,
        row.published_at, files,
    )  # fmt: skip
