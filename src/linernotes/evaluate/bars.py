"""Measures that have something to reach: how they are made of figures, and how they are told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from statistics import median

import numpy as np

from linernotes.evaluate.metrics import Interval, mean_interval, ratio_interval
from linernotes.evaluate.values import Bar, Measured, SuiteResult, Table

HEADS = ("measure", "n", "value", "95 %", "beside it", "ratio, 95 %", "bar", "holds")
NO_VALUE = "-"
NEVER = "never"


def share_bar(
    measure: str,
    flags: Sequence[bool],
    *,
    least: float | None = None,
    rivals: Sequence[bool] = (),
    rival: str | None = None,
) -> Bar:
    """The share of cases in which something holds, which must be ``least`` or more, if that is given."""
    share = mean_interval([float(flag) for flag in flags])
    return Bar(
        measure=measure,
        n=len(flags),
        value=share.mean,
        interval=_ends(share),
        rival=rival,
        rival_value=float(np.mean(rivals)) if rivals else None,
        bar=f">= {least:.2f}" if least is not None else "",
        holds=share.mean >= least if least is not None else None,
    )


def ratio_bar(
    measure: str,
    values: Sequence[float],
    rivals: Sequence[float],
    *,
    rival: str,
    least: float | None = None,
    rises: bool | None = None,
) -> Bar:
    """A mean against that of a rival, pair by pair.

    The ratio must be ``least`` or more; with ``rises``, its whole interval above 1 (False: below 1).
    """
    ratio = ratio_interval(values, rivals)
    bar, holds = _of_ratio(ratio, least, rises=rises)
    return Bar(
        measure=measure,
        n=len(values),
        value=float(np.mean(values)),
        interval=_ends(mean_interval(values)),
        rival=rival,
        rival_value=float(np.mean(rivals)),
        ratio=ratio.mean,
        ratio_interval=_ends(ratio),
        bar=bar,
        holds=holds,
    )


def count_bar(measure: str, count: int, *, n: int) -> Bar:
    """How often something happened that must not."""
    return Bar(measure=measure, n=n, value=float(count), bar="= 0", holds=not count)


def median_bar(
    measure: str,
    values: Sequence[float],
    *,
    most: float | None = None,
    rivals: Sequence[float] = (),
    rival: str | None = None,
) -> Bar:
    """The middle of some numbers, infinity for what was never reached; it must be ``most`` or less."""
    middle = median(values)
    return Bar(
        measure=measure,
        n=len(values),
        value=_finite(middle),
        rival=rival,
        rival_value=_finite(median(rivals)) if rivals else None,
        bar=f"<= {most:g}" if most is not None else "",
        holds=middle <= most if most is not None else None,
    )


def metrics_of(bars: Sequence[Bar]) -> Table:
    """Our values as a table of figures, by measure."""
    return {
        one.measure: Measured(
            figures={"n": one.n, "value": one.value},
            intervals={"value": one.interval} if one.interval else {},
        )
        for one in bars
    }


def baselines_of(bars: Sequence[Bar]) -> dict[str, Table]:
    """The values of the rivals as tables of figures, by rival."""
    return {
        rival: {
            one.measure: Measured(figures={"n": one.n, "value": one.rival_value})
            for one in bars
            if one.rival == rival
        }
        for rival in dict.fromkeys(one.rival for one in bars)
        if rival is not None
    }


def bar_rows(result: SuiteResult) -> list[tuple[str, ...]]:
    """What is told of each bar, in the order of ``HEADS``."""
    return [
        (
            one.measure,
            str(one.n),
            NEVER if one.value is None else _number(one.value),
            _range(one.interval),
            _beside(one),
            _ratio(one),
            one.bar or NO_VALUE,
            {True: "yes", False: "no", None: NO_VALUE}[one.holds],
        )
        for one in result.bars
    ]


def bars_markdown(result: SuiteResult) -> list[str]:
    """The bars as lines of a table."""
    return [
        "",
        f"| {' | '.join(HEADS)} |",
        f"|---|---:|---:|{'---|' * (len(HEADS) - 3)}",
        *(f"| {' | '.join(row)} |" for row in bar_rows(result)),
    ]


def bars_json(result: SuiteResult) -> list[dict[str, object]]:
    """The bars as objects, numbers rounded."""
    return [{name: _rounded(value) for name, value in asdict(one).items()} for one in result.bars]


def _of_ratio(ratio: Interval, least: float | None, *, rises: bool | None) -> tuple[str, bool | None]:
    asked = []
    if least is not None:
        asked.append((f">= {least:.2f}", ratio.mean >= least))
    if rises is not None:
        asked.append(("surely > 1", ratio.low > 1) if rises else ("surely < 1", ratio.high < 1))
    if not asked:
        return "", None
    return f"ratio {', '.join(words for words, _ in asked)}", all(holds for _, holds in asked)


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 1 and value else f"{value:.1f}".removesuffix(".0")


def _range(ends: tuple[float, float] | None) -> str:
    return NO_VALUE if ends is None else f"{_number(ends[0])} to {_number(ends[1])}"


def _beside(one: Bar) -> str:
    if one.rival is None:
        return NO_VALUE
    return f"{one.rival} {NEVER if one.rival_value is None else _number(one.rival_value)}"


def _ratio(one: Bar) -> str:
    if one.ratio is None:
        return NO_VALUE
    if one.ratio_interval is None:
        return f"{one.ratio:.2f}"
    low, high = one.ratio_interval
    return f"{one.ratio:.2f} ({low:.2f} to {high:.2f})"


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    return [round(end, 4) for end in value] if isinstance(value, tuple) else value
