"""Many networks on a narrow screen, and steps that bounds do not decide."""

from __future__ import annotations

import pytest

import netdesign as nd
from netdesign.report import tables
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
    table = TextTable("Best networks", ["EUR/year", *NAMES], ROWS, is_split=True)
    text = render([], [table])
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if "Best" in line] == ["Best networks"]
    costs = [line for line in lines if line.strip().startswith("cost")]
    assert sum(line.count("532,807,948") for line in costs) == len(NAMES)
    assert len(costs) == len([line for line in lines if line.strip().startswith("against the first")])
    assert (len(costs) == 1) == (width == 300)


def test_a_table_with_room_is_not_split(monkeypatch):
    monkeypatch.setattr(tables, "_width", lambda: 80)
    few = [row[:4] for row in ROWS]
    table = TextTable("Best networks", ["EUR/year", *NAMES[:3]], few)
    split = TextTable("Best networks", ["EUR/year", *NAMES[:3]], few, is_split=True)
    assert render([], [table]) == render([], [split])


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
    found: ResultDocument = nd.solve("tiny").document
    networks = [found.networks[0], found.networks[1].model_copy(update={"termination": ending, "runner_up": None})]
    limits = {"verdict": Verdict.UNDECIDED, "saving_at_least": least, "saving_at_most": most}
    step = found.steps[0].model_copy(update=limits)
    stopped = found.model_copy(update={"networks": networks, "steps": [step], "termination": ending})
    sentence = answer_lines(stopped, Asked((), 1, 1))[0]
    assert sentence == f"Whether a second hub pays is undecided{'' if text.startswith(':') else ' '}{text}"
