"""What the models are asked: with instructions for one that was never taught, bare facts for one that was."""

from __future__ import annotations

from collections.abc import Collection

from linernotes.describe.plain import plain_text
from linernotes.describe.plan import Plan, draw_plan
from linernotes.llm import Prompt
from linernotes.types import Sheet

PROMPT_VERSION = "notes-9"
"""Changes with every change of the prompts below; kept with each note."""

END_OF_FACTS = "###"

_SYSTEM = (
    "You're an AI assistant for text re-writing. Rewrite the input text so that it flows, keeping every "
    "fact, name and number and adding nothing."
)


def instructed_prompt(sheet: Sheet) -> Prompt:
    """A chat prompt for an untuned model: the facts as plain sentences, to be told better.

    A small instruct model was taught to rewrite and does that; asked to write from a list of facts, it
    invents. The text is data: whatever it says, it is only to be rewritten.
    """
    return Prompt(system=_SYSTEM, user=plain_text(sheet))


def bare_prompt(
    sheet: Sheet,
    plan: Plan | None = None,
    *,
    seed: int = 0,
    placeholders: Collection[str] | None = None,
) -> Prompt:
    """The bare facts of the plan, a line a sentence, for a tuned model to continue.

    Without a plan ``seed`` and ``placeholders`` draw one, see ``draw_plan``.

    No instruction to read costs no time to read. The writer's lessons (``learn``) are made with this same
    function, so that both look alike.
    """
    plan = plan or draw_plan(sheet, seed, placeholders)
    lines = [
        "; ".join(f"{fact.label}: {', '.join(fact.values)}" for fact in facts) for facts in plan.sentences
    ]
    head = " ".join([sheet.kind, *plan.names])
    return Prompt(user="\n".join([head, *lines, END_OF_FACTS, ""]), completion=True)
