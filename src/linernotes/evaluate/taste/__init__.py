"""Whether a listener's artists are found again from what else is known of the listener."""
