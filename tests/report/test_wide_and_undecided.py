"""Many networks on a narrow screen, and steps that bounds do not decide."""

from __future__ import annotations

import pytest

import netdesign as nd
from netdesign.analysis.call import Call
from netdesign.analysis.problem import load_problem
from netdesign.report import tables
from netdesign.report.alternatives import alternatives_lines
from netdesign.report.answer import answer_text
from netdesign.report.sentences import Asked, answer_lines
from netdesign.report.tables import TextTable, render
from netdesign.results.document import ResultDocument, Verdict
from netdesign.solve.core.outcome import Termination

NAMES = [" + ".join(["LGG", *(f"A{number:02}" for number in range(count))]) for count in range(11)]
ROWS = [["cost", *("532,807,948" for _ in NAMES)], ["against the first", *("-11,004,795" for _ in NAMES)]]


@pytest.mark.parametrize("width", [40, 80, 120, 300])
def test_networks_without_room_come_in_further_tables(width, monkeypatch):
    """Each has the names of the rows; together they have all networks, and no line is broken."""
    monkeypatch.setattr(tables, "_width", lambda: width)
    table = TextTable("Best networks", ["EUR/year", *NAMES], ROWS)
    text = render([], [table])
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if "Best" in line] == ["Best networks"]
    costs = [line for line in lines if line.strip().startswith("cost")]
    assert sum(line.count("532,807,948") for line in costs) == len(NAMES)
    assert len(costs) == len([line for line in lines if line.strip().startswith("against the first")])
    assert (len(costs) == 1) == (width == 300)


def changed_step(
    ending: Termination, verdict: Verdict, saving: float | None, limits: tuple[float | None, float | None]
):
    """Return the result of the small instance with other figures in its first step, whose network ended so."""
    found: ResultDocument = nd.solve("tiny").document
    networks = [found.networks[0], found.networks[1].model_copy(update={"termination": ending, "runner_up": None})]
    figures = {"verdict": verdict, "saving": saving, "saving_at_least": limits[0], "saving_at_most": limits[1]}
    step = found.steps[0].model_copy(update=figures)
    return found.model_copy(update={"networks": networks, "steps": [step], "termination": ending})


@pytest.mark.parametrize(
    ("least", "end"),
    [
        (5_300_000.0, "against B; proven."),
        (5_299_900.0, "against B; proven."),
        (5_290_000.0, "against B; proven, at least EUR 5.29 m."),
    ],
    ids=["the same", "the same as told", "less"],
)
def test_a_proven_saving_is_told_where_it_is_told_otherwise_than_the_saving(least, end):
    found = changed_step(Termination.GAP_REACHED, Verdict.PAYS, 5_300_000.0, (least, 5_300_000.0))
    problem = load_problem("tiny", Call())
    assert answer_lines(found, Asked.of(problem.instance))[0].endswith(end)


@pytest.mark.parametrize(
    ("least", "most", "ending", "text"),
    [
        (None, 6.2e6, Termination.TIME_LIMIT, "so far: against B it saves at most EUR 6.20 m a year, if anything."),
        (
            -6.76e6,
            6.2e6,
            Termination.INTERRUPTED,
            "so far: against B it saves at most EUR 6.20 m a year, or costs at most EUR 6.76 m more.",
        ),
        (
            -6.76e6,
            6.2e6,
            Termination.GAP_REACHED,
            "at this gap: against B it saves at most EUR 6.20 m a year, or costs at most EUR 6.76 m more.",
        ),
        (0.0, 5.0, Termination.GAP_REACHED, "at this gap: against B it saves at most EUR 5.00 a year, or is no worse."),
        (
            -6.76e6,
            None,
            Termination.TIME_LIMIT,
            "so far: against B it costs at most EUR 6.76 m more, and may save more than is known.",
        ),
        (None, None, Termination.TIME_LIMIT, ": the search stopped before its bounds could say anything."),
    ],
)
def test_an_undecided_step_says_what_it_may_save_and_cost(least, most, ending, text):
    stopped = changed_step(ending, Verdict.UNDECIDED, 53000.0, (least, most))
    sentence = answer_lines(stopped, Asked((), 1, 1))[0]
    assert sentence == f"Whether a second hub pays is undecided{'' if text.startswith(':') else ' '}{text}"


@pytest.mark.parametrize(
    ("verdict", "saving", "text"),
    [
        (Verdict.NEEDED, None, "A second hub is needed: no network with 1 is feasible; the {} is B + D."),
        (
            Verdict.DOES_NOT_PAY,
            -9e3,
            "A second hub does not pay: the {}, B + D, costs EUR 9,000 a year more than B; proven.",
        ),
        (Verdict.DOES_NOT_PAY, 0.0, "A second hub does not pay: the {}, B + D, costs the same as B; proven."),
    ],
)
def test_a_network_that_is_not_proven_is_not_called_the_best(verdict, saving, text):
    for ending, best in ((Termination.OPTIMAL, "best"), (Termination.TIME_LIMIT, "best found so far")):
        changed = changed_step(ending, verdict, saving, (None, None))
        assert answer_lines(changed, Asked((), 1, 1))[0] == text.format(best)


