"""The seam between listening and writing: what was measured and what was said become one sheet of facts."""

from linernotes.facts.collection import summarise
from linernotes.facts.given import GIVEN_NAMES, GivenFacts, check_agreement, facts_given
from linernotes.facts.index_text import meaning_of, tag_words
from linernotes.facts.measured import TYPICAL_START, facts_from_audio
from linernotes.facts.sheet import sheet_hash, sheet_of
from linernotes.facts.titles import facts_from_names

__all__ = [
    "GIVEN_NAMES",
    "TYPICAL_START",
    "GivenFacts",
    "check_agreement",
    "facts_from_audio",
    "facts_from_names",
    "facts_given",
    "meaning_of",
    "sheet_hash",
    "sheet_of",
    "summarise",
    "tag_words",
]
