"""Writes are deeds: every public function of an `actions.py` is one, keyword-only, in a role; nothing goes round them.

The registry, the roles and the syntax trees are held against each other, in both directions.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable, Mapping

import pytest

from gridcommons.access.deeds import REGISTRY, Registered, deed
from gridcommons.access.entries import OWN_LOOKS
from gridcommons.access.roles import PURPOSES, ROLES, Role
from gridcommons.kit.words import Words
from house.sources import (
    NAME,
    Function,
    Module,
    aliases_of,
    dotted,
    is_public,
    modules,
    parts,
    planted,
    rooms,
    top_functions,
    written,
)

DEED, LOOK = f"{NAME}.access.deeds.deed", f"{NAME}.access.deeds.look"
DEEDS, LOOKS = f"{NAME}.access.deeds.deeds", f"{NAME}.access.deeds.looks"
"""The batch forms of a deed and a look: each has the other's key, and is one more function of it."""
NO_DEEDS: dict[str, str] = {}
"""Public functions of an `actions.py` that are no deeds, with the reason. Empty is how it should stay: pure helpers
belong into a file with a name of its own."""
SETS_THE_SCOPE = {f"{NAME}.access.scope", f"{NAME}.access.walls"}
OPENS_A_DEED = {f"{NAME}.access.scope", f"{NAME}.access.deeds"}
OVER_ALL_AREAS = {
    f"{NAME}.collection.inbox.held": "empties the answers of forms that say what a resident erases",
    f"{NAME}.collection.visits.held": "takes back a visit that was none, where its form is kept no longer",
    f"{NAME}.collection.inbox.unemptied": "empties what broke before with its chain, wherever that lies; shows none",
    f"{NAME}.collection.inbox.undoing": "takes back what a form caused that is set aside, wherever the home lies",
    f"{NAME}.people.homes.regridding": "puts who lives behind a door into its right grid, shielded or not; shows none",
    f"{NAME}.collection.inbox.sending": "takes in what belongs to a form that was put away under a shield; shows none",
    f"{NAME}.people.rights.answering": "finds the row that stands for whoever asked and moved away since; shows none",
    f"{NAME}.people.rights.telling": "finds the accounts of a person and a child's guardians, to tell them; shows none",
    f"{NAME}.people.rights.carrying": "lets what a person asked lie with them when they move; shows none",
    f"{NAME}.people.facts.objecting": "names who had all erased as objector nowhere, at former homes too; shows none",
    f"{NAME}.people.homes.sheltering": "keeps away for one under threat what the end of another's shield put back",
}
"""Modules that let a deed go on over all areas, with the reason."""
ACTS_AS_PROGRAM = ("cli", "rehearsal")
"""Parts that may act as the program itself, beside every `tasks.py`: they run on the machine, not for a request."""


def doors(kind: str) -> list[Module]:
    """The `actions.py` or `queries.py` of every part and room."""
    homes = {NAME + "." + home for home in (*parts(), *rooms())}
    return [module for module in modules() if module.name.rpartition(".")[::2] in {(home, kind) for home in homes}]


def guard_of(function: Function, module: Module, *, single: bool = False) -> tuple[str, str]:
    """Which decorator guards a function (deed, look or nothing) and under which key.

    `single`: the batch form of a deed is told apart from the deed.
    """
    known = aliases_of(module)
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and dotted(decorator.func, known) in {DEED, LOOK, DEEDS, LOOKS}:
            key = decorator.args[0] if decorator.args else None
            kind = dotted(decorator.func, known).rpartition(".")[2]
            kind = kind.removesuffix("s") if not single else kind
            return kind, key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
    return "", ""


def undeeds(module: Module) -> list[str]:
    """The public functions of a module of actions that are no deeds, or not keyword-only."""
    found = []
    for function in top_functions(module):
        if not is_public(function.name) or f"{module.part}.{function.name}" in NO_DEEDS:
            continue
        kind, key = guard_of(function, module)
        if kind != "deed" or not key or key.startswith("look."):
            found.append(f"{module.where(function)} {function.name} is no deed")
        if function.args.args or function.args.posonlyargs or function.args.vararg or function.args.kwarg:
            found.append(f"{module.where(function)} {function.name} takes arguments by position or without a name")
    return found


def registry_gaps(roles: Mapping[str, Role], registry: Mapping[str, Registered]) -> list[str]:
    """Keys that a role lists and nothing registers, keys that no role lists, roles with unknown purposes or roles."""
    listed = {key: role.key for role in roles.values() for key in role.deeds}
    return [
        *(
            f"role {role} lists {key}, which nothing does"
            for key, role in sorted(listed.items())
            if key not in registry
        ),
        *(f"{key} is in no role: nobody can do it" for key in sorted(registry) if key not in listed),
        *(f"role {r.key} has the unknown purpose {p}" for r in roles.values() for p in r.purposes - PURPOSES.keys()),
        *(f"role {r.key} may give the unknown role {g}" for r in roles.values() for g in r.may_give - roles.keys()),
    ]


def ways_round(module: Module) -> list[str]:
    """Places that set the scope or open a deed by hand, or act as the program where requests are served."""
    known, found = aliases_of(module), []
    for node in module.nodes:
        if module.name not in SETS_THE_SCOPE and _names_a_setting(node):
            found.append(f"{module.where(node)} speaks to the walls by hand")
        if isinstance(node, ast.Call):
            found += [f"{module.where(node)} {what}" for what in _calls_round(node, known, module)]
    return found


