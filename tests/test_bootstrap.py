"""packaging/bootstrap.py: sets up a machine, and says clearly where it cannot."""

from __future__ import annotations

import ast
import errno
import importlib
import importlib.util
import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PACKAGING = Path(__file__).resolve().parents[1] / "packaging"
ENTRY = PACKAGING / "bootstrap.py"


def _by_path(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


bootstrap = _by_path("bootstrap", ENTRY)
_by_path("setup_steps", PACKAGING / "setup_steps" / "__init__.py")
checkouts, commands, environment, faults, machine, progress, pytorch = (
    importlib.import_module(f"setup_steps.{name}")
    for name in (
        "checkout",
        "commands",
        "environment",
        "faults",
        "machine",
        "progress",
        "pytorch",
    )
)
sequence, stamp, symptoms, system_packages, verbs = (
    importlib.import_module(f"setup_steps.{name}")
    for name in ("sequence", "stamp", "symptoms", "system_packages", "verbs")
)

Outcome = commands.Outcome
GPU, NO_GPU = machine.Accelerator.NVIDIA, machine.Accelerator.NONE
PROJECT: dict[str, Any] = {
    "build-system": {"requires": ["hatchling"]},
    "project": {
        "dependencies": ["numpy>=1.26"],
        "optional-dependencies": {"engine": ["torch>=2.6"], "dev": ["pytest"]},
        "description": "Speak, and it is typed.",
    },
}


class FakeCommands:
    """Answers each command by the first rule whose words are all in it; else with success."""

    def __init__(self, *rules: tuple[str, Any]) -> None:
        self._rules = rules
        self.ran: list[str] = []

    def run(
        self,
        argv: Sequence[str],
        *,
        watch: Callable[[str], None] = lambda line: None,
        deadline_s: float | None = None,
    ) -> Any:
        command = " ".join(argv)
        self.ran.append(command)
        for words, outcome in self._rules:
            if all(word in command for word in words.split()):
                for line in outcome.lines:
                    watch(line)
                return outcome
        return Outcome(0)


@pytest.fixture
def checkout(tmp_path: Path) -> Any:
    made = checkouts.Checkout(tmp_path)
    made.site_packages.mkdir(parents=True)
    return made


def silent() -> Any:
    return progress.Progress(io.StringIO(), 4)


def has_torch(checkout: Any, version: str) -> None:
    folder = checkout.site_packages / f"torch-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n")


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


# --- system packages


def test_a_package_counts_only_when_it_is_wholly_installed() -> None:
    answer = Outcome(
        1, ("ca-certificates installed", "libportaudio2 config-files", "git half-installed")
    )
    assert system_packages.installed_of(answer) == {"ca-certificates"}


def test_a_python_without_ensurepip_needs_the_venv_package_of_its_own_version() -> None:
    with_it = system_packages.needed(python=(3, 12), has_ensurepip=True)
    without = system_packages.needed(python=(3, 12), has_ensurepip=False)
    assert set(without) - set(with_it) == {"python3.12-venv"}
    assert "libportaudio2" in with_it


@pytest.mark.parametrize(
    ("user_id", "sudo_code", "prefix"),
    [(0, 127, ()), (1000, 0, ("sudo", "-n")), (1000, 1, None), (1000, 127, None)],
    ids=["root", "sudo without password", "sudo with password", "no sudo"],
)
def test_apt_is_used_only_where_it_may_be(
    user_id: int, sudo_code: int, prefix: tuple[str, ...] | None
) -> None:
    assert system_packages.apt(user_id, lambda argv: Outcome(sudo_code)).prefix == prefix


def test_where_apt_may_not_be_used_there_is_one_line_to_paste() -> None:
    shell = FakeCommands()
    with pytest.raises(faults.AptForbidden) as raised:
        system_packages.install(("libportaudio2", "git"), system_packages.Apt(None), shell)
    assert "sudo apt-get update && sudo apt-get install --yes libportaudio2 git" in (
        raised.value.remedy
    )
    assert shell.ran == []


def test_apt_asks_no_question_and_updates_its_lists_first() -> None:
    shell = FakeCommands()
    system_packages.install(("libportaudio2",), system_packages.Apt(("sudo", "-n")), shell)
    update, install = shell.ran
    assert update.endswith("update")
    assert install.endswith("install --no-install-recommends libportaudio2")
    assert all(
        command.startswith("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get --yes")
        for command in shell.ran
    )


