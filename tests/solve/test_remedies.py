"""Where no engine states a problem, the message says what to change; and that helps."""

from __future__ import annotations

import pytest

from netdesign.errors import ExitCode
from tests.support.small_instances import SERVICES, STAGES, write_instance

WITHOUT = "; take out services: --set KEY=null does so for one call"
SERVED_STAGES = STAGES.replace("stages:\n", "services: {distribution: {vehicles: [van]}}\nstages:\n", 1) + (
    "  vehicles: [{id: van, payload_t: 1, eur_per_departure: 2}]\n"
)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            ("--set", "problem.objective=longest_time"),
            "no engine can state the problem: enumeration cannot: services; decomposition cannot: objective "
            f"longest_time, services; monolithic cannot: services{WITHOUT}; or --set problem.objective=cost",
        ),
        (
            ("--set", "problem.objective=longest_time", "--engine", "decomposition"),
            f"--engine decomposition cannot state objective longest_time, services{WITHOUT}; or "
            "--set problem.objective=cost",
        ),
        (("--engine", "decomposition"),
         "--engine decomposition cannot state services; take --engine auto, which takes one that can"),
    ],
)  # fmt: skip
def test_services_beside_a_problem_that_no_engine_solves_with_them(call, message, tmp_path, netdesign):
    ended = netdesign("solve", write_instance(tmp_path, SERVICES), *call, "--quiet")
    assert (ended.code, ended.err.splitlines()[-1]) == (ExitCode.USAGE, f"netdesign: {message}")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            ("--tree",),
            "no engine can state the problem: dynamic cannot: services, services beside freight between cities; "
            "configurations cannot: services, services beside freight between cities; decomposition cannot: services; "
            f"monolithic cannot: on a tree services where a city may have several hubs{WITHOUT}",
        ),
        (
            ("--engine", "dynamic"),
            "--engine dynamic cannot state the problem: services, services beside freight between cities; take "
            "--engine auto, which takes one that can",
        ),
        (
            ("--engine", "dynamic", "--set", "problem.allocation=single"),
            "--engine dynamic cannot state the problem: services beside freight between cities; take --engine auto, "
            "which takes one that can",
        ),
    ],
)
def test_services_over_years(call, message, tmp_path, netdesign):
    ended = netdesign("timing", write_instance(tmp_path, SERVED_STAGES), *call, "--quiet")
    assert (ended.code, ended.err.splitlines()[-1]) == (ExitCode.USAGE, f"netdesign: {message}")


@pytest.mark.parametrize("change", ["services=null", "problem.objective=cost"])
def test_what_is_advised_helps(change, tmp_path, netdesign):
    call = ("--set", "problem.objective=longest_time", "--set", change, "--quiet")
    assert netdesign("solve", write_instance(tmp_path, SERVICES), *call).code == ExitCode.ANSWERED
