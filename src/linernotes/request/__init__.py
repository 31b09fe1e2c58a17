"""Words to Request: names linked to the catalogue, wishes, exclusions, limits and context, by rules alone."""

from linernotes.request.gazetteer import Gazetteer
from linernotes.request.reading import MAX_REQUEST_CHARS, parse

__all__ = ["MAX_REQUEST_CHARS", "Gazetteer", "parse"]