def test_a_failed_update_does_not_matter_when_the_installation_succeeds() -> None:
    shell = FakeCommands(("apt-get update", Outcome(100, ("E: Failed to fetch",))))
    system_packages.install(("libportaudio2",), system_packages.Apt(()), shell)


# --- which PyTorch


@pytest.mark.parametrize(
    ("installed", "accelerator", "build"),
    [
        (None, NO_GPU, "CPU"),
        (None, GPU, "CUDA"),
        ("2.13.0+cpu", NO_GPU, "KEEP"),
        ("2.13.0+cpu", GPU, "CUDA"),
        ("2.15.0", GPU, "KEEP"),
        ("2.15.0", NO_GPU, "KEEP"),
    ],
)
def test_the_build_of_torch_follows_from_the_gpu_and_what_is_there(
    installed: str | None, accelerator: Any, build: str
) -> None:
    assert pytorch.build_for(installed, accelerator).name == build


@pytest.mark.parametrize(
    ("listing", "accelerator"),
    [
        (Outcome(0, ("GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-1)",)), GPU),
        (Outcome(0, ("No devices found.",)), NO_GPU),
        (Outcome(9, ("NVIDIA-SMI has failed because it couldn't communicate",)), NO_GPU),
        (Outcome(commands.TIMED_OUT), NO_GPU),
    ],
)
def test_a_gpu_is_there_when_the_driver_lists_one(listing: Any, accelerator: Any) -> None:
    assert machine.accelerator_of(listing) is accelerator


@pytest.mark.parametrize(
    ("line", "offender"),
    [
        ("Collecting nvidia-cublas<14,>=13.4 (from torch)", "nvidia-cublas"),
        ("Processing /wheels/nvidia_cudnn_cu13-9.2-py3-none-any.whl", "nvidia-cudnn-cu13-9-2-py3"),
        ("Collecting triton==3.9.0 (from torch)", "triton"),
        ("Collecting cuda-toolkit==13.2.2", "cuda-toolkit"),
        ("Collecting torchaudio (from funasr)", "torchaudio"),
        (" + nvidia-nccl-cu13==2.30.7", "nvidia-nccl-cu13"),
        (
            "  Downloading torch-2.14.0-cp311-cp311-manylinux_2_28_x86_64.whl (554.6 MB)",
            "torch-2.14.0-cp311-cp311-manylinux_2_28_x86_64.whl, 554.6 MB",
        ),
        ("  Downloading torch-2.14.0-cp311-cp311-x.whl (1.2 GB)", "torch-2.14.0"),
    ],
)
def test_pip_is_stopped_at_the_first_line_that_announces_cuda(line: str, offender: str) -> None:
    with pytest.raises(faults.CudaWithoutGpu) as raised:
        pytorch.refuse_cuda(line)
    assert str(raised.value.fields["offender"]).startswith(offender)
    assert "3 GB" in str(raised.value)


@pytest.mark.parametrize(
    "line",
    [
        "Processing /wheels/torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl",
        "  Downloading torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl (191.8 MB)",
        "  Downloading torch-2.14.0-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (29 kB)",
        "Collecting torch-complex (from funasr)",
        "Collecting torch==2.13.0",
        "Requirement already satisfied: triton in ./lib",
        "  Downloading scipy-1.17.1-cp311-cp311-manylinux_2_28_x86_64.whl (35.1 MB)",
        " + torch==2.15.0+cpu",
        "",
    ],
)
def test_what_a_cpu_needs_is_let_through(line: str) -> None:
    pytorch.refuse_cuda(line)


def test_the_cpu_build_comes_from_pytorchs_index_when_that_answers(checkout: Any) -> None:
    shell = FakeCommands()
    pytorch.provide(checkout, NO_GPU, shell, silent())
    assert any("--torch-backend=cpu torch" in command for command in shell.ran)
    assert not any("torch==" in command for command in shell.ran)


def test_without_pytorchs_index_the_cpu_build_is_asked_of_pips_sources(checkout: Any) -> None:
    shell = FakeCommands(("torch-backend=cpu", Outcome(2, ("error: dns error",))))
    pytorch.provide(checkout, NO_GPU, shell, silent())
    assert shell.ran[-1].endswith(f"-m pip install torch=={pytorch.CPU_TORCH}")


def test_pips_sources_may_not_answer_with_cuda_where_no_gpu_is(checkout: Any) -> None:
    shell = FakeCommands(
        ("torch-backend=cpu", Outcome(2)),
        ("pip install torch==", Outcome(0, ("Collecting torch", "Collecting nvidia-cublas"))),
    )
    with pytest.raises(faults.CudaWithoutGpu):
        pytorch.provide(checkout, NO_GPU, shell, silent())


