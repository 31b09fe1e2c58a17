"""What a text about a sheet may not say, for a model that can be held to it while it writes."""

from __future__ import annotations

import re

from linernotes.describe.check.barred import barred_numbers, barred_words, words_with_singulars
from linernotes.describe.told import told_facts
from linernotes.llm import Bounds
from linernotes.types import Sheet

_NUMBER = re.compile(r"[A-Za-z]*\d+[A-Za-z]*")


def bounds_of(sheet: Sheet) -> Bounds:
    """Words that the check would refuse are barred, and numbers that stand in no form of any fact.

    What is said in several words is left to the check.
    """
    facts = told_facts(sheet)
    decades = [f"{year}s" for year in sheet.decades]
    texts = [*decades, *(text for fact in facts for text in (*fact.values, *fact.forms))]
    told = words_with_singulars(texts)
    labels = words_with_singulars(fact.label for fact in facts)
    return Bounds(
        barred=barred_words(sheet, told | labels),
        needed=tuple(sorted(told)),
        barred_numbers=barred_numbers(sheet, told),
        numbers=tuple(sorted({number for text in texts for number in _NUMBER.findall(text)})),
    )
