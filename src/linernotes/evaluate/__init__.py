"""Measures what Linernotes does on public data, beside its baselines: metrics, suites, reports."""
