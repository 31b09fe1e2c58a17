"""The fronts: the command line, the page and the JSON behind it, playlists, the demo."""
