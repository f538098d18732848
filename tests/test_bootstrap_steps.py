"""The steps of set-up: system packages, the right PyTorch, and the environment for both."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from setup_steps import environment, machine, pytorch, system_packages
from setup_steps.checkout import Checkout
from setup_steps.commands import TIMED_OUT, Outcome
from setup_steps.faults import AptForbidden, CudaWithoutGpu
from setup_steps.machine import Accelerator, Display
from setup_steps.progress import Progress

from tests.fake_setup import FakeCommands, has_torch, has_venv, silent

GPU, NO_GPU = Accelerator.NVIDIA, Accelerator.NONE


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.venv.mkdir()
    return made


# --- system packages


def test_a_package_counts_only_when_it_is_wholly_installed() -> None:
    answer = Outcome(
        1, ("ca-certificates installed", "libportaudio2 config-files", "git half-installed")
    )
    assert system_packages.installed_of(answer) == {"ca-certificates"}


def test_a_python_without_ensurepip_needs_the_venv_package_of_its_own_version() -> None:
    shown = Display.PRESENT
    with_it = system_packages.needed(python=(3, 12), has_ensurepip=True, display=shown)
    without = system_packages.needed(python=(3, 12), has_ensurepip=False, display=shown)
    assert set(without) - set(with_it) == {"python3.12-venv"}
    assert "libportaudio2" in with_it


def test_a_desktop_gets_no_second_sound_server_and_a_bare_machine_a_desktop() -> None:
    on_a_desktop = system_packages.for_display(Display.PRESENT)
    on_a_server = system_packages.for_display(Display.ABSENT)
    assert "libxcb-cursor0" in on_a_desktop
    assert not {"pulseaudio", "xvfb", "dunst"} & set(on_a_desktop)
    assert {"pulseaudio", "xvfb", "dunst", "python3-gi", *on_a_desktop} <= set(on_a_server)


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
    with pytest.raises(AptForbidden) as raised:
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
    installed: str | None, accelerator: Accelerator, build: str
) -> None:
    assert pytorch.build_for(installed, accelerator).name == build


@pytest.mark.parametrize(
    ("listing", "accelerator"),
    [
        (Outcome(0, ("GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-1)",)), GPU),
        (Outcome(0, ("No devices found.",)), NO_GPU),
        (Outcome(9, ("NVIDIA-SMI has failed because it couldn't communicate",)), NO_GPU),
        (Outcome(TIMED_OUT), NO_GPU),
    ],
)
def test_a_gpu_is_there_when_the_driver_lists_one(
    listing: Outcome, accelerator: Accelerator
) -> None:
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
    with pytest.raises(CudaWithoutGpu) as raised:
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


def test_the_cpu_build_comes_from_pytorchs_index_when_that_answers(checkout: Checkout) -> None:
    shell = FakeCommands()
    pytorch.provide(checkout, NO_GPU, shell, silent())
    assert any("--torch-backend=cpu torch" in command for command in shell.ran)
    assert not any("torch==" in command for command in shell.ran)


def test_without_pytorchs_index_the_cpu_build_is_asked_of_pips_sources(checkout: Checkout) -> None:
    shell = FakeCommands(("torch-backend=cpu", Outcome(2, ("error: dns error",))))
    pytorch.provide(checkout, NO_GPU, shell, silent())
    assert shell.ran[-1].endswith(f"-m pip install torch=={pytorch.CPU_TORCH}")


def test_pips_sources_may_not_answer_with_cuda_where_no_gpu_is(checkout: Checkout) -> None:
    shell = FakeCommands(
        ("torch-backend=cpu", Outcome(2)),
        ("pip install torch==", Outcome(0, ("Collecting torch", "Collecting nvidia-cublas"))),
    )
    with pytest.raises(CudaWithoutGpu):
        pytorch.provide(checkout, NO_GPU, shell, silent())


def test_with_a_gpu_the_plain_torch_is_installed_and_cuda_let_through(checkout: Checkout) -> None:
    shell = FakeCommands(("pip install", Outcome(0, ("Collecting nvidia-cublas",))))
    pytorch.provide(checkout, GPU, shell, silent())
    assert [command.endswith("install --upgrade torch") for command in shell.ran] == [True]


def test_an_installed_torch_is_kept_and_pinned_for_what_follows(checkout: Checkout) -> None:
    has_torch(checkout, "2.13.0+cpu")
    shell = FakeCommands()
    assert pytorch.provide(checkout, NO_GPU, shell, silent()) == "2.13.0+cpu, kept"
    assert shell.ran == []
    assert checkout.constraints.read_text() == "torch==2.13.0+cpu\n"


# --- the environment


def test_a_venv_of_this_python_and_folder_is_kept(checkout: Checkout) -> None:
    has_venv(checkout)
    assert environment.unfit(checkout, python=(3, 11)) is None


def test_a_venv_of_another_python_is_not_kept(checkout: Checkout) -> None:
    has_venv(checkout, version="3.1.4")
    assert environment.unfit(checkout, python=(3, 11)) == "is for Python 3.1.4"
    assert environment.unfit(checkout, python=(3, 1)) is None


def test_a_venv_that_was_moved_here_is_not_kept(checkout: Checkout) -> None:
    has_venv(checkout, folder=Path("/elsewhere/.venv"))
    assert environment.unfit(checkout, python=(3, 11)) == "was made for another folder"


def test_a_venv_without_its_python_is_not_kept(checkout: Checkout) -> None:
    has_venv(checkout)
    checkout.program("python").unlink()
    assert environment.unfit(checkout, python=(3, 11)) == "has lost its Python"


def test_making_a_venv_anew_is_said_and_keeps_the_log(checkout: Checkout) -> None:
    has_venv(checkout, version="3.9.2")
    checkout.log.write_text("$ python -m venv\n")
    said = io.StringIO()
    shell = FakeCommands()
    environment.provide(checkout, shell, Progress(said, 4))
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
