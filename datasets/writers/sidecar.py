"""What is known about a row beside the row: line n of ``train.meta.jsonl`` describes row n of ``train.jsonl``.

Ids, recipes, rewards and proofs stay out of the data files, whose consumers refuse keys they do not know.
"""

from __future__ import annotations

from typing import Any

from trajgym.trajectory import Pair, Trajectory
from trajgym.verdict import MISTAKES


def meta_name(data_file: str) -> str:
    """The name of the sidecar of `data_file`."""
    return f"{data_file.removesuffix('.jsonl')}.meta.jsonl"


def trajectory_meta(trajectory: Trajectory) -> dict[str, Any]:
    """What every row of `trajectory` shares: where it comes from, what it scored, and how it was proved."""
    outcome = trajectory.outcome.to_json()
    return {
        "trajectory": trajectory.id,
        "task_id": trajectory.task.id,
        "task": trajectory.task.recipe(),
        "sample": trajectory.sample,
        "teacher": trajectory.teacher,
        "reward": outcome["reward"],
        "gates": outcome["gates"],
        "ending": outcome["ending"],
        "proof": trajectory.proof,
        "digest": trajectory.digest,
    }


def pair_meta(pair: Pair, meta: dict[str, Any]) -> dict[str, Any]:
    """`meta`, the `trajectory_meta` of the pair's trajectory, and what makes the rejected side wrong."""
    return {
        "pair": pair.id,
        **meta,
        "code": pair.code,
        "mistake": MISTAKES.get(pair.code, ""),
        "evidence": pair.evidence,
        "chosen_from": pair.chosen_from,
        "rejected_from": pair.rejected_from,
    }
