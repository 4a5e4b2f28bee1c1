"""Each point of a grid over two figures is the best network there, as brute force finds it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

import netdesign as nd
from netdesign.analysis.tipping import find_tipping_points
from netdesign.analysis.tipping_call import TippingCall
from netdesign.analysis.tipping_grid import grid_values
from netdesign.analysis.verify import verify
from netdesign.instance.ranges import FigureRange
from netdesign.results.tipping_document import TippingDocument
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, silent
from tests.analysis.test_runner_up import wide
from tests.analysis.test_sweep import agree, ranked_small
from tests.analysis.test_tipping import moved
from tests.support.solving import written

if TYPE_CHECKING:
    from pathlib import Path

TINY = ("volume_factor=0.5:4", "road.speed_kmh=60:110")


def agree_on_small(seed: int, folder: Path) -> int:
    """Compare all points of a draw; return how many networks are best at some point."""
    draw = Random(f"grid {seed}")
    document = wide(f"grid {seed}", sites=draw.randint(3, 4))
    hub = draw.choice(document["tables"]["hubs"])["id"]
    first, second = f"hubs.{hub}.fixed_cost_eur_per_year", draw.choice(["volume_factor", "factors.inter_hub"])
    ends = draw.uniform(0.1, 0.8), draw.uniform(1.1, 3.0)
    grid = (f"{first}=0:{draw.randint(5_000, 20_000)}", f"{second}={ends[0]!r}:{ends[1]!r}")
    with written(document, folder):
        call = TippingCall(grid=grid, steps=draw.randint(2, 4))
        _, found = find_tipping_points(str(folder), call, Watch(SolveLimits(relative_gap=1e-9)))
        assert verify(str(folder), found)[0].contradictions == ()
    assert len(found.grid.points) == call.steps**2
    for point in found.grid.points:
        agree(point, ranked_small(moved(moved(document, first, point.values[0]), second, point.values[1])))
    return len({tuple(point.open_hubs) for point in found.grid.points})


def test_points_are_those_of_brute_force(tmp_path):
    assert max(agree_on_small(seed, tmp_path) for seed in range(6)) > 1


@pytest.mark.long
@pytest.mark.parametrize("seeds", [range(first, first + 20) for first in range(6, 106, 20)], ids=str)
def test_points_of_further_draws_are_those_of_brute_force(seeds, tmp_path):
    assert max(agree_on_small(seed, tmp_path) for seed in seeds) > 1


@pytest.fixture(scope="module")
def found():
    """A grid of nine points on the bundled tiny instance."""
    return nd.tipping("tiny", grid=TINY, steps=3)


def test_a_map_has_a_letter_for_each_network(found):
    text = str(found)
    assert "The best network: volume_factor downwards, road.speed_kmh across" in text
    rows = [line.split() for line in text.splitlines()]
    assert ["0.5", "a", "a", "a"] in rows
    assert ["2.25", "b", "c", "b"] in rows
    assert ["4", "d", "c", "d"] in rows
    assert ["a", "B", "3"] in rows
    assert found.sentences[1:] == (
        "9 points: B in 3, B + D in 2, B + E in 2, B + D + E in 2; each is proven.",
        "What lies between the points of volume_factor and road.speed_kmh is not looked at.",
    )
    assert [one.values for one in found.grid.figures] == [[0.5, 2.25, 4], [60, 85, 110]]
    assert found.table["road.speed_kmh"] == [60, 85, 110] * 3
    assert found.to_csv().splitlines()[1].startswith("0.5,60.0,B,1,optimal,")


def test_points_are_those_of_solve(found):
    for point in found.grid.points:
        values = dict(zip(("volume_factor", "road.speed_kmh"), point.values, strict=True))
        assert point.objective == pytest.approx(nd.solve("tiny", set=values).objective, rel=1e-9)


def test_ranges_are_those_of_the_instance_where_none_are_typed():
    ranges = [{"path": "volume_factor", "low": 0.5, "high": 4}, {"path": "road.speed_kmh", "low": 60, "high": 110}]
    inst = nd.read("tiny").with_values({"tables.ranges": ranges})
    of_instance = nd.tipping(inst, grid=("volume_factor", "road.speed_kmh"), steps=2).grid
    assert (
        of_instance == nd.tipping("tiny", grid={"volume_factor": (0.5, 4), "road.speed_kmh": (60, 110)}, steps=2).grid
    )


def test_whole_numbers_stay_whole():
    figure = FigureRange(("services.distribution.departures_per_week.min",), 1.0, 1.0, 4.0, is_whole=True)
    assert grid_values(figure, 9) == [1, 2, 3, 4]


def test_a_limit_leaves_points_out(monkeypatch):
    from netdesign.analysis.sweep_rows import RowFinder

    row = RowFinder.row

    def then_stop(self, combination):
        found = row(self, combination)
        self.watch.stopped.set()
        return found

    monkeypatch.setattr(RowFinder, "row", then_stop)
    ended = nd.tipping("tiny", grid=TINY, steps=3)
    assert (ended.termination, len(ended.grid.points), ended.grid.left) == (Termination.INTERRUPTED, 1, 8)
    assert ended.exit_code == 5
    assert "8 points are not solved." in ended.sentences
    assert nd.verify("tiny", ended)


def test_what_is_false_is_contradicted(found):
    data = found.document.model_dump(mode="json")
    data["grid"]["points"][0]["inside"] = 0.5
    data["grid"]["left"] = 1
    texts = verify("tiny", TippingDocument.model_validate(data))[0].contradictions
    assert texts == (
        "termination: states optimal; not all was looked at",
        "grid: left: states 1; combinations without a row: 0",
        "grid: volume_factor = 0.5, road.speed_kmh = 60: inside: states 0.5; the plan gives 0.1",
    )
    other = found.document.model_dump(mode="json")
    other["options"]["steps"] = 4
    texts = verify("tiny", TippingDocument.model_validate(other))[0].contradictions
    assert texts == ("grid: figures: are not those that the call asks for",)


def test_another_engine_proves_each_point(found):
    _, prove = verify("tiny", found.document)
    proof = prove(Watch(SolveLimits()), silent)
    assert (proof.contradictions, proof.proofs) == ((), ("9 rows: each solved again by monolithic",))
