"""LP and MPS files of a model, for other solvers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.solve.output_file import write_through

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network


def write_model(instance: Instance, network: Network, formulation: Formulation, kind: str, path: Path) -> None:
    """Write the model of an instance with the names of its variables and constraints.

    Parameters
    ----------
    instance, network, formulation
        What is built.
    kind
        ``lp`` or ``mps``.
    path
        The file.
    """
    model = formulation.build(instance, network)

    def write(temporary: Path) -> None:
        # Pyomo tells the format from the name's ending.
        model.write(str(temporary), io_options={"symbolic_solver_labels": True})

    write_through(path, f".{kind}", write)
