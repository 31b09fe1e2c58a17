"""``python -m linernotes``: the command line."""

from linernotes.serve.cli import main

main()
