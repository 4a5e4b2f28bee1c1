"""Register formats, models, engines and policies of the user by name, until the program ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdesign import catalogue
from netdesign.analysis.users_model import load_model
from netdesign.api.checked import path_of, takes_one
from netdesign.api.keywords import in_words_of_python
from netdesign.api.policies import add_policy
from netdesign.errors import NetdesignError, UsageError
from netdesign.instance.files import files_being_read
from netdesign.instance.objects import source_of_dict
from netdesign.instance.published.formats import FORMATS, PublishedFormat
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.solve.registration import register_engine as register

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from netdesign.instance.policies import FreightPolicy
    from netdesign.instance.published.reading import Reading, Source
    from netdesign.solve.engine_record import EngineRecord


@in_words_of_python
def register_format(name: str, read: Callable[[Path], Mapping[str, Any]], *, title: str = "") -> None:
    """Register a format that ``format_in`` takes by name.

    Parameters
    ----------
    name
        A name that no other format has.
    read
        Takes the path of a file and returns a dict, as ``Instance.from_dict`` takes it.
    title
        Title for people.

    Raises
    ------
    UsageError
        The name is taken, or ``read`` cannot be called with a path alone.

    Examples
    --------
    >>> import netdesign as nd
    >>> def read_pairs(path):
    ...     rows = [line.split() for line in path.read_text().splitlines()]
    ...     links = [{"from": one, "to": other, "km": km} for one, other, km in rows]
    ...     return nd.read("tiny").to_dict() | {"links": links}
    >>> nd.register_format("pairs", read_pairs)
    """
    _check_name("register_format", name, (OWN_FORMAT, *FORMATS))
    if not takes_one(read):
        message = f"register_format: {name}: read should be a function of one path that returns a dict"
        raise UsageError(message)
    if not isinstance(title, str):
        message = f"register_format: {name}: title {title!r}: give a text"
        raise UsageError(message)

    def read_file(path: Path, reading: Reading) -> Source:
        try:
            document = read(path)
        except NetdesignError:
            raise
        except Exception as error:
            message = f"{path}: the reader of {name} fails: {type(error).__name__}: {error}"
            raise UsageError(message) from error
        # The digest is that of the file, as for every other format.
        return replace(source_of_dict(document), digest=files_being_read().digest([(path.name, path)]))

    FORMATS[name] = PublishedFormat(title or name, read_file)


@in_words_of_python
def register_model(name: str, file: str | Path) -> None:
    """Register a model file that ``model`` takes by name. This runs its Python code.

    Parameters
    ----------
    name
        A name that no other model has.
    file
        A Python file, as docs/write-a-model.md describes it.

    Raises
    ------
    UsageError
        The name is taken, or the file is no model.
    """
    _check_name("register_model", name, (*catalogue.models(), *catalogue.REGISTERED))
    path = path_of("register_model", file)
    load_model(str(path))
    catalogue.REGISTERED[name] = path.resolve()


@in_words_of_python
def register_engine(record: EngineRecord[Any, Any]) -> None:
    """Register an engine: ``engine`` takes its name, and ``auto`` prefers it to the bundled ones.

    Parameters
    ----------
    record
        Name, title, capabilities and class of the engine.

    Raises
    ------
    UsageError
        The record or the engine does not follow the protocol; names the engine and all faults.
    """
    try:
        register(record)
    except (AttributeError, TypeError, ValueError) as error:
        # Such as a class without a signature, or a number in the place of a set.
        message = f"engine {getattr(record, 'name', record)}: the record is none: {error}"
        raise UsageError(message) from None


@in_words_of_python
def register_policy(policy: type[FreightPolicy]) -> None:
    """Register a policy on freight of one's own: instances may have its block under ``policies``.

    What states limits over routes states it, if limits and a charge are all that it is; its rows are stated by engines
    and models that list its name. Everything else refuses it. To register it once more changes nothing.

    Parameters
    ----------
    policy
        A class made from ``FreightPolicy``, with ``NAME``, ``ROWS`` and ``BLOCK``.

    Raises
    ------
    UsageError
        The policy does not keep the protocol; names it and all that is wrong.
    """
    add_policy(policy)


def _check_name(function: str, name: str, taken: tuple[str, ...]) -> None:
    if not isinstance(name, str) or not name.isidentifier():
        message = f"{function}: {name!r}: a name has letters, digits and underscores"
        raise UsageError(message)
    if name in taken:
        message = f"{function}: {name}: is taken; taken are {', '.join(taken)}"
        raise UsageError(message)
