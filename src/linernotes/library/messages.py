"""What has to be said about an answer: how the request was read, and what could not be held."""

from __future__ import annotations

from linernotes.index import Index
from linernotes.rank import arc_of
from linernotes.request import MAX_REQUEST_CHARS
from linernotes.retrieve import is_understood, own_exclusions, unkept
from linernotes.types import Request
from linernotes.words import fold


def messages_on(
    request: Request, index: Index, *, embedder_missing: str, from_tastes: bool = False
) -> tuple[str, ...]:
    """One sentence each; ``embedder_missing`` says why requests are searched without their meaning.

    With ``from_tastes`` the answer was made from what is known of the listener.
    """
    found: list[str] = []
    if len(request.text) >= MAX_REQUEST_CHARS:
        found.append(f"only the first {MAX_REQUEST_CHARS} characters of the request were read")
    found += [f"“{seed.text}” was read as {seed.name}" for seed in request.seeds if seed.similarity < 1.0]
    found += [
        f"“{avoid.text}” was read as {avoid.name} and left out"
        for avoid in request.avoids
        if avoid.family == "artist" and fold(avoid.text) != fold(avoid.name)
    ]
    for name in request.unknown_names:
        hint = f"; did you mean {', '.join(request.suggestions)}?" if request.suggestions else ""
        found.append(f"“{name}” is not in this library{hint}")
    unread = [text for text in request.unread_avoids if not any(own_exclusions(text, index.values))]
    unheld = (*unkept(request), *unread)
    found += [f"no fact tells “{text}”: this could not be held" for text in unheld]
    if request.order and arc_of(request.order) is None:
        found.append(f"“{request.order}” was understood, but songs cannot be put into such an order")
    if not is_understood(request) and not from_tastes:
        found.append("no genre, mood, name or limit was recognised; these are the closest texts")
    if embedder_missing:
        found.append(f"searched without meaning: {embedder_missing}")
    if not len(index.ids()):
        found.append("the library is empty: add a folder with `linernotes add ~/Music`")
    return tuple(found)
