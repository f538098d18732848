"""What a selection's owner offers, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CLIPBOARD = "CLIPBOARD"
PRIMARY = "PRIMARY"
"""The selections: what was copied, and what is marked."""

MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """The content in one of its formats."""

    type: str
    """The type of the property it is handed over in, such as UTF8_STRING."""
    width: int
    """8, 16 or 32 bits to a unit; matters to the server alone, for the order of bytes."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Offer:
    """One content in all its formats, by target name."""

    pieces: Mapping[str, Piece] = field(default_factory=dict)


NOTHING = Offer()
"""What is offered where a selection has no owner."""


def text_offer(text: str) -> Offer:
    """The text in every format that programs ask for."""
    unicode = Piece("UTF8_STRING", 8, text.encode("utf-8"))
    return Offer(
        {
            "UTF8_STRING": unicode,
            "text/plain;charset=utf-8": Piece("text/plain;charset=utf-8", 8, unicode.content),
            "text/plain": Piece("text/plain", 8, unicode.content),
            "STRING": Piece("STRING", 8, text.encode("latin-1", "replace")),
            "TEXT": unicode,
        }
    )


def passing_text_offer(text: str) -> Offer:
    """The same, with the mark at which clipboard managers do not remember it."""
    mark = Piece("x-kde-passwordManagerHint", 8, b"secret")
    return Offer({**text_offer(text).pieces, mark.type: mark})


# Answered by the server of any offer itself; effects rather than content; numbers of things that
# live in the X server; and Qt's, which is another name for its images.
_NOT_CONTENT = frozenset(
    {
        "TARGETS",
        "MULTIPLE",
        "TIMESTAMP",
        "SAVE_TARGETS",
        "DELETE",
        "INSERT_SELECTION",
        "INSERT_PROPERTY",
        "ADOBE_TRANSFER",
        "PIXMAP",
        "BITMAP",
        "COLORMAP",
        "DRAWABLE",
        "WINDOW",
        "CLIENT_WINDOW",
        "application/x-qt-image",
    }
)
_TEXTS = frozenset({"UTF8_STRING", "STRING", "TEXT", "COMPOUND_TEXT"})


def worth_keeping(targets: Iterable[str]) -> list[str]:
    """Those targets that together keep the content, the dearest first: time may run out.

    Text, then the rest, and last one image: they are large, and programs offer the same one in
    ten formats.
    """
    content = [name for name in dict.fromkeys(targets) if name not in _NOT_CONTENT]
    images = [name for name in content if name.startswith("image/")]
    texts = [name for name in content if name in _TEXTS or name.startswith("text/plain")]
    others = [name for name in content if name not in images and name not in texts]
    image = ["image/png"] if "image/png" in images else images[:1]
    return texts + others + image
