"""Taking a model off this machine: what goes, what stays, and who is in the way."""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

import pytest

from dictation import cli, paths, settings
from dictation.errors import DownloadRuns, ModelInUse
from dictation.recognition import model_store
from dictation.recognition.backends import prepared, processor
from dictation.recognition.backends.prepared import Record
from dictation.recognition.in_use import hold, is_held
from dictation.recognition.model_store.download import download
from dictation.recognition.model_store.importing import import_folder
from dictation.recognition.model_store.pins import Model, Pin, PinnedFile
from dictation.recognition.model_store.removing import removal_of, remove
from dictation.recognition.model_store.states import Absent, cache_root, home, state
from dictation.settings import BackendName, RecognitionSettings, Settings

CONTENTS = {"config.yaml": b"model: small\n", "model.pt": bytes(range(256)) * 20}
SMALL = Model(
    "Small",
    "owner/Small",
    "master",
    tuple(
        PinnedFile(name, (Pin(len(content), hashlib.sha256(content).hexdigest()),))
        for name, content in CONTENTS.items()
    ),
)


def fill(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in CONTENTS.items():
        (folder / name).write_bytes(content)
    return folder


def prepare(weights: Path, name: str = "abc") -> Path:
    folder = prepared.all_of_them() / name
    folder.mkdir(parents=True)
    (folder / "int8.onnx").write_bytes(bytes(1000))
    record = Record(str(weights.resolve()), processor.identity(), BackendName.INT8, ())
    prepared.write(record, folder)
    return folder


@pytest.fixture(autouse=True)
def own_preparations(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not those that other tests share."""
    monkeypatch.setattr(prepared, "all_of_them", lambda: own_folders / "backends")


def test_all_of_it_goes_and_what_was_prepared_of_it_too() -> None:
    folder = fill(home(SMALL))
    (folder / "model.pt.incomplete").write_bytes(bytes(10))
    old = fill(cache_root() / "hub" / "owner" / "Small")
    made, others = prepare(folder / "model.pt"), prepare(Path("/elsewhere/model.pt"), "other")
    size = 2 * SMALL.size_bytes + 10 + sum(file.stat().st_size for file in made.iterdir())

    removal = removal_of(SMALL)
    assert removal.size_bytes == size
    remove(removal)

    assert isinstance(state(SMALL), Absent)
    assert (folder.exists(), old.exists(), made.exists(), others.exists()) == (
        False, False, False, True
    )  # fmt: skip
    assert cache_root().is_dir()


def test_what_is_not_of_the_model_stays_where_it_lies() -> None:
    folder = fill(home(SMALL))
    (folder / "notes.txt").write_text("mine")
    remove(removal_of(SMALL))
    assert [file.name for file in folder.iterdir()] == ["notes.txt"]


def test_a_folder_of_the_users_own_is_never_touched(tmp_path: Path) -> None:
    mine = fill(tmp_path / "mine")
    home(SMALL).parent.mkdir(parents=True)
    home(SMALL).symlink_to(mine)
    assert removal_of(SMALL).files == ()
    home(SMALL).unlink()
    fill(home(SMALL))
    assert removal_of(SMALL, home(SMALL)).files == ()


def test_files_that_have_another_name_elsewhere_free_nothing_and_are_still_there(
    tmp_path: Path,
) -> None:
    mine = fill(tmp_path / "mine")
    import_folder(mine, SMALL)
    removal = removal_of(SMALL)
    assert removal.size_bytes == 0
    remove(removal)
    assert {file.name for file in mine.iterdir()} == set(CONTENTS)


def test_a_model_that_somebody_computes_with_is_not_removed() -> None:
    folder = fill(home(SMALL))
    using = hold(folder / "model.pt")
    assert using is not None
    with pytest.raises(ModelInUse, match="Small is in use") as told:
        remove(removal_of(SMALL))
    assert "quit" in told.value.remedy
    assert set(CONTENTS) == {file.name for file in folder.iterdir()}
    using.close()
    remove(removal_of(SMALL))


def test_two_may_compute_with_the_same_model_and_a_recogniser_is_seen(
    demo_recogniser: object,
) -> None:
    weights = paths.resource("demo_model", "model.pt")
    again = hold(weights)
    assert again is not None
    again.close()
    assert is_held(weights)
    assert not is_held(Path("/nowhere"))


def test_a_second_download_at_the_same_time_is_kept_away() -> None:
    lock = paths.private_folder(paths.cache_folder()) / "download.lock"
    with lock.open("w") as held:
        assert paths.try_lock(held)
        with pytest.raises(DownloadRuns, match="already"):
            download([SMALL])
        with pytest.raises(DownloadRuns):
            remove(removal_of(SMALL))


# --- the command


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(model_store, "SENSE_VOICE", SMALL)
    return fill(home(SMALL))


def test_the_command_tells_what_it_frees_and_removes_with_yes(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["model", "remove", "--yes"]) == 0
    told = capsys.readouterr().out
    assert str(small) in told
    assert "Removing Small frees 5 kB" in told
    assert told.endswith("Small: removed\n")
    assert not small.exists()
    assert cli.main(["model", "remove", "--yes"]) == 0
    assert "nothing to remove" in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 1), ("n\n", 1)])
def test_at_a_terminal_the_command_asks(
    small: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert cli.main(["model", "remove"]) == code
    assert small.exists() == bool(code)


def test_where_nobody_can_be_asked_the_command_removes_nothing(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert cli.main(["model", "remove"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert small.exists()


def test_the_command_leaves_the_folder_of_the_settings_alone(small: Path) -> None:
    chosen = Settings(recognition=RecognitionSettings(model=str(small)))
    settings.save(paths.settings_file(), chosen)
    assert cli.main(["model", "remove", "--yes"]) == 0
    assert small.exists()
