"""Tables beside the instance that are wrong: CSV files, matrices, and files that are not where they should be."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from netdesign.instance.schema import COLUMNS
from tests.instance.bad.case import Case, Contents, edited, faults
from tests.instance.bad.instances import DEMAND
from tests.support.small_instances import LEGS, ROADS

HEADER = "origin,destination,volume_t_per_year\n"
DEMAND_COLUMNS = ", ".join(COLUMNS["demand"])
GIVEN_LEGS = LEGS[LEGS.index("  legs:") : LEGS.index("  demand:")]
SEPARATED = "demand.csv:1: its columns are separated by"
HERE = "instance.yaml:25:3: tables.demand"


def table(name: str, text: Contents, *lines: str) -> Case:
    """Return the case of a demand table."""
    instance = edited(LEGS, (DEMAND, "  demand: demand.csv\n"))
    return Case(name, faults(*lines), files={"instance.yaml": instance, "demand.csv": text})


def place(name: str, stated: str, *lines: str, **files: Contents) -> Case:
    """Return the case of a demand table whose name is wrong."""
    instance = edited(LEGS, (DEMAND, f"  demand: {stated}\n"))
    return Case(name, faults(*lines), files={"instance.yaml": instance, **files})


def demand_matrix(name: str, contents: Contents, *lines: str, file: str = "matrix.csv") -> Case:
    """Return the case of a demand matrix."""
    instance = edited(LEGS, (DEMAND, f"  demand_matrix: {{volume_t_per_year: {file}}}\n"))
    return Case(name, faults(*lines), files={"instance.yaml": instance, file: contents})


demand_npz = partial(demand_matrix, file="matrix.npz")


def leg_matrices(name: str, cost: str, time: str, *lines: str) -> Case:
    """Return the case of legs given as matrices."""
    block = "  leg_matrices: {cost_eur_per_t: cost.csv, time_h: time.csv}\n"
    files: dict[str, Contents] = {"instance.yaml": edited(LEGS, (GIVEN_LEGS, block)), "cost.csv": cost}
    return Case(name, faults(*lines), files=files | {"time.csv": time})


class Runs:
    """Leaves a file behind if anybody unpickles it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("ran"),)


def npz(**arrays: Any) -> Contents:
    """Return what writes an .npz file; where origins or destinations are not given they are B and C."""
    return lambda path: np.savez(path, **({"origins": ["B"], "destinations": ["C"]} | arrays))


def packed(**parts: bytes) -> bytes:
    """Return a zip archive of parts that numpy takes for arrays."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, part in parts.items():
            file.writestr(f"{name}.npy", part)
    return archive.getvalue()


def array(values: Any) -> bytes:
    """Return an array as numpy writes it."""
    file = io.BytesIO()
    np.save(file, np.asarray(values))
    return file.getvalue()


def header_of(shape: tuple[int, ...]) -> bytes:
    """Return the header of an array that is not there."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue()


def no_such_file(stated: str) -> str:
    return f"{HERE}: there is no file '{stated}' in the instance's folder"


def outside(stated: str) -> str:
    return f"{HERE}: '{stated}' lies outside the instance's folder; move it inside"


PLACES = [
    place("missing table", "demand.csv", no_such_file("demand.csv")),
    place(
        "misspelt table",
        "demnd.csv",
        f"{no_such_file('demnd.csv')}; did you mean 'demand.csv'?",
        **{"demand.csv": HEADER},
    ),
    place("folder for a table", "demand.csv", no_such_file("demand.csv"), **{"demand.csv": Path.mkdir}),
    place(
        "pipe for a table",
        "fifo.csv",
        f"{HERE}: 'fifo.csv' is no ordinary file; name a CSV file",
        **{"fifo.csv": os.mkfifo},
    ),
    place(
        "table by two dots",
        "../demand.csv",
        outside("../demand.csv"),
    ),
    place(
        "table by absolute path",
        "/etc/passwd",
        outside("/etc/passwd"),
    ),
    place(
        "table by a link that leads out",
        "demand.csv",
        outside("demand.csv"),
        **{"demand.csv": lambda path: path.symlink_to("/etc/passwd")},
    ),
    place(
        "table by a link to itself",
        "demand.csv",
        no_such_file("demand.csv"),
        **{"demand.csv": lambda path: path.symlink_to(path)},
    ),
    place("table with a null byte in its name", '"demand\\0.csv"', no_such_file("demand\\x00.csv")),
    place("table with an endless name", "d" * 5000, no_such_file(f"{'d' * 60}...")),
    place("table without a name", "''", f"{HERE}: is empty; name a file in the instance's folder"),
]

