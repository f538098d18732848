"""Weights are read as torch reads them, without torch, and nothing else can come of a file."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dictation.errors import EngineMissing, ModelDamaged, ModelFileMissing
from dictation.paths import resource
from dictation.recognition.model_folder import check_shapes, put_weights, read_folder
from dictation.recognition.weights_file import WeightsFile

COUNT = torch.arange(24)


def saved(file: Path, content: object, **options: bool) -> WeightsFile:
    torch.save(content, file, **options)
    return WeightsFile(file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "model.pt"


def repacked(file: Path, packing: int) -> None:
    """Writes the file's archive anew, its entries packed in another way."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    rewrite(file, entries, packing)


def rewrite(file: Path, entries: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    "kind",
    ["float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8"],
)
def test_all_kinds_of_numbers_become_float32(file: Path, kind: str) -> None:
    tensor = (COUNT * 5.25 - 60).to(getattr(torch, kind)).reshape(2, 3, 4)

    values = saved(file, {"a": tensor})["a"]

    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, tensor.float().numpy())


def test_truth_values_become_zeros_and_ones(file: Path) -> None:
    assert saved(file, {"a": COUNT > 20})["a"].tolist() == [0.0] * 21 + [1.0] * 3


def test_tensors_that_share_numbers_or_see_them_in_another_order_are_read(file: Path) -> None:
    base = torch.randn(6, 8)
    views = {
        "whole": base,
        "transposed": base.T,
        "part": base[2:5, 1:7:2],
        "repeated": base[3].expand(4, 8),
        "number": base[1, 1],
        "nothing": base[:0],
    }

    found = saved(file, views)

    assert list(found) == list(views)
    assert found.shapes == {name: tuple(view.shape) for name, view in views.items()}
    for name, view in views.items():
        np.testing.assert_array_equal(found[name], view.numpy())


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_weights_that_torch_writes_for_a_module_are_read(file: Path, packing: int) -> None:
    module = torch.nn.Sequential(torch.nn.Linear(5, 3), torch.nn.BatchNorm1d(3))
    torch.save({"state_dict": module.state_dict(), "epoch": 3}, file)
    repacked(file, packing)

    found = WeightsFile(file)

    for name, tensor in module.state_dict().items():
        np.testing.assert_array_equal(found[name], tensor.float().numpy())


def test_parameters_are_tensors(file: Path) -> None:
    assert saved(file, {"a": torch.nn.Parameter(COUNT.float())})["a"].tolist() == COUNT.tolist()


def test_what_is_stored_unpacked_is_neither_copied_nor_written_to(file: Path) -> None:
    values = saved(file, {"a": torch.randn(4, 4)})["a"]

    assert not values.flags.owndata
    assert not values.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0] = 1


def test_what_was_given_back_stays_readable(file: Path) -> None:
    tensors = {name: torch.randn(3000) for name in "abc"}
    torch.save(tensors, file)
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        repacked(file, packing)
        found = WeightsFile(file)
        for name, tensor in tensors.items():
            values = found[name]
            found.release(name)
            np.testing.assert_array_equal(values, tensor.numpy())
            np.testing.assert_array_equal(found[name], tensor.numpy())


