"""A suite of simulated listeners: whether the library finds again what was planted in them."""
