"""The table of the twelve classes in the documents is true: what it names states each class, and agrees on it."""

from __future__ import annotations

import pytest

import netdesign as nd
from netdesign.api.given import Given
from scripts.doc_classes import CLASSES, HUBS, HubClass, engines_of, models_of


def test_there_are_twelve_of_different_names():
    assert len(CLASSES) == 12
    assert {one.problem for one in CLASSES} == {"UMApHMP", "USApHMP", "UMAHLP", "USAHLP", "CMAHLP", "CSAHLP"}
    assert len({one.name for one in CLASSES}) == 12


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.name)
def test_every_model_and_engine_that_is_named_finds_the_same_optimum(one):
    instance = nd.Instance(Given(one.source()))
    models, engines = models_of(one.instance()), engines_of(one.instance())
    assert models
    assert engines[-1] == "monolithic"
    answers = [nd.solve(instance, engine="monolithic", model=model) for model in models]
    answers += [nd.solve(instance, engine=engine) for engine in engines]
    for answer in answers:
        assert answer.objective == pytest.approx(answers[0].objective, rel=1e-6)
        assert answer.bound == pytest.approx(answers[0].objective, rel=1e-6)


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.name)
def test_what_makes_a_class_decides_in_its_instance(one):
    """Without it the optimum is another, so that agreement says something about the class."""
    optimum = nd.solve(nd.Instance(Given(one.source()))).objective
    if one.allocation == "single":
        freer = HubClass(one.objective, "multiple", one.network)
        assert nd.solve(nd.Instance(Given(freer.source()))).objective < optimum
    if one.network == "chosen":
        freer = HubClass(one.objective, one.allocation, "complete")
        assert nd.solve(nd.Instance(Given(freer.source()))).objective < optimum
    if one.objective == "CHLP":
        freer = HubClass("HLP", one.allocation, one.network)
        assert nd.solve(nd.Instance(Given(freer.source()))).objective < optimum
    if one.objective == "pHMP":
        assert one.instance().hub_range == (HUBS, HUBS)
