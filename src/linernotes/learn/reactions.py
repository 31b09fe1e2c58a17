"""News that are reactions to answers: what the ranker and the meanings of words learn from."""

from __future__ import annotations

from linernotes.learn.learner import News
from linernotes.store import Store


def new_reactions(store: Store, mark: str | None) -> News | None:
    """Events since the mark; an undo is one, and what was forgotten changes the mark, too."""
    last, count = store.listeners.latest(), store.listeners.count_all()
    now = f"{last}:{count}"
    if not count or now == mark:
        return None
    before = int(mark.partition(":")[0]) if mark else 0
    return News(count=max(last - before, 0), what="reactions", mark=now)
