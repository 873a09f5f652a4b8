"""Every stored field says how sensitive it is, what for and how long; history holds no identity; no name is barred."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import models

from gridcommons.access.walls import house_models
from gridcommons.kit.errors import Refusal
from gridcommons.kit.privacy import Kept, Retention, Sensitivity
from gridcommons.matters.barred import check_names

Model = type[models.Model]
NO_HISTORY = {Sensitivity.PERSONAL, Sensitivity.SEALED, Sensitivity.SECRET}
"""What row history leaves out: it would outlive the row it tells of."""
LEAST_WORDS = 2


def tracked(model: Model) -> Model | None:
    """The model whose history a table keeps, None for other tables."""
    found: Model | None = getattr(model, "pgh_tracked_model", None)
    return found


def classification_gaps(model: Model) -> list[str]:
    """Fields without a classification, classifications without a field, and classifications that say nothing."""
    name = model._meta.label
    fields = {field.name for field in model._meta.concrete_fields}
    kept = getattr(model, "privacy", None)
    if not isinstance(kept, dict):
        return [f"{name} classifies nothing"]
    return [
        *(f"{name}.{field} is not classified" for field in sorted(fields - kept.keys())),
        *(f"{name}.{field} is classified and not there" for field in sorted(kept.keys() - fields)),
        *(f"{name}.{field}: {what}" for field, one in kept.items() for what in _says_nothing(one)),
    ]


def _says_nothing(kept: Any) -> Iterator[str]:
    if not isinstance(kept, Kept):
        yield "is no classification"
    elif not isinstance(kept.sensitivity, Sensitivity) or not isinstance(kept.retention, Retention):
        yield "names no sensitivity or no retention"
    elif len(kept.purpose.split()) < LEAST_WORDS:
        yield f"has no purpose in words: {kept.purpose!r}"


def history_gaps(history: Model, of: Model) -> list[str]:
    """Fields of a history table that its model does not classify, or whose class must not outlive the row."""
    kept: dict[str, Kept] = of.privacy  # type: ignore[attr-defined]
    columns = [field.name for field in history._meta.concrete_fields if not field.name.startswith("pgh_")]
    return [
        f"{history._meta.label}.{name}" for name in columns if name not in kept or kept[name].sensitivity in NO_HISTORY
    ]


def names_in(model: Model) -> list[str]:
    """Every name that a model gives: its own, its table, its fields, their labels and their choices."""
    names = [model.__name__, model._meta.db_table, str(model._meta.verbose_name)]
    for field in model._meta.get_fields():
        names += [field.name, str(getattr(field, "verbose_name", "")), str(getattr(field, "help_text", ""))]
        names += [str(word) for choice in getattr(field, "choices", None) or () for word in choice]
    return [name for name in names if name]


def own_models() -> list[Model]:
    """The tables of the house that are no history."""
    return [model for model in house_models() if tracked(model) is None]


def histories() -> list[tuple[Model, Model]]:
    """The history tables with what they record."""
    return [(model, of) for model in house_models() if (of := tracked(model)) is not None]


def _gaps(of: Iterable[Model]) -> list[str]:
    return [line for model in of for line in classification_gaps(model)]


def test_every_field_of_every_table_is_classified() -> None:
    assert _gaps(own_models()) == []


def test_history_holds_nothing_of_a_person_that_must_not_outlive_the_row() -> None:
    assert [line for history, of in histories() for line in history_gaps(history, of)] == []


@pytest.mark.parametrize("model", list(house_models()), ids=lambda model: model._meta.label)
def test_no_name_in_a_table_is_barred(model: Model) -> None:
    names = names_in(model)
    assert names
    check_names(names, opaque=False)


def test_there_are_tables_and_histories_to_check() -> None:
    assert {"Case", "User", "Area", "ReporterContact"} <= {model.__name__ for model in own_models()}
    assert histories()


def _planted(name: str, **members: Any) -> Model:
    meta = type("Meta", (), {"app_label": "planted", "managed": False})
    return type(name, (models.Model,), {"__module__": "planted.models", "Meta": meta, **members})


_WORK = Kept(Sensitivity.OFFICE, "run the office", Retention.BRIEF)


@pytest.fixture(autouse=True)
def _registry_as_before() -> Iterator[None]:
    from django.apps import apps

    yield
    apps.all_models.pop("planted", None)
    apps.clear_cache()


def test_a_planted_field_without_classification_is_found() -> None:
    note = models.TextField()
    assert _gaps([_planted("One", note=note, privacy={"id": _WORK})])
    assert _gaps([_planted("Two", note=models.TextField(), privacy={"id": _WORK, "note": _WORK, "gone": _WORK})])
    assert _gaps([_planted("Three", privacy={"id": Kept(Sensitivity.OFFICE, "", Retention.BRIEF)})])
    assert _gaps([_planted("Four", privacy={"id": "office"})])
    assert _gaps([_planted("Five")])
    assert _gaps([_planted("Six", privacy={"id": _WORK})]) == []


def test_a_planted_history_with_a_persons_words_is_found() -> None:
    said = Kept(Sensitivity.PERSONAL, "handle the case", Retention.CASE_LIFE)
    of = _planted("Seven", text=models.TextField(), privacy={"id": _WORK, "text": said})
    history = _planted("SevenEvent", pgh_id=models.IntegerField(), text=models.TextField(), more=models.TextField())
    assert len(history_gaps(history, of)) == 2


@pytest.mark.parametrize("field", ["religion", "min_zu", "party_member", "petitionsCount", "face_template"])
def test_a_planted_barred_field_is_found(field: str) -> None:
    model = _planted("Eight", **{field: models.TextField()})
    with pytest.raises(Refusal):
        check_names(names_in(model), opaque=False)
