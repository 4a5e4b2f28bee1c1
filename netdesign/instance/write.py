"""Writing an instance as a folder: ``instance.yaml`` with its tables as CSV files beside it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.instance.document import FILE_NAME
from netdesign.instance.new_folder import new_folder
from netdesign.instance.to_plain_data import TABLES, columns_in_use, plain_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.matrices import Matrix
    from netdesign.instance.published.reading import Source


def write_instance(source: Source, folder: Path) -> None:
    """Write a folder that reads as the same instance.

    Parameters
    ----------
    source
        As a reader hands it over.
    folder
        Must not exist.

    Raises
    ------
    InstanceError
        The document is not valid.
    UsageError
        The folder exists or cannot be made.
    """
    document = plain_document(source)
    with new_folder(folder) as made:
        _write_files(document, source, made)


def _write_files(document: dict[str, Any], source: Source, folder: Path) -> None:
    from ruamel.yaml import YAML

    tables = document["tables"]
    for name in TABLES:
        if tables.get(name):
            _write_rows(name, tables[name], folder / f"{name}.csv")
            tables[name] = f"{name}.csv"
    for path, matrix in source.matrices.items():
        block, _, field = path.partition(".")
        file = f"{field}.csv"
        _write_matrix(matrix, folder / file)
        tables[block][field] = file
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # in the order of the document
    with (folder / FILE_NAME).open("w", encoding="utf-8", newline="\n") as file_:
        yaml.dump(document, file_)


def _write_rows(table: str, rows: list[dict[str, Any]], path: Path) -> None:
    columns = columns_in_use(table, rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(["" if row.get(name) is None else row[name] for name in columns])


def _write_matrix(matrix: Matrix, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["", *matrix.destinations])
        for name, values in zip(matrix.origins, matrix.values, strict=True):
            writer.writerow([name, *("" if np.isnan(value) else repr(value) for value in values.tolist())])
