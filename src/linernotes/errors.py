"""The errors that Linernotes raises on purpose.

Each message says what was wrong, with the value, and the likely cure. Only ``serve`` turns them into
exit codes and HTTP statuses.
"""


class LinernotesError(Exception):
    """Something the user can understand and mend; the base of all our errors."""


class InputError(LinernotesError):
    """What was handed in (a request, an option, a table, a folder) cannot be used as it is."""


class NotFoundError(InputError):
    """What was asked for by its name or number is not here."""


class AudioError(LinernotesError):
    """One recording cannot be read or measured; the others can."""


class UndecodableError(AudioError):
    """There is no sound in one recording that anything could decode; trying again cannot help."""


class ModelError(LinernotesError):
    """A model artefact is missing, does not match its checksum, or cannot be loaded."""


class GenerationError(LinernotesError):
    """The language model did not answer, or answered with nonsense."""


class StoreError(LinernotesError):
    """The catalogue cannot be opened, or belongs to another version."""


class IsolationError(LinernotesError):
    """A child process died, hung or outgrew its limits while it worked on one item."""
