"""The worlds that tests of the shared machinery go through.

``make test-worlds`` sets ``ALL_WORLDS`` and goes through all of them; ``make test`` through one of each kind: SQLite, JSON mode, a
user with tools, a swarm, a server, a shell, a catalogue of wishes. The validation matrix plays every world in both.
"""

from __future__ import annotations

import os

from trajgym.gym_envs import registry

KINDS = (
    "dual_control_support",
    "extract_api",
    "http_api",
    "pharma_swarm",
    "retail_desk",
    "shell_fs",
    "tool_picker",
    "travel_planner",
)
ALL = bool(os.environ.get("ALL_WORLDS"))
NAMES = registry.names() if ALL else list(KINDS)
FEW = NAMES if ALL else ["dual_control_support", "tool_picker"]
"""For what takes long."""
