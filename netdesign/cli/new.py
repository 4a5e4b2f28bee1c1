"""``netdesign new``: an instance to start one's own from."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netdesign.cli.console import print_message
from netdesign.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN_NAME = re.compile(r"\w[\w.-]*")
_MOST_LETTERS = 80
"""Of a name."""


def new(
    folder: Annotated[
        Path, typer.Argument(metavar="NAME", help="Folder to make, or workbook with --excel.", show_default=False)
    ],
    template: Annotated[
        str,
        typer.Option(
            "--template",
            metavar="NAME",
            help="parcels (by road), vehicles (that leave), air-hub, staged (over years), published (matrices of cost "
            "and flow), or a bundled instance to copy.",
        ),
    ] = "parcels",
    excel: Annotated[bool, typer.Option("--excel", help="Make a workbook instead of a folder.")] = False,
    title: Annotated[
        str | None,
        typer.Option("--title", metavar="TEXT", help="Title; the name if left out.", show_default=False),
    ] = None,
) -> None:
    """Make a small instance to put your own figures into.

    It is a folder, or with --excel a workbook with explanations beside its cells and lists to choose from.
    """
    from netdesign import catalogue
    from netdesign.instance.document import FILE_NAME

    if title is not None and not (title.strip() and title.isprintable()):
        message = f"--title {title!r}: write words without line breaks and control characters"
        raise UsageError(message)
    templates, bundled = catalogue.templates(), catalogue.instances()
    if template not in templates | bundled:
        known = (*templates, *bundled)
        message = f"--template {template}: there is no such template; allowed: {', '.join(known)}"
        raise UsageError(message + did_you_mean(template, known))
    path = (templates | bundled)[template]
    if excel:
        file = folder if folder.suffix.lower() == ".xlsx" else folder.with_name(f"{folder.name}.xlsx")
        _write_workbook(path, file, _name_of(file.resolve().stem), title or file.resolve().stem)
        print_message(f"{file} is made from {template}; fill it in and save it, then: netdesign check {_shown(file)}")
        return
    own_title = title or (None if template in bundled else folder.resolve().name)
    _copy(path, folder, _name_of(folder.resolve().name), own_title, is_bundled=template in bundled)
    if folder.name in bundled:
        print_message(f"note: beside this folder its name means the folder, and not the bundled instance {folder.name}")
    of = "a copy of" if template in bundled else "made from"
    print_message(f"{folder / FILE_NAME} is {of} {template}; change it, then: netdesign check {_shown(folder)}")


def _shown(path: Path) -> str:
    return shlex.quote(str(path))


def _name_of(word: str) -> str:
    """Return a name for the instance in a folder or file."""
    return re.sub(r"[^\w-]+", "-", word)[:_MOST_LETTERS]


def _copy(template: Path, folder: Path, name: str, title: str | None, *, is_bundled: bool) -> None:
    """Copy the files of an instance into a new folder, with a name and a title of its own."""
    from netdesign.instance.document import FILE_NAME
    from netdesign.io.output_file import new_folder

    with new_folder(folder) as made:
        for file in _files_of(template):
            # Without its permissions: the copy must be writable where the installed files are read-only.
            shutil.copyfile(file, made / file.name)
        _fit_readme(made / "README.md", template.name, folder.resolve().name, is_bundled=is_bundled)
        keys = {"name": name} | ({} if title is None else {"title": title})
        yaml = made / FILE_NAME
        yaml.write_text(_with_keys(yaml.read_text(encoding="utf-8"), keys), encoding="utf-8")


def _with_keys(text: str, keys: Mapping[str, str]) -> str:
    """Return the text of an instance with other values of keys that stand at the beginning of a line."""
    for key, value in keys.items():
        quoted = value.replace("'", "''")
        before, _, rest = re.split(rf"(?m)^({key}:.*)$", text, maxsplit=1)
        text = f"{before}{key}: '{quoted}'{rest}"
    return text


def _fit_readme(readme: Path, template: str, name: str, *, is_bundled: bool) -> None:
    """Put the name of a copy in the commands of its README; of a bundled instance add a note."""
    title, line, text = readme.read_text(encoding="utf-8").partition("\n")
    # A name that a shell would change is replaced by a point, which works inside the folder.
    called = name if _PLAIN_NAME.fullmatch(name) else "."
    text = re.sub(rf"\b(netdesign \w+) {template}\b", rf"\1 {called}", text)
    note = (
        f"\nA copy of the bundled `{template}`, made by `netdesign new`. What follows was written of that one and "
        "holds\nas long as the figures are the same; scripts and facts that it may name were not copied.\n"
    )
    readme.write_text(f"{title}{line}{note if is_bundled else ''}{text}", encoding="utf-8")


def _files_of(instance: Path) -> list[Path]:
    """Return the files of an instance, without the folder of facts from which a bundled one is made."""
    return sorted(file for file in instance.iterdir() if file.is_file())


def _write_workbook(template: Path, file: Path, name: str, title: str) -> None:
    """Write an instance as a workbook with a name and a title of its own, and what to do with it."""
    from netdesign.instance.read import read_source
    from netdesign.io.output_file import check_writable
    from netdesign.io.workbook_file import write_excel

    if file.exists() or file.is_symlink():
        message = f"{file}: exists already; name a file that does not"
        raise UsageError(message)
    check_writable(file)
    source = read_source(template)
    document = {**source.located.data, "name": name, "title": title}
    located = replace(source.located, data=document)
    readme = (template / "README.md").read_text(encoding="utf-8")
    called = file.name if _PLAIN_NAME.fullmatch(file.name) else shlex.quote(file.name)
    readme = re.sub(rf"\b(netdesign \w+) {template.name}\b", rf"\1 {called}", readme)
    write_excel(replace(source, located=located), file, _paragraphs(readme))


def _paragraphs(readme: str) -> list[str]:
    """Return the headings and paragraphs of a README, each as one line without its marks."""
    lines: list[str] = []
    for line in readme.splitlines():
        text = line.strip().lstrip("# ").replace("`", "")
        if line.startswith(" ") and lines:
            lines[-1] += f" {text}"
        elif text:
            lines.append(text)
    return lines
