"""The sentences of the bundled demonstration recording, never used in training."""

from sentences.sentence import Sentence

SHOWPIECE = (
    Sentence(
        written="Hello, and welcome to dictation.",
        plain="hello and welcome to dictation",
        spoken="Hello, and welcome to dictation.",
    ),
    Sentence(
        written="Our first meeting is on Monday, June 15th, at 2:30 PM.",
        plain="our first meeting is on monday june fifteenth at two thirty p m",
        spoken="Our first meeting is on Monday, June fifteenth, at two thirty pee em.",
    ),
    Sentence(
        written="What a wonderful surprise!",
        plain="what a wonderful surprise",
        spoken="What a wonderful surprise!",
    ),
)
