"""Engines state what they list and no more; an engine that does not keep the protocol is refused by name."""

from dataclasses import replace

import pytest

from netdesign.errors import UsageError
from netdesign.formulation import protocol
from netdesign.instance.policies import Policy
from netdesign.instance.published import formats
from netdesign.solve import engine_record
from netdesign.solve.engine_record import EngineRecord, States
from netdesign.solve.registration import engine_faults, register_engine
from netdesign.solve.registry import ONE_YEAR, STAGED
from tests.formulation.test_model_lp import (
    three_cities_over_years,
    three_cities_with_all_policies,
    without_centres,
    without_services,
)
from tests.support.solving import read_document
from tests.support.staged_strategies import read_staged_document

REGISTRIES = {"one year": ONE_YEAR, "years": STAGED}
ENGINES = [(kind, name) for kind, engines in REGISTRIES.items() for name in engines.names]


@pytest.fixture(scope="module")
def problems(tmp_path_factory):
    """The same three cities, of one year and over years."""
    folder = tmp_path_factory.mktemp("registry")
    document = without_centres(without_services(three_cities_with_all_policies()))
    one_year = read_document(document | {"policies": {}}, folder)
    return {"one year": one_year, "years": read_staged_document(three_cities_over_years(), folder)}


@pytest.mark.parametrize(("kind", "name"), ENGINES)
@pytest.mark.parametrize("policy", Policy)
def test_an_engine_lists_a_policy_or_is_refused_for_it(kind, name, policy, problems, monkeypatch):
    monkeypatch.setattr(protocol, "policies_in_force", lambda instance: frozenset({policy}))
    engines, problem = REGISTRIES[kind], problems[kind]
    base = problem if kind == "one year" else problem.base
    stated = {policy for one in engines[name].states if base.problem in one.problems for policy in one.policies}
    # What is left has other reasons, such as budgets over years.
    refused = (engines.refusal(name, problem) or "").split(", ")
    assert (policy.value in refused) is (policy not in stated)


@pytest.mark.parametrize(("kind", "name"), ENGINES)
def test_no_engine_states_a_policy_that_none_of_us_has_thought_of(kind, name, problems, monkeypatch):
    """A list of all policies would take in the next one, and the engine would ignore it."""
    engines = REGISTRIES[kind]
    fewer = tuple(replace(one, policies=one.policies - {Policy.CAPACITY}) for one in engines[name].states)
    monkeypatch.setitem(engines._records, name, replace(engines[name], states=fewer))
    monkeypatch.setattr(protocol, "policies_in_force", lambda instance: frozenset({Policy.CAPACITY}))
    with pytest.raises(UsageError, match=rf"--engine {name} cannot state .*capacity"):
        engines.choose(name, problems[kind])


def test_auto_says_what_none_can_state(problems, monkeypatch):
    for name in ONE_YEAR.names:
        fewer = tuple(replace(one, policies=frozenset()) for one in ONE_YEAR[name].states)
        monkeypatch.setitem(ONE_YEAR._records, name, replace(ONE_YEAR[name], states=fewer))
    monkeypatch.setattr(protocol, "policies_in_force", lambda instance: frozenset({Policy.CAPACITY}))
    with pytest.raises(UsageError) as caught:
        ONE_YEAR.choose("auto", problems["one year"])
    assert caught.value.message == (
        "no engine can state the problem: enumeration cannot: capacity; decomposition cannot: capacity; "
        "monolithic cannot: capacity; take out policies.capacity: --set KEY=null does so for one call"
    )


@pytest.mark.parametrize(("kind", "name"), ENGINES)
def test_a_bundled_engine_keeps_the_protocol(kind, name):
    record = REGISTRIES[kind][name]
    assert (record.name, record.is_staged) == (name, kind == "years")
    assert engine_faults(record) == []


# Engines of one's own


class Mine:
    def __init__(self, question):
        self.question = question

    def solve(self, search=None):
        return ONE_YEAR["enumeration"].engine(self.question).solve(search)


def record_of(**changes):
    states = ONE_YEAR["enumeration"].states
    return replace(EngineRecord("mine", "my own", Mine, states, engine_record.wherever_it_states), **changes)


@pytest.fixture
def own_engines(monkeypatch):
    """Forget afterwards what a test registers."""
    for engines in REGISTRIES.values():
        monkeypatch.setattr(engines, "_records", dict(engines._records))


