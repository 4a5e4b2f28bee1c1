"""Model files, with a guard around those of the user's: what fails in such a file is told by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from netdesign import catalogue
from netdesign.errors import NetdesignError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan


def load_model(name_or_path: str) -> Formulation:
    """Load a formulation; a failure in a file of the user's is a wrong call, not a defect of ours.

    Raises
    ------
    UsageError
        As the catalogue; later, of a user's file, whatever its functions raise.
    """
    try:
        formulation = catalogue.load_formulation(name_or_path)
    except SystemExit:
        message = f"{name_or_path}: cannot be loaded: it ends the program"
        raise UsageError(message) from None
    if formulation.__name__.startswith("netdesign.models."):
        return formulation
    return cast("Formulation", _UsersModel(formulation, name_or_path))


class _UsersModel:
    """A formulation whose failures are UsageErrors that name its file."""

    def __init__(self, formulation: Formulation, path: str) -> None:
        from netdesign.instance.blocks import Problem
        from netdesign.instance.policies import Policy

        problems = formulation.PROBLEMS
        if not isinstance(problems, tuple) or not problems or not all(isinstance(one, Problem) for one in problems):
            message = (
                f"{path}: PROBLEMS is no tuple of netdesign.instance.blocks.Problem; "
                "see models/multiple_allocation_path.py"
            )
            raise UsageError(message)
        try:
            self.POLICIES = frozenset(Policy(policy) for policy in formulation.POLICIES)
        except (TypeError, ValueError):
            message = f"{path}: POLICIES is no set of policies; allowed: {', '.join(Policy)}"
            raise UsageError(message) from None
        self.PROBLEMS = problems
        self.TITLE = str(formulation.TITLE)
        self.__name__ = formulation.__name__
        self._formulation, self._path = formulation, path

    def build(self, instance: Instance, network: Network) -> Any:
        """Build the model, which must have what an engine asks of it."""
        from pyomo.environ import ConcreteModel, Objective

        model = self._called("build", lambda: self._formulation.build(instance, network))
        objectives = model.component_data_objects(Objective, active=True) if isinstance(model, ConcreteModel) else ()
        if not any(True for _ in objectives) or not hasattr(model, "hub_open"):
            message = f"{self._path}: build should return a pyomo ConcreteModel with hub_open and an objective"
            raise UsageError(message)
        return model

    def read_plan(self, model: Any) -> Plan:
        """Read the plan."""
        return cast("Plan", self._called("read_plan", lambda: self._formulation.read_plan(model)))

    def _called(self, name: str, function: Callable[[], Any]) -> Any:
        try:
            return function()
        except NetdesignError:
            raise
        except Exception as error:
            message = f"{self._path}: {name} fails: {type(error).__name__}: {error}"
            raise UsageError(message) from error
