"""Suites in which a request is to find songs: the tasks, the baselines, our own search, the figures."""
