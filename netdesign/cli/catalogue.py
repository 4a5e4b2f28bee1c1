"""``netdesign models``, ``instances`` and ``schema``."""

from __future__ import annotations

import json
from inspect import Parameter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netdesign.cli.console import print_answer
from netdesign.cli.sharing import with_parameters
from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


def models() -> None:
    """List the values of --model and --engine.

    The list has the policies that each formulation and engine can state.
    """
    from netdesign import catalogue
    from netdesign.formulation.protocol import states_years
    from netdesign.instance.policies import stated
    from netdesign.report.tables import TextTable, render
    from netdesign.solve.registry import ONE_YEAR, STAGED

    rows = []
    for name in catalogue.models():
        formulation = catalogue.load_any_formulation(name)
        years = ", several years" if states_years(formulation) else ""
        problems = "\n".join(f"{problem}{years}" for problem in formulation.PROBLEMS)
        rows.append([name, formulation.TITLE, problems, ", ".join(sorted(stated(formulation.POLICIES)))])
    engines = [
        [name, registry[name].title, f"{states.allocations}, {years}", ", ".join(sorted(stated(states.policies)))]
        for years, registry in (("one year", ONE_YEAR), ("several years", STAGED))
        for name in registry.names
        for states in registry[name].states
    ]
    columns = frozenset(range(4))
    models = TextTable("Models", ["name", "title", "problems", "policies"], rows, columns)
    print_answer(
        render([], [models, TextTable("Engines", ["name", "title", "allocation", "policies"], engines, columns)])
    )


def instances() -> None:
    """List the bundled instances.

    Their names stand for their paths in every command.
    """
    from netdesign import catalogue
    from netdesign.instance.document import FILE_NAME, read_yaml
    from netdesign.report.tables import TextTable, render

    rows = []
    for name, path in catalogue.instances().items():
        document = read_yaml(path / FILE_NAME if path.is_dir() else path, name).data
        rows.append([name, document.get("title", name), _as_seen_from_here(path)])
    print_answer(render([], [TextTable("Instances", ["name", "title", "where"], rows, frozenset(range(3)))]))


def _as_seen_from_here(path: Path) -> str:
    """Return a path relative to the current folder where it lies inside it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


_SCHEMAS = {
    "result": "result files",
    "alternatives": "result files of alternatives",
    "explanation": "result files of explain",
    "tipping": "result files of tipping",
    "timing_alternatives": "result files of alternatives over years",
    "timing_tipping": "result files of tipping over years",
    "timing_stress": "result files of stress over years",
    "sweep": "result files of sweep",
    "stress": "result files of stress",
    "frontier": "result files of frontier",
    "timing": "result files of timing",
}
"""What has a schema beside instances, by the kind of result; known here without importing the kinds."""


def _option(kind: str) -> str:
    return f"--{kind.replace('_', '-')}"


def _asks_for_kind(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each kind of result."""
    instead = {"result": " instead of instances."}
    annotations = {
        kind: Annotated[bool, typer.Option(_option(kind), help=f"Of {files}{instead.get(kind, ' instead.')}")]
        for kind, files in _SCHEMAS.items()
    }
    parameters = [
        Parameter(kind, Parameter.KEYWORD_ONLY, default=False, annotation=annotation)
        for kind, annotation in annotations.items()
    ]
    return with_parameters(command, parameters)


@_asks_for_kind
def schema(**is_asked: bool) -> None:
    """Print the JSON Schema of instance.yaml or of results.

    Tables as inline rows are included; editors check files against it.
    """
    asked = [kind for kind, is_one in is_asked.items() if is_one]
    if len(asked) > 1:
        *others, last = map(_option, _SCHEMAS)
        message = f"{', '.join(others)} and {last} exclude each other; give one"
        raise UsageError(message)
    if asked:
        from netdesign.results.part import schema_of
        from netdesign.results.result_file import result_kinds

        found = schema_of(result_kinds()[asked[0]])
    else:
        from netdesign.instance.schema import json_schema

        found = json_schema()
    print_answer(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
