"""Where models are, what state they are in, and what is taken from a folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dictation import paths
from dictation.errors import (
    DiskFull,
    FolderUnwritable,
    ModelDamaged,
    ModelFileMissing,
    ModelFolderMissing,
    ModelImportIncomplete,
    ModelImportWrong,
    ModelMissing,
)
from dictation.recognition.model_store import checking, importing
from dictation.recognition.model_store.importing import import_folder
from dictation.recognition.model_store.pins import (
    FSMN_VAD,
    SENSE_VOICE,
    Model,
    Pin,
    PinnedFile,
    Progress,
    readable_size,
)
from dictation.recognition.model_store.states import (
    Absent,
    Damaged,
    Partial,
    Unverified,
    Verified,
    cache_root,
    home,
    locate,
    state,
    verify,
    working_folder,
)

CONTENTS = {"config.yaml": b"model: small\n", "model.pt": bytes(range(256)) * 20}


def pinned(contents: dict[str, bytes]) -> tuple[PinnedFile, ...]:
    return tuple(
        PinnedFile(name, (Pin(len(content), hashlib.sha256(content).hexdigest()),))
        for name, content in contents.items()
    )


SMALL = Model("Small", "owner/Small1.5", "master", pinned(CONTENTS))


def fill(folder: Path, contents: dict[str, bytes] = CONTENTS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(autouse=True)
def nothing_is_cached(own_folders: Path) -> None:
    """Not even the models that other tests share."""
    shutil.rmtree(paths.cache_folder().parent)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose bytes were read."""
    names: list[str] = []
    really = checking._read_one

    def counted(folder: Path, file: PinnedFile, *rest: object) -> checking.FileReport:
        names.append(file.name)
        return really(folder, file, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "_read_one", counted)
    return names


# --- states


def test_a_model_that_is_not_there_is_absent_and_its_error_tells_how_to_get_it() -> None:
    assert state(SMALL) == Absent(SMALL, home(SMALL), 0)
    with pytest.raises(ModelMissing, match="Small is not on this machine") as caught:
        locate(SMALL)
    assert "download" in caught.value.remedy
    assert "5 kB" in caught.value.remedy


def test_all_files_of_the_right_size_are_unverified_until_they_are_read() -> None:
    folder = fill(home(SMALL))
    assert state(SMALL) == Unverified(SMALL, folder, SMALL.size_bytes)
    assert locate(SMALL) == folder
    assert state(SMALL) == Verified(SMALL, folder, SMALL.size_bytes)


def test_a_missing_file_is_named_and_the_bytes_of_its_partial_file_count() -> None:
    folder = fill(home(SMALL), {"config.yaml": CONTENTS["config.yaml"]})
    (folder / "model.pt.incomplete").write_bytes(bytes(100))
    assert state(SMALL) == Partial(SMALL, folder, 113, ("model.pt",))
    with pytest.raises(ModelFileMissing, match=r"model\.pt is missing"):
        locate(SMALL)


def test_a_file_of_the_wrong_size_is_damage_without_any_reading(readings: list[str]) -> None:
    folder = fill(home(SMALL), CONTENTS | {"model.pt": b"short"})
    found = state(SMALL)
    assert isinstance(found, Damaged)
    assert (found.folder, found.file) == (folder, "model.pt")
    assert str(found.reason) == "model.pt has 5 bytes instead of 5120"
    assert readings == []


def test_one_flipped_bit_is_damage_and_stays_known(readings: list[str]) -> None:
    wrong = bytearray(CONTENTS["model.pt"])
    wrong[77] ^= 1
    fill(home(SMALL), CONTENTS | {"model.pt": bytes(wrong)})
    for _ in range(2):
        with pytest.raises(ModelDamaged, match=r"model\.pt has the wrong content"):
            locate(SMALL)
    assert isinstance(state(SMALL), Damaged)
    assert readings == ["config.yaml", "model.pt"]


def test_a_folder_in_the_place_of_a_file_is_damage() -> None:
    folder = fill(home(SMALL), {"config.yaml": CONTENTS["config.yaml"]})
    (folder / "model.pt").mkdir()
    with pytest.raises(ModelDamaged, match=r"model\.pt is not a file"):
        locate(SMALL)


def test_a_file_that_may_not_be_read_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home(SMALL))

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(ModelDamaged, match=r"config\.yaml cannot be read \(Permission denied\)"):
        locate(SMALL)


def test_a_file_that_cannot_be_reached_is_damage() -> None:
    folder = fill(home(SMALL), {"config.yaml": CONTENTS["config.yaml"]})
    (folder / "model.pt").symlink_to("model.pt")
    with pytest.raises(ModelDamaged, match=r"model\.pt cannot be read \(Too many levels"):
        locate(SMALL)


