"""The block on failures is read, comes back from every format, and says how often each thing fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netdesign import catalogue
from netdesign.instance import read_instance
from netdesign.instance.failures import Failures, Outage, OutKind
from netdesign.instance.published.reading import Reading
from tests.support.small_instances import ROADS

if TYPE_CHECKING:
    from pathlib import Path

STATED = """\
failures:
  days: 7
  surge_share: 0.5
  lanes_per_year: 0.3
  rates:
    - {hub: A, per_year: 0.1}
    - {from: X, to: G, per_year: 0.4}
    - {from: X, to: A, per_year: 0}
tables:
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "instance.yaml").write_text(ROADS.replace("tables:\n", STATED), encoding="utf-8")
    return tmp_path


def test_what_is_left_out_is_as_usual(folder):
    failures = read_instance(folder).failures
    assert failures is not None
    assert (failures.days, failures.surge_share) == (7, 0.5)
    assert failures.unserved_penalty_eur_per_t == Failures().unserved_penalty_eur_per_t == 12_000


def test_an_own_rate_goes_before_that_of_the_kind(folder):
    failures = read_instance(folder).failures
    rates = {
        ("A",): (OutKind.HUB, 0.1),
        ("X",): (OutKind.HUB, 0.02),
        ("G", "X"): (OutKind.LANE, 0.4),
        ("G", "A"): (OutKind.LANE, 0.3),
        ("A", "X"): (OutKind.INTER_HUB, 0),
    }
    for ends, (kind, rate) in rates.items():
        assert failures.per_year(Outage(kind, ends)) == rate


def test_an_instance_need_not_state_failures(tmp_path):
    (tmp_path / "instance.yaml").write_text(ROADS, encoding="utf-8")
    assert read_instance(tmp_path).failures is None


@pytest.mark.parametrize(("form", "ending"), [("excel", "xlsx"), ("graphml", "graphml"), ("nodelink", "json")])
def test_failures_come_back_from_every_format(folder, netdesign, form, ending):
    file = folder / f"x.{ending}"
    assert netdesign("export", str(folder), str(file), "--to", form).code == 0
    assert read_instance(file, (), Reading(form)).failures == read_instance(folder).failures


@pytest.mark.parametrize("name", ["europe", "europe-linear", "europe-centres"])
def test_the_european_instances_state_failures(name):
    assert read_instance(catalogue.find_instance(name)).failures == Failures()
