"""What passes through a suite: the subjects to be described, the texts on them, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from linernotes.types import Sheet

Figures = Mapping[str, float | None]
"""Measures by name; None where a measure has no value (a correlation with a constant)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something to describe: its facts, and what is known of it beside them.

    ``reference`` is what a person wrote of it; ``words`` are a person's own words for it, of which the
    sheet was made. ``names`` are its own, by placeholder, where it is known which ones it has.
    """

    id: str
    sheet: Sheet
    reference: str | None = None
    words: tuple[str, ...] = ()
    popularity: float | None = None
    names: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A description, with placeholders or without.

    ``passed_first`` and ``is_fallback`` are known of what a model was asked for by a writer with a check;
    ``is_cut_off`` says that the model was stopped, which the text need not show. ``told`` is what its writer
    knew beside the sheet, ``told_quality`` whether how good the recording is was among it.
    """

    text: str
    passed_first: bool | None = None
    is_fallback: bool | None = None
    is_cut_off: bool = False
    told: tuple[str, ...] = ()
    told_quality: bool = False


Texts = Sequence[Text | None]
"""One system's texts on a list of subjects; None where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures of one system on one group of subjects, with the ends of their 95 % intervals."""

    figures: Figures
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)


Table = Mapping[str, Measured]
"""What was measured of each group of subjects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """By how much one of ours is above a baseline in one measure: the mean and the ends of its interval."""

    task: str
    system: str
    rival: str
    measure: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A measure with what it has to reach, ``bar`` in words, and whether it does.

    ``interval`` and ``ratio_interval`` are the ends at 95 %, where there are any. ``rival`` is what stands
    beside it, measured in the same run, and ``ratio`` the value over the rival's. A value None was never
    reached; ``holds`` None is of a figure that has no bar.
    """

    measure: str
    n: int
    value: float | None
    interval: tuple[float, float] | None = None
    rival: str | None = None
    rival_value: float | None = None
    ratio: float | None = None
    ratio_interval: tuple[float, float] | None = None
    bar: str = ""
    holds: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """How a measure changes: one value of each line, by its name, at each of ``steps``."""

    measure: str
    steps: tuple[str, ...]
    lines: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteResult:
    """What a suite measured: of ours (by which of its texts) and of the baselines, group by group.

    ``n`` counts the subjects of all groups that do not overlap. ``problems`` are the commonest things that
    the check said of our own texts; ``examples`` are some subjects with all texts on them; ``gains`` are
    paired, request by request; ``faults`` are answers of ours that are wrong, a line each, by group; ``bars``
    are measures that have something to reach; ``plots`` show how figures change.
    """

    suite: str
    data: str
    n: int
    metrics: Mapping[str, Table]
    baselines: Mapping[str, Table]
    seconds: float
    problems: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    gains: tuple[Gain, ...] = ()
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()
    plots: tuple[Plot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One subject's facts as lines, and the text of each system on it."""

    subject: str
    facts: tuple[str, ...]
    texts: Mapping[str, str]
