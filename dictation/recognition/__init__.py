"""Speech to text: VAD, units, features, decoding, tags; the recogniser's process; its model."""
