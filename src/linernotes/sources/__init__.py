"""Where music comes from: a folder of audio files, or a table. Values out: SourceItem and Failure."""

from linernotes.sources.files import AUDIO_EXTENSIONS, FoundFile, Scan, is_beneath, scan_folder
from linernotes.sources.places import fs_path, storable_path
from linernotes.sources.records import KEY_AS_TITLE
from linernotes.sources.signature import content_signature
from linernotes.sources.tables import Table, read_table
from linernotes.sources.tags import read_file

__all__ = [
    "AUDIO_EXTENSIONS",
    "KEY_AS_TITLE",
    "FoundFile",
    "Scan",
    "Table",
    "content_signature",
    "fs_path",
    "is_beneath",
    "read_file",
    "read_table",
    "scan_folder",
    "storable_path",
]
