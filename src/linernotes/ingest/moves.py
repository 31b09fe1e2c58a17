"""Which files of a scan are known recordings under other names: a track's identity follows its sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from linernotes.store import KnownFile
from linernotes.types import SourceItem


class Moves:
    """The moves of one scan.

    A recording has moved when its sound stands where it did not stand before, and no longer stands where
    it did: that file is gone, cannot be read any more, or holds another sound now. Two files that were
    swapped, or a chain of renamed ones, can only be told apart when all changed files have been read; the
    few that this concerns wait until then.
    """

    def __init__(
        self, known: Mapping[str, KnownFile], gone: dict[str, KnownFile], changed: Collection[str]
    ) -> None:
        """``changed`` are the keys that are being read; ``gone`` loses what turns up elsewhere."""
        self._known = known
        self._gone = gone
        self._unsettled = {known[key].signature for key in changed if key in known}
        self._vacant: defaultdict[str, list[str]] = defaultdict(list)
        self._waiting: list[SourceItem] = []
        self._lost: set[str] = set()
        for key in sorted(gone):
            self._vacate(key)

    def settled(self, items: Iterable[SourceItem]) -> list[SourceItem]:
        """Those that can be brought at once; the others wait until all files have been read."""
        settled = []
        for item in items:
            if self._must_wait(item):
                self._waiting.append(item)
            else:
                settled.append(item)
        return settled

    def lose(self, keys: Iterable[str]) -> None:
        """Says that these keys no longer hold a recording."""
        self._lost.update(key for key in keys if key in self._known)

    def take(self, items: Iterable[SourceItem]) -> dict[str, int]:
        """The tracks whose sound stands under a new key, by that key; each is given once."""
        moved: dict[str, int] = {}
        for item in items:
            places = self._vacant.get(item.signature or "") if self._is_elsewhere(item) else None
            if places:
                old_key = places.pop(0)
                self._gone.pop(old_key, None)
                self._lost.discard(old_key)
                moved[item.key] = self._known[old_key].track_id
        return moved

    def waiting(self) -> tuple[list[SourceItem], dict[str, int]]:
        """What has waited, and the moves in it; those that moved come first, to free their places."""
        items = sorted(self._waiting, key=lambda item: item.key)
        for key in sorted({*self._lost, *(item.key for item in items if item.key in self._known)}):
            self._vacate(key)
        moved = self.take(items)
        return sorted(items, key=lambda item: item.key not in moved), moved

    def lost(self) -> list[str]:
        """The known keys that no longer hold a recording, and whose recording did not turn up elsewhere."""
        return sorted(self._lost)

    def _must_wait(self, item: SourceItem) -> bool:
        if item.key in self._known:
            return self._is_elsewhere(item)
        return item.signature in self._unsettled and not self._vacant.get(item.signature or "")

    def _is_elsewhere(self, item: SourceItem) -> bool:
        """Whether this sound is not the one that is known of this key."""
        return item.key not in self._known or self._known[item.key].signature != item.signature

    def _vacate(self, key: str) -> None:
        signature = self._known[key].signature
        if signature:
            self._vacant[signature].append(key)
