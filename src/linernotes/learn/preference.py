"""Learns of two texts on one sheet the better one: of the writer's own, and of those that people corrected.

The better of the writer's tells every fact, nothing else, and not clumsily; the other falls short of that, or
is less like what people write. A correction is better than what it corrects.

Direct preference optimisation (Rafailov et al., NeurIPS 2023) against the writer as it was when the round
began. The likelihood of the better texts and of lessons is held up beside it, so that the writer does not
forget how people write.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from linernotes.describe import bare_prompt, check_note, clean_text, told_facts
from linernotes.describe.writer import FEWEST_FACTS, MAX_TOKENS
from linernotes.learn.batches import Tokens, batches, encode, tokens_of
from linernotes.learn.clumsy import is_awkward, is_clumsy
from linernotes.learn.corpora import Lesson, Pool, augmented, pool_of
from linernotes.learn.corpora.agreement import facts_of, is_told
from linernotes.learn.likeness import Likeness
from linernotes.learn.order import plan_of
from linernotes.learn.recipe import Preference, Recipe
from linernotes.learn.student import Student
from linernotes.llm import Generation, TextGenerator
from linernotes.types import Sheet

PAIRS_A_STEP = 4
_LESSONS_A_STEP = 4
_SHARE_OF_CHOSEN, _SHARE_OF_LESSONS = 0.3, 0.7
"""What the likelihood of the better texts and of the lessons weighs beside the preference."""
_PAIRS_A_SHEET = 2
"""At most, of the best text and one with a fault."""
_WARM_STEPS = 10
_LEAST_GAP = 0.1
"""In likeness to people's texts: what lies closer is no choice."""
_TEXTS_AT_ONCE = 96
"""After so many it is told how far a round is."""
_UNCHANGED = 0.5
"""Share of the sheets that keep their genres, instruments and counts; the others get other values."""

WriterOf = Callable[[Path], TextGenerator]
"""Gives a generator that writes with the adapter in this file."""
OnStep = Callable[[str, int, int, float], None]
"""Is told what is done, the step, of how many, and the loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts of the writer on one prompt: the chosen one is without fault."""

    prompt: str
    chosen: str
    rejected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a round learns from, the share of the drawn texts without fault, and how long it took."""

    pairs: tuple[Pair, ...]
    passed: float
    seconds: float = 0.0


def prefer(
    student: Student,
    lessons: Sequence[Lesson],
    recipe: Recipe,
    folder: Path,
    *,
    writer_of: WriterOf,
    on_step: OnStep,
) -> list[Drawn]:
    """Runs the rounds that are not yet done; returns what was drawn in each.

    ``folder`` keeps what was drawn and what was learned in each round, so that an interrupted run goes on
    with the round it was in and comes to the same result. The student has to hold what it learned from the
    lessons.
    """
    rounds: list[Drawn] = []
    pool = pool_of(lessons)
    for number in range(1, recipe.preference.rounds + 1):
        pairs, learned = folder / f"round-{number}.json", folder / f"round-{number}.safetensors"
        started = time.monotonic()
        if not pairs.exists():
            rng = random.Random(f"{recipe.seed}/{number}/draw")
            asked = [Asked(sheet=sheet) for sheet in _sheets(lessons, pool, recipe, rng)]
            with closing(writer_of(_exported(student, folder))) as generator:
                drawn = draw(generator, asked, lessons, recipe.preference, number, rng, on_step=on_step)
            _keep(pairs, replace(drawn, seconds=time.monotonic() - started))
            started = time.monotonic()
        drawn = _kept(pairs)
        corrected = [one for one in lessons if one.rejected][number - 1 :: recipe.preference.rounds]
        if learned.exists():
            student.load(learned)
        elif chosen := [*drawn.pairs, *map(corrected_pair, corrected)]:
            rng = random.Random(f"{recipe.seed}/{number}/learn")
            _learn(student, chosen, lessons, pool, recipe, number, rng, on_step)
            student.save(learned)
            drawn = replace(drawn, seconds=drawn.seconds + time.monotonic() - started)
            _keep(pairs, drawn)
        rounds.append(drawn)
    return rounds


# --- drawing ---------------------------------------------------------------------------------------


def _exported(student: Student, folder: Path) -> Path:
    weights, adapter = folder / "writing.safetensors", folder / "writing.gguf"
    student.save(weights)
    student.export(weights, adapter)
    return adapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sheet to write on, and notes on it that somebody found worse than others."""

    sheet: Sheet
    rejected: tuple[str, ...] = ()


