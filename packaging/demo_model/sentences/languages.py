"""The five languages by their code."""

from sentences.cantonese import CANTONESE
from sentences.english import ENGLISH
from sentences.japanese import JAPANESE
from sentences.korean import KOREAN
from sentences.mandarin import MANDARIN
from sentences.template import Language

LANGUAGES: dict[str, Language] = {
    language.code: language for language in (ENGLISH, MANDARIN, CANTONESE, JAPANESE, KOREAN)
}
