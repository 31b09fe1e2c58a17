"""Words to Request: names linked to the catalogue, wishes, exclusions, limits and context, by rules alone."""

from linernotes.request.gazetteer import Gazetteer
from linernotes.request.qualities import DEGREE_FILLERS, DEGREES
from linernotes.request.reading import MAX_REQUEST_CHARS, parse

__all__ = ["DEGREES", "DEGREE_FILLERS", "MAX_REQUEST_CHARS", "Gazetteer", "parse"]