ROWS = [
    table("empty table", "", "demand.csv:1: is empty; the first row names the columns"),
    table("table of commas", ",,\n,,\n", "demand.csv:1: is empty; the first row names the columns"),
    table("header without rows", HEADER, "demand.csv: has no rows under its header"),
    table("column twice", f"{HEADER.strip()},origin\nB,C,1,B\n", "demand.csv:1:4: origin: this column stands twice"),
    table(
        "unknown column",
        f"{HEADER.strip()},notes\nB,C,1,x\n",
        f"demand.csv:1:4: notes: unknown column; allowed: {DEMAND_COLUMNS}; did you mean 'note'?",
    ),
    table("column without a name", f"{HEADER.strip()},\nB,C,1,x\n", "demand.csv:1:4: this column has no name"),
    table(
        "semicolons",
        HEADER.replace(",", ";") + "B;C;1\n",
        "demand.csv:1: its columns are separated by semicolons; save the file with commas",
    ),
    table(
        "rows with too many and too few cells",
        f"{HEADER}B,C,1,2\nB,C\n",
        "demand.csv:2: has 4 cells; the header has 3",
        "demand.csv:3: has 2 cells; the header has 3",
    ),
    table("missing cell", f"{HEADER}B,,1\n", "demand.csv:2:2: destination: is missing"),
    table("NaN in a cell", f"{HEADER}B,C,nan\n", "demand.csv:2:3: volume_t_per_year: nan is not a finite number"),
    table(
        "endless number in a cell",
        f"{HEADER}B,C,{'9' * 500}\n",
        f"demand.csv:2:3: volume_t_per_year: {'9' * 40}... is not a finite number",
    ),
    table("negative cell", f"{HEADER}B,C,-1\n", "demand.csv:2:3: volume_t_per_year: -1 is under 0"),
    table(
        "decimal comma in a cell",
        f'{HEADER}B,C,"1,5"\n',
        "demand.csv:2:3: volume_t_per_year: '1,5' is not a number; write a decimal point and no commas",
    ),
    table("open quote", f'{HEADER}B,"C,1\n', "demand.csv:2: is not CSV: unexpected end of data"),
    table(
        "open quote before further rows",
        f'{HEADER}B,C,1\nC,"B,2\nA,B,3\n',
        "demand.csv:4: is not CSV: unexpected end of data; a quotation mark after line 2 is left open",
    ),
    table("bars", "origin|destination|volume_t_per_year\nB|C|1\n", f"{SEPARATED} bars; save the file with commas"),
    table(
        "line of a spreadsheet program",
        f"sep=,\n{HEADER}B,C,1\n",
        "demand.csv:1: is a line for one program only, no header; take it out and save the file with commas",
    ),
    table("NUL byte", f"{HEADER}B,C,1\0\n", "demand.csv:2: a NUL byte stands here; save the file as plain text"),
    table(
        "UTF-16 without a mark",
        f"{HEADER}B,C,1\n".encode("utf-16-le"),
        "demand.csv:1: is UTF-16; save the file as UTF-8",
    ),
    *(
        table(
            f"number as {written!r}",
            f'{HEADER}B,C,"{written}"\n',
            f"demand.csv:2:3: volume_t_per_year: {written!r} is not a number{remedy}",
        )
        for written, remedy in (
            ("1_000", "; write its digits with nothing between"),
            ("1'000", "; write its digits with nothing between"),
            ("1 000", "; write its digits with nothing between"),
            ("1\xa0000", "; write its digits with nothing between"),
            ("1,000", "; write a decimal point and no commas"),
            ("1.000.000", ""),
            ("\u0663", ""),
            ("\uff15", ""),
            ("\u22125", ""),
            ("5%", "; write 0.05"),
            ("8.5 %", "; write 0.085"),
            ("%", ""),
            ("0x10", ""),
        )
    ),
    table(
        "cell of 200,000 characters",
        f"{HEADER}B,C,{'1' * 200_000}\n",
        "demand.csv:2: is not CSV: field larger than field limit (131072)",
    ),
    table(
        "Latin-1 table",
        HEADER.encode() + b"B,Li\xe8ge,1\n",
        "demand.csv:2: byte 0xe8 is not UTF-8; save the file as UTF-8",
    ),
    table(
        "unknown city after a quoted line break",
        f'{HEADER.strip()},note\nB,C,1,"two\nlines"\nB,c,1,\n',
        "demand.csv:4:2: destination: 'c' is no city or overseas airport; did you mean 'C'?",
    ),
]

