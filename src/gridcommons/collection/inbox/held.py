"""What the inbox holds of a person's home, as they are told it: the forms in which something stands that is known.

What they have erased goes out of these forms too. A form is told of by name and day: what it says is told by the facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from gridcommons.access.rules import Scope
from gridcommons.access.scope import over_all_areas, scoped
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.erasing import empty_all
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.rules import limits
from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.people.facts.held import goes, said_in
from gridcommons.people.rights.registry import Asker, Duty, Held, owes
from gridcommons.territory.succession import ZONE

_ALL: Final = Scope(pattern="^")
_FORM = Words("外勤表单原件", "a form as it was sent")
_WORKER = Words("网格员上门填写", "filled in by a grid worker")
_WHY = Words("核对记下的信息是否与表单一致", "to check what was written down against the form")


def tell(asker: Asker) -> Iterator[Held]:
    """The forms in which what is known of the person and their home stands, until they are forgotten."""
    ids = said_in(asker)
    with scoped(_ALL):
        rows = list(Submission.objects.filter(pk__in=ids, forgotten=False).order_by("received_at", "id")) if ids else []
    for row in rows:
        name, came = one_version(row.version_id).form.name, local_day(row.received_at, ZONE)
        until = local_day(row.settled_at, ZONE) + timedelta(days=limits().keep_days) if row.settled_at else None
        what = Words(f"{_FORM.zh}：{name.zh}", f"{_FORM.en}: {name.en}")
        yield Held(f"submission:{row.pk}", what, None, _WORKER, came, until, _WHY)


def erase(asker: Asker, thing: str) -> int:
    """Empty the answers that say what is erased; the forms lie where their senders serve, so they are read by id."""
    going = goes(asker, thing)
    if not going:
        return 0
    with over_all_areas():
        return empty_all(going, asker.at)


owes(Duty(Words("外勤表单", "forms from the field"), tell, erase, key="inbox"))
