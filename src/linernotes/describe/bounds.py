"""What a text about a sheet may not say, for a model that can be held to it while it writes."""

from __future__ import annotations

import re
from collections.abc import Collection

from linernotes.describe.check.barred import barred_numbers, barred_units, barred_words, words_with_singulars
from linernotes.describe.check.form import PLACEHOLDERS_OF
from linernotes.describe.told import told_facts
from linernotes.llm import Bounds
from linernotes.types import Sheet

_NUMBER = re.compile(r"[A-Za-z]*\d+[A-Za-z]*")


def bounds_of(sheet: Sheet, names: Collection[str] | None = None) -> Bounds:
    """Bars words that the check would refuse, numbers in no form of any fact, and other placeholders.

    Numbers are barred before what they do not count, too. All else that takes several words to say is left
    to the check. ``names`` are the placeholders that have a name; None stands for all.
    """
    facts = told_facts(sheet)
    decades = [f"{year}s" for year in sheet.decades]
    texts = [*decades, *(text for fact in facts for text in (*fact.values, *fact.forms))]
    told = words_with_singulars(texts)
    labels = words_with_singulars(fact.label for fact in facts)
    numbers = tuple(sorted({number for text in texts for number in _NUMBER.findall(text)}))
    return Bounds(
        barred=barred_words(sheet, told | labels),
        needed=tuple(sorted(told)),
        barred_numbers=barred_numbers(sheet, told),
        numbers=numbers,
        barred_units=barred_units(sheet, numbers),
        placeholders=tuple(one for one in PLACEHOLDERS_OF[sheet.kind] if names is None or one in names),
    )
