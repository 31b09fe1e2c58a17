"""Has a model write notes, reads them against the facts, and falls back to plain ones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from linernotes.describe.bounds import bounds_of
from linernotes.describe.check import check_note
from linernotes.describe.plain import plain_text
from linernotes.describe.prompts import END_OF_FACTS, PROMPT_VERSION, bare_prompt, instructed_prompt
from linernotes.describe.told import told_facts
from linernotes.describe.wording import a
from linernotes.llm import Generation, Prompt, TextGenerator
from linernotes.types import NoteStatus, Sheet

MAX_TOKENS = 160
"""The longest hand-written note of the corpus has about 130 tokens of the local model."""
TEMPERATURES = (0.3, 0.5)
"""Of the first try and of the second, which needs to come out differently. Above, sentences go wrong: at .6,
with less where the model is sure and more where it is not, 3,500 notes had more variety and worse grammar."""
FEWEST_FACTS = 2
"""With fewer told facts a model has nothing to write but inventions."""
TOO_FEW_FACTS = "too few facts"
MODEL_FAILED = "the model failed: "
"""How a problem begins that is the model's or the server's, not the text's."""

OnProgress = Callable[[int, int], None]
"""Is told how many notes of how many are settled."""

_QUOTES = "\"'“”‘’ \n\t"
_STOPS = ("\n\n", END_OF_FACTS, "<|")
_QUOTED_PLACEHOLDER = re.compile(r"[\"'“”‘’](\{\w+\})([,.]?)[\"'“”‘’]")
_ARTICLE = re.compile(r"\ban? (?P<word>[A-Za-z]?[a-z]{2}[\w-]*)")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDraft:
    """A note and how it came about.

    ``problems`` is what the check, or the generator, said of the tries that failed; ``tries`` counts the
    model's texts, the good one included.
    """

    template: str
    status: NoteStatus
    problems: tuple[str, ...]
    tries: int
    prompt_version: str = PROMPT_VERSION


@dataclass(slots=True)
class _Work:
    """One note on its way."""

    sheet: Sheet
    names: Mapping[str, str] | None
    problems: list[str]
    tries: int = 0
    text: str | None = None


def write_notes(
    subjects: Sequence[Sheet],
    generator: TextGenerator,
    *,
    seed: int,
    tuned: bool = False,
    names: Sequence[Mapping[str, str] | None] = (),
    on_progress: OnProgress | None = None,
) -> list[NoteDraft]:
    """One checked note a sheet, in the sheets' order; what fails the check twice becomes a plain note.

    Songs, artists and genres may stand side by side. ``names`` are what will stand for each one's
    placeholders ("title"), and no others are asked for; where they are None, all are. They pass by no model,
    but let two songs of the same facts have two notes, each the same one in every run.
    ``tuned`` gives the model bare facts, which only one that was taught on them can read. Sheets with
    fewer than two told facts are not worth a model's time. Where the model fails on one prompt, its reason
    stands in ``problems``; where it fails altogether, its GenerationError or ModelError goes through.
    """
    whose = names or [None] * len(subjects)
    works = [_Work(sheet=sheet, names=own, problems=[]) for sheet, own in zip(subjects, whose, strict=True)]
    for work in works:
        if len(told_facts(work.sheet)) < FEWEST_FACTS:
            work.problems.append(TOO_FEW_FACTS)
    for attempt, temperature in enumerate(TEMPERATURES):
        open_works = [work for work in works if work.text is None and TOO_FEW_FACTS not in work.problems]
        if open_works:
            prompts = [_prompt(work, attempt, tuned=tuned) for work in open_works]
            generations = generator.generate(
                prompts, max_tokens=MAX_TOKENS, temperature=temperature, seed=seed + attempt
            )
            for work, generation in zip(open_works, generations, strict=True):
                _judge(work, generation)
        if on_progress:
            is_last = attempt == len(TEMPERATURES) - 1
            settled = len(works) if is_last else len(works) - sum(work.text is None for work in open_works)
            on_progress(settled, len(works))
    return [_draft(work) for work in works]


def clean_text(text: str) -> str:
    """The model's text without what models put around it, and with "an" before a vowel.

    Quotes go (around placeholders, too), and all behind a blank line or "###". A last sentence that was
    cut is left out, if a whole one stands before it.
    """
    for stop in _STOPS:
        text = text.strip().split(stop, maxsplit=1)[0]
    plain = " ".join(text.split())
    if len(plain) > 1 and plain[0] in "\"“'‘" and plain[-1] in "\"”'’":
        plain = plain.strip(_QUOTES)
    plain = _QUOTED_PLACEHOLDER.sub(r"\1\2", plain)
    plain = _ARTICLE.sub(lambda match: a(match["word"]), plain)
    ends = [match.end() for match in _SENTENCE_END.finditer(plain)]
    return plain[: ends[-1]] if ends else plain


def _prompt(work: _Work, attempt: int, *, tuned: bool) -> Prompt:
    """The same choices for the same facts and names, whatever is written beside them, in every run.

    A second try follows another plan.
    """
    whose = "/".join(name for _, name in sorted((work.names or {}).items()))
    told = f"{work.sheet!r}/{whose}".encode("utf-8", "replace")
    seed = int.from_bytes(hashlib.blake2b(told, digest_size=4).digest())
    if tuned:
        prompt = bare_prompt(work.sheet, seed=seed + attempt, placeholders=work.names)
    else:
        prompt = instructed_prompt(work.sheet)
    return replace(prompt, seed=seed, bounds=partial(bounds_of, work.sheet, work.names))


def _judge(work: _Work, generation: Generation) -> None:
    work.tries += 1
    if generation.finish_reason == "error":
        work.problems.append(f"{MODEL_FAILED}{generation.error or 'no reason given'}")
        return
    text = clean_text(generation.text)
    problems = check_note(text, work.sheet)
    if problems:
        work.problems += problems
    else:
        work.text = text


def _draft(work: _Work) -> NoteDraft:
    problems = tuple(dict.fromkeys(work.problems))
    if work.text is not None:
        return NoteDraft(template=work.text, status="written", problems=problems, tries=work.tries)
    return NoteDraft(template=plain_text(work.sheet), status="fallback", problems=problems, tries=work.tries)
