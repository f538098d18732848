"""Brings the catalogues up to date with the sources; what is translated is kept.

    python packaging/translations.py           updates the .po, and compiles it
    python packaging/translations.py --check   changes nothing, and exits with 1 if it would
    python packaging/translations.py --prune   forgets translations of sentences that are no more

Sentences without a translation are listed: write it into the .po, and run this again.
"""

from __future__ import annotations

import argparse
import io
import sys
from datetime import UTC, datetime
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from catalogue.faults import faults, forms
from catalogue.marked import ROOT, Sentence, sentences

LOCALE = "zh_CN"
FOLDER = ROOT / "resources" / "locale" / LOCALE / "LC_MESSAGES"
_WIDTH = 100
_WHO = "dictation"
_UNDATED = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> int:
    """1 if something is missing, or with --check out of date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("--prune", action="store_true", help="forget what is set aside")
    chosen = parser.parse_args()
    kept = read(FOLDER / "dictation.po")
    updated = merged(kept, sentences())
    if chosen.prune:
        updated.obsolete.clear()
    wrong = list(faults(updated))
    if chosen.check:
        wrong += stale(kept, updated, FOLDER / "dictation.mo")
    else:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "dictation.po").write_bytes(as_po(updated))
        (FOLDER / "dictation.mo").write_bytes(as_mo(updated))
    for line in wrong:
        print(line)
    print(f"{len(list(updated))} sentences, {len(wrong)} faults", file=sys.stderr)
    return 1 if wrong else 0


def read(file: Path) -> Catalog:
    """An empty one if there is no such file."""
    if not file.exists():
        return Catalog(LOCALE, domain="dictation")
    with file.open("rb") as opened:
        return read_po(opened, locale=LOCALE, domain="dictation")


def merged(kept: Catalog, found: dict[Sentence, list[str]]) -> Catalog:
    """What was found, with the translations that were kept.

    A sentence that changed is a new one: nothing is guessed. What nobody uses any more is not
    compiled; its translation is set aside, for when the sentence comes back.
    """
    updated = Catalog(
        LOCALE,
        domain="dictation",
        header_comment=kept.header_comment,
        project="dictation",
        charset="utf-8",
        creation_date=_UNDATED,  # who changed what and when, the repository knows
        revision_date=_UNDATED,
        last_translator=_WHO,
        language_team=_WHO,
        msgid_bugs_address=_WHO,
        fuzzy=False,
    )
    for sentence, places in found.items():
        identity = (sentence.one, sentence.many) if sentence.many else sentence.one
        old = kept.get(sentence.one) or kept.obsolete.get(sentence.one)
        alike = old is not None and isinstance(old.id, str) == isinstance(identity, str)
        updated.add(
            identity,
            old.string if old is not None and alike else None,
            locations=[(place, None) for place in places],
            user_comments=old.user_comments if old is not None else (),
        )
    for old in (*kept.obsolete.values(), *kept):
        if old.id and old.string and old.id not in updated:
            updated.obsolete[forms(old.id)[0]] = old
    return updated


def stale(kept: Catalog, updated: Catalog, compiled: Path) -> list[str]:
    """How the files differ from what the sources want."""
    before, now = _texts(kept), _texts(updated)
    lines = [f"not in the catalogue: {text!r}" for text in now if text not in before]
    lines += [f"in the catalogue, but nowhere used: {text!r}" for text in before if text not in now]
    if not compiled.exists() or _spoken(compiled.read_bytes()) != _spoken(as_mo(kept)):
        lines.append(f"{compiled.name} was not compiled from this catalogue")
    return lines


def as_po(catalogue: Catalog) -> bytes:
    """What is kept in the repository, for people."""
    written = io.BytesIO()
    write_po(written, catalogue, width=_WIDTH, include_lineno=False, ignore_obsolete=False)
    return written.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """What the program reads."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def _spoken(compiled: bytes) -> dict[object, str]:
    """Without its header, which names the version of Babel."""
    read = GNUTranslations(io.BytesIO(compiled))
    return {key: text for key, text in vars(read)["_catalog"].items() if key}


def _texts(catalogue: Catalog) -> list[str]:
    return [forms(message.id)[0] for message in catalogue if message.id]


if __name__ == "__main__":
    raise SystemExit(main())
