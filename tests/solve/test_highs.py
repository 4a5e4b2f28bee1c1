"""HiGHS greets on standard output, which is the answer's, as a process makes its first instance: nobody hears it."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support.sources import python_files

FIRST = "from netdesign.solve.lp.highs import new_highs; "


def run(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True, **options)


def test_the_first_instances_of_a_process_print_nothing_whichever_thread_makes_them():
    """What was printed before and is printed after arrives."""
    code = (
        FIRST + "from concurrent.futures import ThreadPoolExecutor as Pool; print('before'); "
        "made = [*Pool(8).map(lambda _: new_highs(), range(32))]; print(len(made))"
    )
    assert run(code).stdout == "before\n32\n"


def test_a_closed_standard_output_stays_closed():
    code = (
        "import os, sys\n" + FIRST + "new_highs()\n"
        "try:\n    os.fstat(1)\nexcept OSError:\n    print('closed', file=sys.stderr)"
    )
    closing = ["sh", "-c", 'exec "$0" -c "$1" >&-', sys.executable, code]
    assert subprocess.run(closing, stderr=subprocess.PIPE, text=True, check=True).stderr == "closed\n"


def test_the_answer_of_a_first_solve_is_json_and_nothing_else(tmp_path):
    arguments = ["solve", "tiny", "--engine", "decomposition", "--format", "json"]
    code = f"import sys; sys.argv[1:] = {arguments}; from netdesign.cli import main; main()"
    result = json.loads(run(code, cwd=tmp_path, stderr=subprocess.DEVNULL).stdout)
    assert result["termination"] == "optimal"
    assert {"highspy", "numba", "scipy"} <= result["versions"].keys()


def test_only_one_function_makes_instances():
    makers = [file.name for file in python_files("netdesign") if "Highs(" in file.read_text("utf-8")]
    assert makers == ["highs.py"]