def test_with_a_gpu_the_plain_torch_is_installed_and_cuda_let_through(checkout: Any) -> None:
    shell = FakeCommands(("pip install", Outcome(0, ("Collecting nvidia-cublas",))))
    pytorch.provide(checkout, GPU, shell, silent())
    assert [command.endswith("install --upgrade torch") for command in shell.ran] == [True]


def test_an_installed_torch_is_kept_and_pinned_for_what_follows(checkout: Any) -> None:
    has_torch(checkout, "2.13.0+cpu")
    shell = FakeCommands()
    assert pytorch.provide(checkout, NO_GPU, shell, silent()) == "2.13.0+cpu, kept"
    assert shell.ran == []
    assert checkout.constraints.read_text() == "torch==2.13.0+cpu\n"


# --- the stamp


def _fingerprint(**changed: Any) -> str:
    basis: dict[str, Any] = {
        "project": PROJECT,
        "root": Path("/home/me/dictation"),
        "python": (3, 11),
        "accelerator": NO_GPU,
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
        {"python": (3, 12)},
        {"root": Path("/home/me/elsewhere")},
        {"project": {**PROJECT, "build-system": {"requires": ["hatchling>=2"]}}},
        {"project": {"project": {**PROJECT["project"], "dependencies": ["numpy>=2"]}}},
    ],
    ids=["gpu", "python", "folder", "build", "dependency"],
)
def test_set_up_runs_again_when_what_it_depends_on_changes(changed: dict[str, Any]) -> None:
    assert _fingerprint(**changed) != _fingerprint()


def test_set_up_does_not_run_again_for_a_changed_description() -> None:
    described = {**PROJECT, "project": {**PROJECT["project"], "description": "Other words."}}
    assert _fingerprint(project=described) == _fingerprint()


# --- the environment


def _venv(checkout: Any, version: str = "3.11.2", folder: Path | None = None) -> None:
    checkout.program("python").parent.mkdir(parents=True)
    checkout.program("python").touch()
    (checkout.venv / "pyvenv.cfg").write_text(
        f"home = /usr/bin\nversion = {version}\n"
        f"command = /usr/bin/python3 -m venv {folder or checkout.venv}\n"
    )


def test_a_venv_of_this_python_and_folder_is_kept(checkout: Any) -> None:
    _venv(checkout)
    assert environment.unfit(checkout, python=(3, 11)) is None


def test_a_venv_of_another_python_is_not_kept(checkout: Any) -> None:
    _venv(checkout, version="3.1.4")
    assert environment.unfit(checkout, python=(3, 11)) == "is for Python 3.1.4"
    assert environment.unfit(checkout, python=(3, 1)) is None


def test_a_venv_that_was_moved_here_is_not_kept(checkout: Any) -> None:
    _venv(checkout, folder=Path("/elsewhere/.venv"))
    assert environment.unfit(checkout, python=(3, 11)) == "was made for another folder"


def test_a_venv_without_its_python_is_not_kept(checkout: Any) -> None:
    _venv(checkout)
    checkout.program("python").unlink()
    assert environment.unfit(checkout, python=(3, 11)) == "has lost its Python"


def test_making_a_venv_anew_is_said_and_keeps_the_log(checkout: Any) -> None:
    _venv(checkout, version="3.9.2")
    checkout.log.write_text("$ python -m venv\n")
    said = io.StringIO()
    shell = FakeCommands()
    environment.provide(checkout, shell, progress.Progress(said, 4))
    assert "is for Python 3.9.2; it is made anew" in said.getvalue()
    assert [path.name for path in checkout.venv.iterdir()] == ["setup.log"]
    assert any(command.endswith(f"-m venv {checkout.venv}") for command in shell.ran)


def test_the_users_own_package_sources_and_certificates_stay() -> None:
    own = {"PIP_FIND_LINKS": "/wheels", "PIP_CERT": "/ca.pem", "HTTPS_PROXY": "http://proxy"}
    assert own.items() <= environment.variables(own).items()


def test_what_would_send_packages_elsewhere_is_taken_away() -> None:
    variables = environment.variables({"PIP_TARGET": "/elsewhere", "PYTHONPATH": "/x"})
    assert not {"PIP_TARGET", "PYTHONPATH"} & variables.keys()
    assert variables["PIP_USER"] == "0"


