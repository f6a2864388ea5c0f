"""Extract API: its documents, what its clauses are bound to, and that a right answer can be known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

from trajgym.chat import Message, assistant, dumps
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.episode import Done, Episode, NeedAction
from trajgym.gym_envs.extract_api import WORLD, data, words
from trajgym.gym_envs.extract_api.forms import FORMS
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import atoms_of, contains
from trajgym.seeding import Rng
from trajgym.task import Task
from trajgym.trajectory import Trajectory

NOISY = ("typos", "sms_lowercase", "emoji_slang", "code_switch")


@lru_cache(maxsize=8)
def stream(level: int | None) -> list[Task]:
    return [make_task(WORLD, 3, index, level) for index in range(1200)]


def some(count: int, fits: Callable[[Task], bool], level: int | None = None) -> list[Task]:
    found = [task for task in stream(level) if fits(task)][:count]
    assert len(found) == count
    return found


def doable(task: Task) -> bool:
    return task.task_class == "act" and "mind_change" not in task.profile and "ending" not in task.profile


def native(task: Task) -> bool:
    return bool(task.tool_view["mode"] == "native")


def until_call(task: Task, tool: str) -> Episode:
    """An episode played by the oracle up to its first call of `tool`."""
    episode = Episode(task)
    need: NeedAction | Done = episode.start()
    while not isinstance(need, Done):
        step = episode.moves()[0].step
        if step is not None and step.tool == tool:
            return episode
        need = episode.send(episode.oracle())
    raise AssertionError(f"no {tool} in task {task.index}")


def call(episode: Episode, tool: str, **args: Any) -> Message:
    message = assistant(dumps({"tool": tool, **args})) if episode.json_mode else assistant(None, [(tool, args)])
    return episode.worded(message)


def codes(episode: Episode, message: Message) -> list[str]:
    return [verdict.code for verdict in episode.check(message)]


def finish(episode: Episode, message: Message) -> Trajectory:
    need = episode.send(message)
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


# -- documents ----------------------------------------------------------------------------------------------------------------


def test_a_clean_document_can_be_read_back_by_its_labels() -> None:
    """Without a look at the plan's facts: label by label, out of what the user says."""
    checked = 0
    for task in some(40, lambda t: doable(t) and "ambiguity" not in t.profile, level=0):
        state = WORLD.build(task)
        plan = make_plan(WORLD, state, task)
        step = plan.steps[-1]
        form = FORMS[step.args["form"]]
        labels = {field.labels[0]: field for field in form.fields}
        found: dict[str, Any] = {}
        for line in plan.facts["doc"].spoken.split("\n"):
            label, _, text = line.partition(": ")
            if label in labels:
                field = labels[label]
                found[field.name] = (
                    float(text) if field.kind == "amount" else int(text) if field.kind == "whole" else text
                )
        assert found == step.args["record"]
        checked += 1
        state.close()
    assert checked == 40


def test_noise_leaves_documents_whole() -> None:
    for task in some(40, lambda t: t.profile.get("surface") in NOISY and t.task_class in ("act", "ask_first")):
        episode = Episode(task)
        trajectory = finish(episode, _start(episode))
        heard = "\n".join(m["content"] or "" for m in episode.history if m["role"] == "user")
        assert trajectory.outcome.reward == 1
        for fact in episode.plan.facts.values():
            assert fact.spoken in heard


def _start(episode: Episode) -> Message:
    episode.start()
    return episode.oracle()


def test_a_rejected_document_lacks_what_it_is_rejected_for() -> None:
    reasons = set()
    for task in some(60, lambda t: t.task_class in ("infeasible", "refuse_policy")):
        state = WORLD.build(task)
        plan = make_plan(WORLD, state, task)
        if plan.steps:
            args = plan.steps[-1].args
            reasons.add(args["reason"])
            text = plan.facts["doc"].spoken
            assert contains(text, args["number"])
            if args["reason"] == "missing_field":
                field = FORMS[args["form"]].by_name[args["detail"]]
                assert not any(f"{label}:" in text or f"\n{label}\t" in text for label in field.labels)
            elif args["reason"] == "no_code":
                assert contains(text, args["detail"])
        state.close()
    assert reasons == {"missing_field", "no_code", "no_form", "policy"}


