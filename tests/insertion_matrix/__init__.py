"""Inserts every kind of text into every kind of program in every state, and counts the ends.

    python -m tests.insertion_matrix [--quick] [--json]

Each insertion must be exact, or its verdict must say that it failed and the text be on the
clipboard; no old clipboard may be pasted, no key may stay down, and the clipboard must come back.
"""
