"""Load model files; a failure in a file of the user names that file."""

from __future__ import annotations

import logging
import math
import sys
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any, cast

from netdesign import catalogue
from netdesign.errors import NetdesignError, UsageError
from netdesign.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network

_SHOWN = 8
"""How many names a message lists."""


def load_model(name_or_path: str) -> Formulation:
    """Load a formulation; a failure in a file of the user is a UsageError, not an internal error.

    Raises
    ------
    UsageError
        The catalogue refuses the name or file. Later, functions of a user's file raise it for any failure.
    """
    try:
        # Only the answer may go to standard output, so what the file prints goes elsewhere.
        with redirect_stdout(sys.stderr):
            formulation = catalogue.load_formulation(name_or_path)
    except SystemExit:
        message = f"{name_or_path}: cannot be loaded: it ends the program"
        raise UsageError(message) from None
    if formulation.__name__.startswith("netdesign.models."):
        return formulation
    return cast("Formulation", _UsersModel(formulation, name_or_path))


class _UsersModel:
    """A formulation whose failures become UsageErrors that name its file."""

    def __init__(self, formulation: Formulation, path: str) -> None:
        from netdesign.instance.blocks import Problem
        from netdesign.instance.policies import OWN_LIMITS, SEVERAL_LINKS, policy_names

        problems = formulation.PROBLEMS
        if not isinstance(problems, tuple) or not problems or not all(isinstance(one, Problem) for one in problems):
            message = (
                f"{path}: PROBLEMS is no tuple of netdesign.instance.blocks.Problem; "
                "see models/multiple_allocation_path.py"
            )
            raise UsageError(message)
        try:
            self.POLICIES = frozenset(formulation.POLICIES)
        except TypeError:
            self.POLICIES = frozenset({""})
        if not {*policy_names(), OWN_LIMITS, SEVERAL_LINKS} >= self.POLICIES:
            message = f"{path}: POLICIES is no set of policies; allowed: {', '.join(policy_names())}"
            raise UsageError(message)
        self.PROBLEMS = problems
        self.TITLE = str(formulation.TITLE)
        self.__name__ = formulation.__name__
        self.__file__ = path
        self._formulation = formulation

    def build(self, instance: Instance, network: Network) -> Any:
        """Build the model and check that an engine can solve it."""
        sites = (
            f"; hub_open has the sites that may open in the network asked for: {', '.join(instance.allowed[:_SHOWN])}"
        )
        with _warnings_of_sound_models():
            model = self._called("build", lambda: self._formulation.build(instance, network), KeyError, sites)
            self._check(model, instance.allowed)
        return model

    def _check(self, model: Any, allowed: Sequence[str]) -> None:
        """Raise a UsageError where no engine can solve the model."""
        from pyomo.environ import ConcreteModel, Objective

        is_model = isinstance(model, ConcreteModel)
        objectives = list(model.component_data_objects(Objective, active=True)) if is_model else []
        if not objectives or not hasattr(model, "hub_open"):
            message = f"{self.__file__}: build should return a pyomo ConcreteModel with hub_open and an objective"
            raise UsageError(message)
        for fault in _faults(model, objectives, allowed):
            message = f"{self.__file__}: {fault}"
            raise UsageError(message)

    def read_plan(self, model: Any) -> Plan:
        """Read the plan."""
        plan = self._called("read_plan", lambda: self._formulation.read_plan(model))
        if not isinstance(plan, Plan):
            message = f"{self.__file__}: read_plan should return a netdesign.plan.Plan, not {type(plan).__name__}"
            raise UsageError(message)
        return plan

    def _called(
        self, name: str, function: Callable[[], Any], of: type[Exception] | tuple[()] = (), remedy: str = ""
    ) -> Any:
        """Call a function of the file; the message of an ``of`` error ends with the remedy."""
        try:
            with redirect_stdout(sys.stderr):
                return function()
        except NetdesignError:
            raise
        except SystemExit as error:
            if _is_of_the_command_line(error):
                raise
            message = f"{self.__file__}: {name} ends the program"
            raise UsageError(message) from error
        except Exception as error:
            advice = remedy if isinstance(error, of) else ""
            message = f"{self.__file__}: {name} fails: {type(error).__name__}: {error}{advice}"
            raise UsageError(message) from error


