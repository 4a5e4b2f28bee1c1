"""Read the instance of a call and prepare the problem to solve, with notes that are no warnings."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from netdesign import __version__, catalogue
from netdesign.analysis.stating_model import stating_model
from netdesign.analysis.users_model import load_model
from netdesign.errors import Fault, InstanceError
from netdesign.formulation.protocol import check_can_state, policies_in_force
from netdesign.instance import read_instance
from netdesign.instance.options import apply_hub_options, replaced_policy
from netdesign.instance.policies import Policy
from netdesign.instance.published.formats import FORMATS
from netdesign.instance.published.guess import guess_note, guessed_format
from netdesign.instance.published.reading import OWN_FORMAT, Source
from netdesign.instance.read import read_source
from netdesign.network import build_network, check_routes
from netdesign.solve.core.engine import Question
from netdesign.solve.core.outcome import silent
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netdesign.analysis.call import AnyCall, Call
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.instance.blocks import Problem
    from netdesign.instance.published.reading import Named
    from netdesign.network import Network
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress


@dataclass(frozen=True)
class SolveProblem:
    """An instance with the options of a call, its legs, and its formulation.

    ``model`` loads the model file, or a bundled one that states the problem where none was named.

    Parameters
    ----------
    base
        The instance before the options on hubs.
    warnings
        Warnings about the instance.
    stated
        The problem that the instance states; a model that was named may solve another.
    replaced
        A note on the policy that an option replaces; None where all stay in force.
    """

    base: Instance
    instance: Instance
    network: Network
    model: Callable[[], Formulation]
    has_users_model: bool
    warnings: tuple[str, ...]
    stated: Problem
    replaced: str | None

    @property
    def formulation(self) -> Formulation:
        """The model, loaded on demand: loading takes a second, and some engines need no model.

        Raises
        ------
        UsageError
            No model states the problem and its policies.
        """
        return self.model()

    @property
    def record(self) -> dict[str, object]:
        """The problem as a result records it."""
        return problem_record(self.instance, self.replaced)

    def question(self, watch: Watch, listen: Callable[[Progress], None] = silent, asked: str = AUTO) -> Question:
        """Return the question that engines answer."""
        return Question(self.instance, self.network, self.model, watch, listen, asked, self.has_users_model)


def load_problem(name_or_path: Named, call: Call) -> SolveProblem:
    """Read an instance, apply the options and find a model that can state it.

    Where the call names a model that does not state the problem of the instance, the model's problem is solved.

    Raises
    ------
    InstanceError, UsageError
        Reading, options, routes or model fail.
    """
    named = None if call.model is None else load_model(call.model)
    read = read_named(name_or_path, call)
    if read.has_stages:
        raise _of_several_years(name_or_path, call)
    solved = call.problem or read.problem
    if named is not None and solved not in named.PROBLEMS:
        solved = named.PROBLEMS[0]
    base = read.replace(problem=solved)
    instance = apply_hub_options(base, call.hub_options)
    if named is not None:
        check_can_state(named, instance)
    network = build_network(instance)
    warnings = warnings_of(read, check_routes(instance, network), is_strict=call.is_strict)
    is_users = named is not None and not named.__name__.startswith("netdesign.models.")

    @cache
    def model() -> Formulation:
        if named is not None:
            return named  # the check above found that it states the problem
        return stating_model(instance)

    replaced = replaced_policy(base, call.hub_options)
    return SolveProblem(base, instance, network, model, is_users, warnings, read.problem, replaced)


def warnings_of(instance: Instance, of_routes: Iterable[Fault], *, is_strict: bool) -> tuple[str, ...]:
    """Return the warnings about an instance and its routes.

    Parameters
    ----------
    instance
        The instance as read.
    of_routes
        Warnings of ``check_routes``.
    is_strict
        Whether warnings are faults.

    Raises
    ------
    InstanceError
        There are warnings, and they are faults.
    """
    found = (*instance.warnings, *of_routes)
    if is_strict and found:
        raise InstanceError(found)
    return tuple(map(str, found))


def _of_several_years(name_or_path: Named, call: Call) -> InstanceError:
    """Return the error for an instance with several years where one year is needed."""
    place = source_named(name_or_path, call).located.place(("stages",))
    message = (
        "the instance is over several years; `netdesign timing` answers when and how large. With --set stages=null the "
        "one year that the file states is solved, without modules and what they cost"
    )
    return InstanceError([Fault(*place, "stages", message)])


def read_named(name_or_path: Named, call: AnyCall) -> Instance:
    """Read the instance of a call, with its format and overrides.

    Raises
    ------
    InstanceError, UsageError
        Reading fails.
    """
    return read_instance(place_of(name_or_path, call), call.overrides, call.reading)


def source_named(name_or_path: Named, call: AnyCall) -> Source:
    """Read the files of a call's instance and apply the overrides, to write them in another format.

    Raises
    ------
    InstanceError, UsageError
        Reading fails.
    """
    return read_source(place_of(name_or_path, call), call.overrides, call.reading)


def place_of(name_or_path: Named, call: AnyCall) -> Path | Source:
    """Return the path of a call's instance; a source that was read already is returned as it is.

    Raises
    ------
    UsageError
        No bundled instance has the name.
    """
    return name_or_path if isinstance(name_or_path, Source) else path_of(name_or_path, call)


def path_of(name_or_path: str, call: AnyCall) -> Path:
    """Return the path of a call's instance.

    Raises
    ------
    UsageError
        No bundled instance has the name.
    """
    return catalogue.find_instance(name_or_path) if call.reading.format_in == OWN_FORMAT else Path(name_or_path)


def problem_record(instance: Instance, replaced: str | None) -> dict[str, object]:
    """Return the problem as a result records it.

    Parameters
    ----------
    instance
        The instance with the options of the call.
    replaced
        The policy on the number of hubs that an option replaces, or None. The policy is then not in force, and the
        option is recorded.
    """
    policies = policies_in_force(instance) - ({Policy.HUB_COUNT} if replaced else set())
    return {**instance.problem.model_dump(mode="json"), "policies": sorted(map(str, policies))}


def versions() -> dict[str, str]:
    """Return the versions of netdesign and the libraries that solve."""
    found = {"netdesign": __version__, "python": platform.python_version()}
    return found | {name: _version(name) for name in ("pyomo", "highspy", "networkx", "numba", "numpy", "scipy")}


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def model_note(problem: SolveProblem) -> str | None:
    """Return a note that the model solves another problem than the instance states, or None."""
    if problem.instance.problem == problem.stated:
        return None
    # Only a model that was named solves something else, and it is loaded already.
    name = problem.formulation.__name__.rsplit(".", 1)[-1]
    return f"--model {name} solves {problem.instance.problem}; the instance states {problem.stated}"


def notes_on(
    problem: SolveProblem | TimingProblem, named: Named, call: AnyCall, *further: str | None
) -> tuple[str | None, ...]:
    """Return the notes on a question, with further ones; None where there is nothing to note."""
    of_instance = problem.replaced, *further, threshold_note(problem.instance)
    of_model = (model_note(problem),) if isinstance(problem, SolveProblem) else ()
    return (*reading_notes(named, call), *of_instance, *of_model)


def reading_notes(named: Named, call: AnyCall) -> tuple[str | None, ...]:
    """Return notes on the reading: a folder that hides a bundled instance, a factor left out."""
    reading, form = call.reading, call.reading.format_in
    notes: tuple[str | None, ...] = ()
    if form == OWN_FORMAT and isinstance(named, str):
        notes = catalogue.shadow_note(named), guess_note(Path(named))
        form = guessed_format(Path(named)) or form
    taken = FORMATS[form].without_alpha if form in FORMATS and reading.alpha is None else ""
    if not taken or any(override.startswith("factors") for override in call.overrides):
        return notes
    return (*notes, f"a {form} file has no inter-hub factor: {taken}; --alpha gives another")


def threshold_note(instance: Instance) -> str | None:
    """Return a note on the sites that the size threshold closes, or None."""
    closed = [site.id for site in instance.sites if site.below_threshold and site.id not in instance.allowed]
    if not closed or instance.minimum_cargo is None:
        return None
    return (
        f"{len(closed)} sites are closed by the size threshold of {instance.minimum_cargo:,.0f} t/year of cargo: "
        f"{', '.join(closed)}; --open names one that may open all the same"
    )
