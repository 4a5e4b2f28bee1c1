"""Reading an instance: files to document to frozen data, with all faults at once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pydantic import ValidationError

from netdesign.errors import Fault, InstanceError
from netdesign.instance.document import read_yaml
from netdesign.instance.faults import document_faults
from netdesign.instance.override import apply_overrides
from netdesign.instance.resolve import resolve_instance
from netdesign.instance.schema import COLUMNS, FORMAT, InstanceDocument
from netdesign.instance.tables import load_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netdesign.instance.data import Instance

FILE_NAME = "instance.yaml"


def read_instance(path: Path, overrides: Sequence[str] = ()) -> Instance:
    """Read an instance from a folder with ``instance.yaml`` or from a YAML file.

    Parameters
    ----------
    path
        Folder or file.
    overrides
        ``path=value`` each, applied before validation.

    Raises
    ------
    InstanceError
        Everything that the data alone shows to be wrong.
    UsageError
        An override that leads nowhere.
    """
    file = _file_of(path)
    located = read_yaml(file, file.name)
    _check_format(located.data, file.name)
    matrices = load_tables(located, file.parent, COLUMNS)
    names = {file.name} | {place[0] for place in located.places.values()} | {table.file for table in matrices.values()}
    digest = _digest(file.parent, names)
    apply_overrides(located, overrides)
    try:
        document = InstanceDocument.model_validate(located.data)
    except ValidationError as error:
        raise document_faults(error, located) from None
    return resolve_instance(document, matrices, located).replace(digest=digest)


def _file_of(path: Path) -> Path:
    if path.is_dir():
        file = path / FILE_NAME
        if not file.is_file():
            message = f"this folder holds no {FILE_NAME}; `netdesign new` makes one to start from"
            raise InstanceError([Fault(str(path), 0, 0, "", message)])
        return file
    if not path.is_file():
        message = "there is no such file or folder; `netdesign instances` lists the bundled ones"
        raise InstanceError([Fault(str(path), 0, 0, "", message)])
    return path


def _check_format(data: object, shown: str) -> None:
    """Say at once when the file is something else, instead of listing every key as unknown."""
    if not isinstance(data, dict):
        raise InstanceError([Fault(shown, 1, 0, "", f"is not an instance; it starts with `format: {FORMAT}`")])
    found = data.get("format")
    if found != FORMAT:
        message = f"{'is missing' if found is None else repr(found) + ' is unknown'}; write `format: {FORMAT}`"
        raise InstanceError([Fault(shown, 1, 0, "format", message)])


def _digest(folder: Path, names: set[str]) -> str:
    """Hash the files as read, each with its name, in order of name."""
    total = hashlib.sha256()
    for name in sorted(names):
        total.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return total.hexdigest()
