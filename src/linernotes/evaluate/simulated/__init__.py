"""People made up: utility functions over the raw columns of a table of songs, and how such people react.

Nothing here knows how a listener is learned, how answers are ranked or what words mean to the library.
"""