# -- plans --------------------------------------------------------------------------------------------------------------------


def known_before(task: Task, plan: Plan, state: Backend) -> None:
    """Walk the steps in the plan's order; every value must have been told, found or printed in the prompt before."""
    known: set[str] = set()
    prompt = WORLD.frame(task).system
    for step in plan.steps:
        for slot in step.slots:
            atoms_of(plan.facts[slot].value, known)
        tool = WORLD.tool_map[step.tool]
        assert not tool.complaint(step.args)
        for name, value in step.args.items():
            leaves: set[str] = set()
            if tool.params[name] != "choice":
                atoms_of(value, leaves)
            assert all(leaf in known or contains(prompt, leaf) for leaf in leaves), (
                task.index,
                step.name,
                leaves - known,
            )
        try:
            atoms_of(tool.run(state, step.args), known)
        except ToolFailure as failure:
            assert failure.code == step.fails
        for tell in plan.tells:
            if step.name in tell.after and tell.name.endswith("code"):
                assert str(tell.value).lower() in known


def test_plans_use_only_what_can_be_known() -> None:
    for index in range(200):
        task = make_task(WORLD, 17, index)
        state = WORLD.build(task)
        plan = make_plan(WORLD, state, task)
        for planted in plan.planted:
            state.plant(*planted)
        known_before(task, plan, state)
        state.close()


def test_json_mode_needs_no_look_up() -> None:
    for task in some(60, lambda t: not native(t)):
        state = WORLD.build(task)
        plan = make_plan(WORLD, state, task)
        assert all(WORLD.tool_map[step.tool].kind == "write" for step in plan.steps)
        state.close()
    frame = WORLD.frame(task)
    for form in FORMS.values():
        assert form.outline() in frame.system
    assert "Swedish krona = SEK" in frame.system


def test_the_work_grows_with_the_level() -> None:
    lengths: dict[int, list[int]] = defaultdict(list)
    fields: dict[int, list[int]] = defaultdict(list)
    for index in range(1500):
        task = make_task(WORLD, 23, index)
        if doable(task) and native(task):
            state = WORLD.build(task)
            plan = make_plan(WORLD, state, task)
            lengths[task.level].append(len(plan.steps))
            fields[task.level] += [len(step.args["record"]) for step in plan.steps if step.tool == "submit_record"]
            state.close()
    means = [[sum(rows[level]) / len(rows[level]) for level in range(5)] for rows in (lengths, fields)]
    for mean in means:
        assert all(a < b + 0.2 for a, b in pairwise(mean)), means  # a mean over a hundred plans wavers that much
        assert mean[0] + 1 < mean[2] < mean[4] - 1, means
    assert means[1][0] < 3.5 and means[1][4] > 8


# -- what the clauses are bound to --------------------------------------------------------------------------------------------


def test_every_look_alike_record_is_named_and_scores_zero() -> None:
    seen = 0
    for task in some(40, lambda t: doable(t) and t.level > 1):
        episode = until_call(task, "submit_record")
        step = episode.moves()[0].step
        assert step is not None
        for record in episode.plan.look_alikes[str(step.args["record"])][:1]:
            message = call(episode, "submit_record", form=step.args["form"], record=record)
            assert codes(episode, message) == ["M02"]
            episode.send(message)
            while not isinstance(need := episode.send(call_words(episode, "All done.")), Done):
                pass
            assert need.trajectory.outcome.reward == 0
            seen += 1
    assert seen > 30


def call_words(episode: Episode, text: str) -> Message:
    return assistant(dumps({"tool": "no_tool", "reply": text}) if episode.json_mode else text)


def test_an_invented_field_is_named() -> None:
    for task in some(20, lambda t: doable(t) and t.level > 0):
        episode = until_call(task, "submit_record")
        step = episode.moves()[0].step
        assert step is not None
        untold = any(slot not in episode.trace.told for s in episode.plan.steps for slot in s.slots)
        record = {**step.args["record"], "remark": "checked by hand"}
        message = call(episode, "submit_record", form=step.args["form"], record=record)
        assert codes(episode, message) == (["M07"] if untold else ["M06"])


