"""The editor's tools over its database."""

from __future__ import annotations

from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.graph_editor.graph import ACTIONS, START, Graph, edge_row, load, node_row
from trajgym.gym_envs.wishes import integer, one_of, schema, text
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE graphs (id TEXT PRIMARY KEY, title TEXT, status TEXT, remark TEXT);
CREATE TABLE nodes (id TEXT PRIMARY KEY, graph TEXT, node TEXT, action TEXT, amount INTEGER);
CREATE TABLE edges (id TEXT PRIMARY KEY, graph TEXT, source TEXT, target TEXT, condition TEXT);
CREATE INDEX nodes_graph ON nodes (graph);
CREATE INDEX edges_graph ON edges (graph);
"""


def _graph(state: Backend, args: dict[str, Any], write: bool = False) -> Row:
    row = state.get("graphs", args["graph"].lower())
    if row is None:
        raise ToolFailure("not_found", f"There is no workflow {args['graph']}.")
    if write and row["status"] == "frozen":
        raise ToolFailure("not_allowed", f"Workflow {row['id']} is frozen.")
    return row


def _node(state: Backend, graph: str, name: str) -> Row:
    row = state.get("nodes", f"{graph}/{name}")
    if row is None:
        raise ToolFailure("not_found", f"Workflow {graph} has no node {name}.")
    return row


def _get(state: Backend, args: dict[str, Any]) -> Any:
    row = _graph(state, args)
    graph = load(state, row["id"])
    found: dict[str, Any] = {
        "graph": row["id"],
        "title": row["title"],
        "status": row["status"],
        "nodes": [_shown(node, *graph.nodes[node]) for node in graph.nodes],
        "edges": [{"from": a, "to": b, "when": when} for (a, b), when in graph.edges.items()],
    }
    if row["remark"]:
        found["remark"] = row["remark"]
    return found


def _shown(node: str, action: str, amount: int) -> dict[str, Any]:
    return {"node": node, "action": action, **({"amount": amount} if action in ("add", "multiply", "subtract") else {})}


def _validate(state: Backend, args: dict[str, Any]) -> Any:
    row = _graph(state, args)
    return {"graph": row["id"], "problems": load(state, row["id"]).problems()}


def _simulate(state: Backend, args: dict[str, Any]) -> Any:
    row = _graph(state, args)
    outcome = load(state, row["id"]).run(args["input"])
    if outcome is None:
        raise ToolFailure("conflict", f"Workflow {row['id']} goes round in a circle.")
    return {"graph": row["id"], "input": args["input"], "result": outcome[0], "passed": outcome[1]}


def _add_node(state: Backend, args: dict[str, Any]) -> Any:
    graph = _graph(state, args, write=True)["id"]
    if state.get("nodes", f"{graph}/{args['node']}"):
        raise ToolFailure("conflict", f"Workflow {graph} has a node {args['node']} already.")
    state.insert("nodes", node_row(graph, args["node"], args["action"], args.get("amount", 0)))
    return {"graph": graph, "added": args["node"]}


def _update_node(state: Backend, args: dict[str, Any]) -> Any:
    graph = _graph(state, args, write=True)["id"]
    row = _node(state, graph, args["node"])
    state.update("nodes", row["id"], amount=args["amount"])
    return {"graph": graph, "node": args["node"], "amount": args["amount"]}


def _remove_node(state: Backend, args: dict[str, Any]) -> Any:
    graph = _graph(state, args, write=True)["id"]
    row = _node(state, graph, args["node"])
    if row["action"] in ("start", "confirm"):
        raise ToolFailure("not_allowed", f"A {row['action']} node is not removed.")
    for edge in state.rows("SELECT id, source, target FROM edges WHERE graph = ? ORDER BY id", graph):
        if args["node"] in (edge["source"], edge["target"]):
            state.delete("edges", edge["id"])
    state.delete("nodes", row["id"])
    return {"graph": graph, "removed": args["node"]}


def _add_edge(state: Backend, args: dict[str, Any]) -> Any:
    graph = _graph(state, args, write=True)["id"]
    a, b, when = args["from"], args["to"], args.get("when", "always")
    for name in (a, b):
        _node(state, graph, name)
    drawn: Graph = load(state, graph)
    drawn.edges[a, b] = when
    if b == START or (a, b) in {(p["from"], p["to"]) for p in drawn.problems() if p["problem"] == "circle"}:
        raise ToolFailure("conflict", f"An edge from {a} to {b} would close a circle.")
    state.insert("edges", edge_row(graph, a, b, when))
    return {"graph": graph, "from": a, "to": b, "when": when}


def _remove_edge(state: Backend, args: dict[str, Any]) -> Any:
    graph = _graph(state, args, write=True)["id"]
    key = f"{graph}/{args['from']}>{args['to']}"
    if state.get("edges", key) is None:
        raise ToolFailure("not_found", f"Workflow {graph} has no edge from {args['from']} to {args['to']}.")
    state.delete("edges", key)
    return {"graph": graph, "removed": [args["from"], args["to"]]}


_GRAPH = text("Id of the workflow, two words joined by a dash.", pattern="^[A-Za-z]+-[A-Za-z]+$")
_NODE = text("Name of the node.")
_ENDS = {"from": text("Name of the node it leaves."), "to": text("Name of the node it leads to.")}
_AMOUNT = integer("What is added, subtracted or multiplied by.", -100000, 100000)
_WHEN = one_of("When it is taken: always (the default), or only for a value below 100 (low) or from 100 on (high).",
               "always", "low", "high")  # fmt: skip
_EDGE = {"graph": "reference", "from": "reference", "to": "reference"}

TOOLS = (
    Tool("get_graph", "The whole workflow: status, nodes and edges.", schema(graph=_GRAPH), "read", {"graph": "reference"}, _get),
    Tool("validate", "Check a workflow: circles, unreachable nodes, outward actions without a confirm node before them.",
         schema(graph=_GRAPH), "read", {"graph": "reference"}, _validate),
    Tool("simulate", "Run a workflow on a number, without any outward action.",
         schema(graph=_GRAPH, input=integer("The number it starts with.", -10000, 10000)), "read",
         {"graph": "reference", "input": "value"}, _simulate, free=False),
    Tool("add_node", "Add a node; it has no edges yet.",
         schema("amount", graph=_GRAPH, node=_NODE, action=one_of("What the node does.", *ACTIONS[1:]), amount=_AMOUNT), "write",
         {"graph": "reference", "node": "value", "action": "choice", "amount": "value"}, _add_node),
    Tool("update_node", "Change the amount of a node.", schema(graph=_GRAPH, node=_NODE, amount=_AMOUNT), "write",
         {"graph": "reference", "node": "reference", "amount": "value"}, _update_node),
    Tool("remove_node", "Remove a node and its edges.", schema(graph=_GRAPH, node=_NODE), "write",
         {"graph": "reference", "node": "reference"}, _remove_node),
    Tool("add_edge", "Add an edge, or change when it is taken.", schema("when", graph=_GRAPH, **_ENDS, when=_WHEN), "write",
         {**_EDGE, "when": "choice"}, _add_edge),
    Tool("remove_edge", "Remove an edge.", schema(graph=_GRAPH, **_ENDS), "write", _EDGE, _remove_edge),
)  # fmt: skip


def _closed(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is left to the owner of the workflow.")


DISTRACTORS = tuple(
    Tool(name, words, schema(graph=_GRAPH), "write", {"graph": "reference"}, _closed)
    for name, words in (
        ("publish_graph", "Put a workflow into service."), ("archive_graph", "Take a workflow out of service."),
        ("freeze_graph", "Freeze a workflow."), ("copy_graph", "Make a copy of a workflow."),
        ("export_picture", "Draw a workflow as a picture."), ("schedule_graph", "Run a workflow every night."),
        ("share_graph", "Share a workflow with a colleague."), ("undo_all", "Undo all of today's edits."),
    )
)  # fmt: skip
