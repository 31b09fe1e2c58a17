"""How well a writer writes: its own texts on sheets, before any check, read as the check reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from linernotes.describe import bare_prompt, check_note, clean_text, untrue_claims
from linernotes.describe.bounds import bounds_of
from linernotes.describe.check.coverage import facts_told
from linernotes.describe.check.reading import Reading
from linernotes.describe.writer import MAX_TOKENS, TEMPERATURES
from linernotes.learn.gate import FEWEST, Figures, Measure
from linernotes.learn.mistakes import Mistakes
from linernotes.llm import TextGenerator
from linernotes.types import FactSheet, Sheet

PLANS: Final = 2
"""Texts on each sheet, each by another plan: one alone says little."""
_SEED: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a writer is measured on: sheets where a mistake may be made, and those of the package."""

    held_back: tuple[Sheet, ...]
    fixed: tuple[Sheet, ...]
    mistakes: Mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One writer's texts: one on each held-back sheet, and on the fixed ones by each plan."""

    held_back: tuple[str, ...]
    fixed: tuple[str, ...]


def write_proof(proof: Proof, generator: TextGenerator) -> Written:
    """The writer's own texts. Every writer is asked the same; a text that failed is empty."""
    fixed = [(sheet, plan) for plan in range(PLANS) for sheet in proof.fixed]
    asked = [*((sheet, PLANS) for sheet in proof.held_back), *fixed]
    texts = _written(generator, [sheet for sheet, _ in asked], [plan for _, plan in asked])
    count = len(proof.held_back)
    return Written(held_back=tuple(texts[:count]), fixed=tuple(texts[count:]))


def figures_of(proof: Proof, *, candidate: Written, current: Written, shipped: Written) -> Figures:
    """The target is to make the corrected mistakes no more; to make no fault where that cannot be measured.

    On each of the fixed sheets the mean over its texts counts: they are no more independent than that.
    """
    writers = (candidate, current, shipped)
    sheets = proof.fixed * PLANS

    def held_back(name: str, of: Callable[[str, Sheet], float]) -> Measure:
        values = [
            tuple(of(text, sheet) for text, sheet in zip(one.held_back, proof.held_back, strict=True))
            for one in writers
        ]
        return Measure(name=name, candidate=values[0], current=values[1], shipped=values[2])

    def fixed(name: str, of: Callable[[str, Sheet], float]) -> Measure:
        values = [
            _by_sheet([of(text, sheet) for text, sheet in zip(one.fixed, sheets, strict=True)])
            for one in writers
        ]
        return Measure(name=name, candidate=values[0], current=values[1], shipped=values[2])

    faultless = fixed("notes without fault", _is_faultless)
    covered = fixed("coverage of facts", _coverage)
    others = (fixed("supported claims", _supported), covered, _parity(covered, proof.fixed))
    if not proof.mistakes:
        return Figures(target=faultless, others=others)
    unmistaken = held_back(
        "notes without a corrected mistake",
        lambda text, sheet: float(bool(text) and not proof.mistakes.are_in(text, sheet)),
    )
    if len(proof.held_back) < FEWEST:
        return Figures(target=faultless, others=(*others, unmistaken) if proof.held_back else others)
    return Figures(target=unmistaken, others=(*others, faultless))


def _by_sheet(values: Sequence[float]) -> tuple[float, ...]:
    """The mean over the plans of each sheet, of values in the order of ``write_proof``."""
    return tuple(np.reshape(values, (PLANS, -1)).mean(axis=0).tolist())


def _written(generator: TextGenerator, sheets: Sequence[Sheet], plans: Sequence[int]) -> list[str]:
    prompts = [
        replace(
            bare_prompt(sheet, seed=_seed(sheet, plan)),
            seed=_seed(sheet, plan),
            bounds=partial(bounds_of, sheet, None),
        )
        for sheet, plan in zip(sheets, plans, strict=True)
    ]
    texts = generator.generate(prompts, max_tokens=MAX_TOKENS, temperature=TEMPERATURES[0], seed=_SEED)
    return ["" if one.finish_reason == "error" else clean_text(one.text) for one in texts]


def _seed(sheet: Sheet, plan: int) -> int:
    told = f"{sheet!r}/{plan}".encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(told, digest_size=3).digest())


def _supported(text: str, sheet: Sheet) -> float:
    told = sum(facts_told(Reading(text, sheet)).values())
    too_many = len(untrue_claims(text, sheet))
    return told / (told + too_many) if told + too_many else 0.0


def _coverage(text: str, sheet: Sheet) -> float:
    told = facts_told(Reading(text, sheet))
    return sum(told.values()) / len(told) if told else 1.0


def _is_faultless(text: str, sheet: Sheet) -> float:
    return float(not check_note(text, sheet))


def _parity(covered: Measure, sheets: Sequence[Sheet]) -> Measure:
    """How near the coverage of songs that editors know is to that of songs that were only listened to."""
    known = [place for place, sheet in enumerate(sheets) if _is_known(sheet)]
    heard = [place for place, sheet in enumerate(sheets) if _is_heard(sheet)]

    def of(values: Sequence[float]) -> tuple[float, ...]:
        if not known or not heard:
            return ()
        means = [sum(values[place] for place in group) / len(group) for group in (known, heard)]
        return (1 - abs(means[0] - means[1]),)

    return Measure(
        name="parity of well known and unknown",
        candidate=of(covered.candidate),
        current=of(covered.current),
        shipped=of(covered.shipped),
    )


def _is_known(sheet: Sheet) -> bool:
    return isinstance(sheet, FactSheet) and bool(sheet.decades or sheet.country) and sheet.tempo_bpm is None


def _is_heard(sheet: Sheet) -> bool:
    return (
        isinstance(sheet, FactSheet)
        and sheet.tempo_bpm is not None
        and not (sheet.country or sheet.decades or sheet.year)
    )