def test_a_guessed_code_and_a_skipped_schema_are_named() -> None:
    guessed = skipped = 0
    for task in some(60, lambda t: doable(t) and native(t) and t.tool_view["parallel"] is False):
        episode = until_call(task, "get_schema")
        submit = next(step for step in episode.plan.steps if step.tool == "submit_record")
        if not set(submit.slots) <= episode.trace.told:
            continue
        verdict = codes(episode, call(episode, "submit_record", **submit.args))
        coded = any(step.tool == "lookup_code" for step in episode.plan.steps if step.name in submit.needs)
        # a house code that happens to stand in the document is known, and then only the look-up is missing
        assert verdict in ([["M06"], ["M14"]] if coded else [["M14"]]), task.index
        guessed, skipped = guessed + coded, skipped + (not coded)
    assert guessed > 5 and skipped > 5


def test_the_number_of_the_record_is_asked_for_when_two_are_there() -> None:
    for task in some(20, lambda t: t.profile.get("ambiguity") == "two_entities" and t.task_class == "act"):
        episode = Episode(task)
        need: NeedAction | Done = episode.start()
        while episode.moves()[0].slots != ("which",):
            need = episode.send(episode.oracle())
            assert not isinstance(need, Done)
        assert "doc" in episode.trace.told
        submit = next(step for step in episode.plan.steps if step.tool == "submit_record")
        assert codes(episode, call(episode, "submit_record", **submit.args)) == ["M07"]


def test_ruled_out_documents_may_not_be_submitted() -> None:
    clauses = set()
    for task in some(60, lambda t: t.task_class == "refuse_policy"):
        episode = until_call(task, "reject_document")
        step = episode.moves()[0].step
        assert step is not None
        form, clause = FORMS[step.args["form"]], step.args["detail"]
        clauses.add(clause)
        heard = episode.plan.facts["doc"].value
        record = {field.name: heard[n] for n, field in enumerate(form.fields[: form.required])}
        assert codes(episode, call(episode, "submit_record", form=form.name, record=record)) == ["M13"]
        other = next(c for c in ("P8", "P9") if c != clause)
        wrong = finish(episode, call(episode, "reject_document", **{**step.args, "detail": other}))
        assert "M02" in wrong.mistakes
    assert clauses == {"P8", "P9", "P10", "P11", "P12"}


def test_planted_texts_are_seen_and_obeying_them_is_named() -> None:
    tools = set()
    for task in some(30, lambda t: t.task_class == "inject"):
        episode = Episode(task)
        need: NeedAction | Done = episode.start()
        while not episode.trace.attacked:
            need = episode.send(episode.oracle())
            assert not isinstance(need, Done), task.index
        (attack,) = episode.plan.attacks
        tools.add(attack.tool)
        message = call(episode, attack.tool, **attack.args)
        assert codes(episode, message) == ["M18"]
        assert '"error"' not in episode.trial(message)[0]
        assert finish(episode, message).outcome.reward == 0
    assert tools == {"submit_record", "reject_document"}


def test_questions_are_answered_in_the_form_or_tone_asked_for() -> None:
    toned = 0
    for task in some(60, lambda t: t.task_class == "answer_no_tool"):
        episode = Episode(task)
        need: NeedAction | Done = episode.start()
        assert not episode.plan.steps
        tone = next(
            (t for t in data.TONES if t[0] in episode.plan.goals[0].topic + episode.plan.goals[0].says[0]), None
        )
        toned += tone is not None
        values = [str(tell.value) for tell in episode.plan.tells]
        dull = "Thank you for everything." if tone else "It is " + values[0][:-1]
        while not isinstance(need, Done):
            need = episode.send(call_words(episode, dull))
        assert need.trajectory.outcome.reward == 0, values
    assert toned > 5


def test_a_clause_is_in_the_prompt_of_every_task() -> None:
    system = WORLD.frame(make_task(WORLD, 1, 1)).system
    assert all(f"{clause.id}. {clause.text}" in system for clause in WORLD.clauses)
    assert {clause for clause, _ in words.RULED_OUT} <= {clause.id for clause in WORLD.clauses}
    assert WORLD.today(make_task(WORLD, 1, 1)).isoformat() in system
    assert len({data.company(Rng("t", n)) for n in range(500)}) > 450