MEASURE = """
import resource, sys
from pathlib import Path
from dictation.recognition.weights_file import WeightsFile
weights = WeightsFile(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in weights:
    weights[name].sum()
    weights.release(name)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
assert not {"torch", "funasr"} & sys.modules.keys()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measured as Linux measures it")
def test_one_tensor_after_the_other_takes_the_memory_of_one(file: Path) -> None:
    torch.save({str(index): torch.ones(1 << 20) for index in range(32)}, file)  # 32 × 4 MB

    told = subprocess.run(
        [sys.executable, "-c", MEASURE, file], capture_output=True, text=True, check=True
    )

    assert int(told.stdout) < 16_000  # KB


WITHOUT_TORCH = """
import sys
import numpy as np
from dictation.paths import resource
from dictation.recognition.vad import VoiceDetector
stream = VoiceDetector(resource("vad")).stream(400)
stream.feed(np.zeros(16_000, np.float32))
print({"torch", "funasr", "kaldi_native_fbank"} & sys.modules.keys())
"""


def test_the_voice_detector_needs_neither_torch_nor_funasr() -> None:
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH], capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "set()"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_value_that_is_no_number_is_damage(file: Path, value: float) -> None:
    found = saved(file, {"good": torch.ones(9), "bad": torch.tensor([1.0, value, 1.0])})

    assert found["good"].sum() == 9
    with pytest.raises(ModelDamaged, match="bad has values that are no number"):
        found["bad"]


def test_values_whose_squares_are_too_large_are_numbers_still(file: Path) -> None:
    assert saved(file, {"a": torch.full((4,), 3e38)})["a"].max() == np.float32(3e38)


def test_doubles_too_large_for_float32_are_damage(file: Path) -> None:
    with pytest.raises(ModelDamaged, match="no number"):
        saved(file, {"a": torch.full((4,), 1e300, dtype=torch.float64)})["a"]


def test_no_file_is_not_damage(file: Path) -> None:
    with pytest.raises(ModelFileMissing):
        WeightsFile(file)


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04", bytes(5000), b"\x80\x02."])
def test_what_torch_has_not_written_is_damage(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(ModelDamaged, match=r"model\.pt cannot be loaded"):
        WeightsFile(file)


def test_a_file_that_ends_too_early_is_damage(file: Path) -> None:
    torch.save({"a": torch.ones(1000)}, file)
    whole = file.read_bytes()
    for length in range(0, len(whole), 97):
        file.write_bytes(whole[:length])
        with pytest.raises(ModelDamaged):
            WeightsFile(file)


INTACT = io.BytesIO()
torch.save({"a": torch.ones(20), "b": torch.zeros(3)}, INTACT)


@given(place=st.integers(0, 2_000), flip=st.integers(1, 255))
@settings(
    max_examples=400,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_a_damaged_byte_is_damage_or_does_no_harm(file: Path, place: int, flip: int) -> None:
    content = bytearray(INTACT.getvalue())
    content[place % len(content)] ^= flip
    file.write_bytes(content)

    try:
        found = {name: values.shape for name, values in WeightsFile(file).items()}
    except ModelDamaged:
        return
    assert found == {"a": (20,), "b": (3,)}


@pytest.mark.parametrize("content", [[torch.ones(1)], {"a": 1}, {1: torch.ones(1)}, torch.ones(1)])
def test_a_file_of_something_else_is_damage(file: Path, content: object) -> None:
    with pytest.raises(ModelDamaged, match="cannot be loaded"):
        saved(file, content)


def test_numbers_that_are_missing_or_too_few_are_damage(file: Path) -> None:
    torch.save({"a": torch.ones(20)}, file)
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    numbers = next(name for name in entries if name.endswith("/data/0"))

    rewrite(file, entries | {numbers: entries[numbers][:-4]})
    with pytest.raises(ModelDamaged):
        WeightsFile(file)["a"]
    rewrite(file, {name: content for name, content in entries.items() if name != numbers})
    with pytest.raises(ModelDamaged):
        WeightsFile(file)["a"]


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packings_are_damage(file: Path, packing: int) -> None:
    torch.save({"a": torch.ones(20)}, file)
    repacked(file, packing)

    with pytest.raises(ModelDamaged):
        WeightsFile(file)


def test_numbers_of_a_big_endian_machine_are_refused(file: Path) -> None:
    torch.save({"a": torch.ones(20)}, file)
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    order = next(name for name in entries if name.endswith("/byteorder"))
    rewrite(file, entries | {order: b"big"})

    with pytest.raises(ModelDamaged):
        WeightsFile(file)


def listing(file: Path, content: bytes) -> WeightsFile:
    """A file whose list of tensors is this pickle."""
    rewrite(file, {"model/data.pkl": content, "model/data/0": bytes(80)})
    return WeightsFile(file)


class Calls:
    """Pickles as a call."""

    def __init__(self, *call: object) -> None:
        self._call = call

    def __reduce__(self) -> tuple[object, ...]:
        return self._call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_file_that_would_run_something_is_refused(
    file: Path, tmp_path: Path, protocol: int
) -> None:
    ran = tmp_path / "ran"
    for call in (
        (os.system, (f"touch {ran}",)),
        (eval, (f"open({str(ran)!r}, 'w')",)),
        (getattr, ("", "join")),
        (torch.load, ("another",)),
    ):
        with pytest.raises(ModelDamaged):
            listing(file, pickle.dumps({"a": Calls(*call)}, protocol))
    assert not ran.exists()


@pytest.mark.parametrize(
    "named",
    [
        b"cbuiltins\neval\n.",
        b"ctorch.storage\n_load_from_bytes\n.",
        b"ccollections\nOrderedDict.__init__\n.",
        b"\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.__init__\x93.",
        b"\x82\x01.",  # an extension registered under a number
    ],
)
def test_a_file_may_name_tensors_alone(file: Path, named: bytes) -> None:
    with pytest.raises(ModelDamaged):
        listing(file, named)


@pytest.mark.parametrize(
    "named",
    [
        b"ccollections\nOrderedDict\n",
        b"ctorch._utils\n_rebuild_tensor_v2\n",
        b"ctorch\nFloatStorage\n",
    ],
)
@pytest.mark.parametrize(
    "state", [b"}X\x04\x00\x00\x00kindNs", b"N}X\x08\x00\x00\x00__call__Ns\x86"]
)
def test_a_file_cannot_change_how_the_next_is_read(file: Path, named: bytes, state: bytes) -> None:
    with pytest.raises(ModelDamaged):
        listing(file, b"\x80\x02" + named + state + b"b.")

    assert saved(file, {"a": torch.ones(2)})["a"].tolist() == [1, 1]


STORAGE = (
    b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x14tQ"
)


@pytest.mark.parametrize(
    "tensor",
    [
        b"NK\x00K\x14\x85K\x01\x85",  # no storage
        STORAGE + b"K\x15K\x14\x85K\x01\x85",  # beyond the end
        STORAGE + b"J\xff\xff\xff\xffK\x02\x85K\x01\x85",  # before the start
        STORAGE + b"K\x00K\x14\x85J\xff\xff\xff\xff\x85",  # backwards
        STORAGE + b"K\x00K\x14\x85)",  # without strides
        STORAGE + b"K\x00X\x01\x00\x00\x00aK\x01\x85",  # a shape of letters
        STORAGE + b"K\x00\x8a\x08" + bytes([255] * 7 + [127]) + b"\x85K\x01\x85",  # huge
    ],
)
def test_an_odd_tensor_is_damage(file: Path, tensor: bytes) -> None:
    rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n(" + tensor + b"\x89NtR"
    with pytest.raises(ModelDamaged):
        listing(file, b"\x80\x02}X\x01\x00\x00\x00a" + rebuilt + b"s.")["a"]


def test_the_tensor_that_the_odd_ones_are_made_of_is_read(file: Path) -> None:
    rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n(" + STORAGE + b"K\x00K\x14\x85K\x01\x85\x89NtR"

    assert listing(file, b"\x80\x02}X\x01\x00\x00\x00a" + rebuilt + b"s.")["a"].shape == (20,)


def test_the_old_format_is_read_where_torch_is_installed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = saved(file, {"a": COUNT.float()}, _use_new_zipfile_serialization=False)
    assert found["a"].tolist() == COUNT.tolist()

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EngineMissing):
        WeightsFile(file)


def test_the_old_format_cannot_run_anything_either(file: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    torch.save(
        {"a": Calls(os.system, (f"touch {ran}",))}, file, _use_new_zipfile_serialization=False
    )

    with pytest.raises(ModelDamaged):
        WeightsFile(file)
    assert not ran.exists()


def test_weights_go_into_a_module_without_being_copied(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(resource("vad"), folder)
    module = torch.nn.Linear(5, 3)
    torch.save(module.state_dict(), folder / "model.pt")
    with torch.device("meta"):
        empty = torch.nn.Linear(5, 3)

    put_weights(empty, read_folder(folder))

    assert torch.equal(empty.weight, module.weight)
    assert torch.equal(empty(torch.ones(5)), module(torch.ones(5)))


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"weight": (3, 5)}, "1 unknown"),
        ({"weight": (3, 5), "bias": (3,), "more": (1,)}, "1 missing"),
        ({"weight": (5, 3), "bias": (3,)}, "1 of another shape"),
    ],
)
def test_other_weights_than_the_wanted_are_damage(
    file: Path, wanted: dict[str, tuple[int, ...]], told: str
) -> None:
    found = saved(file, torch.nn.Linear(5, 3).state_dict())

    with pytest.raises(ModelDamaged, match=told):
        check_shapes(read_folder(resource("vad")), found, wanted)