@pytest.mark.usefixtures("own_engines")
def test_an_engine_of_ones_own_is_asked_first_and_by_name(problems):
    register_engine(record_of())
    assert ONE_YEAR.names[0] == "mine"
    assert "mine" not in STAGED.names
    choice = ONE_YEAR.choose("auto", problems["one year"])
    assert (choice.name, choice.reason) == ("mine", "it states the problem, and proves soonest")
    assert ONE_YEAR.choose("mine", problems["one year"]).engine is Mine


@pytest.mark.usefixtures("own_engines")
def test_auto_leaves_an_engine_that_is_only_there_if_asked(problems):
    register_engine(record_of(suits=engine_record.only_if_asked))
    assert ONE_YEAR.choose("auto", problems["one year"]).name == "enumeration"
    assert ONE_YEAR.choose("mine", problems["one year"]).reason == "as asked for"


class WithoutSolve:
    def __init__(self, question): ...


class WithoutQuestion:
    def solve(self, search): ...


class SolvesWithoutSearch:
    def __init__(self, question): ...

    def solve(self): ...


NAMES = ", ".join(policy.value for policy in Policy)
BROKEN = {
    "a name of other letters": (
        {"name": "My engine"},
        "engine My engine: name: small letters, digits and hyphens only, a letter first",
    ),
    "a name that is taken": ({"name": "enumeration"}, "engine enumeration: there is an engine of that name"),
    "the name of the choice": ({"name": "auto"}, "engine auto: there is an engine of that name"),
    "no title": ({"title": " "}, "engine mine: title: there is none"),
    "no class": ({"engine": 3}, "engine mine: engine: 3 is no class"),
    "no solve": ({"engine": WithoutSolve}, "engine mine: `engine.solve(search)` is missing"),
    "no question": (
        {"engine": WithoutQuestion},
        "engine mine: `engine` takes (); it should be `engine(question)`",
    ),
    "no search": (
        {"engine": SolvesWithoutSearch},
        "engine mine: `engine.solve` takes (self); it should be `engine.solve(search)`",
    ),
    "a search over years": (
        {"engine": WithoutSolve, "is_staged": True},
        "engine mine: `engine.solve()` is missing",
    ),
    "an estimate of other arguments": (
        {"suits": lambda instance: None},
        "engine mine: `suits` takes (instance); it should be `suits(instance, passed_over)`",
    ),
    "nothing stated": ({"states": ()}, "engine mine: states: a tuple of States is wanted, at least one"),
    "a policy that is none": (
        {"states": (States(ONE_YEAR["enumeration"].states[0].problems, frozenset({"tolls"})),)},
        f"engine mine: states: policies: tolls: no Policy; allowed: {NAMES}",
    ),
    "a problem that is none": (
        {"states": (States(("p-median",), frozenset()),)},
        "engine mine: states: problems: a tuple of Problem is wanted, at least one",
    ),
    "several faults": (
        {"title": "", "refusal": None},
        "engine mine: title: there is none\nengine mine: `refusal(instance)` is missing",
    ),
}


@pytest.mark.usefixtures("own_engines")
@pytest.mark.parametrize(("changes", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_engine_is_refused_by_name(changes, message):
    before = {kind: engines.names for kind, engines in REGISTRIES.items()}
    with pytest.raises(UsageError) as caught:
        register_engine(record_of(**changes))
    assert caught.value.message == message
    assert {kind: engines.names for kind, engines in REGISTRIES.items()} == before


def test_the_help_of_import_names_every_format(netdesign):
    shown = netdesign("import", "--help").out
    assert [name for name in formats.FORMATS if name not in shown] == []


def test_what_is_no_record_is_refused():
    with pytest.raises(UsageError, match=r"engine <class .*Mine'>: it is no EngineRecord"):
        register_engine(Mine)


def test_an_unknown_engine_is_named_with_the_nearest():
    with pytest.raises(UsageError) as caught:
        ONE_YEAR.choose("enumerate", None)
    assert caught.value.message == (
        "engine 'enumerate': allowed: auto, enumeration, decomposition, monolithic; did you mean 'enumeration'?"
    )


def test_the_command_line_takes_the_names_of_the_registry(netdesign):
    for command, engines in (("solve", ONE_YEAR), ("timing", STAGED)):
        shown = " ".join(netdesign(command, "--help").out.split())
        assert f"--engine <{'|'.join(('auto', *engines.names))}>" in shown
    ended = netdesign("solve", "tiny", "--engine", "simplex")
    assert ended.code == 2
    assert "Invalid value for '--engine': 'simplex' is not one of 'auto', 'enumeration'," in ended.err
