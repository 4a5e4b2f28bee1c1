"""The catalogue finds bundled models and instances, prefers existing paths, and refuses the rest by name."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from netdesign import catalogue
from netdesign.errors import NetdesignError, UsageError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def any_module_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every module through the Protocol's check, for tests of loading alone."""
    monkeypatch.setattr("netdesign.formulation.protocol.check_formulation", lambda module, path: module)


def write_model(path: Path, mark: str) -> Path:
    """Write a model file that says which one it is and that needs its module to be known while it runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "from __future__ import annotations\n"
        "from dataclasses import dataclass\n"
        f"MARK = {mark!r}\n"
        "@dataclass\n"
        "class Note:\n"
        "    text: str\n"
    )
    return path


def test_models_are_the_files_of_the_models_folder():
    assert list(catalogue.models()) == sorted(path.stem for path in (ROOT / "models").glob("*.py"))


def test_every_bundled_model_is_a_formulation():
    for name in catalogue.models():
        assert catalogue.load_any_formulation(name).TITLE


def test_a_model_of_one_year_is_not_taken_for_one_of_several_or_the_other_way_round():
    staged = "model staged_opening states several years; `netdesign timing` uses it"
    with pytest.raises(UsageError, match=re.escape(staged)):
        catalogue.load_formulation("staged_opening")
    one_year = "model hub_centre states one year; `netdesign solve` uses it"
    with pytest.raises(UsageError, match=re.escape(one_year)):
        catalogue.load_staged_formulation("hub_centre")


def test_every_entry_of_instances_is_found_as_an_instance():
    """A folder without instance.yaml would be shipped and yet not be listed; nor may two share a name."""
    entries = [path for path in (ROOT / "instances").iterdir() if path.is_dir() or path.suffix == ".yaml"]
    assert sorted(catalogue.instances().values()) == sorted(entries)


def test_an_existing_path_wins_over_a_bundled_name(tmp_path, monkeypatch):
    name = next(iter(catalogue.instances()))
    assert catalogue.find_instance(name) == catalogue.instances()[name]
    monkeypatch.chdir(tmp_path)
    Path(name).mkdir()
    assert catalogue.find_instance(name) == Path(name)


def test_an_existing_file_wins_over_a_bundled_model_but_a_folder_does_not(tmp_path, monkeypatch):
    name = next(iter(catalogue.models()))
    monkeypatch.chdir(tmp_path)
    Path(name).mkdir()
    assert catalogue.find_model(name) == catalogue.models()[name]
    own = write_model(tmp_path / "own.py", "own")
    assert catalogue.find_model("own.py").resolve() == own


@pytest.mark.parametrize(("find", "kind"), [("find_instance", "instance"), ("find_model", "model")])
def test_an_unknown_name_is_refused_with_the_nearest_and_all_names(find, kind):
    known = getattr(catalogue, f"{kind}s")()
    name = next(iter(known))
    with pytest.raises(UsageError) as caught:
        getattr(catalogue, find)(f"{name}x")
    assert caught.value.message == (
        f"{kind} '{name}x': no such path and no bundled {kind} of that name; did you mean '{name}'?\n"
        f"bundled {kind}s: {', '.join(known)}"
    )


@pytest.mark.usefixtures("any_module_passes")
def test_two_user_files_of_one_name_do_not_share_a_module(tmp_path):
    first = catalogue.load_any_formulation(write_model(tmp_path / "a" / "mine.py", "first"))
    second = catalogue.load_any_formulation(write_model(tmp_path / "b" / "mine.py", "second"))
    assert (first.MARK, second.MARK) == ("first", "second")
    assert first.__name__ != second.__name__
    assert sys.modules[first.__name__] is first


@pytest.mark.usefixtures("any_module_passes")
def test_a_file_edited_between_two_calls_is_run_again(tmp_path):
    path = tmp_path / "mine.py"
    assert catalogue.load_any_formulation(write_model(path, "before")).MARK == "before"
    assert catalogue.load_any_formulation(write_model(path, "afterwards")).MARK == "afterwards"


def test_a_user_file_that_fails_is_named_with_its_fault_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("1 / 0\n")
    before = set(sys.modules)
    with pytest.raises(UsageError, match=r"broken\.py: cannot be loaded: ZeroDivisionError"):
        catalogue.load_formulation(path)
    assert not {name for name in set(sys.modules) - before if name.endswith(".broken")}


def test_a_model_must_be_a_python_file(tmp_path):
    path = tmp_path / "model.txt"
    path.write_text("TITLE = 'x'\n")
    with pytest.raises(UsageError, match=r"model\.txt: not a Python file"):
        catalogue.load_formulation(path)


def test_a_model_without_build_is_refused_by_file_and_signature(tmp_path):
    path = tmp_path / "half.py"
    path.write_text("TITLE = 'half a model'\n")
    with pytest.raises(UsageError) as caught:
        catalogue.load_formulation(path)
    assert "half.py" in caught.value.message
    assert "build(instance, network)" in caught.value.message


def test_a_wheel_without_models_does_not_take_up_a_strangers(tmp_path, monkeypatch):
    """In site-packages another project's `models` may lie beside the package."""
    (tmp_path / "netdesign").mkdir()
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(catalogue, "__file__", str(tmp_path / "netdesign" / "catalogue.py"))
    with pytest.raises(NetdesignError, match="this installation is broken"):
        catalogue.models()
