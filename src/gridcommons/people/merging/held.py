"""What merging holds of a person, as they are told it: that two rows became one, when and why."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.people.merging.models import Join
from gridcommons.people.rights.registry import Asker, Duty, Held, owes
from gridcommons.territory.succession import ZONE

_WHAT, _DESK = (
    Words("两条登记合并为一条", "two rows joined into one"),
    Words("窗口核实后办理", "by the desk, after a check"),
)
_WHY = Words("同一居民只留一份登记", "to hold one row of one person")


def tell(asker: Asker) -> Iterator[Held]:
    """Each join that stands, with the reason that the desk gave."""
    for row in Join.objects.filter(kept_id=asker.person_id, undone_at__isnull=True).order_by("made_at"):
        yield Held(f"join:{row.pk}", _WHAT, row.reason, _DESK, local_day(row.made_at, ZONE), None, _WHY)


def erase(asker: Asker, thing: str) -> int:
    """A join goes with its person, and not before."""
    mine = Q(kept_id__in=asker.rows) | Q(gone_id__in=asker.rows)
    return Join.objects.filter(mine).delete()[0] if not thing else 0


owes(Duty(Words("合并记录", "joined rows"), tell, erase, key="merging"))
