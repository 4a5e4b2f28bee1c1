"""Stress: which networks are looked at, what is drawn, what a result keeps, and what the referee contradicts in it."""

from __future__ import annotations

import math
from threading import Event

import numpy as np
import pytest
from scipy.stats import kstest, truncnorm

import netdesign as nd
from netdesign.analysis.stress.draw_statistics import cvar
from netdesign.analysis.stress.worlds import draw_worlds
from netdesign.instance import read_instance
from netdesign.instance.distribution_rows import DistributionKind
from netdesign.instance.distributions import Distributions, FigureDistribution
from netdesign.instance.published.reading import Reading
from netdesign.results.stress_draws import DrawMethod
from netdesign.solve.core.outcome import Termination
from tests.support.small_instances import ROADS, write_instance

VOLUME = {"path": "volume_factor", "distribution": "lognormal", "sd": 0.5}
FIXED = {"path": "hubs.E.fixed_cost_eur_per_year", "low": 60_000, "high": 140_000}


def drawn(*rows: dict[str, object], **options: object) -> nd.StressAnswer:
    """Return the draws of the bundled tiny instance with these distributions."""
    return nd.stress(nd.read("tiny").with_values({"tables.distributions": list(rows)}), **options)


def test_the_referee_confirms_draws_and_contradicts_others():
    found = drawn(VOLUME, FIXED, draws=50)
    assert found.draws.method is DrawMethod.COMPILED
    assert nd.verify("tiny", found)
    document = found.document
    first = document.draws.networks[0]
    false = first.model_copy(update={"mean": first.mean + 1000})
    draws = document.draws.model_copy(update={"networks": [false, *document.draws.networks[1:]]})
    found.document = document.model_copy(update={"draws": draws})
    [text] = nd.verify("tiny", found).contradictions
    assert text.startswith("draws: B+D: mean: states ")


def test_engines_confirm_the_first_worlds():
    assert nd.verify("tiny", drawn(VOLUME, FIXED, draws=5), prove=True)


def test_all_networks_are_found_and_the_first_is_the_best():
    found = drawn(VOLUME, draws=20)
    assert [one.hubs for one in found.networks] == [("B", "D"), ("B", "E"), ("B",), ("B", "D", "E")]
    assert found.draws.networks[0].difference == 0.0
    assert sum(one.best for one in found.draws.networks) == pytest.approx(1.0)


def test_named_networks_are_looked_at():
    found = drawn(VOLUME, draws=20, networks=["B+E", "B"])
    assert [one.hubs for one in found.networks] == [("B", "E"), ("B",)]
    assert found.document.others_bound is None
    assert nd.verify("tiny", found)


def test_networks_within_a_margin_are_looked_at():
    assert len(drawn(VOLUME, draws=5, within="3%").networks) == 2


def test_figures_that_decide_what_is_late_are_solved():
    speed = {"path": "road.speed_kmh", "low": 60, "high": 110}
    found = drawn(speed, draws=3, most=2)
    assert found.draws.method is DrawMethod.SOLVED
    assert found.draws.why_solved == "what is permitted or late depends on road.speed_kmh"
    assert nd.verify("tiny", found)


def test_ranges_are_drawn_where_no_distribution_is_stated():
    ranges = [{"path": "volume_factor", "low": 0.5, "high": 2}]
    found = nd.stress(nd.read("tiny").with_values({"tables.ranges": ranges}), draws=40)
    [figure] = found.draws.figures
    assert figure.distribution is DistributionKind.UNIFORM
    assert 0.5 <= figure.least < 0.7
    assert 1.8 < figure.largest <= 2.0


def test_an_interruption_keeps_the_worlds_that_are_done():
    stop = Event()

    def listen(progress: object) -> None:
        if "of 500 worlds" in progress.task:
            stop.set()

    found = drawn(VOLUME, draws=500, listen=listen, stop=stop)
    assert found.termination is Termination.INTERRUPTED
    assert 0 < found.draws.worlds < 500
    assert found.exit_code == 5
    whole = drawn(VOLUME, draws=found.draws.worlds)
    assert [one.mean for one in found.draws.networks] == [one.mean for one in whole.draws.networks]
    assert nd.verify("tiny", found)


def test_what_a_limit_left_before_the_first_world_or_network_is_confirmed(tmp_path):
    """No world, and no network at all: the result claims nothing, and says why."""
    answers = []
    for word in ("what each figure does", "best network"):
        stop = Event()
        found = drawn(
            VOLUME, draws=500, listen=lambda told, word=word, stop=stop: word in told.task and stop.set(), stop=stop
        )
        answers.append(found)
        found.save(tmp_path / f"{word}.json")
        for prove in (False, True):
            assert nd.verify("tiny", tmp_path / f"{word}.json", prove=prove)
    assert answers[0].draws.worlds == 0


def test_more_threads_draw_the_same():
    one, two = (drawn(VOLUME, FIXED, draws=200, threads=threads).draws.networks for threads in (1, 2))
    assert one == two


def figures(*kinds: FigureDistribution) -> tuple[FigureDistribution, ...]:
    return kinds


def figure(kind: DistributionKind, **parameters: float) -> FigureDistribution:
    return FigureDistribution((kind.value,), 1.0, kind, **parameters)


ALL = figures(
    figure(DistributionKind.UNIFORM, low=2.0, high=6.0),
    figure(DistributionKind.TRIANGULAR, low=0.0, mode=1.0, high=4.0),
    figure(DistributionKind.NORMAL, mean=3.0, sd=2.0),
    figure(DistributionKind.TRUNCATED_NORMAL, low=-1.0, high=1.0, mean=0.0, sd=1.0),
    figure(DistributionKind.LOGNORMAL, mean=5.0, sd=2.0),
)
MOMENTS = [(4.0, 16 / 12), (5 / 3, 26 / 36), (3.0, 4.0), (0.0, 0.2911), (5.0, 4.0)]
"""Mean and variance of each, by the textbook."""