def _names_a_setting(node: ast.AST) -> bool:
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return any(word in text for word in ("app.scope", "app.parties", "app.deed", "app.audit"))


def _calls_round(node: ast.Call, known: Mapping[str, str], module: Module) -> Iterable[str]:
    name = dotted(node.func, known).rpartition(".")[2]
    names = {keyword.arg for keyword in node.keywords}
    with_deed = "deed" in names or (name == "scoped" and len(node.args) > 1)
    if name in {"scoped", "viewing"} and with_deed and module.name not in OPENS_A_DEED:
        yield "opens a deed by hand"
    if name == "over_all_areas" and module.name not in OVER_ALL_AREAS:
        yield "goes on over all areas"
    by_machine = module.part in ACTS_AS_PROGRAM or module.name.endswith(".tasks")
    if name == "program" and dotted(node.func, known).startswith(NAME) and not by_machine:
        yield "acts as the program"
    if name == "Viewer" and _is_true(node, "everywhere") and module.part != "access":
        yield "makes a viewer who sees everything"


def _is_true(node: ast.Call, name: str) -> bool:
    return any(k.arg == name and isinstance(k.value, ast.Constant) and k.value.value is True for k in node.keywords)


@pytest.fixture(scope="module", autouse=True)
def _every_door_is_open() -> None:
    """All actions and queries are imported, so that the registry is whole."""
    for module in [*doors("actions"), *doors("queries")]:
        importlib.import_module(module.name)


def test_every_public_function_of_the_actions_is_a_deed_and_keyword_only() -> None:
    assert [line for module in doors("actions") for line in undeeds(module)] == []


def test_there_are_actions_to_check() -> None:
    assert {"access", "cases", "people"} <= {module.part for module in doors("actions")}


def test_the_registry_holds_the_deeds_that_are_written_down_and_no_others() -> None:
    written_down = {
        (kind, key)
        for module in [*doors("actions"), *doors("queries")]
        for function in top_functions(module)
        for kind, key in [guard_of(function, module)]
        if kind
    }
    own = {(r.kind, r.key) for r in REGISTRY.values() if r.function.__module__.startswith(f"{NAME}.")}
    assert own == written_down


def test_a_deed_has_one_function() -> None:
    keys = [
        guard_of(function, module)[1]
        for module in doors("actions")
        for function in top_functions(module)
        if guard_of(function, module, single=True)[0] == "deed"
    ]
    assert sorted(keys) == sorted(set(keys))


def test_looks_are_named_looks_and_deeds_are_not() -> None:
    assert [r.key for r in REGISTRY.values() if (r.kind == "look") != r.key.startswith("look.")] == []


def test_a_look_at_what_is_one_s_own_is_no_look_by_others_and_no_other_key_begins_like_it() -> None:
    own = {r.key for r in REGISTRY.values() if r.key.startswith("look.own_")}
    assert own - set(OWN_LOOKS) == {"look.own_submission"}, "a worker's own form is about somebody else's home"
    assert set(OWN_LOOKS) - own == {"look.looks_at_me"}


def test_every_listed_deed_exists_and_every_deed_is_listed() -> None:
    assert registry_gaps(ROLES, REGISTRY) == []


def test_nothing_goes_round_the_deeds() -> None:
    assert [line for module in written() for line in ways_round(module)] == []


_HEAD = "from gridcommons.access.deeds import deed, look\n"


@pytest.mark.parametrize(
    "text",
    [
        _HEAD + "def write(*, by, at, purpose): ...",
        _HEAD + "@look('look.x')\ndef write(*, viewer, at, purpose): ...",
        _HEAD + "@deed('look.x')\ndef write(*, by, at, purpose): ...",
        _HEAD + "@deed('x.y')\ndef write(case_id, *, by, at, purpose): ...",
        _HEAD + "@deed('x.y')\ndef write(*, by, at, purpose, **more): ...",
        "from elsewhere import deed\n@deed('x.y')\ndef write(*, by, at, purpose): ...",
    ],
)
def test_a_planted_action_that_is_no_deed_is_found(text: str) -> None:
    assert undeeds(planted("cases.actions", text))


def test_a_deed_and_a_private_function_are_no_finding() -> None:
    text = _HEAD + "@deed('x.y')\ndef write(*, by, at, purpose): ...\ndef _own(a): ..."
    assert undeeds(planted("cases.actions", text)) == []


def test_planted_gaps_between_roles_and_registry_are_found() -> None:
    role = Role(
        "clerk", Words("办事员", "clerk"), frozenset({"case.dream"}), frozenset({"fun"}), may_give=frozenset({"king"})
    )
    known = {"case.file": Registered("case.file", "deed", deed)}
    assert len(registry_gaps({"clerk": role}, known)) == 4


@pytest.mark.parametrize(
    "text",
    [
        "cursor.execute(\"SELECT set_config('app.deed', 'x', true)\")",
        "from gridcommons.access.scope import viewing\nwith viewing(v, at, deed='case.close'): pass",
        "from gridcommons.access.scope import scoped\nwith scoped(s, 'case.close'): pass",
        "from gridcommons.access.identify import program\nviewer = program('page')",
        "from gridcommons.access.rules import Viewer\nviewer = Viewer('x', everywhere=True)",
    ],
)
def test_a_planted_way_round_is_found(text: str) -> None:
    assert ways_round(planted("web.planted", text))
    assert ways_round(planted("web.planted", "from gridcommons.access.scope import viewing\nviewing(v, at)")) == []
