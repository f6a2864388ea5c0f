"""An episode as bytes. A plan never changes once it is made, so it is written once for each episode and read at most once for
each process, however many snapshots are taken of it; frames belong to the world and are named only."""

from __future__ import annotations

import copyreg
import io
import pickle
from collections import OrderedDict
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


_PLANS: OrderedDict[bytes, Plan] = OrderedDict()
"""Those saved or loaded last in this process, by what they are as bytes."""
_KNOWN = 512


def _plan(plan: Plan) -> tuple[Any, tuple[Any, ...]]:
    if not plan.saved:
        plan.saved = pickle.dumps(plan, pickle.HIGHEST_PROTOCOL)
        _know(plan)
    return _plan_in, (plan.saved,)


def _plan_in(saved: bytes) -> Plan:
    plan = _PLANS.get(saved)
    if plan is None:
        plan = pickle.loads(saved)
        plan.saved = saved
        _know(plan)
    return plan


def _know(plan: Plan) -> None:
    _PLANS[plan.saved] = plan
    if len(_PLANS) > _KNOWN:
        _PLANS.popitem(last=False)


def _frame(frame: Frame) -> tuple[Any, tuple[Any, ...]]:
    return Frame, (frame.agent, "", [])


_TABLE = copyreg.dispatch_table.copy()
_TABLE[Plan] = _plan
_TABLE[Frame] = _frame
