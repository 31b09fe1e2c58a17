"""Texts about music in one shape: lessons, each a sheet of facts and what a good writer makes of it."""

from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.notes import read_notes

__all__ = ["Lesson", "read_notes"]
