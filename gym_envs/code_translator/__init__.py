"""Documents from one format into another, checked by parsing, and words from one language into another by the house's glossary."""

from trajgym.gym_envs.code_translator.world import WORLD

__all__ = ["WORLD"]