def test_a_home_that_cannot_hold_a_cache_gets_none(tmp_path: Path) -> None:
    blocked = tmp_path / "home"
    blocked.touch()  # a file, so that not even root can make a folder in it
    for variables, cache in (({"HOME": str(blocked)}, "1"), ({"HOME": str(tmp_path)}, None)):
        assert environment.variables(variables).get("PIP_NO_CACHE_DIR") == cache


# --- failures


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "DiskFull"),
        ("NewConnectionError: Failed to establish a new connection", "NoNetwork"),
        ("W: Temporary failure resolving 'mirror.example'", "NoNetwork"),
        (
            "SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))",
            "CertificateRefused",
        ),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend.", "AptLocked"),
        ("E: Unable to locate package libportaudio2", "AptPackageUnknown"),
        ("ERROR: [Errno 13] Permission denied: '.venv/lib'", "NotPermitted"),
        ("ERROR: ResolutionImpossible: for help visit", "NothingFits"),
        ("ERROR: No matching distribution found for torch==2.13.0", "NothingFits"),
        ("Error: ensurepip is not available.", "VenvModuleMissing"),
        ("error: command 'x86_64-linux-gnu-gcc' failed: No such file", "CompilerMissing"),
        ("something else", "CommandFailed"),
    ],
)
def test_a_failure_is_told_from_what_the_command_wrote(line: str, fault: str) -> None:
    told = symptoms.fault_of("Installing PyTorch", Outcome(1, ("Collecting torch", line)))
    assert type(told).__name__ == fault
    assert str(told).startswith("Installing PyTorch failed")
    assert told.remedy


def test_a_network_that_is_down_explains_the_version_that_was_not_found() -> None:
    lines = (
        "WARNING: Retrying after connection broken by 'NameResolutionError'",
        "ERROR: No matching distribution found for torch",
    )
    told = symptoms.fault_of("Installing PyTorch", Outcome(1, lines))
    assert isinstance(told, faults.NoNetwork)


def test_a_command_that_was_killed_points_to_memory() -> None:
    told = symptoms.fault_of("Installing PyTorch", Outcome(-9))
    assert str(told).startswith("Installing PyTorch was killed by signal 9")


def test_a_folder_that_may_not_be_written_is_a_fault_of_its_own() -> None:
    denied = PermissionError(errno.EACCES, "Permission denied", ".venv")
    assert isinstance(symptoms.fault_of_error("Set-up", denied), faults.NotPermitted)


def test_only_the_last_lines_that_tell_are_shown() -> None:
    lines = ("ERROR: first", *["Collecting x"] * 20, *[f"error: {n}" for n in range(3)], "")
    assert symptoms.telling_lines(lines) == ("error: 0", "error: 1", "error: 2")
    assert symptoms.telling_lines(("one", "", "two")) == ("one", "two")


def test_the_line_that_gave_the_cause_away_is_shown_first_and_not_at_full_length() -> None:
    cause = "WARNING: Retrying after NameResolutionError " + "x" * 400 + " /simple/torch/"
    last = "ERROR: No matching distribution found for torch"
    shown, consequence = symptoms.fault_of("Installing", Outcome(1, (cause, last))).evidence
    assert consequence == last
    assert len(shown) <= 160
    assert shown.startswith("WARNING: Retrying")
    assert shown.endswith("/simple/torch/")


def test_a_fault_is_shown_with_its_evidence_its_remedy_and_the_log(checkout: Any) -> None:
    checkout.log.touch()
    fault = faults.DiskFull(what="Installing PyTorch", evidence=("ERROR: [Errno 28]",))
    what, evidence, remedy, log = verbs.rendered(fault, checkout).splitlines()
    assert what == "Installing PyTorch failed: the disk is full."
    assert evidence == "  | ERROR: [Errno 28]"
    assert "Make room" in remedy
    assert log.endswith("setup.log")


# --- commands and their progress


def _real_commands(log: io.StringIO, shown: list[str | None]) -> Any:
    return commands.LoggedCommands(log, {"PATH": "/usr/bin:/bin"}, shown.append)


def test_a_commands_output_goes_to_the_log_and_the_status_line() -> None:
    log, shown = io.StringIO(), []
    outcome = _real_commands(log, shown).run(["sh", "-c", "echo one; echo two >&2; exit 3"])
    assert outcome == Outcome(3, ("one", "two"))
    assert "$ sh -c" in log.getvalue()
    assert "two\n" in log.getvalue()
    assert "one" in shown


def test_a_watcher_that_raises_ends_the_command() -> None:
    talking = ["sh", "-c", "echo Collecting nvidia-cublas; sleep 60"]
    with pytest.raises(faults.CudaWithoutGpu):
        _real_commands(io.StringIO(), []).run(talking, watch=pytorch.refuse_cuda)


