"""Fakes that speak the real protocols, for tests, benchmarks and trying things without a key."""
