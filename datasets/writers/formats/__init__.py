"""One file for each format; see `trajgym.writers.registry`."""
