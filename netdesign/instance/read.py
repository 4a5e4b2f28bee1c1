"""Reading an instance: from files to a document to frozen data, with all faults at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from netdesign.errors import Fault, InstanceError, UsageError, did_you_mean
from netdesign.instance.document import FILE_NAME, FORMAT, read_yaml
from netdesign.instance.faults import FaultList, document_faults, valueless
from netdesign.instance.files import NOT_ORDINARY, one_reading
from netdesign.instance.override import apply_overrides
from netdesign.instance.published.formats import has_units
from netdesign.instance.published.guess import guessed_format
from netdesign.instance.published.opening import in_other_format, read_published
from netdesign.instance.published.reading import OWN_FORMAT, Reading, Source
from netdesign.instance.resolve import check_has_stages, resolve_instance
from netdesign.instance.resolve_stages import BASE, TREE, resolve_stages
from netdesign.instance.schema import InstanceDocument
from netdesign.instance.sense import odd_things
from netdesign.instance.tables import load_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netdesign.instance.data import Instance
    from netdesign.instance.document import Located
    from netdesign.instance.files import Files
    from netdesign.instance.staged import StagedInstance

OWN = Reading()
"""A folder or file of netdesign's own."""


def read_instance(path: Path | Source, overrides: Sequence[str] = (), reading: Reading = OWN) -> Instance:
    """Read an instance from a folder with ``instance.yaml``, from a YAML file, or from a file in a published format.

    Parameters
    ----------
    path
        Folder or file, or an instance that was read before.
    overrides
        ``path=value`` each, applied before validation.
    reading
        Format and options of its reader.

    Raises
    ------
    InstanceError
        Everything that the data alone shows to be wrong.
    UsageError
        An override that leads nowhere, or an option that the format does not take.
    """
    source = read_source(path, overrides, reading)
    document = validated(source)
    instance = resolve_instance(document, source.matrices, source.located)
    warnings = _odd_things(document, instance, source, reading)
    return instance.replace(digest=source.digest, files=source.files, warnings=warnings)


def read_staged(
    path: Path | Source, overrides: Sequence[str] = (), reading: Reading = OWN, scenario: str = BASE
) -> StagedInstance:
    """Read an instance with years.

    Parameters
    ----------
    path, overrides, reading
        As ``read_instance`` takes them.
    scenario
        ``base``, ``tree``, or the name of a scenario of the file.

    Raises
    ------
    InstanceError
        Everything that the data alone shows to be wrong.
    UsageError
        As ``read_instance``; the instance is of one year, or has not the scenario or tree.
    """
    source = read_source(path, overrides, reading)
    document = validated(source)
    if document.stages is None:
        faults = FaultList(source.located)
        check_has_stages(document, faults)
        faults.raise_if_any()
        message = (
            "timing: is for instances over several years, and this one is of one; `netdesign solve` answers it, and a "
            "block `stages` gives it years"
        )
        raise UsageError(message)
    known = (BASE, *document.stages.scenarios)
    if scenario == TREE and not document.tables.tree:
        message = f"{document.name} has no tree; leave --tree out, or give it a tree table"
        raise UsageError(message)
    if scenario not in (*known, TREE):
        allowed = f"{', '.join(known)}{did_you_mean(scenario, known)}"
        message = f"--scenario {scenario}: there is no such scenario; allowed: {allowed}"
        raise UsageError(message)
    staged = resolve_stages(document, source.matrices, source.located, scenario)
    warnings = _odd_things(document, staged.base, source, reading)
    return replace(staged, base=staged.base.replace(digest=source.digest, files=source.files, warnings=warnings))


def _odd_things(document: InstanceDocument, instance: Instance, source: Source, reading: Reading) -> tuple[Fault, ...]:
    """Return the warnings of a sound instance; figures of the literature are abstract, so none is unlikely."""
    if not has_units(reading.format_in):
        return tuple(source.located.warnings)
    return odd_things(document, instance, source.matrices, source.located)


