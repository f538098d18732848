"""``dictation doctor``: prints what the doctor found."""

from __future__ import annotations

import argparse
import dataclasses
import json
import textwrap

from dictation import doctor
from dictation.doctor import Health
from dictation.translation import SOURCE, _, told_in

_MARKS = {Health.GOOD: "✓", Health.LIMITED: "!", Health.BAD: "✗"}


def run(chosen: argparse.Namespace) -> int:
    """1 if something that is needed is bad."""
    if chosen.json:  # for programs, which know English
        with told_in(SOURCE):
            findings = doctor.examine()
        print(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
    else:
        findings = doctor.examine()
        named = _("{name}: {told}")
        for finding in findings:
            print(
                f"{_MARKS[finding.health]} {named.format(name=_(finding.name), told=finding.told)}"
            )
            if finding.remedy:
                print(textwrap.indent(finding.remedy, "    "))
    return int(any(finding.health is Health.BAD for finding in findings))
