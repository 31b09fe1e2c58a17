"""Facts become words: prompts for a model, a check that reads its text back, and plain notes without one."""

from linernotes.describe.check import check_note
from linernotes.describe.names import fill, names_of
from linernotes.describe.plain import plain_collection_note, plain_note
from linernotes.describe.plan import Plan
from linernotes.describe.prompts import PROMPT_VERSION, bare_prompt, instructed_prompt
from linernotes.describe.told import ToldFact, told_facts
from linernotes.describe.writer import NoteDraft, clean_text, write_notes

__all__ = [
    "PROMPT_VERSION",
    "NoteDraft",
    "Plan",
    "ToldFact",
    "bare_prompt",
    "check_note",
    "clean_text",
    "fill",
    "instructed_prompt",
    "names_of",
    "plain_collection_note",
    "plain_note",
    "told_facts",
    "write_notes",
]
