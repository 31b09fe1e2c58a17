"""The calls by which simulated listeners use an open library: the one place that knows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from linernotes.evaluate.simulated.reactions import Reaction
from linernotes.library import Library
from linernotes.types import Answer, Context, EventKind

FOR_ME: Final = "songs for me"
"""A request that says nothing: it is answered from the listener's profile alone."""
_COLUMNS: Final[Mapping[str, str]] = {"tempo_bpm": "tempo"}
"""Facts of a library whose columns bear another name in the table of songs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as rows of the table of songs, best first."""

    rows: tuple[int, ...]
    answer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWord:
    """What the library says a listener means by a word: how far from most, in standard deviations."""

    word: str
    column: str
    shift: float


class Asking(Protocol):
    """What a listener can do with a library; songs are rows of the table of songs."""

    def ask(
        self,
        listener: str,
        text: str,
        n: int,
        *,
        activity: str | None = None,
        without: Collection[int] = (),
    ) -> Reply:
        """The first ``n`` songs of the answer, those in ``without`` passed over."""

    def tell(
        self,
        listener: str,
        row: int,
        kind: EventKind,
        *,
        reason: str | None = None,
        reply: Reply | None = None,
    ) -> None:
        """What a listener did with a song, and why."""

    def react(self, listener: str, reactions: Iterable[Reaction], reply: Reply) -> None:
        """What a listener did with the songs of an answer."""

    def like_at(self, listener: str, moments: Mapping[int, datetime]) -> None:
        """Songs that a listener liked at earlier moments."""

    def say(self, listener: str, text: str) -> None:
        """What a listener says of their taste."""

    def own_words(self, listener: str) -> Sequence[OwnWord]:
        """What the library has learned of a listener's words."""


class LibraryAsking:
    """Asks an open library, as a listener would who uses it as it comes."""

    def __init__(self, library: Library, row_by_track: Mapping[int, int]) -> None:
        self._library = library
        self._row_by_track = row_by_track
        self._track_by_row = {row: track_id for track_id, row in row_by_track.items()}

    def ask(
        self,
        listener: str,
        text: str,
        n: int,
        *,
        activity: str | None = None,
        without: Collection[int] = (),
    ) -> Reply:
        """See Asking."""
        answer = self._library.ask(
            text, n=n + len(without), listener=listener, context=Context(activity=activity)
        )
        rows = [row for row in self._rows(answer) if row not in without]
        return Reply(rows=tuple(rows[:n]), answer_id=answer.id)

    def tell(
        self,
        listener: str,
        row: int,
        kind: EventKind,
        *,
        reason: str | None = None,
        reply: Reply | None = None,
    ) -> None:
        """See Asking."""
        self._library.feedback(
            listener,
            self._track_by_row[row],
            kind,
            reason=reason,
            answer_id=reply.answer_id if reply else None,
        )

    def react(self, listener: str, reactions: Iterable[Reaction], reply: Reply) -> None:
        """See Asking."""
        for one in reactions:
            self._library.feedback(
                listener,
                self._track_by_row[one.row],
                one.kind,
                value=one.value,
                answer_id=reply.answer_id,
            )

    def like_at(self, listener: str, moments: Mapping[int, datetime]) -> None:
        """See Asking."""
        for row, moment in moments.items():
            self._library.feedback(listener, self._track_by_row[row], "like", at=moment)

    def say(self, listener: str, text: str) -> None:
        """See Asking."""
        self._library.say(listener, text)

    def own_words(self, listener: str) -> Sequence[OwnWord]:
        """See Asking."""
        words = self._library.profile(listener).words
        return [
            OwnWord(word=one.word, column=_COLUMNS.get(one.field, one.field), shift=one.shift)
            for one in words
        ]

    def _rows(self, answer: Answer) -> list[int]:
        found = (self._row_by_track.get(pick.track.id) for pick in answer.picks)
        return [row for row in found if row is not None]