def test_a_command_past_its_deadline_is_ended() -> None:
    outcome = _real_commands(io.StringIO(), []).run(["sleep", "60"], deadline_s=0.1)
    assert outcome.code == commands.TIMED_OUT


def test_a_program_that_is_not_there_is_an_outcome_like_any() -> None:
    outcome = _real_commands(io.StringIO(), []).run(["no-such-program"])
    assert outcome.code == commands.NOT_FOUND
    assert commands.ask(["no-such-program"]).code == commands.NOT_FOUND


def test_piped_progress_is_plain_lines_with_the_seconds_taken() -> None:
    stream = io.StringIO()
    clock = iter([0.0, 10.0, 14.2])
    steps = progress.Progress(stream, 4, lambda: next(clock))
    steps.begin("System packages")
    steps.show("Reading package lists...")
    steps.end("all there")
    assert stream.getvalue() == "[1/4] System packages\n      all there (4 s)\n"


def test_progress_on_a_terminal_keeps_to_one_line() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    steps = progress.Progress(stream, 4, lambda: 0.0)
    steps.begin("PyTorch, CPU")
    steps.show("Collecting\ttorch " + "x" * 500)
    *_, line = stream.getvalue().split("\r\x1b[K")
    assert line.startswith("[1/4] PyTorch, CPU ... 0 s  Collecting torch xxx")
    assert len(line) < 500
    steps.end("installed")
    assert stream.getvalue().endswith("\r\x1b[K[1/4] PyTorch, CPU: installed (0 s)\n")
    assert "\n" not in stream.getvalue()[:-1]


# --- what is run


def test_arguments_of_run_go_to_the_program(checkout: Any) -> None:
    launch = verbs.launch(["transcribe", "x.wav"], machine.Display.ABSENT, checkout)
    assert launch == verbs.Launch(("transcribe", "x.wav"))


def test_run_without_a_display_says_so_and_transcribes_the_sample(checkout: Any) -> None:
    launch = verbs.launch([], machine.Display.ABSENT, checkout)
    assert launch.sentence.startswith("No display here, so")
    assert launch.arguments[:4] == ("transcribe", "--rich", "--model", "demo")


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


def _programs(checkout: Any, **codes: int) -> None:
    checkout.program("python").parent.mkdir(parents=True, exist_ok=True)
    for name in ("ruff", "mypy", "lint-imports", "pytest"):
        program = checkout.program(name)
        program.write_text(f'#!/bin/sh\necho "{name} $*"\nexit {codes.get(name, 0)}\n')
        program.chmod(0o755)


def test_every_check_runs_and_is_named_although_one_fails(
    checkout: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    _programs(checkout, ruff=1)
    assert verbs.check(checkout) == ["ruff check", "ruff format"]
    shown = capsys.readouterr().out
    for verdict in ("ruff check: FAILED", "mypy: ok", "lint-imports: ok"):
        assert verdict in shown


def test_a_failed_check_fails_the_tests_that_pass(checkout: Any) -> None:
    _programs(checkout)
    assert verbs.test([], checkout) == 0
    _programs(checkout, mypy=1)
    assert verbs.test([], checkout) == 1


def test_arguments_of_test_go_to_pytest(checkout: Any, capfd: pytest.CaptureFixture[str]) -> None:
    _programs(checkout, pytest=5)
    assert verbs.test(["-k", "foo"], checkout) == 5
    assert capfd.readouterr().out.splitlines()[-1] == "pytest -k foo"


# --- from start to end


def test_a_finished_set_up_asks_nothing_again(
    checkout: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout.root / "pyproject.toml").write_text('[project]\ndependencies = ["numpy"]\n')
    monkeypatch.setattr(machine, "accelerator", lambda: NO_GPU)
    taken = []

    def steps(checkout: Any, *rest: object) -> None:
        _venv(checkout) if not taken else None
        taken.append("steps")

    monkeypatch.setattr(sequence, "_take_steps", steps)
    sequence.set_up(checkout)
    sequence.set_up(checkout)
    assert taken == ["steps"]


def test_an_interrupted_set_up_is_not_taken_for_a_finished_one(
    checkout: Any, monkeypatch: pytest.MonkeyPatch
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


def test_a_damaged_pyproject_is_named(checkout: Any) -> None:
    (checkout.root / "pyproject.toml").write_text("[project\n")
    with pytest.raises(faults.ProjectUnreadable):
        sequence.set_up(checkout)
