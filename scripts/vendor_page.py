"""Renew what the page and its test hold of others: `python -m scripts.vendor_page`; needs npm.

Every file is taken from a package of the npm registry as it is, at the version that stands here. ``libraries.json`` in
each folder keeps versions, licences and digests; a test holds the files to them. To take a newer version, change it
here, run this, and look at the page.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "netdesign" / "report" / "page" / "vendored"
BROWSER_TESTS = ROOT / "tests" / "browser" / "vendored"


class Package(NamedTuple):
    """A package with its exact version and the one file of it that is kept."""

    name: str
    version: str
    file: str


def _d3(name: str, version: str) -> Package:
    return Package(name, version, f"dist/{name}.min.js")


# In the order in which the page runs them: each needs some of those before it.
WANTED = {
    PAGE: [
        _d3("d3-array", "3.2.5"),
        _d3("d3-path", "3.1.1"),
        _d3("d3-shape", "3.2.1"),
        _d3("d3-geo", "3.1.2"),
        _d3("d3-dispatch", "3.0.2"),
        _d3("d3-selection", "3.0.1"),
        _d3("d3-timer", "3.0.2"),
        _d3("d3-ease", "3.0.2"),
        _d3("d3-color", "3.1.1"),
        _d3("d3-interpolate", "3.0.2"),
        _d3("d3-drag", "3.0.1"),
        _d3("d3-transition", "3.0.2"),
        _d3("d3-zoom", "3.0.1"),
        _d3("topojson-client", "3.1.0"),
        Package("world-atlas", "2.0.2", "countries-50m.json"),
    ],
    BROWSER_TESTS: [Package("axe-core", "4.14.1", "axe.min.js")],
}


def main() -> None:
    """Write all files anew."""
    for folder, packages in WANTED.items():
        folder.mkdir(parents=True, exist_ok=True)
        entries = [_taken(package, folder) for package in packages]
        (folder / "libraries.json").write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def _taken(package: Package, folder: Path) -> dict[str, Any]:
    """Write the file and the licence of a package, and return what is kept about it."""
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        packed = subprocess.run(command, cwd=scratch, check=True, capture_output=True, text=True).stdout.strip()
        with tarfile.open(Path(scratch) / packed) as archive:
            about = json.loads(_member(archive, "package.json"))
            taken = {
                Path(package.file).name: _member(archive, package.file),
                f"{package.name}.LICENSE.txt": _member(archive, "LICENSE"),
            }
    for name, content in taken.items():
        (folder / name).write_bytes(content)
    return {
        "name": package.name,
        "version": about["version"],
        "licence": about["license"],
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in taken.items()},
    }


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(f"package/{name}")
    if member is None:
        message = f"the package has no file {name}"
        raise FileNotFoundError(message)
    return member.read()


if __name__ == "__main__":
    main()
