"""How many words a text shares with one that a person wrote: BLEU and ROUGE, by their reference packages."""

from __future__ import annotations

from collections.abc import Sequence

from linernotes.evaluate.extra import needs_extra


def bleu_4(texts: Sequence[str], references: Sequence[str]) -> float:
    """Corpus BLEU-4, 0 to 100, one reference a text (sacrebleu: 13a tokens, mixed case); 0 for no texts."""
    with needs_extra("sacrebleu"):
        from sacrebleu import corpus_bleu
    _hold_equal(texts, references)
    return float(corpus_bleu(list(texts), [list(references)]).score) if texts else 0.0


def rouge_l(texts: Sequence[str], references: Sequence[str]) -> list[float]:
    """The ROUGE-L F-measure of each text, 0 to 1 (rouge-score, words unstemmed)."""
    with needs_extra("rouge-score"):
        from rouge_score.rouge_scorer import RougeScorer
    _hold_equal(texts, references)
    scorer = RougeScorer(["rougeL"])
    return [
        float(scorer.score(reference, text)["rougeL"].fmeasure)
        for text, reference in zip(texts, references, strict=True)
    ]


def _hold_equal(texts: Sequence[str], references: Sequence[str]) -> None:
    if len(texts) != len(references):
        raise ValueError(f"{len(texts)} texts and {len(references)} references: one each is needed")
