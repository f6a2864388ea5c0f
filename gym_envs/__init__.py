"""Worlds, episodes, verdicts and mistakes, the simulated user."""
