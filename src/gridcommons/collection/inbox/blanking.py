"""One chain of forms emptied of what was erased: in what was sent, in its corrections, in what was understood.

Called inside deeds that hold the rows. What breaks here is caught by whoever calls, who keeps the words from everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.collection.asking import KNOWN, STILL, Question
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.mending import blanked
from gridcommons.collection.inbox.mentioning import ids_named
from gridcommons.collection.inbox.models import Answered, Paper, Remark, Submission
from gridcommons.collection.inbox.papers import BESIDE, Answers, Values, answers_of, tree_of
from gridcommons.collection.intake import household_chosen
from gridcommons.people.crypto import blind_index
from gridcommons.people.keys import fact_keys_folder
from gridcommons.people.rights.finishing import unsay

Homes = dict[str, frozenset[UUID]]
"""By a key the households of which what it asks goes."""
_SHOWN: Final = (KNOWN, f"{KNOWN}_zh", f"{KNOWN}_en")


@dataclass(frozen=True)
class Out:
    """What goes out of a chain of forms, by key: of which households what it says, and what a phone only showed."""

    said: Homes = field(default_factory=dict)
    shown: Homes = field(default_factory=dict)

    def with_more(self, other: Out) -> Out:
        """What goes by either."""
        return Out(_joined(self.said, other.said), _joined(self.shown, other.shown))

    def as_dict(self) -> dict[str, dict[str, list[str]]]:
        """The same as JSON: keys and ids, no value."""
        return {
            name: {key: sorted(one.hex for one in homes) for key, homes in sorted(several.items())}
            for name, several in (("said", self.said), ("shown", self.shown))
        }

    @classmethod
    def of_dict(cls, kept: Mapping[str, Any]) -> Out:
        """The same from JSON."""
        read = ({key: frozenset(map(UUID, ids)) for key, ids in kept.get(name, {}).items()} for name in _NAMES)
        return cls(*read)


_NAMES: Final = ("said", "shown")


def _joined(one: Homes, other: Homes) -> Homes:
    return {key: one.get(key, frozenset()) | other.get(key, frozenset()) for key in one.keys() | other.keys()}


def emptied_chain(rows: Sequence[Submission], out: Out, at: datetime) -> dict[UUID, Values]:
    """Empty the forms of one chain, as they came, of what is said of these homes; what those say now that said it.

    What was corrected into a form about one of them is theirs as well. A form that was filled in for them by mistake
    and corrected to another home leaves that other home its answers.
    """
    theirs, found = dict[str, set[str]](), dict[UUID, Values]()
    for row in reversed(rows):
        keys = theirs.setdefault(row.instance_id, set(theirs.get(row.replaced_by, ())))
        values = _emptied(row, keys, out, at)
        if values is not None:
            found[row.pk] = values
    if found:
        _unsay(rows)
    return found


def _unsay(rows: Sequence[Submission]) -> None:
    """Take the words of remarks and of reasons beside these forms, also where a reason answered an objection.

    Who wrote them, and when, stays.
    """
    Remark.objects.filter(submission__in=rows).exclude(body="").update(body="")
    Paper.objects.filter(submission__in=rows).exclude(reason="").update(reason="")
    unsay({f"submission:{row.pk}" for row in rows})


def _emptied(row: Submission, keys: set[str], out: Out, at: datetime) -> Values | None:
    """Empty one form of what these keys ask, which grow by those of the homes that it names; what it says now, if less.

    None where nothing was said.
    """
    questions = one_version(row.version_id).questions
    changed, last = False, b""
    for paper in Paper.objects.filter(submission=row).order_by("-number"):
        content = bytes(paper.content)
        said = answers_of(tree_of(content), questions)
        keys |= _keys_of(content, said, questions, out.said)
        shown = _keys_of(content, said, questions, out.shown) - keys
        paper.content = blanked(content, [*_paths(questions, keys), *_only_shown(said, questions, shown)])
        last = last or paper.content
        if paper.content != content:
            changed = True
            paper.save(update_fields=["content"])
    if not changed:
        return None
    values = answers_of(tree_of(last), questions).values
    Answered.objects.filter(submission=row).update(values=values)
    if row.erased_at is None:
        row.sha256 = digests(bytes(row.sha256))[0]
    row.erased_at = at
    row.save(update_fields=["sha256", "erased_at"])
    return values


def _keys_of(content: bytes, said: Answers, questions: tuple[Question, ...], homes: Homes) -> set[str]:
    return {key for key, several in homes.items() if _is_of(content, said, questions, several)}


def _paths(questions: Iterable[Question], keys: Collection[str]) -> list[str]:
    """The lines of the questions that ask these keys, with those that show what is known."""
    return [f"{asked.path}{end}" for asked in questions if asked.fact in keys for end in ("", *BESIDE)]


def _only_shown(said: Answers, questions: Iterable[Question], keys: Collection[str]) -> list[str]:
    """The lines in which a phone showed what was known of these keys, where nobody confirmed it."""
    asked = [one for one in questions if one.fact in keys]
    unsaid = [one for one in asked if said.at(one.path) or said.at(f"{one.path}{STILL}") != "yes"]
    return [f"{one.path}{end}" for one in unsaid for end in _SHOWN]


def _is_of(content: bytes, said: Answers, questions: tuple[Question, ...], homes: frozenset[UUID]) -> bool:
    """Whether a paper is about one of these households; where it chooses none, whether it names one anywhere."""
    chosen = household_chosen(said.at, questions)
    return chosen in homes if chosen else not homes.isdisjoint(ids_named(content))


def is_same(held: Submission, sha256: bytes) -> bool:
    """Whether bytes with this hash are what was kept under an id, emptied meanwhile or not."""
    return bytes(held.sha256) in ([sha256] if held.erased_at is None else digests(sha256))


def digests(sha256: bytes) -> list[bytes]:
    """The hash under each key that was in use, the one in use now first."""
    ring = fact_keys_folder().ring()
    keys = [ring.keys[ring.active], *(key for name, key in ring.keys.items() if name != ring.active)]
    return [blind_index(sha256.hex(), key=key) for key in keys]
