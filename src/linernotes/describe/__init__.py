"""Facts become words: prompts for a model, a check that reads its text back, and plain notes without one."""

from linernotes.describe.check import check_note, claims_too_much, sentences_of, untrue_claims
from linernotes.describe.claims import HeldFact, facts_behind
from linernotes.describe.names import fill, names_of, unfill
from linernotes.describe.plain import plain_collection_note, plain_note
from linernotes.describe.plan import Plan
from linernotes.describe.prompts import PROMPT_VERSION, bare_prompt, instructed_prompt
from linernotes.describe.told import ToldFact, told_facts
from linernotes.describe.writer import NoteDraft, clean_text, write_notes

__all__ = [
    "PROMPT_VERSION",
    "HeldFact",
    "NoteDraft",
    "Plan",
    "ToldFact",
    "bare_prompt",
    "check_note",
    "claims_too_much",
    "clean_text",
    "facts_behind",
    "fill",
    "instructed_prompt",
    "names_of",
    "plain_collection_note",
    "plain_note",
    "sentences_of",
    "told_facts",
    "unfill",
    "untrue_claims",
    "write_notes",
]