def scenarios_in(path: Path | Source, overrides: Sequence[str] = (), reading: Reading = OWN) -> tuple[str, ...]:
    """Return the scenarios of an instance: ``base``, those of the file, and ``tree`` where it has one.

    Raises
    ------
    InstanceError, UsageError
        As ``read_instance``.
    """
    document = validated(read_source(path, overrides, reading))
    scenarios = document.stages.scenarios if document.stages is not None else ()
    return (BASE, *scenarios, *([TREE] if document.tables.tree else ()))


def read_source(path: Path | Source, overrides: Sequence[str] = (), reading: Reading = OWN) -> Source:
    """Read the files of an instance, with the overrides applied, before anything is validated.

    Raises
    ------
    InstanceError, UsageError
        As ``read_instance``.
    """
    source = path.copy() if isinstance(path, Source) else _read_files(path, reading)
    if overrides:
        source.located.raise_if_faulty()
        apply_overrides(source.located, overrides)
    return source


def _read_files(path: Path, reading: Reading) -> Source:
    with one_reading() as files:
        source = _read_own(path, reading, files) if reading.format_in == OWN_FORMAT else read_published(path, reading)
    return replace(source, files=files.paths)


def validated(source: Source) -> InstanceDocument:
    """Return the document of a source, valid by itself.

    Raises
    ------
    InstanceError
        What is wrong with it, the faults of reading included.
    """
    located = source.located
    try:
        document = InstanceDocument.model_validate(located.data)
    except ValidationError as error:
        raise document_faults(error, located) from None
    located.raise_if_faulty(tuple(valueless(located)))
    return document


def _read_own(path: Path, reading: Reading, files: Files) -> Source:
    guessed = guessed_format(path)
    if guessed is not None:
        return read_published(path, replace(reading, format_in=guessed))
    if reading.options:
        option = next(iter(reading.options)).replace("_", "-")
        message = f"--{option} is for files in a published format; name it with --format-in"
        raise UsageError(message)
    file = _file_of(path)
    try:
        located = read_yaml(file, file.name)
        _check_format(located, file.name)
    except InstanceError as error:
        raise in_other_format(file, error, file.name) from None
    matrices = load_tables(located, file.parent)
    names = {file.name} | {place[0] for place in located.places.values()} | {table.file for table in matrices.values()}
    return Source(located, matrices, files.digest((name, file.parent / name) for name in sorted(names)))


def _file_of(path: Path) -> Path:
    if path.is_dir():
        file = path / FILE_NAME
        if not file.is_file():
            message = f"this folder holds no {FILE_NAME}; `netdesign new` makes one to start from"
            raise InstanceError([Fault(str(path), 0, 0, "", message)])
        return file
    if not path.is_file():
        message = "there is no such file or folder; `netdesign instances` lists the bundled ones"
        if path.exists():
            message = f"{NOT_ORDINARY}; name the folder or the YAML file of an instance"
        raise InstanceError([Fault(str(path), 0, 0, "", message)])
    return path


def _check_format(located: Located, shown: str) -> None:
    """Raise an error for a file of another format, instead of listing every key as unknown."""
    data, wanted = located.data, f"write `format: {FORMAT}`"
    if not isinstance(data, dict):
        located.raise_if_faulty()
        message = f"is no block of keys and values, hence no instance; {wanted} and go on from there"
        raise InstanceError([Fault(shown, 1, 0, "", message)])
    found = data.get("format")
    if found == FORMAT or located.is_broken(("format",)):
        return
    if found is None:
        message = f"is missing; {wanted}"
    elif str(found).startswith(("netdesign.result/", "netdesign.timing/")):
        message = "this is a result; an instance is wanted here"
    else:
        message = f"{str(found)[:60]!r} is unknown; {wanted}"
    located.raise_if_faulty((Fault(*located.place(("format",)), "format", message),))
