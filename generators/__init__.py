"""Teachers, rollouts, and the branching into pairs."""

from trajgym.generators.engine import GenerateReport, generate

__all__ = ["GenerateReport", "generate"]
