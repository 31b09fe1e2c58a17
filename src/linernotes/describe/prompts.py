"""What the models are asked: with instructions for one that was never taught, bare facts for one that was."""

from __future__ import annotations

from linernotes.describe.plain import plain_text
from linernotes.describe.plan import Plan, draw_plan
from linernotes.llm import Prompt
from linernotes.types import Sheet

PROMPT_VERSION = "notes-7"
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


def bare_prompt(sheet: Sheet, plan: Plan | None = None, *, seed: int = 0) -> Prompt:
    """The bare facts in the order of the plan, for a tuned model to continue; without a plan a drawn one.

    No instruction to read costs no time to read. The writer's lessons (``learn``) are made with this same
    function, so that both look alike.
    """
    plan = plan or draw_plan(sheet, seed)
    lines = [f"{fact.label}: {', '.join(fact.values)}" for fact in plan.facts]
    head = " ".join([sheet.kind, *plan.names])
    return Prompt(user="\n".join([head, *lines, END_OF_FACTS, ""]), completion=True)
