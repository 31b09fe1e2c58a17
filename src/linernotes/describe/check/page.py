"""The prose on which the readers of numbers tick off what they have read."""

from __future__ import annotations

from dataclasses import dataclass, field

from linernotes.describe.check.reading import Reading, Span


@dataclass(slots=True)
class Page:
    """The prose with the places already read, so that no number is read twice."""

    reading: Reading
    prose: str
    taken: list[Span] = field(default_factory=list)

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing between ``start`` and ``end`` was read yet."""
        return all(end <= span.start or start >= span.end for span in self.taken)

    def take(self, start: int, end: int) -> None:
        """Marks the place as read."""
        self.taken.append(Span(start=start, end=end))


def page_of(reading: Reading) -> Page:
    """A fresh page; the values of the sheet ("808 bass") count as read."""
    return Page(reading=reading, prose=reading.prose, taken=list(reading.values))
