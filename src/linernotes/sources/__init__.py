"""Where music comes from: a folder of audio files, or a table; and listens to it elsewhere.

Values out: SourceItem, Listen and Failure.
"""

from linernotes.sources.covers import Cover, read_cover
from linernotes.sources.files import AUDIO_EXTENSIONS, FoundFile, Scan, is_beneath, scan_folder
from linernotes.sources.histories import read_history
from linernotes.sources.places import fs_path, storable_path
from linernotes.sources.records import KEY_AS_TITLE
from linernotes.sources.signature import content_signature
from linernotes.sources.tables import Table, read_table
from linernotes.sources.tags import read_file
from linernotes.sources.values import split_artists

__all__ = [
    "AUDIO_EXTENSIONS",
    "KEY_AS_TITLE",
    "Cover",
    "FoundFile",
    "Scan",
    "Table",
    "content_signature",
    "fs_path",
    "is_beneath",
    "read_cover",
    "read_file",
    "read_history",
    "read_table",
    "scan_folder",
    "split_artists",
    "storable_path",
]
