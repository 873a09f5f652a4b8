"""The two decorators that every write and every reading of personal data goes through."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, ParamSpec, Protocol, TypeAlias, TypeVar

from django.db import models

from gridcommons.access import ledger
from gridcommons.access.rules import BREAK_GLASS, Place, Viewer, glasses_for, require
from gridcommons.access.scope import among, viewing
from gridcommons.kit.clock import require_aware
from gridcommons.kit.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")
Facts = Mapping[str, Any]
PlaceOf = Callable[[Facts], Place]
SubjectsOf = Callable[[Any, Facts], tuple[str, ...]]


@dataclass(frozen=True)
class Registered:
    """A deed or look that the house knows: its key, kind and function."""

    key: str
    kind: str
    function: Callable[..., Any]


class Doing(Protocol):
    """One of many deeds done together: whoever does it, and what the function needs."""

    @property
    def by(self) -> Viewer:
        """Who does it."""


D_contra = TypeVar("D_contra", bound=Doing, contravariant=True)
Outcome: TypeAlias = R | Refusal | None
"""What became of one of many: a result, a refusal, or nothing: it needs a deed of its own."""

REGISTRY: Final[dict[str, Registered]] = {}
_made_of: Final[ContextVar[set[str] | None]] = ContextVar("_made_of", default=None)
"""The looks that the one under way is made of; None outside such a look."""


def nowhere(_facts: Facts) -> Place:
    """For deeds that happen at no place and concern no person."""
    return Place()


def subject_of(result: Any, _facts: Facts) -> tuple[str, ...]:
    """The row that a deed returned, as a ledger subject (`case:<id>`); nothing for other results."""
    rows = result if isinstance(result, list) else [result]
    return tuple(f"{row._meta.model_name}:{row.pk}" for row in rows if isinstance(row, models.Model))


def deed(
    key: str,
    *,
    on: PlaceOf = nowhere,
    subjects: SubjectsOf = subject_of,
    keeps: tuple[str, ...] = (),
    placed: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a deed: one transaction, permission asked first, ledger entry inside.

    The function takes `by`, `at` and `purpose` by keyword. `on` names the place from the
    arguments, inside the viewer's own scope: what the viewer cannot see is not found.
    `keeps` lists the arguments whose values the ledger detail carries. `placed`: the deed itself places what it makes,
    and its entry lies there; without it an entry lies where `on` says, and nowhere if it says nothing: what is hidden
    from an area must not be found by its entries.
    """
    return _guarded(key, "deed", "by", on, subjects, keeps, placed=placed)


class Many(Protocol[D_contra, R]):
    """A deed in its batch form."""

    def __call__(self, *, each: Sequence[D_contra], at: datetime, purpose: str = ...) -> list[Outcome[R]]:
        """Do each; the answers stand in the same order."""


def deeds(
    key: str, *, on: Callable[[D_contra, datetime], Place], subjects: Callable[[R], tuple[str, ...]]
) -> Callable[[Many[D_contra, R]], Many[D_contra, R]]:
    """Make a function the batch form of a deed: many of them, each by somebody of their own, in one transaction.

    Permission is asked of each, and each that is done has its own entry, as if it had been done alone; one that is
    refused is answered with its refusal and stops no other. The function sees what the actors themselves are party to
    and no area: for what needs more it answers None, and the caller has it done by the deed itself. It takes `each`,
    `at` and `purpose` by keyword.
    """
    return _together(key, "deed", on, subjects)


def looks(
    key: str, *, on: Callable[[D_contra, datetime], Place], subjects: Callable[[R], tuple[str, ...]]
) -> Callable[[Many[D_contra, R]], Many[D_contra, R]]:
    """Make a function the batch form of a look, as `deeds` does of a deed; `by` is whoever looked."""
    return _together(key, "look", on, subjects)


def _together(
    key: str, kind: str, on: Callable[[D_contra, datetime], Place], subjects: Callable[[R], tuple[str, ...]]
) -> Callable[[Many[D_contra, R]], Many[D_contra, R]]:
    if key not in REGISTRY or REGISTRY[key].kind != kind:
        raise TypeError(f"{key} has no {kind} of which this could be the batch form")

    def decorate(function: Many[D_contra, R]) -> Many[D_contra, R]:
        defaults = _check_shape(function, "each")

        @functools.wraps(function)
        def run(
            *, each: Sequence[D_contra], at: datetime, purpose: str = defaults.get("purpose", "")
        ) -> list[Outcome[R]]:
            with among([one.by for one in each], require_aware(at), deed=key if kind == "deed" else ""):
                asked = [_asked(one, on, key, purpose, at) for one in each]
                allowed = [one for one, place in zip(each, asked, strict=True) if isinstance(place, Place)]
                done = iter(function(each=allowed, at=at, purpose=purpose) if allowed else ())
                answers = [next(done) if isinstance(place, Place) else place for place in asked]
                ledger.write_all([
                    ledger.Record(kind, key, one.by.key, purpose, at, place.area_code, subjects(answer))
                    for one, place, answer in zip(each, asked, answers, strict=True)
                    if isinstance(place, Place) and answer is not None and not isinstance(answer, Refusal)
                ])  # fmt: skip
                return answers

        return run

    return decorate


