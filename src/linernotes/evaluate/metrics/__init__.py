"""The measures themselves: pure functions of texts, scores and numbers."""

from linernotes.evaluate.metrics.exposure import (
    average_popularity,
    coverage,
    gini,
    jensen_shannon,
    share_of,
)
from linernotes.evaluate.metrics.intervals import Interval, gain_interval, mean_interval, ratio_interval
from linernotes.evaluate.metrics.overlap import bleu_4, rouge_l
from linernotes.evaluate.metrics.popularity import spearman, thirds
from linernotes.evaluate.metrics.ranking import hit_at, ndcg_at, ndcg_of_gains, recall_at, reciprocal_rank
from linernotes.evaluate.metrics.retrieval import bm25_scores, hits_at_k
from linernotes.evaluate.metrics.texts import (
    distinct_in_words,
    distinct_n,
    is_cut_off,
    is_loop,
    masked_sentences,
    top_opening,
    top_repeated_sentence,
    words_of,
)

__all__ = [
    "Interval",
    "average_popularity",
    "bleu_4",
    "bm25_scores",
    "coverage",
    "distinct_in_words",
    "distinct_n",
    "gain_interval",
    "gini",
    "hit_at",
    "hits_at_k",
    "is_cut_off",
    "is_loop",
    "jensen_shannon",
    "masked_sentences",
    "mean_interval",
    "ndcg_at",
    "ndcg_of_gains",
    "ratio_interval",
    "recall_at",
    "reciprocal_rank",
    "rouge_l",
    "share_of",
    "spearman",
    "thirds",
    "top_opening",
    "top_repeated_sentence",
    "words_of",
]