def test_the_best_with_one_number_of_hubs_is_called_so_where_that_is_proven():
    found: ResultDocument = nd.solve("tiny", hubs=2).document
    for ending, best in ((Termination.OPTIMAL, "best network"), (Termination.TIME_LIMIT, "best network found so far")):
        networks = [found.networks[-1].model_copy(update={"termination": ending})]
        lone = found.model_copy(update={"networks": networks, "steps": []})
        proven = "; proven" if ending is Termination.OPTIMAL else ""
        assert answer_lines(lone, Asked((), 1, 1))[0] == f"The {best} with 2 hubs is B + D, EUR 0.35 m a year{proven}."


@pytest.mark.parametrize(
    ("verdict", "limits", "text"),
    [
        (
            Verdict.UNDECIDED,
            (None, 6.2e6),
            "Whether {} pays is undecided so far: against B it saves at most EUR 6.20 m",
        ),
        (Verdict.UNDECIDED, (None, None), "Whether {} pays is undecided: the search stopped before its bounds could"),
        (Verdict.DOES_NOT_PAY, (None, 0.0), "{} does not pay: no network with it can be better than B; proven by"),
    ],
)
def test_numbers_that_were_searched_as_one_are_named_as_they_were_asked(verdict, limits, text):
    changed = changed_step(Termination.TIME_LIMIT, verdict, None, limits)
    for numbers, hub in ((None, "a second hub"), ((1, 59), "a network of 2 to 59 hubs")):
        line = answer_lines(changed.model_copy(update={"searched_as_one": numbers}), Asked((), 1, 1))[0]
        assert line.casefold().startswith(text.format(hub).casefold())


@pytest.mark.parametrize(
    ("ending", "bound", "text"),
    [
        (Termination.OPTIMAL, 347e3, "No other network of 1 to 3 hubs costs less; proven."),
        (Termination.TIME_LIMIT, 340e3, "No network of 1 to 3 hubs costs less than EUR 0.34 m a year; proven."),
    ],
)
def test_numbers_that_were_searched_as_one_are_said_to_be_in_the_answer(ending, bound, text):
    """No note says so with --quiet; and the table has no network for each number."""
    found: ResultDocument = nd.solve("tiny", max_new=1).document
    last = found.networks[-1].model_copy(update={"termination": ending, "bound": bound})
    as_one = found.model_copy(update={"networks": [found.networks[0], last], "searched_as_one": (1, 3)})
    asked = Asked((), 1, 1)
    assert answer_lines(as_one, asked)[-1] == text
    assert "\nToday's network, and the best of 1 to 3 hubs\n" in answer_text(as_one, asked)
    alone = as_one.model_copy(update={"networks": [last], "steps": []})
    assert "\nBest network of 1 to 3 hubs\n" in answer_text(alone, asked)
    unknown = alone.model_copy(
        update={"networks": [last.model_copy(update={"termination": "time_limit", "bound": None})]}
    )
    assert answer_lines(unknown, asked)[-1] == "Nothing is proven of the other networks of 1 to 3 hubs."
    assert "\nBest network for each number of hubs\n" in answer_text(found, asked)
    assert text not in answer_lines(found, asked)


def test_numbers_of_which_nothing_is_known_share_a_sentence():
    """A number that is decided has its own."""
    found = changed_step(Termination.TIME_LIMIT, Verdict.UNDECIDED, None, (None, None))
    nothing = {"plan": None, "objective": None, "bound": None, "runner_up": None}
    empty = found.networks[1].model_copy(update=nothing)
    networks = [found.networks[0], *(empty.model_copy(update={"hubs": number}) for number in range(2, 6))]
    steps = [
        found.steps[0].model_copy(update={"from_hubs": number, "to_hubs": number + 1, "saving": None})
        for number in range(1, 5)
    ]
    known = {"verdict": Verdict.DOES_NOT_PAY, "saving_at_most": 0.0}
    stopped = found.model_copy(update={"networks": networks, "steps": [steps[0].model_copy(update=known), *steps[1:]]})
    nothing_known = "pays is undecided: the search stopped before its bounds could say anything."
    assert answer_lines(stopped, Asked((), 1, 1)) == [
        "A second hub does not pay: no network with it can be better than B; proven by the bounds.",
        f"Whether a network of 3 to 5 hubs {nothing_known}",
    ]
    stopped = stopped.model_copy(update={"steps": [steps[0], steps[1].model_copy(update=known), *steps[2:]]})
    assert answer_lines(stopped, Asked((), 1, 1))[::2] == [
        f"Whether a second hub {nothing_known}",
        f"Whether a network of 4 to 5 hubs {nothing_known}",
    ]
    lone = stopped.model_copy(update={"networks": networks[1:], "steps": []})
    assert answer_lines(lone, Asked((), 1, 0))[0] == "No network with 2 to 5 hubs was found before the solve stopped."


