"""Which files make up each published model, down to the last byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pin:
    """The one content that a file may have."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file of a model; ``accepted`` has more than one pin where the hubs differ.

    The first pin is ModelScope's.
    """

    name: str
    accepted: tuple[Pin, ...]

    @property
    def size_bytes(self) -> int:
        return self.accepted[0].size_bytes

    def may_have_size(self, size_bytes: int) -> bool:
        return any(pin.size_bytes == size_bytes for pin in self.accepted)

    def is_content(self, size_bytes: int, sha256: str) -> bool:
        return Pin(size_bytes, sha256) in self.accepted


@dataclass(frozen=True, slots=True)
class Model:
    """A published model: where a hub has it, and what it must be."""

    name: str
    hub_id: str
    revision: str
    """What is asked for. Branches move, so only the pins say whether it is the right one."""
    files: tuple[PinnedFile, ...]
    hugging_face_id: str = ""
    hugging_face_revision: str = "main"
    bundled: str | None = None
    """Its folder among the resources, where the program brings it along."""

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download or a verification is; the bytes are those of the whole task."""

    model: str
    file: str
    bytes_done: int
    bytes_total: int


OnProgress = Callable[[Progress], None]


def ignore_progress(_progress: Progress) -> None:
    """For those who do not want to know."""


def readable_size(size_bytes: int) -> str:
    """In decimal units, as disks and downloads are sold: 936291369 is "936 MB"."""
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB"):
        if size < 999.5:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _file(name: str, *accepted: tuple[int, str]) -> PinnedFile:
    return PinnedFile(name, tuple(Pin(size, sha256) for size, sha256 in accepted))


# Never model.py or requirements.txt, which the hub has too: nothing that could be run is fetched.
# Small files come first, so that a hub that cannot serve shows before the large one begins.
SENSE_VOICE = Model(
    name="SenseVoiceSmall",
    hub_id="iic/SenseVoiceSmall",
    revision="master",
    hugging_face_id="FunAudioLLM/SenseVoiceSmall",
    hugging_face_revision="3847d57b6bdf2dd8875cb1508d2af43d80a16bf7",
    files=(
        _file(
            "configuration.json",
            (396, "02810a7f8e9e8aee10370a265f7e799728ce25b4c00cdbf4602b303ee395a38e"),
        ),
        _file(
            "config.yaml",
            (1_855, "f71e239ba36705564b5bf2d2ffd07eece07b8e3f2bbf6d2c99d8df856339ac19"),
        ),
        _file(
            "am.mvn",
            (11_203, "29b3c740a2c0cfc6b308126d31d7f265fa2be74f3bb095cd2f143ea970896ae5"),
        ),
        _file(
            "chn_jpn_yue_eng_ko_spectok.bpe.model",
            (377_341, "aa87f86064c3730d799ddf7af3c04659151102cba548bce325cf06ba4da4e6a8"),
        ),
        _file(
            "model.pt",
            (936_291_369, "833ca2dcfdf8ec91bd4f31cfac36d6124e0c459074d5e909aec9cabe6204a3ea"),
        ),
    ),
)

# On Hugging Face with another am.mvn.
FSMN_VAD = Model(
    name="FSMN-VAD",
    hub_id="iic/speech_fsmn_vad_zh-cn-16k-common-pytorch",
    revision="v2.0.4",
    hugging_face_id="funasr/fsmn-vad",
    hugging_face_revision="df20e6b30c653645fa4ff125cacfcabd1020a669",
    files=(
        _file(
            "configuration.json",
            (365, "7bce8867e37d55c3dd8f672695ced18077a2be199ea529a5d432d5350fc0acba"),
        ),
        _file(
            "config.yaml",
            (1_215, "486861ca26ddb79081663b6179cb204c6bfae71c52f04aafc48a9e9d8dde1e93"),
        ),
        _file(
            "am.mvn",
            (8_040, "6820fef9687708c4fc3fab2530179c8fcea6262daa25514380056cd8f6eb1754"),
            (8_033, "df189fd5f4352df84a0fd464eeab4e450a5e645665d6b38f13c832492261a739"),
        ),
        _file(
            "model.pt",
            (1_721_366, "b3be75be477f0780277f3bae0fe489f48718f585f3a6e45d7dd1fbb1a4255fc5"),
        ),
    ),
    bundled="vad",
)

MODELS = (SENSE_VOICE, FSMN_VAD)
