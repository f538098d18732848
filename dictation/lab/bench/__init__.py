"""The benchmark: how long people wait for their text, ours and FunASR's way side by side.

figures      what is measured, and what must be reached
rows         a figure with what was measured for it
spread       values of repeated measurements
table        rows for eyes
plot         release-to-text against the length of the dictation, as a picture
dictations   speech of any length, made of the bundled recording
models       the weights: the published ones, else random ones of their size
ground       what every measurement stands on: model, reference, how much is measured
live         a dictation played to the recogniser as a microphone would
waiting  decoding  starting  standing_by  graphics  serving
             the measurements, each of a few figures
run          all of them in one go
"""