MATRICES = [
    demand_matrix("ragged matrix", ",B,C\nB,0\n", "matrix.csv:2: has 2 cells; the first row has 3"),
    demand_matrix(
        "matrix without values",
        "B\n",
        "matrix.csv:1: is no matrix; ids stand in the first row and column, values beside them",
    ),
    demand_matrix("word in a matrix", ",C\nB,x\n", "matrix.csv:2:2: 'x' is not a number"),
    demand_matrix("NaN in a matrix", ",C\nB,nan\n", "matrix.csv:2:2: 'nan' is not a number"),
    demand_matrix("negative entry of a matrix", ",C\nB,-5\n", "matrix.csv: B to C: -5 is under 0"),
    demand_matrix("infinite entry of a matrix", ",C\nB,inf\n", "matrix.csv: B to C: inf is not a finite number"),
    demand_matrix("1e308 in a matrix", ",C\nB,1e308\n", "matrix.csv: B to C: 1e+308 is over 1e+12"),
    demand_matrix("id twice in a matrix", ",C,C\nB,1,1\n", "matrix.csv: C: stands twice as a column id"),
    demand_matrix(
        "matrix of a hub that is no city",
        ",X\nB,1\n",
        "instance.yaml:25:19: tables.demand_matrix.volume_t_per_year: matrix.csv: 'X' is no city or overseas airport",
    ),
    demand_matrix(
        "matrix of nothing",
        ",C\nB,0\n",
        "instance.yaml:25:19: tables.demand_matrix.volume_t_per_year: no commodity has a volume",
    ),
    demand_matrix(
        "column of a matrix without its row",
        ",A,B,C\nA,0,1,1\nC,1,1,0\n",
        "matrix.csv:1:3: 'B' has a column and no row; write the row, of empty cells where there is nothing",
    ),
    demand_matrix(
        "misspelt row of a matrix",
        ",Aa,Bb,C\nAa,0,1,1\n\nBbb,1,1,0\nC,1,1,0\n",
        "matrix.csv:1:3: 'Bb' has a column and no row; write the row, of empty cells where there is nothing; did you "
        "mean 'Bbb'?",
        "matrix.csv:4:1: 'Bbb' has a row and no column; write the column, of empty cells where there is nothing; did "
        "you mean 'Bb'?",
    ),
    demand_npz(
        "archive of fewer rows than columns",
        npz(destinations=["A", "B", "C"], values=[[1.0, 1.0, 1.0]]),
        "matrix.npz: 'A', 'C' have a column and no row; write the rows, of empty cells where there is nothing",
    ),
    demand_matrix("open quote in a matrix", ',C\nB,"1\n', "matrix.csv:2: is not CSV: unexpected end of data"),
    demand_npz("archive of a wrong shape", npz(values=[1.0]), "matrix.npz: values: has shape (1,); the ids say (1, 1)"),
    demand_npz(
        "archive of other arrays",
        npz(volumes=[[1.0]]),
        "matrix.npz: holds destinations, origins, volumes; it must hold origins, destinations, values",
    ),
    demand_npz(
        "archive with pickled objects",
        npz(values=np.array([[Runs()]], dtype=object)),
        "matrix.npz: is not a plain .npz file: "
        "holds Python objects, which are not read; save arrays of texts and numbers",
    ),
    demand_npz(
        "pickle with the name of an archive",
        pickle.dumps(Runs()),
        "matrix.npz: is not a plain .npz file: "
        "holds Python objects, which are not read; save arrays of texts and numbers",
    ),
    demand_npz(
        "array with the name of an archive",
        array([[1.0]]),
        "matrix.npz: is one array; `numpy.savez(file, origins=..., destinations=..., values=...)` writes a matrix",
    ),
    demand_npz(
        "truncated archive",
        packed(origins=array(["B"]))[:60],
        "matrix.npz: is not a plain .npz file: File is not a zip file",
    ),
    demand_npz(
        "archive of complex numbers and no row of ids",
        npz(origins="B", values=[[1j]]),
        "matrix.npz: origins: holds <U1 in 0 dimensions; it must hold a row of texts",
        "matrix.npz: values: holds complex128 in 2 dimensions; it must hold numbers",
    ),
    demand_npz(
        "archive that says it holds 728 TiB",
        packed(origins=array(["B"]), destinations=array(["C"]), values=header_of((10**7, 10**7))),
        "matrix.npz: is not a plain .npz file: ...",
    ),
    leg_matrices(
        "leg with a cost and no time",
        ",A,B,C\nA,,1,1\nB,1,,1\nC,1,1,\n",
        ",A,B,C\nA,,1,1\nB,1,,\nC,1,,\n",
        "instance.yaml:16:44: tables.leg_matrices.time_h: "
        "the cell from B to C is empty, yet that leg has a cost (and 1 more like it)",
    ),
    leg_matrices(
        "matrices without a row and column, of costs and of hours",
        ",A,B,C\nA,,1,1\nB,1,,1\n",
        ",A,B\nA,,1\n",
        "cost.csv:1:4: 'C' has a column and no row; write the row, of empty cells where there is nothing",
        "time.csv:1:3: 'B' has a column and no row; write the row, of empty cells where there is nothing",
    ),
    leg_matrices(
        "hours of fewer places than costs",
        ",A,B,C\nA,,1,1\nB,1,,1\nC,1,1,\n",
        ",A,B\nA,,1\nB,1,\n",
        "instance.yaml:16:44: tables.leg_matrices.time_h: "
        "the cell from A to C is empty, yet that leg has a cost (and 3 more like it)",
    ),
    Case(
        "demand matrix without a stream",
        faults(
            "instance.yaml:36:3: tables.demand_matrix.stream: is missing; there are several streams: inbound, parcels"
        ),
        files={
            "instance.yaml": edited(
                ROADS, (ROADS[ROADS.index("  demand:") :], "  demand_matrix: {volume_t_per_year: matrix.csv}\n")
            ),
            "matrix.csv": ",B\nA,1\n",
        },
    ),
]

TABLES = [*PLACES, *ROWS, *MATRICES]
