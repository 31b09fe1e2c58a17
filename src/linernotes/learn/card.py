"""The card of a tuned writer: what it learned from, how, and how well; as JSON and as a page to read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linernotes.describe import PROMPT_VERSION
from linernotes.learn.base import Base
from linernotes.learn.corpora import Lesson
from linernotes.learn.corpora.agreement import facts_of
from linernotes.learn.recipe import Recipe
from linernotes.models import listener_mark, sha256_of
from linernotes.models.seen import LISTENERS


def make_card(
    recipe: Recipe,
    adapter: Path,
    *,
    base: Base,
    lessons: Sequence[Sequence[Lesson]],
    measured: Sequence[tuple[int, float]],
    passed: Sequence[float],
    steps: int,
    seconds: float,
    device: str,
    listeners: Sequence[str] = (),
) -> dict[str, Any]:
    """The card as plain JSON. ``measured`` are the losses on the held-out part, by step.

    ``passed`` are the shares of the texts that were without fault as each round of preference began,
    ``seconds`` what lessons and rounds took by the clock, ``listeners`` those whose corrections were taught.
    """
    best = min(measured, key=lambda pair: pair[1]) if measured else None
    return {
        "name": recipe.name,
        "file": adapter.name,
        "sha256": sha256_of(adapter),
        "size_bytes": adapter.stat().st_size,
        "licence": recipe.licence,
        "base": base.name,
        "base_sha256": base.sha256 if base.gguf_path else None,
        "prompt_version": PROMPT_VERSION,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": [
            {
                "source": data.source,
                "licence": data.licence,
                "lessons": sum(not one.is_held_out for one in known),
                "held_out": sum(one.is_held_out for one in known),
            }
            for data, known in zip(recipe.data, lessons, strict=True)
        ],
        LISTENERS: sorted(map(listener_mark, listeners)),
        "settings": {
            "seed": recipe.seed,
            "lora": asdict(recipe.lora),
            "training": asdict(recipe.training),
            "preference": asdict(recipe.preference),
        },
        "steps": steps,
        "seconds": round(seconds),
        "device": device,
        "figures": {
            "held_out_loss_before": round(measured[0][1], 4) if measured else None,
            "held_out_loss": round(best[1], 4) if best else None,
            "best_step": best[0] if best else None,
            "passed_before_rounds": [round(one, 3) for one in passed],
        },
        "limits": _limits(lessons),
    }


def _limits(lessons: Sequence[Sequence[Lesson]]) -> str:
    most = max((len(facts_of(one.sheet)) for known in lessons for one in known), default=0)
    return (
        f"It writes in the language of its lessons, was taught on sheets of up to {most} facts, and knows "
        "nothing but what a sheet says; it still leaves out or bends a fact at times, so every text is to "
        "be held against its sheet before anyone reads it."
    )


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Writes ``card.json`` and ``README.md`` into the folder."""
    text = json.dumps(card, indent=1, ensure_ascii=False)
    (folder / "card.json").write_text(text + "\n", encoding="utf-8")
    (folder / "README.md").write_text(as_page(card), encoding="utf-8")


def as_page(card: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    data = "\n".join(
        f"| {one['source']} | {one['licence']} | {one['lessons']} | {one['held_out']} |"
        for one in card["data"]
    )
    training, lora, figures = card["settings"]["training"], card["settings"]["lora"], card["figures"]
    preferred = _preferred(card)
    return f"""# {card["name"]}

A LoRA adapter for {card["base"]} that turns a sheet of facts about music into a short text. Licence:
{card["licence"]}. File `{card["file"]}`, sha256 `{card["sha256"]}`.

| learned from | licence | lessons | held out |
|---|---|---|---|
{data}

LoRA of rank {lora["rank"]} (alpha {lora["alpha"]:g}), {training["epochs"]:g} epochs of batches of
{training["batch"]}, learning rate {training["learning_rate"]:g}, seed {card["settings"]["seed"]}:
{card["steps"]} steps; all together took {card["seconds"] / 60:.0f} minutes on {card["device"]}.
Loss on held-out lessons {figures["held_out_loss_before"]} before, {figures["held_out_loss"]}
after (step {figures["best_step"]}).{preferred} Prompt version {card["prompt_version"]}.

{card["limits"]}
"""


def _preferred(card: Mapping[str, Any]) -> str:
    settings, passed = card["settings"]["preference"], card["figures"]["passed_before_rounds"]
    if not passed:
        return ""
    shares = ", then ".join(f"{share:.0%}" for share in passed)
    return (
        f"\nThen {len(passed)} rounds of preference, each from {settings['tries']} texts (temperature "
        f"{settings['temperature']:g}) on each of\nup to {settings['sheets']} sheets, those without "
        "fault (every fact told, nothing else, not clumsily)\nand most like people's against others: "
        f"{shares} of them were without fault as the rounds began."
    )
