"""Write the routes of a plan as a Parquet file, through polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.errors import UsageError
from netdesign.io.output_file import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.plan_document import Routes


def write_routes(routes: Routes, path: Path) -> None:
    """Write a row for each route: ids of both ends and of both hubs, the stream, and t/year.

    Raises
    ------
    UsageError
        polars is not installed, or the file cannot be written.
    """
    try:
        import polars
    except ImportError:
        message = "parquet needs polars: pip install 'netdesign[frames]'"
        raise UsageError(message) from None
    # Typed by name, so that a plan without routes has the same columns.
    special: dict[str, Any] = {"volume_t_per_year": polars.Float64, "between": polars.List(polars.String)}
    columns = {name: column for name, column in vars(routes).items() if column is not None}
    frame = polars.DataFrame(columns, schema={name: special.get(name, polars.String) for name in columns})
    write_atomically(path, path.suffix, frame.write_parquet)
