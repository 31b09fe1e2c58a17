"""All that is measured of one system's texts on one group of subjects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linernotes.evaluate import metrics
from linernotes.evaluate.judging import Judgement, judge
from linernotes.evaluate.naming import without_names
from linernotes.evaluate.values import Figures, Measured, Subject, Text, Texts

TOP_K = (1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Which sides of a text are worth measuring: a list of tags has no form, a reference no reference."""

    prose: bool = True
    likeness: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    subject: Subject
    text: Text
    judgement: Judgement


def measure(subjects: Sequence[Subject], texts: Texts, sides: Sides | None = None) -> Measured:
    """The figures of the texts that there are; ``n`` alone where there is none.

    Shares are 0 to 1, BLEU-4 is 0 to 100. ``told`` and ``rouge_l`` are means over texts;
    ``supported_claims`` is facts told over facts told and claims too many. Fidelity asks for each text with
    the subject's reference, among all texts here.
    """
    sides = sides or Sides()
    judged = [
        _Judged(subject=subject, text=text, judgement=judge(subject, text))
        for subject, text in zip(subjects, texts, strict=True)
        if text is not None
    ]
    if not judged:
        return Measured(figures={"n": 0})
    figures: dict[str, float | None] = {"n": len(judged), **_claims(judged)}
    means = _told(judged)
    if sides.prose:
        figures |= _prose(judged)
    if sides.likeness and all(one.subject.reference for one in judged):
        means |= _likeness(judged)
        figures["bleu_4"] = metrics.bleu_4(*_texts_and_references(judged))
    intervals = {name: metrics.mean_interval(values) for name, values in means.items()}
    return Measured(
        figures=figures | {name: interval.mean for name, interval in intervals.items()},
        intervals={name: (interval.low, interval.high) for name, interval in intervals.items()},
    )


def partiality(subjects: Sequence[Subject], texts: Texts) -> Figures:
    """Spearman's correlation of popularity with the richness of the texts, for subjects of known popularity.

    Richness: how many facts are told, which share of the sheet that is, words, different words.
    """
    pairs = [
        (subject, text)
        for subject, text in zip(subjects, texts, strict=True)
        if text is not None and subject.popularity is not None
    ]
    judgements = [judge(subject, text) for subject, text in pairs]
    richness: dict[str, list[float]] = {
        "told_facts": [judgement.told for judgement in judgements],
        "told": [judgement.told_share for judgement in judgements],
        "words": [len(metrics.words_of(text.text)) for _, text in pairs],
        "distinct_words": [len(set(metrics.words_of(text.text))) for _, text in pairs],
    }
    popularity = [subject.popularity or 0.0 for subject, _ in pairs]
    return {f"spearman_{name}": metrics.spearman(values, popularity) for name, values in richness.items()}


def _claims(judged: Sequence[_Judged]) -> dict[str, float | None]:
    told = sum(one.judgement.told for one in judged)
    too_many = sum(len(one.judgement.unsupported) for one in judged)
    return {
        "supported_claims": told / (told + too_many) if told + too_many else 1.0,
        "told_facts": told / len(judged),
        "words": _share(judged, lambda one: len(metrics.words_of(one.text.text))),
        "distinct_words": _share(judged, lambda one: len(set(metrics.words_of(one.text.text)))),
    }


def _told(judged: Sequence[_Judged]) -> dict[str, list[float]]:
    return {
        "told": [one.judgement.told_share for one in judged],
        "unsupported": [float(bool(one.judgement.unsupported)) for one in judged],
    }


def _prose(judged: Sequence[_Judged]) -> dict[str, float | None]:
    texts = [one.text.text for one in judged]
    return {
        **_tries(judged),
        "loops": _share(judged, lambda one: metrics.is_loop(one.text.text)),
        "cut_off": _share(judged, lambda one: one.text.is_cut_off or metrics.is_cut_off(one.text.text)),
        "distinct_2": metrics.distinct_in_words(texts),
        "top_opening": metrics.top_opening(texts),
        "repeated_sentence": metrics.top_repeated_sentence(texts),
    }


def _tries(judged: Sequence[_Judged]) -> dict[str, float | None]:
    """How writing went: of what a model was asked for, where a writer is known; else what the check says."""
    asked = [one for one in judged if one.text.is_fallback is not None]
    if not asked:
        return {"first_try": _share(judged, lambda one: one.judgement.passes)}
    return {
        "first_try": _share(asked, lambda one: bool(one.text.passed_first)),
        "fallback": _share(asked, lambda one: bool(one.text.is_fallback)),
        "not_asked": 1 - len(asked) / len(judged),
    }


def _likeness(judged: Sequence[_Judged]) -> dict[str, list[float]]:
    texts, references = _texts_and_references(judged)
    scores = metrics.bm25_scores(references, texts)
    hits = {f"recall_at_{k}": metrics.hits_at_k(scores, k).tolist() for k in TOP_K}
    return {**hits, "rouge_l": metrics.rouge_l(texts, references)}


def _texts_and_references(judged: Sequence[_Judged]) -> tuple[list[str], list[str]]:
    """As one reads them: without names, which no reference has."""
    texts = [without_names(one.text.text) for one in judged]
    return texts, [one.subject.reference or "" for one in judged]


def _share(judged: Sequence[_Judged], of: Callable[[_Judged], float]) -> float:
    return sum(of(one) for one in judged) / len(judged)
