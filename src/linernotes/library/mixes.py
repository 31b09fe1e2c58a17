"""Saved mixes: a request that can be asked again, and is where music or feedback came since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from linernotes.errors import InputError
from linernotes.library.options import AskOptions
from linernotes.library.plain import plain
from linernotes.store import Store, StoredMix
from linernotes.types import Answer, Context

LONGEST_NAME: Final = 200
Ask = Callable[[str, AskOptions], Answer]
Given = Callable[[int], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """A request under a name. ``fresh`` ones are asked anew when they are opened after something changed."""

    id: int
    name: str
    request: str
    options: AskOptions
    fresh: bool
    created_at: datetime
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMix:
    """A mix with its answer; ``renewed`` where that was asked for just now."""

    mix: Mix
    answer: Answer
    renewed: bool


class Mixes:
    """The saved mixes of a library, over the store and two ways to an answer: asking, and looking it up."""

    def __init__(self, store: Store, ask: Ask, given: Given) -> None:
        self._store = store
        self._ask = ask
        self._given = given

    def save(self, answer_id: int, options: AskOptions, *, name: str = "", fresh: bool = False) -> Mix:
        """Keeps what was asked for an answer, and how, under a name: its words unless another is given.

        Raises InputError for an unknown answer, or a name that is too long.
        """
        answer = self._store.answers.load(answer_id)
        listener = options.listener or "me"
        self._store.listeners.ensure(listener)
        options = replace(options, listener=listener, after=answer.parent_id)
        request = str(answer.request["text"])
        called = " ".join(name.split()) or request[:LONGEST_NAME]
        if len(called) > LONGEST_NAME:
            raise InputError(f"this name has {len(called)} characters: at most {LONGEST_NAME} are taken")
        mix_id = self._store.mixes.save(
            listener,
            name=called,
            request=request,
            options=plain(options),
            fresh=fresh,
            answer_id=answer_id,
            state=self._state(options),
        )
        return self.load(mix_id)

    def load(self, mix_id: int) -> Mix:
        """The mix with this id, as it is. Raises InputError when there is none."""
        return _mix(self._store.mixes.load(mix_id))

    def of(self, listener: str) -> tuple[Mix, ...]:
        """The mixes of a listener, the latest first."""
        return tuple(map(_mix, self._store.mixes.of(listener)))

    def open(self, mix_id: int) -> OpenedMix:
        """The mix with its answer; a fresh one is asked anew where songs or feedback came or went since.

        So is one whose answer is gone. Raises InputError for an unknown mix.
        """
        stored = self._store.mixes.load(mix_id)
        mix = _mix(stored)
        state = self._state(mix.options)
        if stored.answer_id is not None and not (mix.fresh and stored.state != state):
            return OpenedMix(mix=mix, answer=self._given(stored.answer_id), renewed=False)
        answer = self._ask(mix.request, mix.options)
        self._store.mixes.renew(mix_id, answer.id, state)
        return OpenedMix(mix=self.load(mix_id), answer=answer, renewed=True)

    def keep_fresh(self, mix_id: int, fresh: bool) -> None:
        """Says whether the mix is asked anew from now on. Raises InputError for an unknown one."""
        self._store.mixes.keep_fresh(mix_id, fresh)

    def delete(self, mix_id: int) -> None:
        """Takes the mix out. Raises InputError for an unknown one."""
        self._store.mixes.delete(mix_id)

    def _state(self, options: AskOptions) -> str:
        """What the answer rests on: the songs, and what those who listen did and said so far."""
        people = (self._store.listeners.state(name) for name in options.listeners)
        return "; ".join((self._store.mixes.music(), *(f"{who} at {revision}" for who, revision in people)))


def _mix(stored: StoredMix) -> Mix:
    return Mix(
        id=stored.id,
        name=stored.name,
        request=stored.request,
        options=_options(stored.options, stored.listener),
        fresh=stored.fresh,
        created_at=stored.created_at,
        asked_at=stored.asked_at,
    )


def _options(kept: Mapping[str, Any], listener: str) -> AskOptions:
    """The options as they were kept; what later versions added to them is as ever."""
    known = {one.name: kept[one.name] for one in fields(AskOptions) if one.name in kept}
    return AskOptions(
        **{
            **known,
            "listener": listener,
            "company": tuple(known.get("company", ())),
            "context": Context(**known.get("context", {})),
        }
    )
