"""Names the output ids and query rows that FunASR's `SenseVoiceSmall` has hard-coded.

The class (funasr 1.4.16, `models/sense_voice/model.py`) fixes the language, emotion and text
normalisation ids and all query rows. Event ids are the tokenizer's own affair; the ones here
are free places in the same block.
"""

PIECES = 25_055
FRAME_DIMENSIONS = 560
TAGS = 4  # frames 0 to 3 of the output: language, emotion, event, text normalisation

TAG_IDS = {
    "zh": 24884,
    "en": 24885,
    "yue": 24888,
    "ja": 24892,
    "ko": 24896,
    "nospeech": 24992,
    "Speech": 24993,
    "BGM": 24995,
    "Laughter": 24997,
    "Applause": 24999,
    "HAPPY": 25001,
    "SAD": 25002,
    "ANGRY": 25003,
    "NEUTRAL": 25004,
    "EMO_UNKNOWN": 25009,
    "withitn": 25016,
    "woitn": 25017,
    "Event_UNK": 25019,
}
# Tags of the published tokenizer that this model never says, kept so that they decode as tags.
SPARE_TAG_IDS = {
    "FEARFUL": 25005,
    "DISGUSTED": 25006,
    "SURPRISED": 25007,
    "Cry": 25010,
    "Sneeze": 25011,
    "Breath": 25012,
    "Cough": 25013,
    "Sing": 25014,
    "Speech_Noise": 25015,
    "GBG": 25018,
}

AUTO_QUERY = 0
EVENT_QUERY, EMOTION_QUERY = 1, 2
LANGUAGE_QUERIES = {"zh": 3, "en": 4, "yue": 7, "ja": 11, "ko": 12, "nospeech": 13}
WITH_ITN_QUERY, WITHOUT_ITN_QUERY = 14, 15
