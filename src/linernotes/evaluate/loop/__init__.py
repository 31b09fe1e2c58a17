"""The suite ``loop``: months of history replayed, with models that learn and models that do not."""
