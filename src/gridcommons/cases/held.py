"""What cases hold of an account that reported something, as it is told where residents ask; a case itself stays."""

from __future__ import annotations

from collections.abc import Iterator

from gridcommons.cases.models import Case
from gridcommons.cases.transitions import packaged
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matters_as_of
from gridcommons.people.rights.registry import Asker, Duty, Held, owes
from gridcommons.territory.succession import ZONE

_YOU, _FOLLOW = Words("您本人", "yourself"), Words("办理您反映的事", "to deal with what you reported")


def tell(asker: Asker) -> Iterator[Held]:
    """The cases that the account reported: matter, number and state; each has a page of its own."""
    keys = [asker.by.key] if asker.by.user_id else []
    rows = list(Case.objects.filter(parties__overlap=keys).order_by("-reported_at"))
    matters = matters_as_of({(row.edition, row.matter_key) for row in rows})
    for row in rows:
        state = packaged().states[row.state].words
        value = Words(f"{row.number}（{state.zh}）", f"{row.number} ({state.en})")
        since = row.reported_at.astimezone(ZONE).date()
        what = matters[row.edition, row.matter_key].name
        yield Held(f"case:{row.pk}", what, value, _YOU, since, None, _FOLLOW, code=row.number)


def erase(_asker: Asker, _thing: str) -> int:
    """Nothing: words and places of a case go by themselves two years after its end."""
    return 0


owes(Duty(Words("您反映的事", "what you reported"), tell, erase, key="cases"))
