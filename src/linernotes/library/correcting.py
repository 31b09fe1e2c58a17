"""Corrections: what a listener says against the note or the facts of a song, and what follows from it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from linernotes.describe import (
    PROMPT_VERSION,
    HeldFact,
    check_note,
    claims_too_much,
    facts_behind,
    fill,
    plain_note,
    sentences_of,
    unfill,
    untrue_claims,
)
from linernotes.errors import InputError, NotFoundError
from linernotes.facts import GivenFacts, check_agreement, facts_given, sheet_hash, sheet_of
from linernotes.library.pages import SongPage, read_song
from linernotes.store import NewCorrection, Store, Verdict, source_of
from linernotes.store.listeners import checked_name
from linernotes.types import DENIAL, Description, Fact, FactSheet, Track
from linernotes.words import fold

LONGEST_TEXT: Final = 2_000
"""Characters of a note; the check allows 120 words."""
NOBODY: Final = "forgotten"
"""Whose facts those of forgotten listeners are; nobody else corrects under this name."""
_UNITS: Final = {"tempo_bpm": "bpm", "loudness_lufs": "LUFS", "duration_s": "s"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a listener wants changed. ``wrong`` is a sentence, or what it says; ``facts`` are "tempo=92"."""

    wrong: str | None = None
    facts: tuple[str, ...] = ()
    text: str | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a correction changed: facts given and denied, sentences that went, and the page after it."""

    listener: str
    facts: tuple[Fact, ...]
    removed: tuple[str, ...]
    page: SongPage
    messages: tuple[str, ...] = ()


def correct(store: Store, track: Track, listener: str, change: Change) -> Corrected:
    """Keeps the change and what follows from it; the song's page shows it at once.

    Raises InputError, and changes nothing, where nothing is asked for, what is found wrong is said nowhere,
    a fact is none, or the new text says what the facts do not hold.
    """
    listener = _name(listener)
    if change == Change():
        raise InputError(
            "nothing to correct: say what is wrong, give a fact, write a text, or judge the note"
        )
    seen = _Seen.of(store, track)
    given = facts_given(change.facts, source_of(listener))
    wrong = None if change.wrong is None else _typed(change.wrong, "what is wrong")
    denied = () if wrong is None else _meant(seen.behind(wrong), given.facts)
    facts = (*_denials(denied, source_of(listener)), *given.facts)
    check_agreement(facts)
    after = sheet_of([*seen.facts, *facts])
    text = None if change.text is None else _checked(change.text, track, after, given)
    gone = () if wrong is None else seen.sentences_with(wrong, denied)
    if wrong is not None and not (gone or denied):
        raise InputError(f"the note says nothing like {wrong[:80]!r}: {seen.shown()}")
    if wrong is not None and seen.note is None and not facts and text is None:
        raise InputError(f"{wrong[:80]!r} names no fact: give the right one, or write a better text")
    note = _own_note(track, listener, text, after) if text else seen.left(gone, after, given.facts)
    store.corrections.keep(
        NewCorrection(
            listener=listener,
            track_id=track.id,
            note=seen.template,
            facts=facts,
            wrong=None if wrong is None else unfill(wrong, track),
            text=text,
            verdict=change.verdict,
            new_note=None if note is seen.note else note,
            withdraws_note=note is None and seen.note is not None,
        )
    )
    return Corrected(
        listener=listener,
        facts=facts,
        removed=tuple(seen.shown(sentence) for sentence in gone),
        page=_page(store, track),
        messages=(*given.messages, *_already(facts, seen.sheet, after)),
    )


def undo(store: Store, track: Track, listener: str) -> Corrected:
    """Takes the latest correction of this listener on this song back. Raises InputError without one."""
    undone = store.corrections.undo(listener, track.id)
    if undone is None:
        raise NotFoundError(f"{listener} has corrected nothing on {track.title!r}")
    return Corrected(listener=undone.listener, facts=undone.facts, removed=(), page=_page(store, track))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A song as the listener sees it: its facts, and its note, or the plain one that stands in for it."""

    track: Track
    facts: tuple[Fact, ...]
    sheet: FactSheet
    note: Description | None
    template: str

    @classmethod
    def of(cls, store: Store, track: Track) -> _Seen:
        facts = store.catalogue.facts([track.id])[track.id]
        note = store.notes.current("song", [track.id]).get(track.id)
        sheet = sheet_of(facts)
        template = plain_note(sheet) if note is None else note.template
        return cls(track=track, facts=facts, sheet=sheet, note=note, template=template)

    def shown(self, template: str | None = None) -> str:
        """A text with the song's names."""
        track = self.track
        told = self.template if template is None else template
        return fill(told, title=track.title, artists=track.artists, album=track.album)

    def behind(self, wrong: str) -> tuple[HeldFact, ...]:
        return facts_behind(unfill(wrong, self.track), self.sheet)

    def sentences_with(self, wrong: str, denied: Sequence[HeldFact]) -> tuple[str, ...]:
        """The sentences that hold what is wrong; where none says it so, those that rest on the same facts."""
        sentences = sentences_of(self.template, self.sheet)
        quoted = tuple(one for one in sentences if _overlaps(wrong, self.shown(one)))
        return quoted or tuple(one for one in sentences if set(denied) & set(facts_behind(one, self.sheet)))

    def left(self, gone: Sequence[str], after: FactSheet, given: Sequence[Fact]) -> Description | None:
        """The note without the sentences that went or no longer hold; None where a plain one serves better.

        So it does where a fact was given, which the plain note tells at once, and where too little is left.
        """
        if self.note is None or (not gone and after == self.sheet):
            return self.note
        is_own = self.note.model.startswith(source_of(""))
        positive = [fact for fact in given if not fact.name.startswith(DENIAL)]
        if not gone and (is_own or not positive) and not untrue_claims(self.template, after):
            return self.note
        if positive:
            return None
        kept = [
            one
            for one in sentences_of(self.template, self.sheet)
            if one not in gone and not untrue_claims(one, after)
        ]
        text = " ".join(kept)
        lost_title = "{title}" in self.template and "{title}" not in text
        if not text or lost_title or check_note(text, after):
            return None
        return replace(self.note, template=text)