IsBad = Callable[[str, Sheet], bool]


def draw(
    generator: TextGenerator,
    asked: Sequence[Asked],
    lessons: Sequence[Lesson],
    settings: Preference,
    number: int,
    rng: random.Random,
    *,
    is_bad: IsBad | None = None,
    on_step: OnStep,
) -> Drawn:
    """Several texts for each sheet, and the pairs of good and bad among them.

    ``lessons`` show how people write; ``is_bad`` finds more against a text than the check does.
    """
    prompts = [
        replace(bare_prompt(one.sheet, seed=place), seed=place * settings.tries + nth)
        for place, one in enumerate(asked)
        for nth in range(settings.tries)
    ]
    texts: list[Generation] = []
    for start in range(0, len(prompts), _TEXTS_AT_ONCE):
        on_step(f"round {number}: writing", start, len(prompts), float("nan"))
        some = prompts[start : start + _TEXTS_AT_ONCE]
        texts += generator.generate(
            some, max_tokens=MAX_TOKENS, temperature=settings.temperature, seed=number
        )
    tries = [
        _Tries(sheet=one.sheet, prompt=prompts[place * settings.tries].user, bad=list(one.rejected))
        for place, one in enumerate(asked)
    ]
    faultless = 0
    for place, text in enumerate(texts):
        if text.finish_reason == "stop":  # a text that was cut has no end to learn
            faultless += tries[place // settings.tries].judge(clean_text(text.text), is_bad)
    likeness = Likeness(
        [(lesson.text, lesson.sheet) for lesson in lessons],
        [(text, one.sheet) for one in tries for text in (*one.good, *one.bad)],
    )
    pairs = tuple(pair for one in tries for pair in one.pairs(likeness, rng))
    return Drawn(pairs=pairs, passed=faultless / max(1, len(texts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tries:
    """The texts on one sheet: those without fault, and the others."""

    sheet: Sheet
    prompt: str
    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    def judge(self, text: str, is_bad: IsBad | None) -> bool:
        """Whether the text is one of the good ones."""
        is_good = _is_faultless(text, self.sheet) and not (is_bad and is_bad(text, self.sheet))
        (self.good if is_good else self.bad).append(text)
        return is_good

    def pairs(self, likeness: Likeness, rng: random.Random) -> Iterator[Pair]:
        """The text most like people's before one with a fault, and before the one least like people's."""
        if not self.good:
            return
        ranked = sorted((likeness.of(text, self.sheet), text) for text in self.good)
        (low, worst), (high, best) = ranked[0], ranked[-1]
        for bad in rng.sample(self.bad, min(len(self.bad), _PAIRS_A_SHEET)):
            yield Pair(prompt=self.prompt, chosen=best, rejected=bad)
        if high - low > _LEAST_GAP:
            yield Pair(prompt=self.prompt, chosen=best, rejected=worst)


def corrected_pair(lesson: Lesson) -> Pair:
    """The lesson's text before the one that it corrects."""
    assert lesson.rejected is not None
    prompt = bare_prompt(lesson.sheet, plan_of(lesson)).user
    return Pair(prompt=prompt, chosen=lesson.text, rejected=lesson.rejected)


def _is_faultless(text: str, sheet: Sheet) -> bool:
    """Whether it tells all facts in full, where the check lets a few pass, nothing else, and reads well."""
    if is_clumsy(text, sheet) or is_awkward(text, sheet) or check_note(text, sheet):
        return False
    return all(is_told(fact, text, sheet) for fact in facts_of(sheet))


def _sheets(lessons: Sequence[Lesson], pool: Pool, recipe: Recipe, rng: random.Random) -> Iterator[Sheet]:
    """Sheets like those of the lessons, with other values and fewer facts where these are to be augmented."""
    for lesson in rng.choices(lessons, k=recipe.preference.sheets):
        if recipe.training.augment:
            lesson = augmented(lesson, rng, pool if rng.random() > _UNCHANGED else None)
        if len(told_facts(lesson.sheet)) >= FEWEST_FACTS:
            yield lesson.sheet


def _keep(path: Path, drawn: Drawn) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(drawn), indent=1, ensure_ascii=False), encoding="utf-8")
    new.replace(path)


def _kept(path: Path) -> Drawn:
    table = json.loads(path.read_text(encoding="utf-8"))
    return Drawn(**table | {"pairs": tuple(Pair(**one) for one in table["pairs"])})


# --- learning --------------------------------------------------------------------------------------


def _learn(
    student: Student,
    pairs: Sequence[Pair],
    lessons: Sequence[Lesson],
    pool: Pool,
    recipe: Recipe,
    number: int,
    rng: random.Random,
    on_step: OnStep,
) -> None:
    import torch

    settings = recipe.preference

    torch.manual_seed(number)
    groups = pair_groups(student, pairs)
    before = likelihoods_before(student, groups)
    beside = _lessons_beside(student, lessons, pool, recipe, len(groups), rng)
    optimiser = student.optimiser(settings.learning_rate)
    order = list(range(len(groups)))
    rng.shuffle(order)
    for step, at in enumerate(order, start=1):
        taught = beside[step % len(beside)]
        warm = min(1.0, step / _WARM_STEPS)
        rate = settings.learning_rate * warm * max(0.1, 1 - step / len(order))
        loss = learn_group(
            student, groups[at], before[at], taught, settings.beta, optimiser=optimiser, learning_rate=rate
        )
        on_step(f"round {number}: preferring", step, len(order), loss)


def likelihoods_before(student: Student, groups: Sequence[Sequence[Tokens]]) -> list[Any]:
    """What the student thinks of each group before it learns; it is left with dropout off."""
    import torch

    student.train(False)
    with torch.no_grad():
        return [student.log_likelihoods(group)[0] for group in groups]


def learn_group(
    student: Student,
    group: Sequence[Tokens],
    before: Any,
    taught: Sequence[Tokens],
    beta: float,
    *,
    optimiser: Any,
    learning_rate: float,
) -> float:
    """One step on a group of pairs with lessons beside it; how large the preference's part of the loss is.

    Two texts are read at a time: all of a step at once take six gigabytes.
    """
    import torch

    preference = 0.0
    chosen_tokens = sum(len(one.text) for one in group[0::2])
    for at in range(0, len(group), 2):
        now, _ = student.log_likelihoods(group[at : at + 2])
        gained = now - before[at : at + 2]
        part = -torch.nn.functional.logsigmoid(beta * (gained[0] - gained[1])) / (len(group) // 2)
        (part - _SHARE_OF_CHOSEN * now[0] / chosen_tokens).backward()
        preference += float(part.detach())
    taught_tokens = sum(len(one.text) for one in taught)
    for at in range(0, len(taught), 2):
        likelihoods, _ = student.log_likelihoods(taught[at : at + 2])
        (-_SHARE_OF_LESSONS * likelihoods.sum() / taught_tokens).backward()
    student.step(optimiser, learning_rate)
    return preference


def pair_groups(student: Student, pairs: Sequence[Pair]) -> list[list[Tokens]]:
    """The pairs of like length together: chosen and rejected in turns."""
    tokenizer, end_id = student.base.tokenizer, student.base.end_id
    both = [
        (
            tokens_of(pair.prompt, pair.chosen, tokenizer, end_id),
            tokens_of(pair.prompt, pair.rejected, tokenizer, end_id),
        )
        for pair in pairs
    ]
    both.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
    return [
        [one for pair in both[start : start + PAIRS_A_STEP] for one in pair]
        for start in range(0, len(both), PAIRS_A_STEP)
    ]


def _lessons_beside(
    student: Student,
    lessons: Sequence[Lesson],
    pool: Pool,
    recipe: Recipe,
    steps: int,
    rng: random.Random,
) -> list[list[Tokens]]:
    """As many batches of lessons as there are steps, or what there is; none that is too long to be taught."""
    drawn = rng.sample(list(lessons), min(len(lessons), steps * _LESSONS_A_STEP))
    if recipe.training.augment:
        drawn = [augmented(one, rng, pool) for one in drawn]
    encoded = [encode(one, student.base.tokenizer, student.base.end_id) for one in drawn]
    whole = [one for one in encoded if len(one) <= recipe.training.max_tokens]
    return list(batches(whole, _LESSONS_A_STEP, rng))
