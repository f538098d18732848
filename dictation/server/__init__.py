"""``dictation serve``: one recogniser for many clients, through several doors.

errors          what is wrong with a request, with its HTTP status
limits          how much a client may ask, and how much all of them may have at once
access          who may come in: tokens, host names, origins
recording       bytes in memory become audio
takes           the recogniser process, for many clients at once
metrics         what is counted, for Prometheus
guard           stands before every door: access, size and time of what is sent
connections     one HTTP connection, closed when its client is too slow
requests        one request on its way through: read, recognised, given up
asr             POST /asr
openai_door     POST /v1/audio/transcriptions and /v1/models
funasr_door     FunASR's websocket protocol
wyoming_door    Wyoming, for Home Assistant
page            the start page
app             all doors of HTTP together
serving         listens, until it is told to end
"""
