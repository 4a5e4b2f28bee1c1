"""Reading an instance in Python, with the options of ``--format-in``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.api.given import Given
from netdesign.api.instance import Instance
from netdesign.api.options import in_words_of_python
from netdesign.instance.published.reading import OWN_FORMAT, Reading

if TYPE_CHECKING:
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
) -> Instance:
    """Read an instance from a folder, a file, or by the name of a bundled one.

    Parameters
    ----------
    path
        Folder, file, or name of a bundled instance.
    format_in
        ``netdesign``, or a published format, as ``netdesign import --help`` lists them.
    nodes
        Cut a published file to so many nodes (ap, cab).
    alpha
        Inter-hub factor (cab, ap).
    fixed_costs, capacities
        Files with one number a node (ap).
    capacity
        Capacity where the file has the word (cap).

    Returns
    -------
    Instance
        Free of faults.

    Raises
    ------
    InstanceError
        Everything that the data alone shows to be wrong.
    UsageError
        There is no such instance, or the format does not take an option.

    Examples
    --------
    >>> import netdesign as nd
    >>> nd.read("tiny").hubs
    ('B', 'D', 'E')
    """
    costs, limits = (None if file is None else str(file) for file in (fixed_costs, capacities))
    return Instance(Given(str(path), Reading(format_in, nodes, alpha, costs, limits, capacity)).read())