def test_distributions_have_their_moments_and_ends():
    worlds = draw_worlds(Distributions(ALL), 40_000, 1)
    for column, (mean, variance) in zip(worlds.T, MOMENTS, strict=True):
        assert column.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / 40_000))
        assert column.var() == pytest.approx(variance, rel=0.05)
    assert worlds[:, 0].min() >= 2.0
    assert worlds[:, 3].max() <= 1.0


def test_scores_have_their_correlations():
    both = Distributions(figures(ALL[2], ALL[2]), ((0, 1, 0.6),))
    assert np.corrcoef(draw_worlds(both, 40_000, 2).T)[0, 1] == pytest.approx(0.6, abs=0.02)
    same = draw_worlds(Distributions(figures(ALL[2], ALL[2]), ((0, 1, 1.0),)), 100, 2)
    assert same[:, 0] == pytest.approx(same[:, 1])


def test_the_first_worlds_are_the_same_however_many_are_drawn():
    pairs = Distributions(ALL, ((0, 1, 0.5),))
    assert np.array_equal(draw_worlds(pairs, 1000, 3)[:10], draw_worlds(pairs, 10, 3))
    assert not np.array_equal(draw_worlds(pairs, 10, 3), draw_worlds(pairs, 10, 4))


def test_worlds_do_not_depend_on_which_vectors_the_processor_finds():
    """Three figures that go together alike have two equal eigenvalues, whose vectors are not unique; the root is."""
    correlation, number = 0.4, 3
    normal = FigureDistribution(("a",), 1.0, DistributionKind.NORMAL, mean=0.0, sd=1.0)
    alike = tuple((a, b, correlation) for a in range(number) for b in range(a + 1, number))
    worlds = draw_worlds(Distributions((normal,) * number, alike), 20, 5)
    mean = np.full((number, number), 1 / number)
    root = math.sqrt(1 - correlation) * (np.eye(number) - mean) + math.sqrt(1 + (number - 1) * correlation) * mean
    scores = np.random.Generator(np.random.PCG64(5)).standard_normal((20, number))
    assert worlds == pytest.approx(scores @ root, abs=1e-12)


def test_whole_numbers_stay_whole():
    days = FigureDistribution(("days",), 5.0, DistributionKind.UNIFORM, 5.0, 7.0, is_whole=True)
    values, counts = np.unique(draw_worlds(Distributions((days,)), 30_000, 1)[:, 0], return_counts=True)
    assert values.tolist() == [5.0, 6.0, 7.0]
    # Each is as likely; numbers that are rounded would have the ends half as often.
    assert counts / 30_000 == pytest.approx([1 / 3] * 3, abs=0.015)


@pytest.mark.parametrize(
    ("low", "high"), [(490.0, 590.0), (-300.0, -250.0), (8.0, 9.0), (-9.0, -8.0), (0.5, 3.0), (-2.0, 30.0)]
)
def test_what_is_left_of_a_normal_distribution_is_drawn_however_far_out_it_lies(low, high):
    """Against SciPy's own."""
    far = figure(DistributionKind.TRUNCATED_NORMAL, low=low, high=high, mean=0.0, sd=1.0)
    values = draw_worlds(Distributions((far,)), 20_000, 1)[:, 0]
    assert low <= values.min() < values.max() <= high
    assert kstest(values, truncnorm(low, high).cdf).pvalue > 1e-4


@pytest.mark.parametrize(("level", "value"), [(0.0, 2.5), (0.5, 3.5), (0.75, 4.0), (0.9, 4.0), (0.6, 3.625)])
def test_cvar_is_the_mean_of_the_dearest_worlds(level, value):
    assert cvar(np.array([1.0, 4.0, 2.0, 3.0]), level) == pytest.approx(value)


DRAWN = (
    ROADS
    + """  distributions:
    - {path: volume_factor, distribution: lognormal, sd: 0.5, source: a guess, source_status: assumption}
    - {path: hubs.*.fixed_cost_eur_per_year, low: 0.5, high: 2, relative: true}
  correlations:
    - {first: volume_factor, second: hubs.*.fixed_cost_eur_per_year, correlation: 0.3}
"""
)


@pytest.mark.parametrize(("form", "file"), [("excel", "x.xlsx"), ("graphml", "x.graphml"), ("nodelink", "x.json")])
def test_distributions_come_back_from_every_format(form, file, tmp_path, netdesign):
    folder = write_instance(tmp_path, DRAWN)
    stated = read_instance(folder).distributions
    assert len(stated.figures) > 1
    assert stated.correlations == tuple((0, place, 0.3) for place in range(1, len(stated.figures)))
    assert netdesign("export", folder, tmp_path / file, "--to", form).code == 0
    assert netdesign("import", form, tmp_path / file, tmp_path / "new").code == 0
    for there, reading in ((tmp_path / file, Reading(form)), (tmp_path / "new", Reading())):
        found = read_instance(there, (), reading).distributions
        # What does not apply is nan, which is unlike itself.
        assert repr(found) == repr(stated)


def test_only_what_can_fail_is_named():
    alone = nd.stress("tiny", failures=True, networks=["B"]).sentences
    assert any(line.startswith("Each hub is out in turn, for 14 days") for line in alone)
    two = nd.stress("tiny", failures=True, networks=["B", "B+D"]).sentences
    assert any(line.startswith("Each hub and each leg between hubs is out in turn") for line in two)
