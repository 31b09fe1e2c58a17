"""The measures: empty, malformed, perfect, golden."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from linernotes.errors import InputError
from linernotes.evaluate.metrics import (
    bleu_4,
    bm25_scores,
    distinct_in_words,
    distinct_n,
    gain_interval,
    hits_at_k,
    is_cut_off,
    is_loop,
    masked_sentences,
    mean_interval,
    ndcg_of_gains,
    ratio_interval,
    rouge_l,
    spearman,
    thirds,
    top_opening,
    top_repeated_sentence,
    words_of,
)

# --- words and variety


def test_a_placeholder_and_a_word_with_an_apostrophe_are_one_word_each() -> None:
    assert words_of("{title} doesn't race, at 92 bpm.") == ["{title}", "doesn't", "race", "at", "92", "bpm"]


def test_distinct_n_of_nothing_is_zero() -> None:
    assert distinct_n([]) == distinct_n([""]) == distinct_n(["alone"]) == 0.0


def test_distinct_n_is_one_where_no_pair_of_words_comes_back() -> None:
    assert distinct_n(["one two three", "three two one"]) == 1.0


def test_distinct_n_counts_over_all_texts_together() -> None:
    assert distinct_n(["a b c", "a b d"]) == pytest.approx(3 / 4)
    assert distinct_n(["a a a a"], n=1) == pytest.approx(1 / 4)


def test_distinct_in_words_measures_equal_amounts_or_nothing() -> None:
    texts = [f"word{number} is here" for number in range(40)]
    more = [f"word{number} is here" for number in range(400)]
    assert distinct_n(more) < distinct_n(texts)
    assert distinct_in_words(more, words=30) == distinct_in_words(texts, words=30)
    assert distinct_in_words(texts, words=120) == distinct_n(texts)
    assert distinct_in_words(texts, words=121) is None


def test_the_top_opening_is_the_largest_share_of_equal_first_words() -> None:
    texts = ["{title} is a song.", "{title} is a dance.", "{title}, is a waltz!", "Slow it goes."]
    assert top_opening(texts) == 0.75
    assert top_opening([]) == 0.0
    assert top_opening(["one", "two"]) == 0.5


# --- repetition


def test_names_and_numbers_are_masked_in_sentences() -> None:
    text = "{title} by {artist} runs 3:24. At 92 bpm (-9.5 LUFS) it is from the 1990s!"
    assert masked_sentences(text) == ["_ by _ runs #.", "at # bpm (# lufs) it is from the #!"]
    assert masked_sentences("{title} is sad. It is slow.") == ["_ is sad.", "it is slow."]
    assert masked_sentences("  ") == []


def test_a_sentence_that_repeats_over_texts_is_found_under_its_mask() -> None:
    texts = ["Sad. {title} has 92 bpm.", "{artist} has 120 bpm. Glad.", "Something else."]
    assert top_repeated_sentence(texts) == pytest.approx(2 / 3)
    assert top_repeated_sentence(["{title} lasts 3:24. Sad.", "{title} lasts 4:10. Glad."]) == 1.0
    assert top_repeated_sentence([]) == 0.0


def test_a_sentence_twice_in_one_text_counts_once() -> None:
    assert top_repeated_sentence(["Sad. Sad.", "Glad."]) == 0.5


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("", False),
        ("It is slow. It is sad.", False),
        ("It is slow. It is sad. It is slow.", True),
        ("It is from 1990. It is from 1990.", True),
        ("a guitar and a bass and a drum, a guitar and a bass and a drum", True),
        ("a guitar and a bass, a guitar and a drum", False),
    ],
)
def test_a_loop_is_a_sentence_or_six_words_that_come_back(text: str, loops: bool) -> None:
    assert is_loop(text) is loops


@pytest.mark.parametrize(
    ("text", "cut"), [("", True), ("It is", True), ("It is.", False), ('"Sad!"', False), ("Fin… ", False)]
)
def test_a_text_is_cut_off_unless_it_ends_a_sentence(text: str, cut: bool) -> None:
    assert is_cut_off(text) is cut


# --- likeness


def test_bleu_and_rouge_of_nothing() -> None:
    assert bleu_4([], []) == 0.0
    assert rouge_l([], []) == []


@pytest.mark.parametrize("measure", [bleu_4, rouge_l])
def test_likeness_needs_one_reference_a_text(measure: Any) -> None:
    with pytest.raises(ValueError, match="2 texts and 1 references"):
        measure(["a", "b"], ["a"])


def test_equal_texts_are_perfectly_alike() -> None:
    texts = ["a slow and sad song for piano", "loud guitars over fast drums"]
    assert bleu_4(texts, texts) == pytest.approx(100.0)
    assert rouge_l(texts, texts) == [1.0, 1.0]


def test_rouge_l_is_the_f_measure_of_the_longest_common_subsequence() -> None:
    # Common: "the", "cat", "mat" = 3 of 4 words and 3 of 6 words.
    assert rouge_l(["the black cat mat"], ["the cat on the mat sat"]) == [pytest.approx(2 * 0.375 / 1.25)]


def test_bleu_4_is_the_published_corpus_score() -> None:
    # Precisions 5/6, 3/5, 1/4 and a smoothed 1/(2*3); no brevity penalty.
    expected = 100 * (5 / 6 * 3 / 5 * 1 / 4 * 1 / 6) ** 0.25
    assert bleu_4(["the cat sat on a mat"], ["the cat is on a mat"]) == pytest.approx(expected, abs=0.01)


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **keywords: Any) -> Any:
        if name.partition(".")[0] in ("sacrebleu", "rouge_score", "bm25s"):
            raise ModuleNotFoundError(name)
        return real(name, *args, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    for call in (lambda: bleu_4(["a"], ["a"]), lambda: rouge_l(["a"], ["a"]), lambda: bm25_scores([], [])):
        with pytest.raises(InputError, match=r"pip install '\.\[evaluate\]'"):
            call()


# --- retrieval


def test_nothing_is_found_in_nothing() -> None:
    assert bm25_scores([], []).shape == (0, 0)
    assert bm25_scores(["piano"], ["", "the"]).tolist() == [[0.0, 0.0]]
    assert hits_at_k(bm25_scores([], []), 1).tolist() == []


def test_hits_need_a_document_a_query() -> None:
    with pytest.raises(ValueError, match=r"\(1, 2\)"):
        hits_at_k(np.zeros((1, 2), dtype=np.float32), 1)


def test_each_text_is_found_by_its_own_words() -> None:
    texts = ["a sad piano", "a loud guitar", "the fast drums"]
    assert hits_at_k(bm25_scores(texts, texts), 1).tolist() == [1.0, 1.0, 1.0]


def test_stop_words_and_unknown_words_score_nothing() -> None:
    scores = bm25_scores(["the banjo", "piano"], ["a piano", "a harp"])
    assert scores[0].tolist() == [0.0, 0.0]
    assert scores[1, 0] > scores[1, 1] == 0.0


def test_the_own_document_is_the_one_in_the_querys_place() -> None:
    scores = np.array([[3, 2, 1], [3, 2, 1], [3, 2, 1]], dtype=np.float32)
    assert hits_at_k(scores, 1).tolist() == [1.0, 0.0, 0.0]
    assert hits_at_k(scores, 2).tolist() == [1.0, 1.0, 0.0]


def test_equal_scores_share_the_places() -> None:
    alike = np.ones((4, 4), dtype=np.float32)
    assert hits_at_k(alike, 1).tolist() == [0.25] * 4
    assert hits_at_k(alike, 10).tolist() == [1.0] * 4
    behind_one = np.array([[1, 5, 1], [0, 9, 0], [5, 1, 1]], dtype=np.float32)
    assert hits_at_k(behind_one, 2).tolist() == [0.5, 1.0, 0.5]


# --- popularity


def test_thirds_of_nothing_and_of_equals() -> None:
    assert thirds([]) == []
    assert thirds([0.5, 0.5, 0.5]) == ["middling"] * 3


def test_equal_popularity_stays_together() -> None:
    assert thirds([0.9, 0.1, 0.5, 0.1]) == ["popular", "obscure", "middling", "obscure"]


def test_thirds_are_by_rank_not_by_value() -> None:
    assert thirds([0.0, 0.01, 0.99]) == ["obscure", "middling", "popular"]


def test_spearman_of_nothing_or_a_constant_is_unknown() -> None:
    assert spearman([], []) is None
    assert spearman([1.0], [2.0]) is None
    assert spearman([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None


def test_spearman_needs_as_many_of_each() -> None:
    with pytest.raises(ValueError, match="1 and 2"):
        spearman([1.0], [1.0, 2.0])


def test_spearman_is_one_for_the_same_order_and_minus_one_for_the_opposite() -> None:
    assert spearman([1, 5, 9], [0.1, 0.2, 7.0]) == pytest.approx(1.0)
    assert spearman([1, 5, 9], [3, 2, 1]) == pytest.approx(-1.0)


def test_spearman_gives_equal_values_their_middle_rank() -> None:
    # Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: covariance 4.5, variances 4.5 and 5.
    assert spearman([1, 2, 2, 3], [10, 30, 20, 40]) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)


# --- intervals


def test_no_values_have_no_mean() -> None:
    with pytest.raises(ValueError, match="no values"):
        mean_interval([])


def test_equal_values_leave_no_doubt() -> None:
    interval = mean_interval([0.5, 0.5, 0.5])
    assert (interval.mean, interval.low, interval.high) == (0.5, 0.5, 0.5)


def test_the_interval_is_that_of_a_binomial_share() -> None:
    # 100 tosses at .5: 1.96 * sqrt(.25 / 100) = .098 to either side.
    interval = mean_interval([0.0, 1.0] * 50)
    assert interval.mean == 0.5
    assert interval.low == pytest.approx(0.402, abs=0.015)
    assert interval.high == pytest.approx(0.598, abs=0.015)


def test_what_was_always_so_may_yet_be_otherwise() -> None:
    # Wilson for 0 of 40: z^2 / (n + z^2) = 3.84 / 43.84.
    assert mean_interval([0.0] * 40).high == pytest.approx(0.0876, abs=1e-3)
    assert mean_interval([1.0, 1.0]).low == pytest.approx(0.342, abs=1e-3)


def test_the_same_seed_gives_the_same_interval() -> None:
    values: list[float] = [0.1, 0.9, 0.4, 0.4]
    assert mean_interval(values, seed=3) == mean_interval(values, seed=3)


def test_measures_do_not_change_their_arguments() -> None:
    arguments: Mapping[str, list[str]] = {"texts": ["a b", "c d"], "references": ["a b", "d c"]}
    rouge_l(arguments["texts"], arguments["references"])
    bm25_scores(arguments["texts"], arguments["references"])
    assert arguments == {"texts": ["a b", "c d"], "references": ["a b", "d c"]}


def test_a_gain_that_nobody_loses_by_is_still_doubted() -> None:
    gained = gain_interval([1.0, *[0.0] * 51])
    assert gained.low == 0.0
    assert gained.mean == pytest.approx(1 / 52)
    with pytest.raises(ValueError, match="no values"):
        gain_interval([])


def test_a_ratio_needs_as_many_rivals() -> None:
    with pytest.raises(ValueError, match="0 values and 0 rivals"):
        ratio_interval([], [])
    with pytest.raises(ValueError, match="2 values and 1 rivals"):
        ratio_interval([1.0, 2.0], [1.0])


def test_there_is_no_ratio_to_what_may_be_nothing() -> None:
    with pytest.raises(ValueError, match="can be 0"):
        ratio_interval([1.0, 2.0], [0.0, 0.0])


def test_twice_as_much_of_each_is_twice_as_much_without_a_doubt() -> None:
    found = ratio_interval([0.2, 0.8, 0.6], [0.1, 0.4, 0.3])
    assert [found.mean, found.low, found.high] == pytest.approx([2.0, 2.0, 2.0])


def test_a_ratio_is_that_of_means_not_a_mean_of_ratios() -> None:
    # (1 + 3) / (4 + 1), where the mean of 1 / 4 and 3 / 1 is 1.625.
    assert ratio_interval([1.0, 3.0], [4.0, 1.0]).mean == pytest.approx(0.8)
    unsure = ratio_interval([1.0, 3.0], [4.0, 1.0])
    assert unsure.low < 0.8 < unsure.high


# --- graded gains


def test_a_ranking_of_nothing_gains_nothing() -> None:
    assert ndcg_of_gains([], [0.5, 1.0], 10) == 0.0


@pytest.mark.parametrize("possible", [[], [0.0], [1.0, -0.1]])
def test_gains_must_be_possible_and_not_negative(possible: list[float]) -> None:
    with pytest.raises(ValueError, match="possible gains"):
        ndcg_of_gains([1.0], possible, 10)


def test_the_greatest_gains_in_their_order_are_perfect() -> None:
    assert ndcg_of_gains([0.9, 0.5], [0.1, 0.5, 0.9], 2) == 1.0


def test_gains_count_less_in_later_places_and_nothing_behind_k() -> None:
    # (0 + 3 / log2(3)) / (3 + 1 / log2(3))
    assert ndcg_of_gains([0.0, 3.0, 1.0], [3.0, 1.0, 0.0], 2) == pytest.approx(
        (3 / np.log2(3)) / (3 + 1 / np.log2(3))
    )
