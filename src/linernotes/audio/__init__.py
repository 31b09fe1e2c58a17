"""Listening to a recording: decode, measure, tag. Track file in, AudioFeatures out.

Work on unknown files belongs in a child process with limits (``linernotes.compute``): decoders crash.
"""

from linernotes.audio.analyse import ANALYSER_VERSION, analyse_file
from linernotes.audio.tagger import TYPICAL_S, TaggerPaths
from linernotes.compute import Limits

__all__ = ["ANALYSER_VERSION", "LIMITS", "TYPICAL_S", "TaggerPaths", "analyse_file"]

# Twelve minutes take 0.8 GB of memory (1 GB of address space) and about 5 CPU seconds.
LIMITS = Limits(memory_bytes=4 << 30, cpu_s=120, wall_s=240)