def test_a_cache_that_may_not_be_listed_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home(SMALL))

    def refused(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refused)
    assert isinstance(state(SMALL), Unverified)


# --- what is remembered


def test_the_second_start_reads_no_file(readings: list[str]) -> None:
    fill(home(SMALL))
    locate(SMALL)
    del readings[:]
    locate(SMALL)
    assert isinstance(state(SMALL), Verified)
    assert readings == []


def test_a_touched_file_is_read_again_and_only_that_one(readings: list[str]) -> None:
    folder = fill(home(SMALL))
    locate(SMALL)
    del readings[:]
    os.utime(folder / "model.pt", ns=(1, 1))
    assert isinstance(state(SMALL), Unverified)
    locate(SMALL)
    assert readings == ["model.pt"]


def test_verify_reads_everything_whatever_is_remembered(readings: list[str]) -> None:
    folder = fill(home(SMALL))
    locate(SMALL)
    same_time = (folder / "model.pt").stat()
    (folder / "model.pt").write_bytes(bytes(len(CONTENTS["model.pt"])))
    os.utime(folder / "model.pt", ns=(same_time.st_atime_ns, same_time.st_mtime_ns))
    assert isinstance(state(SMALL), Verified)
    del readings[:]
    (found,) = verify([SMALL])
    assert isinstance(found, Damaged)
    assert readings == ["config.yaml", "model.pt"]


def test_verify_of_an_absent_model_says_so() -> None:
    assert verify([SMALL]) == (Absent(SMALL, home(SMALL), 0),)


def test_verification_tells_how_far_it_is() -> None:
    fill(home(SMALL))
    told: list[Progress] = []
    locate(SMALL, told.append)
    assert told == [
        Progress("Small", "config.yaml", 13, 5133),
        Progress("Small", "model.pt", 5133, 5133),
    ]


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"files": 3}', '{"files": {"%s": {"size": "x"}}}', "\x00\xff"]
)
def test_a_broken_record_only_means_that_files_are_read_again(
    broken: str, readings: list[str]
) -> None:
    folder = fill(home(SMALL))
    locate(SMALL)
    record = paths.cache_folder() / "model-hashes.json"
    record.write_text(broken.replace("%s", str(folder / "model.pt")))
    del readings[:]
    assert locate(SMALL) == folder
    assert readings == ["config.yaml", "model.pt"]
    assert json.loads(record.read_text())["files"]


def test_a_record_that_cannot_be_written_is_no_error(readings: list[str]) -> None:
    paths.cache_folder().parent.mkdir(parents=True)
    paths.cache_folder().write_text("a file where the folder should be")
    folder = fill(home(SMALL))
    assert locate(SMALL) == folder
    assert locate(SMALL) == folder
    assert readings == ["config.yaml", "model.pt"] * 2


def test_the_record_is_for_its_owner_alone_and_leaves_no_other_file() -> None:
    fill(home(SMALL))
    locate(SMALL)
    (record,) = paths.cache_folder().iterdir()
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


# --- places


@pytest.mark.parametrize(
    "place",
    [
        "models/owner--Small1.5/snapshots/master",
        "models/owner--Small1.5/snapshots/v1.0",
        "models/owner/Small1___5",
        "models/owner/Small1.5",
        "hub/models/owner/Small1___5",
        "owner/Small1.5",
        "hub/owner/Small1.5",
    ],
)
def test_a_model_is_found_wherever_a_release_of_modelscope_put_it(place: str) -> None:
    folder = fill(cache_root() / place)
    assert locate(SMALL) == folder
    assert working_folder(SMALL) == folder


def test_a_whole_copy_is_preferred_to_a_damaged_one() -> None:
    fill(home(SMALL), CONTENTS | {"model.pt": bytes(5120)})
    old = fill(cache_root() / "hub" / "models" / "owner" / "Small1___5")
    assert locate(SMALL) == old


def test_without_a_variable_the_cache_is_where_modelscope_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MODELSCOPE_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_root() == tmp_path.resolve() / ".cache" / "modelscope"


def test_the_bundled_voice_detection_is_the_published_one(readings: list[str]) -> None:
    assert locate(FSMN_VAD) == paths.resource("vad")
    assert len(readings) == len(FSMN_VAD.files)
    assert isinstance(state(FSMN_VAD), Verified)
    assert verify([FSMN_VAD])[0].size_bytes == FSMN_VAD.size_bytes


def test_a_damaged_copy_in_the_cache_does_not_hide_the_bundled_one() -> None:
    fill(home(FSMN_VAD), {"model.pt": b"nonsense"})
    assert locate(FSMN_VAD) == paths.resource("vad")


