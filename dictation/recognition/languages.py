"""Which language a unit is taken to be in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dictation.speech import Language, Segment

SHORT_S = 2.0
"""A unit shorter than this leans on its take.

The demo model mistakes the language of every second piece of 0.4 s that is cut out of its clips,
of every fourth of 1 s and of every tenth of 1.9 s.
"""
# How much readier people are to go on in the language of a take than to change to another. On
# those pieces, 10 s into a take, it mends a third of the mistakes in takes of one language (26 %
# are left as 18 %) and adds a tenth where the language does change (26 % become 28 %).
_READINESS = 9.0
# A take that has lasted no longer says little, most of all if it was itself in doubt.
_DOUBT_S = 2.0


def choose(
    heard: Mapping[Language, float], length_s: float, earlier: Iterable[Segment]
) -> Language:
    """The language of a unit, by Bayes' rule: what was heard, times how likely it was before.

    heard: the posterior of the enabled languages; that of NO_SPEECH may be among them. earlier:
    the segments of the take so far, each of which speaks for its language with its seconds times
    its probability. A language to which all of them belong counts up to ten times as much as one
    to which none does, so that a posterior above 10 / 11 stands whatever came before.
    """
    languages = [language for language in heard if language is not Language.NO_SPEECH]
    if length_s >= SHORT_S:
        return max(languages, key=heard.__getitem__)
    spoken_s = dict.fromkeys(Language, 0.0)
    for segment in earlier:
        length = segment.end_s - segment.start_s
        spoken_s[segment.language] += length * segment.language_probability
    all_s = sum(spoken_s.values()) + _DOUBT_S
    return max(
        languages,
        key=lambda language: heard[language] * (1 + _READINESS * spoken_s[language] / all_s),
    )
