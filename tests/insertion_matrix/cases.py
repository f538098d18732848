"""What is inserted where."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# The Thousand Character Classic: no character in it comes twice.
_CLASSIC = (
    "天地玄黃，宇宙洪荒。日月盈昃，辰宿列張。寒來暑往，秋收冬藏。閏餘成歲，律呂調陽。"
    "雲騰致雨，露結為霜。金生麗水，玉出崑岡。劍號巨闕，珠稱夜光。果珍李柰，菜重芥薑。"
    "海鹹河淡，鱗潛羽翔。龍師火帝，鳥官人皇。始制文字，乃服衣裳。推位讓國，有虞陶唐。"
    "弔民伐罪，周發殷湯。坐朝問道，垂拱平章。愛育黎首，臣伏戎羌。遐邇壹體，率賓歸王。"
)
TEXTS = {
    "english": ("The quick brown fox, “isn't it?”, costs $79.95 at 2:30 PM. " * 9)[:500].strip(),
    "chinese": (_CLASSIC + "今天天气很好，我们去公园散步吧；她说：“好的！”" * 7)[:300],
    "mixed": "我在用 Python 写 code，version 3.11 很好用。",
    "japanese": "今日はとても良い天気ですね。カタカナも、ひらがなも。",
    "korean": "안녕하세요, 오늘 날씨가 정말 좋네요.",
    "hebrew": "שלום עולם, this is שלום",
    "emoji": "👩\u200d👩\u200d👧\u200d👦 🇨🇳 ❤️ 👍🏽 done",
    "lines": "first line\nsecond line\n\nfourth",
}
# As setxkbmap has them: the layouts, and a variant.
LAYOUTS = {
    "us": ("us", ""),
    "de": ("de", ""),
    "fr": ("fr", ""),
    "ru": ("ru", ""),
    "us+ru": ("us,ru", ""),
    "dvorak": ("us", "dvorak"),
}
USUAL = "clipboard with text"


class Desktop(StrEnum):
    """Each is started for itself."""

    X11 = "X11"
    IBUS = "X11 with ibus and pinyin"
    WAYLAND = "Wayland (sway)"


# Light programs are in the quick form and must be there; the others are tried where they are.
LIGHT = {
    Desktop.X11: ("qt", "gtk", "xterm", "vte"),
    Desktop.WAYLAND: ("qt", "gtk", "foot"),
}
ALL = {
    Desktop.X11: (
        *(*LIGHT[Desktop.X11], "gtk4", "xfce4-terminal"),
        *("chromium textarea", "chromium contenteditable", "writer"),
    ),
    Desktop.IBUS: (
        *LIGHT[Desktop.X11],
        *("xfce4-terminal", "chromium textarea", "chromium contenteditable"),
    ),
    Desktop.WAYLAND: (
        *(*LIGHT[Desktop.WAYLAND], "gtk4"),
        *("chromium textarea", "chromium contenteditable", "writer"),
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One insertion."""

    desktop: Desktop
    target: str
    text: str
    layout: str = "us"
    state: str = USUAL


def quick_cases(states: Mapping[Desktop, Sequence[str]]) -> list[Case]:
    """Each text into each light target on some layout, and each state once."""
    found = []
    for desktop, targets in LIGHT.items():
        layouts = zip(TEXTS, itertools.cycle(("us", "ru", "de")))
        for (text, layout), target in itertools.product(layouts, targets):
            found.append(Case(desktop, target, text, layout))
        for state, target in itertools.product(states[desktop], targets):
            found.append(Case(desktop, target, "mixed", "us", state))
    return found


def long_cases(states: Mapping[Desktop, Sequence[str]]) -> list[Case]:
    """Every text into every target on every layout; every state with some of the texts.

    Cases of one state follow each other: some states take long to get into.
    """
    found = []
    for desktop, further in states.items():
        for target, text, layout in itertools.product(ALL[desktop], TEXTS, LAYOUTS):
            found.append(Case(desktop, target, text, layout))
        some = ("english", "chinese", "mixed")
        for state, target, text in itertools.product(further, ALL[desktop], some):
            found.append(Case(desktop, target, text, "us", state))
    for target, text in itertools.product(ALL[Desktop.IBUS], TEXTS):
        found.append(Case(Desktop.IBUS, target, text))
    return found