def test_a_file_may_be_any_of_the_contents_that_the_hubs_have() -> None:
    mean = next(file for file in FSMN_VAD.files if file.name == "am.mvn")
    assert [mean.is_content(pin.size_bytes, pin.sha256) for pin in mean.accepted] == [True, True]
    assert not mean.is_content(mean.accepted[0].size_bytes, mean.accepted[1].sha256)


def test_nothing_that_can_be_run_is_ever_asked_for() -> None:
    names = {file.name for model in (SENSE_VOICE, FSMN_VAD) for file in model.files}
    assert names == {
        "model.pt",
        "config.yaml",
        "configuration.json",
        "am.mvn",
        "chn_jpn_yue_eng_ko_spectok.bpe.model",
    }


def test_asking_for_states_loads_no_heavy_library() -> None:
    program = (
        "import sys; from dictation.recognition import model_store\n"
        "from dictation.recognition.model_store import download, importing\n"
        "model_store.state(model_store.SENSE_VOICE)\n"
        "print(*({'torch', 'funasr', 'modelscope', 'modelscope_hub', 'numpy'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == ""


@pytest.mark.parametrize(
    ("size_bytes", "written"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (5120, "5 kB"),
        (936_680_000, "937 MB"),
        (1.2e9, "1.2 GB"),
    ],
)
def test_sizes_are_written_as_disks_are_sold(size_bytes: int, written: str) -> None:
    assert readable_size(size_bytes) == written


# --- import


def test_a_folder_with_the_right_files_is_imported_and_found(tmp_path: Path) -> None:
    given = fill(tmp_path / "given", CONTENTS | {"model.py": b"import os", "README.md": b"hello"})
    assert import_folder(given, SMALL) == home(SMALL)
    assert locate(SMALL) == home(SMALL)
    assert {file.name for file in home(SMALL).iterdir()} == set(CONTENTS)
    assert [each.name for each in home(SMALL).parent.parent.iterdir()] == ["snapshots"]


def test_links_of_a_hugging_face_snapshot_are_followed(tmp_path: Path) -> None:
    blobs = fill(tmp_path / "blobs")
    snapshot = tmp_path / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    for name in CONTENTS:
        (snapshot / name).symlink_to(Path("../../blobs") / name)
    folder = import_folder(snapshot, SMALL)
    assert not any(file.is_symlink() for file in folder.iterdir())
    assert (folder / "model.pt").samefile(blobs / "model.pt")


def test_where_no_link_is_possible_the_files_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    given = fill(tmp_path / "given")
    folder = import_folder(given, SMALL)
    assert not (folder / "model.pt").samefile(given / "model.pt")
    assert (folder / "model.pt").read_bytes() == CONTENTS["model.pt"]


def test_a_wrong_file_is_named_and_nothing_is_imported(tmp_path: Path) -> None:
    given = fill(tmp_path / "given", CONTENTS | {"model.pt": bytes(5120)})
    with pytest.raises(ModelImportWrong, match=r"model\.pt in .*given is not the published file"):
        import_folder(given, SMALL)
    assert not cache_root().exists()


def test_all_missing_files_are_named_and_nothing_is_imported(tmp_path: Path) -> None:
    given = fill(tmp_path / "given", {"other": b""})
    with pytest.raises(ModelImportIncomplete, match=r"it lacks config\.yaml, model\.pt"):
        import_folder(given, SMALL)
    assert not cache_root().exists()


def test_an_import_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderMissing):
        import_folder(tmp_path / "nowhere", SMALL)


def test_an_import_mends_a_damaged_model(tmp_path: Path) -> None:
    fill(home(SMALL), {"model.pt": b"half"})
    import_folder(fill(tmp_path / "given"), SMALL)
    assert isinstance(state(SMALL), Verified)


def test_importing_the_cached_folder_itself_leaves_it_as_it_is() -> None:
    folder = fill(home(SMALL))
    assert import_folder(folder, SMALL) == folder
    assert locate(SMALL) == folder


def test_an_import_onto_a_full_disk_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: Path, copy: Path) -> None:
        copy.write_bytes(b"as far as it went")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(importing, "_link_or_copy", full)
    with pytest.raises(DiskFull, match="5 kB are needed"):
        import_folder(fill(tmp_path / "given"), SMALL)
    assert isinstance(state(SMALL), Absent)
    assert [file for file in cache_root().rglob("*") if file.is_file()] == []


def test_an_import_into_a_cache_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    cache_root().write_text("a file where the folder should be")
    with pytest.raises(FolderUnwritable, match="cannot be written"):
        import_folder(fill(tmp_path / "given"), SMALL)
