"""An episode as bytes. A plan never changes once it is made, so it is written once for each episode and read once for each
process, however many snapshots are taken of it; frames belong to the world and are named only."""

from __future__ import annotations

import copyreg
import io
import pickle
from functools import lru_cache
from typing import Any

from trajgym.gym_envs.plan import Plan
from trajgym.trajectory import Frame


def save(parts: Any) -> bytes:
    """`parts` as bytes, for `load`."""
    out = io.BytesIO()
    pickler = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump(parts)
    return out.getvalue()


def load(snapshot: bytes) -> Any:
    """What was saved; of frames only the agent's name."""
    return pickle.loads(snapshot)


def _plan(plan: Plan) -> tuple[Any, tuple[Any, ...]]:
    if not plan.saved:
        plan.saved = pickle.dumps(plan, pickle.HIGHEST_PROTOCOL)
    return _plan_in, (plan.saved,)


@lru_cache(maxsize=512)
def _plan_in(saved: bytes) -> Plan:
    plan: Plan = pickle.loads(saved)
    plan.saved = saved
    return plan


def _frame(frame: Frame) -> tuple[Any, tuple[Any, ...]]:
    return Frame, (frame.agent, "", [])


_TABLE = copyreg.dispatch_table.copy()
_TABLE[Plan] = _plan
_TABLE[Frame] = _frame