@contextmanager
def _warnings_of_sound_models() -> Iterator[None]:
    """Hold back warnings of Pyomo until the model is accepted; a refused model gives one message only."""
    logger, held = logging.getLogger("pyomo"), _Held()
    handlers, logger.handlers = logger.handlers, [held]
    is_passed_on, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.handlers, logger.propagate = handlers, is_passed_on
    with redirect_stdout(sys.stderr):
        for record in held.records:
            logger.handle(record)


class _Held(logging.Handler):
    """Collect log records."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.records.append(record)


def _is_of_the_command_line(error: SystemExit) -> bool:
    """Return whether a signal handler raised the error while the user's code ran."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith("netdesign.cli.")


def _faults(model: Any, objectives: list[Any], allowed: Iterable[str]) -> Iterator[str]:
    """Yield why no engine can solve a model as the file states it."""
    if len(objectives) > 1:
        yield f"the model has {len(objectives)} active objectives: {', '.join(one.name for one in objectives[:_SHOWN])}"
    if not objectives[0].is_minimizing():
        yield f"{objectives[0].name} is maximised; a plan is to have least of it, so minimise"
    yield from _faults_of_hubs(model.hub_open, allowed)
    yield from _faults_of_arrays(model, objectives[0])


def _faults_of_hubs(hub_open: Any, allowed: Iterable[str]) -> Iterator[str]:
    """Check the hub variables, to which an engine adds rows; a fixed one gets two equal bounds instead."""
    from pyomo.environ import Var

    if getattr(hub_open, "ctype", None) is not Var or not hub_open.is_indexed():
        yield "hub_open is no Var with an index of sites"
        return
    lost = [site for site in allowed if site not in hub_open]
    if lost:
        yield f"hub_open has no variable for {', '.join(lost[:_SHOWN])}; every site that may open has one"
    for variable in hub_open.values():
        if variable.fixed:
            if variable.value not in (0, 1):
                yield f"{variable.name} is fixed at {variable.value}; a hub is open (1) or not (0)"
                return
            low, high = variable.bounds
            if (low is not None and variable.value < low) or (high is not None and variable.value > high):
                yield f"{variable.name} is fixed at {variable.value:g}, outside its bounds {low:g} to {high:g}"
                return
            variable.setlb(variable.value)
            variable.setub(variable.value)
            variable.unfix()
        low, high = variable.bounds
        if not variable.is_integer() or low is None or low < 0 or high is None or high > 1:
            yield f"{variable.name} is no 0/1 variable; write domain=Binary"
            return


def _faults_of_arrays(model: Any, objective: Any) -> Iterator[str]:
    """Compile the model once more than needed, so that a fault names its component."""
    from pyomo.common.errors import InfeasibleConstraintException
    from pyomo.environ import Constraint

    from netdesign.solve.lp.from_pyomo import compile_model

    try:
        compiled = compile_model(model)
    except InfeasibleConstraintException:
        return  # infeasible, which is an answer
    except Exception as error:
        for part in (objective, *model.component_data_objects(Constraint, active=True)):
            if _degree(part) not in (0, 1):
                yield f"{part.name} is not linear; an engine solves linear models only"
                return
        yield f"the model cannot be compiled: {' '.join(str(error).split())[:200]}"
        return
    numbers = (compiled.cost, compiled.rows.value, [compiled.offset])
    if not all(math.isfinite(number) for array in numbers for number in array):
        yield "the model has a coefficient that is no finite number"


def _degree(part: Any) -> int | None:
    """Return the degree of an objective or constraint; None where it is no polynomial."""
    try:
        return cast("int | None", (part.body if hasattr(part, "body") else part.expr).polynomial_degree())
    except Exception:
        return None