def _asked(
    one: D_contra, on: Callable[[D_contra, datetime], Place], key: str, purpose: str, at: datetime
) -> Place | Refusal:
    """Where one of many is done; the refusal where whoever does it may not."""
    try:
        place = on(one, at)
        require(one.by, deed=key, place=place, purpose=purpose, at=at)
    except Refusal as refusal:
        return refusal
    return place


def look(
    key: str, *, on: PlaceOf = nowhere, subjects: SubjectsOf = subject_of, keeps: tuple[str, ...] = (),
    gathers: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:  # fmt: skip
    """Make a query a look: asked, scoped, and written to the ledger with the subjects it showed.

    `gathers`: the looks that it is made of are each asked for and scoped as ever, and stand in its own entry by their
    keys: what somebody saw at once is one line to whoever reads who looked. It alone says whom it showed.
    """
    return _guarded(key, "look", "viewer", on, subjects, keeps, gathers=gathers)


@contextmanager
def _gathering(gathers: bool) -> Iterator[set[str]]:
    """Where a look says that it is made of others: the keys of those made meanwhile."""
    inner: set[str] = set()
    token = _made_of.set(inner) if gathers else None
    try:
        yield inner
    finally:
        if token is not None:
            _made_of.reset(token)


def _is_part(kind: str, key: str) -> bool:
    """Whether a look is part of one that gathers, which is told of it. A deed never is."""
    within = _made_of.get()
    if kind != "look" or within is None:
        return False
    within.add(key)
    return True


def _guarded(
    key: str,
    kind: str,
    actor: str,
    on: PlaceOf,
    subjects: SubjectsOf,
    keeps: tuple[str, ...],
    *,
    placed: bool = False,
    gathers: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        defaults = _check_shape(function, actor)

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{key} takes its arguments by keyword")
            facts: dict[str, Any] = {**defaults, **kwargs}
            viewer: Viewer = facts[actor]
            at, purpose = require_aware(facts["at"]), facts["purpose"]
            with viewing(viewer, at, deed=key if kind == "deed" else "", purpose=purpose):
                place = on(facts)
                require(viewer, deed=key, place=place, purpose=purpose, at=at)
                with _gathering(gathers) as inner:
                    result = function(*args, **kwargs)
                if _is_part(kind, key):
                    return result
                kept = {name: facts[name] for name in keeps if facts.get(name) is not None}
                kept |= {"made_of": sorted(inner)} if gathers else {}
                marks, area = _through(viewer, key, place, purpose, at)
                area = area or (_lies_at(result) if placed else "")
                about = (*subjects(result, facts), *marks)
                ledger.write(ledger.Record(kind, key, viewer.key, purpose, at, area, about, kept))
                return result

        REGISTRY[key] = Registered(key, kind, run)
        return run

    return decorate


def _through(viewer: Viewer, key: str, place: Place, purpose: str, at: datetime) -> tuple[tuple[str, ...], str]:
    """The marks of the glasses that something was read through (`glass:<id>`), and the area of the entry."""
    held = glasses_for(viewer, deed=key, place=place, at=at) if purpose == BREAK_GLASS else []
    areas = [code for grant in held for code in grant.included]
    return tuple(f"glass:{grant.glass}" for grant in held), place.area_code or (areas[0] if areas else "")


def _lies_at(result: object) -> str:
    """Where a thing lies that a deed has placed itself, as a report is."""
    area = getattr(result, "area_code", "")
    return area if isinstance(area, str) else ""


def _check_shape(function: Callable[..., Any], actor: str) -> dict[str, Any]:
    """A deed or look is keyword-only and names actor, moment and purpose; returns the defaults of its arguments."""
    parameters = inspect.signature(function).parameters
    wrong = [name for name, p in parameters.items() if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    lacking = {actor, "at", "purpose"} - set(parameters)
    if wrong or lacking:
        raise TypeError(
            f"{function.__qualname__}: keyword-only with {actor}, at, purpose; wrong {wrong}, lacking {lacking}"
        )
    return {name: p.default for name, p in parameters.items() if p.default is not inspect.Parameter.empty}
