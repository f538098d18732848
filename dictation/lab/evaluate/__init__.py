"""How right recognition is, and how fast, on recordings of which the words are known.

errors       what can go wrong here
references   reads what was said, from a file of one of three forms
recordings   finds the audio of each reference
spelling     texts as they are compared, and how far two are apart
raw_text     reads AutoModel's raw text
hearing      what was heard in one recording
ways         the ways to hear it: incrementally, as a whole, by FunASR's AutoModel
evaluation   all recordings, by all ways
scores       what came out, in sums and shares
table  plot  report     … for people and programs
"""
