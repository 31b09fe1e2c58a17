"""A suite's figures for machines and for people: the JSON object, rows of a table, a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from linernotes.evaluate.bars import bars_json, bars_markdown
from linernotes.evaluate.values import Example, Measured, Plot, SuiteResult, Table

COLUMNS = {
    "n": "n",
    "told": "told",
    "supported_claims": "claims",
    "unsupported": "unsup.",
    "first_try": "1st try",
    "fallback": "fallb.",
    "not_asked": "unasked",
    "loops": "loops",
    "cut_off": "cut",
    "distinct_2": "dist-2",
    "top_opening": "opening",
    "repeated_sentence": "repeats",
    "words": "words",
    "distinct_words": "diff.",
    "recall_at_1": "R@1",
    "recall_at_10": "R@10",
    "bleu_4": "BLEU-4",
    "rouge_l": "ROUGE-L",
    "hit_at_1": "Hit@1",
    "hit_at_10": "Hit@10",
    "hit_at_20": "Hit@20",
    "hit_at_100": "Hit@100",
    "recall_at_100": "R@100",
    "mrr": "MRR",
    "ndcg_at_10": "nDCG@10",
    "returned": "back",
    "ndcg_at_20": "nDCG@20",
    "times_popularity": "× popularity",
    "ndcg_of_worst": "worst nDCG@20",
    "recall_at_20": "R@20",
    "miscalibration": "miscal.",
    "tail_share": "tail",
    "aplt": "APLT",
    "arp": "ARP",
    "coverage": "coverage",
    "gini": "Gini",
    "relaxed_f1": "F1 relaxed",
    "strict_f1": "F1 strict",
    "polarity": "polarity",
    "unwanted_recall": "not wanted, R",
    "unwanted_precision": "not wanted, P",
    "promises": "promises",
    "picks": "picks",
    "violations": "known violations",
    "unverified": "unverified",
    "unmarked": "unmarked",
    "disordered": "disordered",
    "empty": "empty",
}
"""The measures of a table, and what stands above their columns; JSON holds further ones."""
NO_VALUE = "-"
COUNTS = frozenset({"n", "promises", "picks", "violations", "unverified", "unmarked", "disordered", "empty"})
SHARES = frozenset(
    {
        "told",
        "supported_claims",
        "unsupported",
        "first_try",
        "fallback",
        "not_asked",
        "loops",
        "cut_off",
        "top_opening",
        "repeated_sentence",
        "recall_at_1",
        "recall_at_10",
    }
)
PLOTTED = ("hit_at_10", "ndcg_at_20", "relaxed_f1", "told")
"""The main measure of a suite: the first that its figures have is drawn."""
_OF_TEXTS = (
    "told: share of the sheet's facts; claims: supported of all; unsup.: texts with a claim or a number that "
    "no fact bears out; 1st try: texts the check has nothing against; unasked: too few facts for a model; "
    "opening: most frequent first three words; repeats: most frequent sentence, names and numbers masked; "
    "diff.: different words a text; R@k: found by the person's caption, BM25 over all texts of the row"
)


_OF_RANKINGS = (
    "Hit@k: requests with a right song among the first k; R@100: share of the right songs among the first "
    "100; MRR: one over the place of the first right song; nDCG@10: right songs in the first 10, early ones "
    "more; back: requests with a song that was disliked before; means over dialogues"
)


_OF_PARSES = (
    "F1: micro, over what is to be found in a request, by type; relaxed: a part in common, strict: the same "
    "text; polarity: of what was found, the share with the right one; not wanted: recall and precision of "
    "what is excluded, of whatever type"
)


_OF_LISTENERS = (
    "n: simulated listeners, or picks; nDCG: planted pleasure as gains, known songs left out; ratio: the "
    "value over that beside it, listener by listener; intervals at 95 %; never: not within these events"
)


_OF_PROMISES = (
    "n: requests; known violations: how often a pick is known to break a promise; "
    "unverified: picks of which a fact is missing; unmarked: those of them that do not say so; disordered: "
    "answers with unverified picks before verified ones; empty: answers without a pick"
)


_OF_TASTE = (
    "nDCG@20, R@20: what is found of the artists that were hidden, means over listeners; worst: of "
    "each group's member who is served worst"
)


_OF_LOOP = (
    "n: listeners in months, in bars listeners; nDCG@20, R@20: what is found of the artists first tagged in "
    "a month, means over both; intervals by resampling listeners; tail: share of the least tagged, who "
    "have a fifth of all listeners"
)


_OF_EXPOSURE = (
    "miscal.: how far the shares of the head, the middle and the tail are from the listener's own, by Jensen "
    "and Shannon, 0 to 1; tail: share of the least played artists, who have a fifth of all listening; APLT: "
    "share of all but the most played fifth; ARP: mean listeners of an artist; coverage: share of artists "
    "that somebody is shown; Gini: how unequally, 0 to 1"
)


def legend(result: SuiteResult) -> str:
    """What the measures of the suite's tables mean."""
    by_suite = {
        "descriptions": _OF_TEXTS,
        "requests": _OF_PARSES,
        "promises": _OF_PROMISES,
        "listeners": _OF_LISTENERS,
        "taste": f"{_OF_TASTE}; {_OF_EXPOSURE}",
        "exposure": f"{_OF_TASTE}; {_OF_EXPOSURE}",
        "coldstart": _OF_TASTE,
        "loop": _OF_LOOP,
    }
    return by_suite.get(result.suite, _OF_RANKINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One system's figures on one group, as cells in the order of ``COLUMNS``; "-" for what has no value."""

    group: str
    system: str
    cells: tuple[str, ...]


def as_json(result: SuiteResult) -> dict[str, object]:
    """The object that ``evaluate --json`` prints; every group's figures with ``intervals`` beside them."""
    return {
        "suite": result.suite,
        "data": result.data,
        "n": result.n,
        "metrics": {name: _table_json(table) for name, table in result.metrics.items()},
        "baselines": {name: _table_json(table) for name, table in result.baselines.items()},
        **({"bars": bars_json(result)} if result.bars else {}),
        **({"gains": [asdict(gain) for gain in result.gains]} if result.gains else {}),
        **(
            {"faults": {group: list(lines) for group, lines in result.faults.items()}}
            if result.faults
            else {}
        ),
        **({"plots": [asdict(plot) for plot in result.plots]} if result.plots else {}),
        "seconds": round(result.seconds, 1),
    }


def rows(result: SuiteResult) -> list[Row]:
    """All figures, group by group, ours first; none of a suite whose bars hold all of them."""
    tables = _tables(result)
    told = {name for table in tables.values() for of in table.values() for name in of.figures} - {"n"}
    if told.isdisjoint(COLUMNS):
        return []
    groups = dict.fromkeys(group for table in tables.values() for group in table)
    return [
        Row(group=group, system=system, cells=_cells(table[group]))
        for group in _in_order(list(groups))
        for system, table in tables.items()
        if group in table
    ]


def _tables(result: SuiteResult) -> dict[str, Table]:
    """The tables of all systems by what they are called, ours first."""
    return {**{f"ours, {name}": table for name, table in result.metrics.items()}, **result.baselines}


def columns_with_values(own: Sequence[Row]) -> list[int]:
    """The places in ``COLUMNS`` of the measures that any of the rows has."""
    return [at for at in range(len(COLUMNS)) if any(row.cells[at] != NO_VALUE for row in own)]


def as_markdown(result: SuiteResult, *, command: str) -> str:
    """The report: a table for each group, what the check found, and examples with their facts."""
    return "\n".join(_lines(result, command)) + "\n"


def _lines(result: SuiteResult, command: str) -> Iterator[str]:
    yield f"# Evaluation: {result.suite}"
    yield ""
    yield f"`{command}`, {result.n:,} subjects, {result.seconds:.0f} s. Shares in percent."
    yield f"Legend: {legend(result)}."
    if result.bars:
        yield from bars_markdown(result)
    for plot in result.plots:
        yield from _lines_of(plot)
    all_rows = rows(result)
    for group in dict.fromkeys(row.group for row in all_rows):
        own = [row for row in all_rows if row.group == group]
        yield from ("", f"## {group}", "", *_markdown_table(own))
        yield from _plot(result, group)
        yield from _interval_lines(result, group)
    yield from _gain_lines(result)
    for group, faults in result.faults.items():
        yield from ("", f"## Wrong: {group}", "", *(f"- {_inline(line)}" for line in faults))
    for part, problems in result.problems.items():
        yield from ("", f"## What the check says of our first texts: {part}", "")
        yield from (f"- {count} × {_inline(problem)}" for problem, count in problems)
    for example in result.examples:
        yield from _example_lines(example)


def _markdown_table(own: Sequence[Row]) -> Iterator[str]:
    kept = columns_with_values(own)
    heads = [list(COLUMNS.values())[at] for at in kept]
    yield f"| system | {' | '.join(heads)} |"
    yield f"|---|{'---:|' * len(heads)}"
    for row in own:
        yield f"| {row.system} | {' | '.join(row.cells[at] for at in kept)} |"


def _plot(result: SuiteResult, group: str) -> Iterator[str]:
    """Bars of the group's main measure, one for each system, as Mermaid draws them."""
    tables = _tables(result)
    for measure in PLOTTED:
        values = {
            system: table[group].figures[measure]
            for system, table in tables.items()
            if group in table and table[group].figures.get(measure) is not None
        }
        if len(values) > 1:
            names = ", ".join(f'"{system.replace(chr(34), "")}"' for system in values)
            heights = ", ".join(f"{value:.4f}" for value in values.values())
            yield from ("", "```mermaid", "xychart-beta horizontal", f'  title "{COLUMNS[measure]}"')
            yield from (f"  x-axis [{names}]", "  y-axis 0 --> 1", f"  bar [{heights}]", "```")
            return


def _lines_of(plot: Plot) -> Iterator[str]:
    """The plot as Mermaid draws it, which names no lines, with the same values as a table."""
    measure, highest = COLUMNS[plot.measure], max(max(values) for values in plot.lines.values())
    steps = ", ".join(f'"{step}"' for step in plot.steps)
    yield from ("", f"## {measure} by month", "", "```mermaid", "xychart-beta", f'  title "{measure}"')
    yield from (f"  x-axis [{steps}]", f"  y-axis 0 --> {1.1 * highest:.3f}")
    yield from (f"  line [{', '.join(f'{value:.4f}' for value in own)}]" for own in plot.lines.values())
    yield from ("```", "", f"| line | {' | '.join(plot.steps)} |", f"|---|{'---:|' * len(plot.steps)}")
    for name, own in plot.lines.items():
        yield f"| {name} | {' | '.join(_told(plot.measure, value) for value in own)} |"


def _interval_lines(result: SuiteResult, group: str) -> Iterator[str]:
    """The intervals of ours, and the correlations with popularity, as far as there are any."""
    for name, table in result.metrics.items():
        measured = table.get(group)
        if measured is None or not measured.intervals:
            continue
        ends = ", ".join(
            f"{COLUMNS[measure]} {_told(measure, low)} to {_told(measure, high)}"
            for measure, (low, high) in measured.intervals.items()
        )
        yield from ("", f"Ours, {name}, 95 % intervals: {ends}.")
        correlations = [
            f"{measure.removeprefix('spearman_')} {'-' if value is None else f'{value:+.3f}'}"
            for measure, value in measured.figures.items()
            if measure.startswith("spearman_")
        ]
        if correlations:
            yield f"Spearman with popularity: {', '.join(correlations)}."


def _gain_lines(result: SuiteResult) -> Iterator[str]:
    """What ours gains on a baseline, request by request."""
    for task, system, rival in dict.fromkeys((one.task, one.system, one.rival) for one in result.gains):
        own = [one for one in result.gains if (one.task, one.system, one.rival) == (task, system, rival)]
        told = ", ".join(
            f"{COLUMNS[one.measure]} {one.mean:+.3f} ({one.low:+.3f} to {one.high:+.3f})" for one in own
        )
        yield from ("", f"{task}: ours, {system}, against {rival}, paired, 95 % intervals: {told}.")


def _example_lines(example: Example) -> Iterator[str]:
    yield from ("", f"## Example: {example.subject}", "", *(f"    {_inline(line)}" for line in example.facts))
    for system, text in example.texts.items():
        yield from ("", f"**{system}**: {_inline(text)}")


def _in_order(groups: Sequence[str]) -> list[str]:
    """Wholes before their parts, each part behind its whole."""
    wholes = list(dict.fromkeys(group.partition(":")[0] for group in groups))
    return [group for whole in wholes for group in groups if group.partition(":")[0] == whole]


def _cells(measured: Measured) -> tuple[str, ...]:
    return tuple(_told(name, measured.figures.get(name)) for name in COLUMNS)


def _told(measure: str, value: float | None) -> str:
    if value is None:
        return NO_VALUE
    if measure in SHARES:
        return f"{100 * value:.1f}"
    if measure in COUNTS:
        return f"{value:.0f}"
    return f"{value:.3f}" if value < 1 else f"{value:.1f}"


def _table_json(table: Table) -> dict[str, object]:
    return {
        group: {
            **{name: None if value is None else round(value, 4) for name, value in measured.figures.items()},
            "intervals": {
                name: [round(low, 4), round(high, 4)] for name, (low, high) in measured.intervals.items()
            },
        }
        for group, measured in table.items()
    }


def _inline(text: str) -> str:
    """The text on one line, nothing in it taken for Markdown or HTML."""
    plain = " ".join(text.split())
    for mark in "\\`*_[]<>#|":
        plain = plain.replace(mark, f"\\{mark}")
    return plain
