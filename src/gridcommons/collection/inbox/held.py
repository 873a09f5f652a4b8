"""What the inbox holds of a person's home, as they are told it: the forms filled in there, and by which office.

What they have erased goes out of these forms too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from gridcommons.access.queries import Post, posts_of
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import Scope
from gridcommons.access.scope import over_all_areas, scoped
from gridcommons.collection.asking import STILL, Question
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.concerning import about_home, answers_kept, words_beside, words_gone
from gridcommons.collection.inbox.erasing import empty_all
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.rules import limits
from gridcommons.collection.inbox.unemptied import chain_key
from gridcommons.collection.visits.held import submissions_at_home
from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.people.facts.held import goes, said_in, said_oneself
from gridcommons.people.rights.registry import CONTEST, Asker, Duty, Held, Left, Meant, owes
from gridcommons.territory.succession import ZONE, area_now

_ALL: Final = Scope(pattern="^")
_WORKER = Words("网格员", "a grid worker")
_WHY = Words("核对记下的信息是否与表单一致", "to check what was written down against the form")
_FORM: Final = "submission:"
_SILENT: Final = frozenset({"note", "calculate", "today", "start", "end", "select_one_from_file"})
_EMPTIED = Words("；已按要求清空部分回答", "; some answers were emptied as asked")
_UNSAID = Words("，工作人员写在旁边的备注和理由也一并删去", ", and what an office had written beside them went along")
_UNREAD: Final[Mapping[str, Words]] = {
    "held": Words("；没有读懂，待工作人员核对", "; it could not be understood and waits for somebody to check it"),
    "aside": Words("；已搁置，不起作用", "; it was set aside and counts for nothing"),
}
_CORRECTED: Final = Words(
    "；已由后来的一份更正，那一份一旦搁置，这一份又会起作用",
    "; a later one corrects it: should that be set aside, this one counts once more",
)
_WAITS: Final = Words(
    "；有回答按要求待清空，谁都看不到其中的内容，由它记下的走访和情况仍起作用",
    "; answers in it wait to be erased and nobody reads it, and what it led to counts still",
)


def tell(asker: Asker) -> Iterator[Held]:
    """The forms about the person and their home, until they are forgotten: which, when, by whom, what was answered.

    What was said is shown back to who said it; of other answers, and of what an office wrote beside them, that it is
    there.
    """
    own = said_oneself(asker)
    ids = said_in(asker) | submissions_at_home(asker) | about_home(asker)
    with scoped(_ALL):
        rows = list(Submission.objects.filter(pk__in=ids, forgotten=False).order_by("-received_at", "id"))
        said, beside, unsaid = answers_kept(rows), words_beside(rows), words_gone(rows)
    posts = posts_of([row.by_key for row in rows])
    for row in rows:
        version, came = one_version(row.version_id), local_day(row.received_at, ZONE)
        until = local_day(row.settled_at, ZONE) + timedelta(days=limits().keep_days) if row.settled_at else None
        theirs = {key: words for (form, key), words in own.items() if form == row.pk}
        ends = (
            _written(beside[row.root]), _EMPTIED if row.erased_at else None, _UNSAID if row.root in unsaid else None,
            _UNREAD.get(row.state),
        )  # fmt: skip
        value = _told(version.questions, said.get(row.pk) or {}, theirs, [end for end in ends if end])
        value = _kept_back(row.empty_by) if row.empty_by else value
        source = _source(posts.get(row.by_key))
        may = frozenset({CONTEST} if _may_be_contested(row) else ())
        yield Held(
            f"{_FORM}{row.pk}", version.form.name, value, source, came, until, _WHY, may, code=row.instance_id,
            desk=_lies(row),
        )  # fmt: skip


def _kept_back(until: date) -> Words:
    """Of a form that waits to be emptied nothing is told but that."""
    return Words(
        f"其中有您或同住人要求删除的回答，程序没能自动清空：现在谁都看不到这份表单的内容，最迟{until}之后全部删除",
        "it holds answers that you or your household had erased and that the program could not empty by itself: nobody "
        f"can read it now, and all of it is deleted after {until}",
    )


def lies(thing: str) -> str:
    """Where a form lies today: those of that place set it aside, wherever the person lives by now."""
    if not thing.startswith(_FORM):
        return ""
    with scoped(_ALL):
        row = Submission.objects.filter(pk=thing.removeprefix(_FORM)).first()
        return _lies(row) if row else ""


def means(thing: str) -> Meant | None:
    """A form as the desk reads it that looks at an objection: which, filled in by which office, when it came."""
    row = Submission.objects.filter(pk=thing.removeprefix(_FORM)).first() if thing.startswith(_FORM) else None
    if row is None:
        return None
    source, counts = _source(posts_of([row.by_key]).get(row.by_key)), row.state != "aside"
    corrected, waits = counts and row.replaced_by, counts and row.empty_by
    ends = _UNREAD.get(row.state), _CORRECTED if corrected else None, _WAITS if waits else None
    said = [source, *(end for end in ends if end)]
    name, came = one_version(row.version_id).form.name, local_day(row.received_at, ZONE)
    value = Words("".join(one.zh for one in said), "".join(one.en for one in said))
    return Meant(name, value, came, counts=counts)


def _may_be_contested(row: Submission) -> bool:
    """Whether it is objected to by itself: not what was set aside or corrected by a later one.

    Nor what waits to be emptied, which nobody can read: it counts still, and its visit and its facts are objected to.
    """
    return row.state != "aside" and not row.replaced_by and not row.empty_by


def _lies(row: Submission) -> str:
    return area_now(row.area_code, row.pk) if row.area_code else ""


def _written(n: int) -> Words | None:
    """That an office wrote something beside it."""
    return Words(f"；工作人员写了{n}条备注或理由", f"; notes of an office beside it: {n}") if n else None


def _source(post: Post | None) -> Words:
    """The office and the role of whoever filled it in, never the name."""
    role = ROLES[post.role].name if post and post.role in ROLES else _WORKER
    office = post.office if post else None
    if office is None:
        return Words(f"{role.zh}填写", f"filled in by: {role.en}")
    return Words(f"{office.name_zh}的{role.zh}填写", f"filled in by: {role.en}, {office.name_en or office.name_zh}")


def _told(
    questions: Iterable[Question], values: Mapping[str, Any], own: Mapping[str, Words | str], ends: Sequence[Words]
) -> Words:  # fmt: skip
    """What was answered: each question, with the answer where the person gave it themselves; then what else is so."""
    lines = [_line(one, own.get(one.fact)) for one in questions if _is_answered(one, values)]
    end = Words("".join(one.zh for one in ends), "".join(one.en for one in ends))
    zh, en = "；".join(line.zh for line in lines), "; ".join(line.en for line in lines)
    return Words(
        f"回答了{len(lines)}项：{zh}{end.zh}" if lines else f"没有回答{end.zh}",
        f"answers to {len(lines)}: {en}{end.en}" if lines else f"no answers{end.en}",
    )


def _line(one: Question, said: Words | str | None) -> Words:
    label = Words(one.label.zh or one.label.en or one.name, one.label.en or one.label.zh or one.name)
    if said is None:
        return label
    words = said if isinstance(said, Words) else Words(said, said)
    return Words(f"{label.zh} {words.zh}", f"{label.en} {words.en}")


def _is_answered(one: Question, values: Mapping[str, Any]) -> bool:
    if one.kind in _SILENT:
        return False
    here: Any = [values]
    for name in one.path.strip("/").split("/"):
        here = [found for each in here if isinstance(each, Mapping) for found in _items(each.get(name))]
    confirmed = values.get(f"{one.name}{STILL}") == "yes"
    return confirmed or any(found not in {None, ""} for found in here if not isinstance(found, Mapping))


def _items(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def erase(asker: Asker, thing: str) -> int:
    """Empty the answers that say what is erased; the forms lie where their senders serve, so they are read by id."""
    going = goes(asker, thing)
    if not going:
        return 0
    with over_all_areas():
        done = empty_all(going, asker.at)
        asker.left.extend(
            Left(chain_key(row), row.empty_by, _lies(row)) for row in done.left if row.empty_by is not None
        )
    return done.number + len(done.left)


owes(Duty(
    Words("外勤表单", "forms from the field"), tell, erase, lies=lies, key="inbox", means=means,
    only_by={_FORM: "inbox.set_aside"},
))  # fmt: skip
