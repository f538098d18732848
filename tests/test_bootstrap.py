"""packaging/bootstrap.py: what its verbs do, and when set-up is done again."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import bootstrap
import pytest
from setup_steps import machine, sequence, stamp, verbs
from setup_steps.checkout import Checkout
from setup_steps.faults import ProgramMissing, ProjectUnreadable
from setup_steps.machine import Accelerator, Display

from tests.fake_setup import has_programs, has_venv

ENTRY = Path(bootstrap.__file__)
GPU, NO_GPU = Accelerator.NVIDIA, Accelerator.NONE
PROJECT: dict[str, Any] = {
    "build-system": {"requires": ["hatchling"]},
    "project": {
        "dependencies": ["numpy>=1.26"],
        "optional-dependencies": {"engine": ["torch>=2.6"], "dev": ["pytest"]},
        "description": "Speak, and it is typed.",
    },
}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.venv.mkdir()
    return made


# --- the Python that runs it


def test_the_entry_file_reads_on_python_3_7() -> None:
    ast.parse(ENTRY.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_an_old_python_is_told_in_one_line_and_exits_with_2() -> None:
    old = f"import runpy, sys; sys.version_info = (3, 6, 15, 'final', 0); sys.argv[:] = [{str(ENTRY)!r}, 'run']; runpy.run_path({str(ENTRY)!r}, run_name='__main__')"  # noqa: E501
    result = subprocess.run(
        [sys.executable, "-c", old], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer, and this is Python 3.6" in result.stderr


def test_ctrl_c_is_one_sentence_and_exit_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(checkout: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verbs, "set_up", interrupted)
    assert bootstrap.main(["run"]) == 130
    assert "The same command goes on" in capsys.readouterr().err


def test_no_verb_shows_the_verbs_and_sets_nothing_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.main([]) == 2
    assert "bootstrap.py test" in capsys.readouterr().err


# --- the stamp


def _fingerprint(**changed: Any) -> str:
    basis: dict[str, Any] = {
        "project": PROJECT,
        "root": Path("/home/me/dictation"),
        "python": (3, 11),
        "accelerator": NO_GPU,
        "system_packages": ["libportaudio2"],
    } | changed
    return str(stamp.fingerprint(basis.pop("project"), **basis))


def test_a_stamp_fits_only_what_it_was_written_for(tmp_path: Path) -> None:
    file = tmp_path / "stamp"
    assert not stamp.is_current(file, _fingerprint())
    file.write_text(_fingerprint() + "\n")
    assert stamp.is_current(file, _fingerprint())
    assert not stamp.is_current(file, _fingerprint(python=(3, 12)))


@pytest.mark.parametrize(
    "changed",
    [
        {"accelerator": GPU},
        {"system_packages": ["libportaudio2", "xvfb"]},
        {"python": (3, 12)},
        {"root": Path("/home/me/elsewhere")},
        {"project": {**PROJECT, "build-system": {"requires": ["hatchling>=2"]}}},
        {"project": {"project": {**PROJECT["project"], "dependencies": ["numpy>=2"]}}},
    ],
    ids=["gpu", "system packages", "python", "folder", "build", "dependency"],
)
def test_set_up_runs_again_when_what_it_depends_on_changes(changed: dict[str, Any]) -> None:
    assert _fingerprint(**changed) != _fingerprint()


def test_set_up_does_not_run_again_for_a_changed_description() -> None:
    described = {**PROJECT, "project": {**PROJECT["project"], "description": "Other words."}}
    assert _fingerprint(project=described) == _fingerprint()


# --- what is run


def test_arguments_of_run_go_to_the_program() -> None:
    launch = verbs.launch(["transcribe", "x.wav"], Display.ABSENT)
    assert launch == verbs.Launch(("transcribe", "x.wav"))


def test_run_without_a_display_says_so_and_shows_the_demonstration() -> None:
    launch = verbs.launch([], Display.ABSENT)
    assert launch.sentence.startswith("No display here, so")
    assert launch.arguments == ("demo",)


def test_run_with_a_display_starts_the_program() -> None:
    assert verbs.launch([], Display.PRESENT).arguments == ()


@pytest.mark.parametrize(
    ("variables", "system", "display"),
    [
        ({}, "linux", "ABSENT"),
        ({"DISPLAY": ""}, "linux", "ABSENT"),
        ({"DISPLAY": ":0"}, "linux", "PRESENT"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", "PRESENT"),
        ({}, "darwin", "PRESENT"),
    ],
)
def test_a_display_is_told_from_the_session(
    variables: dict[str, str], system: str, display: str
) -> None:
    assert machine.display(variables, system).name == display


def test_every_check_runs_and_is_named_although_one_fails(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    has_programs(checkout, ruff=1)
    assert verbs.check(checkout) == ["ruff check", "ruff format"]
    shown = capsys.readouterr().out
    for verdict in ("ruff check: FAILED", "mypy: ok", "lint-imports: ok"):
        assert verdict in shown


def test_a_failed_check_fails_the_tests_that_pass(checkout: Checkout) -> None:
    has_programs(checkout)
    assert verbs.test([], checkout) == 0
    has_programs(checkout, mypy=1)
    assert verbs.test([], checkout) == 1


def test_arguments_of_test_go_to_pytest(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    has_programs(checkout, pytest=5)
    assert verbs.test(["-k", "foo"], checkout) == 5
    assert capfd.readouterr().out.splitlines()[-1] == "pytest -k foo"


# --- from start to end


def test_a_finished_set_up_asks_nothing_again(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout.root / "pyproject.toml").write_text('[project]\ndependencies = ["numpy"]\n')
    monkeypatch.setattr(machine, "accelerator", lambda: NO_GPU)
    taken: list[str] = []

    def steps(checkout: Checkout, *rest: object) -> None:
        has_venv(checkout)
        taken.append("steps")

    monkeypatch.setattr(sequence, "_take_steps", steps)
    sequence.set_up(checkout)
    sequence.set_up(checkout)
    assert taken == ["steps"]


def test_an_interrupted_set_up_is_not_taken_for_a_finished_one(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout.root / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(machine, "accelerator", lambda: NO_GPU)
    checkout.stamp.write_text("from before\n")

    def interrupted(*rest: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sequence, "_take_steps", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sequence.set_up(checkout)
    assert not checkout.stamp.exists()


def test_a_damaged_pyproject_is_named(checkout: Checkout) -> None:
    (checkout.root / "pyproject.toml").write_text("[project\n")
    with pytest.raises(ProjectUnreadable):
        sequence.set_up(checkout)


def test_a_program_that_has_gone_from_the_environment_is_named(checkout: Checkout) -> None:
    with pytest.raises(ProgramMissing, match=r"dictation is not in \.venv"):
        verbs.run(verbs.Launch(()), checkout)
