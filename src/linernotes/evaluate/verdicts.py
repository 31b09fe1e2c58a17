"""What readers of blind pairs prefer: their verdicts, held against the key."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linernotes.errors import InputError
from linernotes.evaluate.metrics import Interval, mean_interval
from linernotes.evaluate.pairs import RIVALS, VERDICTS, key_path

_SCORES = {"ours": 1.0, "tie": 0.5, "rival": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """How often ours was preferred to a rival, ties counted half, over ``verdicts`` verdicts on ``pairs``."""

    comparison: str
    rival: str
    pairs: int
    verdicts: int
    wins: int
    ties: int
    losses: int
    preferred: Interval


def read_preferences(folder: Path) -> list[Preference]:
    """What the readers prefer, by comparison; several verdicts on one pair count as their mean.

    Raises InputError where key or verdicts are missing, none is filled in, or one is not A, B or tie.
    """
    key = _read_key(key_path(folder))
    files = sorted(folder.glob(f"{Path(VERDICTS).stem}*.csv"))
    outcomes: dict[str, list[str]] = {}
    for file in files:
        for pair_id, verdict, place in _verdicts(file):
            if pair_id not in key:
                raise InputError(f"{place}: there is no pair {pair_id!r}")
            outcomes.setdefault(pair_id, []).append(_outcome(verdict, key[pair_id]["ours"], place))
    if not outcomes:
        raise InputError(f"no verdict in {folder}: fill in {VERDICTS} (A, B or tie)")
    comparisons = dict.fromkeys(entry["comparison"] for entry in key.values())
    by_comparison = {
        name: [outcomes[pair_id] for pair_id in outcomes if key[pair_id]["comparison"] == name]
        for name in comparisons
    }
    return [_preference(name, told) for name, told in by_comparison.items() if told]


def preferences_json(preferences: Sequence[Preference], folder: Path) -> dict[str, object]:
    """The preferences in the form of a suite's result."""
    return {
        "suite": "descriptions",
        "data": str(folder),
        "n": sum(one.pairs for one in preferences),
        "metrics": {
            one.comparison: {
                "rival": one.rival,
                "pairs": one.pairs,
                "verdicts": one.verdicts,
                "wins": one.wins,
                "ties": one.ties,
                "losses": one.losses,
                "preferred": round(one.preferred.mean, 4),
                "intervals": {"preferred": [round(one.preferred.low, 4), round(one.preferred.high, 4)]},
            }
            for one in preferences
        },
        "baselines": {},
        "seconds": 0.0,
    }


def _read_key(path: Path) -> Mapping[str, Mapping[str, str]]:
    try:
        key = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(pair_id): {"comparison": entry["comparison"], "ours": entry["ours"]}
            for pair_id, entry in key.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
        raise InputError(f"{path} is not the key that --pairs wrote: {err!r}") from err


def _verdicts(path: Path) -> Iterator[tuple[str, str, str]]:
    """Pair, verdict and place of the rows that are filled in."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            verdict = (row.get("verdict") or "").strip()
            if verdict:
                yield (row.get("pair") or "").strip(), verdict, f"{path}, line {number}"


def _outcome(verdict: str, ours: str, place: str) -> str:
    if verdict.lower() == "tie":
        return "tie"
    if verdict.upper() not in ("A", "B"):
        raise InputError(f"{place}: {verdict!r} is no verdict; write A, B or tie")
    return "ours" if verdict.upper() == ours else "rival"


def _preference(comparison: str, outcomes: Sequence[Sequence[str]]) -> Preference:
    flat = [outcome for one in outcomes for outcome in one]
    shares = [sum(_SCORES[outcome] for outcome in one) / len(one) for one in outcomes]
    return Preference(
        comparison=comparison,
        rival=RIVALS[comparison][1] if comparison in RIVALS else comparison,
        pairs=len(outcomes),
        verdicts=len(flat),
        wins=flat.count("ours"),
        ties=flat.count("tie"),
        losses=flat.count("rival"),
        preferred=mean_interval(shares),
    )
