"""``dictation doctor``: prints what the doctor found."""

from __future__ import annotations

import argparse
import dataclasses
import json

from dictation import doctor
from dictation.doctor import Health
from dictation.translation import SOURCE, told_in


def run(chosen: argparse.Namespace) -> int:
    """1 if something that is needed is bad."""
    if chosen.json:  # for programs, which know English
        with told_in(SOURCE):
            findings = doctor.examine()
        print(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
    else:
        findings = doctor.examine()
        print(doctor.as_text(findings))
    return int(any(finding.health is Health.BAD for finding in findings))
