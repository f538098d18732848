"""The catalogue is whole, up to date, and as the sources have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import translations
from babel.messages.catalog import Catalog
from catalogue.faults import faults
from catalogue.marked import NotPlain, Sentence, in_python, sentences

PO = translations.FOLDER / "dictation.po"


def catalogue(*pairs: tuple[str | tuple[str, str], str | tuple[str, ...]]) -> Catalog:
    made = Catalog("zh_CN")
    for original, translated in pairs:
        made.add(original, translated)
    return made


def test_every_sentence_is_translated_and_none_is_left_over() -> None:
    kept = translations.read(PO)
    updated = translations.merged(kept, sentences())
    wrong = [*faults(updated), *translations.stale(kept, updated, PO.with_suffix(".mo"))]
    assert not wrong, "run python packaging/translations.py:\n" + "\n".join(wrong)


def test_the_glossary_stands_at_its_head() -> None:
    assert "术语" in PO.read_text(encoding="utf-8")[:200]


@pytest.mark.parametrize(
    ("original", "translated", "fault"),
    [
        ("It is gone.", "", "not translated"),
        ("{file} is gone.", "{files} 不见了。", "other fields"),
        ("{part:.0%} done", "已完成 {part}", "other fields"),
        ("argument %(name)s", "参数 %(named)s", "other fields"),
        ("It is gone.", "不见了", "does not end"),
        ("It is gone.", "不见了.", "does not end"),
        ("and more ", "还有", "another space"),
        ("&Start", "开始", "a letter to press"),
        (("{count} file", "{count} files"), ("{count} 个文件", "{count} 个文件"), "2 forms"),
        (("{count} file", "{count} files"), ("许多文件",), "other fields"),
    ],
)
def test_a_wrong_translation_is_found(
    original: str | tuple[str, str], translated: str | tuple[str, ...], fault: str
) -> None:
    assert any(fault in line for line in faults(catalogue((original, translated))))


def test_an_unsure_translation_is_found() -> None:
    unsure = catalogue(("It is gone.", "不见了。"))
    next(message for message in unsure if message.id).flags.add("fuzzy")
    assert any("fuzzy" in line for line in faults(unsure))


def test_what_is_translated_stays_and_what_changed_is_asked_for_anew() -> None:
    kept = catalogue(("It is gone.", "不见了。"), ("It was here.", "它在这里。"))

    updated = translations.merged(
        kept, {Sentence("It is gone."): ["a.py"], Sentence("It was there."): ["b.py"]}
    )

    assert {message.id: message.string or "" for message in updated if message.id} == {
        "It is gone.": "不见了。",
        "It was there.": "",
    }
    lines = translations.stale(kept, updated, Path("nowhere.mo"))
    assert [line.partition(":")[0] for line in lines] == [
        "not in the catalogue",
        "in the catalogue, but nowhere used",
        "nowhere.mo was not compiled from this catalogue",
    ]


def test_a_sentence_that_comes_back_finds_its_translation(tmp_path: Path) -> None:
    kept = catalogue(("It is gone.", "不见了。"), (("{n} file", "{n} files"), ("{n} 个文件",)))
    file = tmp_path / "dictation.po"

    file.write_bytes(translations.as_po(translations.merged(kept, {})))
    without = translations.read(file)
    assert not [message for message in without if message.id]
    assert translations.as_mo(without) == translations.as_mo(translations.merged(kept, {}))

    wanted = {Sentence("It is gone."): ["a.py"], Sentence("{n} file", "{n} files"): ["a.py"]}
    back = translations.merged(without, wanted)
    assert not list(faults(back))
    assert not back.obsolete


@pytest.fixture
def marked() -> Iterator[str]:
    return iter(
        [
            'TITLE = N_("Title")',
            'print(_("Two" " parts"))',
            '_("on" if ready else "off")',
            'ngettext("one", "many", 2)',
            'error(reason=Phrase("of {a}", a=1))',
            "_(TITLE)",
            'class Gone(DictationError):\n    template = "Gone."\n    remedy_template = "Look."',
        ]
    )


def test_all_ways_of_marking_are_found(marked: Iterator[str]) -> None:
    assert set(in_python("\n".join(marked))) == {
        Sentence("Title"),
        Sentence("Two parts"),
        Sentence("on"),
        Sentence("off"),
        Sentence("one", "many"),
        Sentence("of {a}"),
        Sentence("Gone."),
        Sentence("Look."),
    }


def test_a_sentence_that_is_filled_before_it_is_translated_is_refused() -> None:
    with pytest.raises(NotPlain):
        list(in_python('_(f"{name} is gone")'))
