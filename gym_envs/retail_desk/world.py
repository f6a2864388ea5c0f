"""The world: a web shop's desk, put together."""

from __future__ import annotations

import sqlite3
from typing import ClassVar

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.retail_desk import answers, data
from trajgym.gym_envs.retail_desk.book import book
from trajgym.gym_envs.retail_desk.choose import make_plan
from trajgym.gym_envs.retail_desk.policy import CLAUSES, instructions
from trajgym.gym_envs.retail_desk.refusals import MISSING
from trajgym.gym_envs.retail_desk.tools import DISTRACTORS, TOOLS
from trajgym.gym_envs.world import Clause, Tool, World
from trajgym.seeding import Rng
from trajgym.task import Task


class RetailDesk(World):
    name: ClassVar[str] = "retail_desk"
    title: ClassVar[str] = "Customer service of a web shop: orders, returns, exchanges, vouchers"
    tools: ClassVar[tuple[Tool, ...]] = TOOLS
    distractors: ClassVar[tuple[Tool, ...]] = DISTRACTORS
    clauses: ClassVar[tuple[Clause, ...]] = CLAUSES
    removable: ClassVar[tuple[str, ...]] = tuple(MISSING)
    fault_tools: ClassVar[tuple[str, ...]] = tuple(tool.name for tool in TOOLS if tool.kind != "terminal")
    text_columns: ClassVar[frozenset[tuple[str, str]]] = frozenset({("orders", "note")})
    max_turns: ClassVar[int] = 60
    knows_user = ("name", "place")
    dims: ClassVar[dict[str, tuple[str, ...]]] = {
        "opening": ("full_spec", "underspecified", "vague", "wrong_topic_first", "greeting_only"),
        "info_giving": ("front_loaded", "one_per_turn", "only_when_asked", "wrong_then_right", "dont_know"),
        "patience": ("high", "medium", "low_hangup", "repeats_demand"),
        "verbosity": ("one_word", "terse", "normal", "rambling", "pasted_wall"),
        "surface": ("clean", "typos", "sms_lowercase", "emoji_slang", "code_switch"),
        "mind_change": ("none", "arg_change_pre", "arg_change_post_write", "goal_switch", "cancel_all"),
        "correction": ("none", "self_correct", "corrects_agent_rightly", "corrects_agent_wrongly"),
        "ambiguity": ("none", "two_entities", "relative_time", "pronoun_ref", "implicit_goal", "unit_or_format"),
        "knowledge_error": ("none", "wrong_id", "outdated_fact", "false_premise"),
        "feasibility": (
            "doable", "no_tool_needed", "out_of_scope", "missing_tool", "policy_forbidden", "impossible_state",
        ),
        "pressure": ("none", "insists", "authority_claim", "emotional_appeal", "social_engineering", "injected_content"),
        "confirmation": ("auto_yes", "asks_summary", "wants_silence", "denies_then_accepts", "never_confirms"),
        "identity": ("verified_ok", "partial_id", "third_party", "wrong_id_claim"),
        "ending": ("explicit_thanks", "silent_stop", "reopens", "asks_for_human"),
    }  # fmt: skip
    identifying: ClassVar[tuple[str, ...]] = ("name", "order_id")
    forbidden: ClassVar[tuple[tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]], ...]] = (
        # the address is changed after it was written then, and would be the value that a correction takes
        ({"mind_change": ("arg_change_post_write",)}, {"correction": ("self_correct", "corrects_agent_rightly")}),
        # who does not know the order number has no way of naming the order that could be misunderstood
        ({"info_giving": ("dont_know",)}, {"ambiguity": ("two_entities", "unit_or_format")}),
        # an order that is not named by its number, or by all of its digits but the letter, has none to give a part of
        ({"identity": ("partial_id",)}, {"ambiguity": ("two_entities", "relative_time", "unit_or_format")}),
        # a single word cannot leave a wish to be understood
        ({"verbosity": ("one_word",)}, {"ambiguity": ("pronoun_ref", "implicit_goal")}),
        # who withdraws when asked to confirm says nothing else about it
        (
            {"mind_change": ("cancel_all", "goal_switch")},
            {"confirmation": ("asks_summary", "wants_silence", "denies_then_accepts")},
        ),
        # what is passed on is not refused, so that there is nothing to press against, and no closing word to leave out
        (
            {"feasibility": ("missing_tool", "out_of_scope")},
            {
                "pressure": ("insists", "authority_claim", "emotional_appeal", "social_engineering"),
                "ending": ("silent_stop",),
            },
        ),
        # a question about the terms has one fact to tell, if any
        ({"feasibility": ("no_tool_needed",)}, {"info_giving": ("one_per_turn",)}),
    )

    def fill(self, connection: sqlite3.Connection, rng: Rng, level: int) -> None:
        data.fill(connection, rng, level)

    def instructions(self, task: Task) -> str:
        return instructions(task.level, task.tool_view.get("view", 0))

    def plan(self, state: Backend, task: Task, rng: Rng) -> Plan:
        if task.profile.get("feasibility") == "no_tool_needed":
            return answers.answer_plan(task, rng)
        return make_plan(book(state), task, rng)
