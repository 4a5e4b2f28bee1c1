"""Read an instance in Python, with the options of ``--format-in``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from netdesign.api.checked import name_or_path, path_of, real_number, together, whole_number
from netdesign.api.given import Given
from netdesign.api.instance import Instance
from netdesign.api.keywords import in_words_of_python
from netdesign.errors import UsageError
from netdesign.instance.published.reading import OWN_FORMAT, Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@in_words_of_python
def read(
    path: str | Path,
    *,
    format_in: str = OWN_FORMAT,
    nodes: int | None = None,
    alpha: float | None = None,
    fixed_costs: str | Path | None = None,
    capacities: str | Path | None = None,
    capacity: float | None = None,
    flows: str | None = None,
    fixed_cost_factor: float | None = None,
    dialect: str | None = None,
) -> Instance:
    """Read an instance from a folder, a file, or by the name of a bundled one.

    Parameters
    ----------
    path
        Folder, file, or name of a bundled instance.
    format_in
        ``netdesign``, or a published format, as ``netdesign import --help`` lists them.
    nodes
        Number of nodes to which a published file is cut.
    alpha
        Inter-hub factor (cab, ap, tr81).
    fixed_costs, capacities
        Files with one number for each node (ap).
    capacity
        Capacity where the file has the word ``capacity`` (cap).
    flows
        Which flows (tr81): ``normalized``, or ``original``.
    fixed_cost_factor
        Multiplier on the fixed costs of hubs and links (tr81).
    dialect
        Of a folder of CSV files (csv): ``comma``, or ``semicolon`` with decimal commas.

    Returns
    -------
    Instance
        Free of faults.

    Raises
    ------
    InstanceError
        All faults that the data alone show.
    UsageError
        There is no such instance, or the format does not take an option.

    Examples
    --------
    >>> import netdesign as nd
    >>> nd.read("tiny").hubs
    ('B', 'D', 'E')
    """
    given = (format_in, nodes, alpha, fixed_costs, capacities, capacity, flows, fixed_cost_factor, dialect)
    checks = (partial(check, option, value) for (option, check), value in zip(_CHECKS.items(), given, strict=True))
    place, *parts = together(partial(path_of, "path", path), *checks)
    return Instance(Given(str(place), Reading(*parts)).read())


def _text(option: str, value: object) -> str | None:
    if value is None and option != "--format-in":
        return None
    if not isinstance(value, str):
        message = f"{option} {value!r}: give a name"
        raise UsageError(message)
    return value


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "--format-in": _text,
    "--nodes": whole_number,
    "--alpha": real_number,
    "--fixed-costs": name_or_path,
    "--capacities": name_or_path,
    "--capacity": real_number,
    "--flows": _text,
    "--fixed-cost-factor": real_number,
    "--dialect": _text,
}
"""What checks the value of each option of a reading, in their order there."""
