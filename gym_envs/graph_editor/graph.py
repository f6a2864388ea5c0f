"""A workflow: nodes that do something to a number, edges that say where it goes next, and the interpreter that runs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trajgym.gym_envs.backend import Backend

START = "start"
OUTWARD = ("send_mail", "publish")
ACTIONS = ("start", "add", "multiply", "subtract", "confirm", *OUTWARD)
SPLIT = 100
"""An edge ``high`` is taken from this value on, an edge ``low`` below it."""


@dataclass(slots=True)
class Graph:
    """`nodes`: (action, amount) by name. `edges`: condition by (from, to); the condition is ``always``, ``low`` or ``high``."""

    nodes: dict[str, tuple[str, int]] = field(default_factory=dict)
    edges: dict[tuple[str, str], str] = field(default_factory=dict)

    def copy(self) -> Graph:
        return Graph(dict(self.nodes), dict(self.edges))

    def after(self, node: str) -> list[tuple[str, str]]:
        """(next node, condition), sorted."""
        return sorted((b, when) for (a, b), when in self.edges.items() if a == node)

    def before(self, node: str) -> list[str]:
        return sorted(a for a, b in self.edges if b == node)

    def reached(self) -> set[str]:
        found, front = {START}, [START]
        while front:
            for following, _ in self.after(front.pop()):
                if following not in found:
                    found.add(following)
                    front.append(following)
        return found

    def run(self, value: int) -> tuple[int, list[str]] | None:
        """The value at the end and the nodes passed; None when it goes round in a circle."""
        node, passed = START, [START]
        while True:
            action, amount = self.nodes[node]
            value = {"add": value + amount, "multiply": value * amount, "subtract": value - amount}.get(action, value)
            wanted = ("always", "high" if value >= SPLIT else "low")
            following = [b for b, when in self.after(node) if when in wanted]
            if not following:
                return value, passed
            node = following[0]
            if node in passed:
                return None
            passed.append(node)

    def problems(self) -> list[dict[str, str]]:
        """What `validate` finds: edges that close a circle, nodes that nothing leads to, outward actions without a confirm
        node right before them."""
        found = [{"problem": "circle", "from": a, "to": b} for a, b in self._closing()]
        reached = self.reached()
        found += [{"problem": "unreachable", "node": node} for node in sorted(self.nodes) if node not in reached]
        for node, (action, _) in sorted(self.nodes.items()):
            if action in OUTWARD and node in reached:
                found += [
                    {"problem": "unconfirmed", "node": node, "after": a}
                    for a in self.before(node) if self.nodes[a][0] != "confirm"
                ]  # fmt: skip
        return found

    def _closing(self) -> list[tuple[str, str]]:
        """The edges that lead back to a node on the way, depth first from the start."""
        found: list[tuple[str, str]] = []
        done: set[str] = set()

        def walk(node: str, way: tuple[str, ...]) -> None:
            for following, _ in self.after(node):
                if following in (*way, node):
                    found.append((node, following))
                elif following not in done:
                    walk(following, (*way, node))
            done.add(node)

        walk(START, ())
        return sorted(set(found))


def load(state: Backend, graph: str) -> Graph:
    """The workflow `graph` as it is now."""
    nodes = state.rows("SELECT node, action, amount FROM nodes WHERE graph = ? ORDER BY node", graph)
    edges = state.rows("SELECT source, target, condition FROM edges WHERE graph = ? ORDER BY id", graph)
    return Graph(
        {row["node"]: (row["action"], row["amount"]) for row in nodes},
        {(row["source"], row["target"]): row["condition"] for row in edges},
    )


def node_row(graph: str, node: str, action: str, amount: int) -> dict[str, Any]:
    return {"id": f"{graph}/{node}", "graph": graph, "node": node, "action": action, "amount": amount}


def edge_row(graph: str, source: str, target: str, condition: str) -> dict[str, Any]:
    return {
        "id": f"{graph}/{source}>{target}", "graph": graph, "source": source, "target": target, "condition": condition,
    }  # fmt: skip