def _own_note(track: Track, listener: str, text: str, sheet: FactSheet) -> Description:
    return Description(
        kind="song",
        subject_id=track.id,
        template=text,
        status="written",
        model=source_of(listener),
        adapter=None,
        prompt_version=PROMPT_VERSION,
        facts_hash=sheet_hash(sheet),
    )


def _checked(typed: str, track: Track, sheet: FactSheet, given: GivenFacts) -> str:
    """The listener's text as a template. Raises InputError with all that the facts do not hold."""
    text = unfill(_typed(typed, "the text"), track)
    problems = claims_too_much(text, sheet)
    if problems:
        cure = "" if given.facts else "; what is true and not known yet, give as a fact, such as tempo=92"
        raise InputError(f"the text {'; it '.join(problems)}{cure}")
    return text


def _meant(behind: Sequence[HeldFact], given: Sequence[Fact]) -> tuple[HeldFact, ...]:
    """What is wrong of the facts behind a text: those of the kinds that are given anew, else all."""
    names = {fact.name for fact in given}
    same = {(fact.name, fact.value) for fact in given}
    meant = [one for one in behind if one.name in names] or behind
    return tuple(one for one in meant if (one.name, one.value) not in same)


def _denials(denied: Iterable[HeldFact], source: str) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            name=DENIAL + one.name, value=one.value, unit=_UNITS.get(one.name), source=source, confidence=1.0
        )
        for one in denied
    )


def _already(facts: Sequence[Fact], before: FactSheet, after: FactSheet) -> tuple[str, ...]:
    return ("the facts said so already",) if facts and before == after else ()


def _page(store: Store, track: Track) -> SongPage:
    return read_song(store, store.catalogue.tracks([track.id])[track.id])


def _name(listener: str) -> str:
    name = checked_name(listener)
    if name == NOBODY:
        raise InputError(f"{NOBODY!r} stands for listeners who were forgotten: take another name")
    return name


def _typed(text: str, what: str) -> str:
    """The text on one line, without marks that command or turn the direction of writing."""
    if len(text) > LONGEST_TEXT:
        raise InputError(f"{what} has {len(text):,} characters: {LONGEST_TEXT:,} are the most")
    blanks = " ".join(text.split())
    clean = "".join(one for one in blanks if unicodedata.category(one) not in ("Cc", "Cf", "Cs"))
    if not fold(clean):
        raise InputError(f"{what} is empty")
    return clean


def _overlaps(wrong: str, sentence: str) -> bool:
    """Whether one of them holds all words of the other, in their order."""
    one, other = f" {fold(wrong)} ", f" {fold(sentence)} "
    return one in other or (bool(other.strip()) and other in one)
