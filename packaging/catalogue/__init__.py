"""The catalogues: what is marked in the sources, how it is kept, and what may be wrong with it."""
