"""What set-up shows while it runs, and what it says when something fails."""

from __future__ import annotations

import errno
import io
from pathlib import Path

import pytest
from setup_steps import pytorch, symptoms, verbs
from setup_steps.checkout import Checkout
from setup_steps.commands import NOT_FOUND, TIMED_OUT, LoggedCommands, Outcome, ask
from setup_steps.faults import CudaWithoutGpu, DiskFull, NoNetwork, NotPermitted
from setup_steps.progress import Progress


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.venv.mkdir()
    return made


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
    assert isinstance(told, NoNetwork)


def test_a_command_that_was_killed_points_to_memory() -> None:
    told = symptoms.fault_of("Installing PyTorch", Outcome(-9))
    assert str(told).startswith("Installing PyTorch was killed by signal 9")


def test_a_folder_that_may_not_be_written_is_a_fault_of_its_own() -> None:
    denied = PermissionError(errno.EACCES, "Permission denied", ".venv")
    assert isinstance(symptoms.fault_of_error("Set-up", denied), NotPermitted)


def test_only_the_last_lines_that_tell_are_shown() -> None:
    lines = ("ERROR: first", *["Collecting x"] * 20, *[f"error: {n}" for n in range(3)], "")
    assert symptoms.telling_lines(lines) == ("error: 0", "error: 1", "error: 2")
    assert symptoms.telling_lines(("one", "", "two")) == ("one", "two")


def test_the_exception_inside_a_failed_build_is_among_them() -> None:
    lines = (
        "  error: subprocess-exited-with-error",
        '        File "/build/metadata/core.py", line 1, in readme',
        "      OSError: Readme file does not exist: README.md",
        "      [end of output]",
        "error: metadata-generation-failed",
    )
    assert "OSError: Readme file does not exist: README.md" in symptoms.telling_lines(lines)


def test_the_line_that_gave_the_cause_away_is_shown_first_and_not_at_full_length() -> None:
    cause = "WARNING: Retrying after NameResolutionError " + "x" * 400 + " /simple/torch/"
    last = "ERROR: No matching distribution found for torch"
    shown, consequence = symptoms.fault_of("Installing", Outcome(1, (cause, last))).evidence
    assert consequence == last
    assert len(shown) <= 160
    assert shown.startswith("WARNING: Retrying")
    assert shown.endswith("/simple/torch/")


def test_a_fault_is_shown_with_its_evidence_its_remedy_and_the_log(checkout: Checkout) -> None:
    checkout.log.touch()
    fault = DiskFull(what="Installing PyTorch", evidence=("ERROR: [Errno 28]",))
    what, evidence, remedy, log = verbs.rendered(fault, checkout).splitlines()
    assert what == "Installing PyTorch failed: the disk is full."
    assert evidence == "  | ERROR: [Errno 28]"
    assert "Make room" in remedy
    assert log.endswith("setup.log")


# --- commands and their progress


def _real_commands(log: io.StringIO, shown: list[str | None]) -> LoggedCommands:
    return LoggedCommands(log, {"PATH": "/usr/bin:/bin"}, shown.append)


def test_a_commands_output_goes_to_the_log_and_the_status_line() -> None:
    log = io.StringIO()
    shown: list[str | None] = []
    outcome = _real_commands(log, shown).run(["sh", "-c", "echo one; echo two >&2; exit 3"])
    assert outcome == Outcome(3, ("one", "two"))
    assert "$ sh -c" in log.getvalue()
    assert "two\n" in log.getvalue()
    assert "one" in shown


def test_a_watcher_that_raises_ends_the_command() -> None:
    talking = ["sh", "-c", "echo Collecting nvidia-cublas; sleep 60"]
    with pytest.raises(CudaWithoutGpu):
        _real_commands(io.StringIO(), []).run(talking, watch=pytorch.refuse_cuda)


def test_a_command_past_its_deadline_is_ended() -> None:
    outcome = _real_commands(io.StringIO(), []).run(["sleep", "60"], deadline_s=0.1)
    assert outcome.code == TIMED_OUT


def test_a_program_that_is_not_there_is_an_outcome_like_any() -> None:
    outcome = _real_commands(io.StringIO(), []).run(["no-such-program"])
    assert outcome.code == NOT_FOUND
    assert ask(["no-such-program"]).code == NOT_FOUND


def test_piped_progress_is_plain_lines_with_the_seconds_taken() -> None:
    stream = io.StringIO()
    clock = iter([0.0, 10.0, 14.2])
    steps = Progress(stream, 4, lambda: next(clock))
    steps.begin("System packages")
    steps.show("Reading package lists...")
    steps.end("all there")
    assert stream.getvalue() == "[1/4] System packages\n      all there (4 s)\n"


def test_progress_on_a_terminal_keeps_to_one_line() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    steps = Progress(stream, 4, lambda: 0.0)
    steps.begin("PyTorch, CPU")
    steps.show("Collecting\ttorch " + "x" * 500)
    *_, line = stream.getvalue().split("\r\x1b[K")
    assert line.startswith("[1/4] PyTorch, CPU ... 0 s  Collecting torch xxx")
    assert len(line) < 500
    steps.end("installed")
    assert stream.getvalue().endswith("\r\x1b[K[1/4] PyTorch, CPU: installed (0 s)\n")
    assert "\n" not in stream.getvalue()[:-1]
