"""The bundled model that states the problem of an instance with its policies, and what else one states."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from netdesign import catalogue
from netdesign.errors import UsageError
from netdesign.formulation.protocol import remedy, states_years, to_be_stated
from netdesign.instance.policies import SEVERAL_LINKS, Policy, stated

if TYPE_CHECKING:
    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.instance.blocks import Problem


def stating_model(instance: Instance) -> Formulation:
    """Return the bundled model that states a problem with all policies in force.

    Among several it is one without services, if none are in force, as it filters routes; then where hub links are
    chosen the flow form, which is smaller; then one with most policies.

    Raises
    ------
    UsageError
        No model states the problem, or none with all policies.
    """
    models, in_force = _models_of_one_year(), to_be_stated(instance)
    able = [model for model in models if instance.problem in model.PROBLEMS]
    if not able:
        solved = sorted({str(problem) for model in models for problem in model.PROBLEMS})
        message = f"no model solves {instance.problem}; models solve:\n  " + "\n  ".join(solved)
        raise UsageError(message)

    def preference(model: Formulation) -> tuple[int, bool, bool, int]:
        lacking, is_flow_form = in_force - stated(model.POLICIES), SEVERAL_LINKS in model.POLICIES
        has_services = Policy.SERVICES in model.POLICIES - in_force
        return len(lacking), has_services, instance.chooses_links and not is_flow_form, -len(model.POLICIES)

    found = min(able, key=preference)
    missing = sorted(in_force - stated(found.POLICIES))
    if missing:
        # The call names no model, so the message must not blame one.
        message = f"no model states {instance.problem} with {', '.join(missing)}; "
        raise UsageError(message + _another_problem(instance, models) + remedy(missing, instance))
    return found


def _models_of_one_year() -> list[Formulation]:
    every = (catalogue.load_any_formulation(name) for name in catalogue.models())
    return [cast("Formulation", model) for model in every if not states_years(model)]


def _another_problem(instance: Instance, models: list[Formulation]) -> str:
    """Return advice on the nearest problem that a model states with all policies in force; empty if there is none."""
    in_force = to_be_stated(instance)

    def changes(problem: Problem) -> list[str]:
        return [f"--set problem.{key}={value}" for key, value in problem if value != getattr(instance.problem, key)]

    able = [model for model in models if in_force <= stated(model.POLICIES)]
    nearest = min((changes(problem) for model in able for problem in model.PROBLEMS), key=len, default=None)
    return f"one does with {' '.join(nearest)}; or " if nearest else ""