def test_a_gap_is_held_against_a_saving_alone():
    """What a network costs more is none."""
    found = changed_step(Termination.GAP_REACHED, Verdict.UNDECIDED, -9e3, (-10e3, 5e3))
    last = found.networks[1].model_copy(update={"bound": found.networks[1].objective - 14e3})
    text = answer_text(found.model_copy(update={"networks": [found.networks[0], last]}), Asked((), 1, 1))
    assert next(line.split() for line in text.splitlines() if "gap against" in line)[-2:] == ["-", "-"]


def test_rows_on_the_promise_name_the_streams_that_alone_have_one():
    found: ResultDocument = nd.solve("tiny", max_new=1).document
    text = answer_text(found, Asked((), 1, 1, promised=("inbound",)))
    rows = [line.strip().split("   ")[0] for line in text.splitlines() if "inside" in line or "hours" in line]
    assert rows == [
        "inside the deadline (inbound)",
        "of that inside by at most 2 h",
        "mean hours, order to door (inbound)",
    ]


@pytest.mark.parametrize(
    ("changes", "promised"), [((), ("inbound", "parcels")), (("streams.outbound.deadline_h=60",), ())]
)
def test_streams_without_a_promise_are_seen(changes, promised):
    problem = load_problem("benelux", Call(overrides=changes))
    assert Asked.of(problem.instance).promised == promised


def test_where_none_of_the_numbers_searched_as_one_was_found_all_are_named():
    stopped = {"plan": None, "objective": None, "termination": Termination.TIME_LIMIT, "runner_up": None}
    found: ResultDocument = nd.solve("tiny", hubs=2).document
    networks = [found.networks[-1].model_copy(update=stopped)]
    lone = found.model_copy(update={**stopped, "networks": networks, "steps": [], "searched_as_one": (2, 59)})
    line = "No network with 2 to 59 hubs was found before the solve stopped."
    assert answer_lines(lone, Asked((), 1, 0)) == [line]


@pytest.mark.parametrize(
    ("with_", "same"), [("D", "is the {} of all."), ("E", "is B + E, EUR 7,000 a year dearer; {}.")]
)
@pytest.mark.parametrize("is_proven", [True, False])
def test_a_list_calls_a_network_the_best_where_that_is_proven(with_, same, is_proven):
    found = nd.alternatives("tiny", within="20%", with_=with_).document
    ending = Termination.OPTIMAL if is_proven else Termination.TIME_LIMIT
    so_far = "" if is_proven else " found so far"
    proven = "proven" if is_proven else "proven is a difference between EUR 7,000 and EUR 7,000"
    condition = found.condition
    network = condition.network.model_copy(update={"termination": ending})
    first = found.networks[0]
    best = first.model_copy(update={"network": first.network.model_copy(update={"termination": ending})})
    changed = {
        "networks": [best, *found.networks[1:]],
        "condition": condition.model_copy(update={"network": network}),
    }
    lines = alternatives_lines(found.model_copy(update=changed), Asked((), 1, 1))
    assert lines[0] == f"The best network{so_far} is B + D, EUR 0.35 m a year{'; proven' if is_proven else ''}."
    end = same.format(f"best{so_far}" if with_ == "D" else proven)
    assert lines[2] == f"The best network{so_far} with {with_} {end}"


@pytest.mark.parametrize(
    ("conditions", "line"),
    [
        (
            {"with_": "D"},
            "With D, which the hubs table closes, the best network is B + D, EUR 7,000 a year less than the best "
            "permitted one; proven.",
        ),
        (
            {"with_": "D,E"},
            "With D + E, of which the hubs table closes D, the best network is B + D + E, EUR 65,000 a year dearer "
            "than the best permitted one; proven.",
        ),
    ],
)
def test_a_site_that_only_the_condition_opens_is_said_to_be_closed(conditions, line):
    """The best network is proven of those that are permitted: one that is not may cost less."""
    answer = nd.alternatives("tiny", within="0", set=["hubs.D.status=closed"], **conditions)
    assert line in answer.sentences
    assert "against the best permitted one" in str(answer)


def test_a_site_under_the_size_threshold_is_said_to_be_closed_by_it():
    problem = load_problem("europe", Call())
    assert Asked.of(problem.instance).shut["KTW"] == "the size threshold"


def test_a_condition_without_a_network_so_far_is_said():
    found = nd.alternatives("tiny", with_="E").document
    nothing = {"plan": None, "objective": None, "termination": Termination.TIME_LIMIT}
    network = found.condition.network.model_copy(update=nothing)
    condition = found.condition.model_copy(update={"network": network, "difference": None})
    lines = alternatives_lines(found.model_copy(update={"condition": condition}), Asked((), 1, 1))
    assert lines[-1] == "No network with E was found before the search stopped."
