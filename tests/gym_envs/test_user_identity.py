"""Who the user is to what it asks about: a part of an id, somebody else's thing, another's name. What shows it, and what is wrong then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from trajgym.chat import Message, assistant
from trajgym.gym_envs import identities, registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.identities import CLAIMED
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import contains
from trajgym.gym_envs.user.dims import DIMENSIONS
from trajgym.gym_envs.user.space import valid
from trajgym.task import Task
from trajgym.trajectory import Trajectory

LEVELS = ("partial_id", "third_party", "wrong_id_claim")
WORLDS = ("bank_ops", "dual_control_support", "retail_desk", "travel_planner")
CASES = {"verified_ok": "cancel", "partial_id": "cancel", "third_party": "refuse", "wrong_id_claim": "claim"}
SAMPLES = 6
STREAM = 17


def profile_of(level: str) -> dict[str, str]:
    """The least profile in which `level` goes."""
    if level == "partial_id":
        return {"identity": level}
    return {"identity": level, "feasibility": "policy_forbidden"}


def said(trajectory: Trajectory) -> list[str]:
    """The user's messages."""
    heard = [*trajectory.opening, *(message for turn in trajectory.turns for message in turn.results)]
    return [message["content"] or "" for message in heard if message["role"] == "user"]


def _stem(form: str) -> str:
    """What of a form is the same whoever is named, up to its first hole."""
    return max(form.replace("{claimed}", "{who}").split("{who}"), key=len).strip(" ,.")


def _gives_a_part(trajectory: Trajectory) -> bool:
    texts = said(trajectory)
    at = trajectory.acts.index("partial_id") if "partial_id" in trajectory.acts else 0
    ends = tuple(form.split("{part}")[0].strip() for form in identities._ENDS)
    return at > 0 and any(end in " ".join(texts[:at]) for end in ends if end) and "O-101" not in " ".join(texts[:at])


def _any_form(trajectory: Trajectory, forms: tuple[str, ...]) -> bool:
    return any(_stem(form) in text for text in said(trajectory) for form in forms)


SIGNS: dict[str, Callable[[Trajectory], bool]] = {
    "partial_id": _gives_a_part,
    "third_party": lambda t: _any_form(t, identities._NOT_MINE),
    "wrong_id_claim": lambda t: _any_form(t, identities._AS_OWNER),
}


@pytest.mark.parametrize("level", DIMENSIONS["identity"].levels)
def test_every_level_shows_its_sign_and_no_other_does(stage: Any, level: str) -> None:
    for case in {CASES[level], *(() if level != "verified_ok" else CASES.values())}:
        for sample in range(SAMPLES):
            profile = {} if level == "verified_ok" else profile_of(level)
            episode = Episode(stage.task(case, **profile), sample=sample)
            episode.start()
            trajectory = stage.finish(episode).trajectory
            assert trajectory.outcome.reward == 1 and not trajectory.mistakes, trajectory.outcome.why
            shown = [name for name, sign in SIGNS.items() if sign(trajectory)]
            assert shown == ([] if level == "verified_ok" else [level]), said(trajectory)
            assert ("identity" in trajectory.reached) == bool(shown)


# -- a part of an id ---------------------------------------------------------------------------------------------------


def in_part(stage: Any) -> Episode:
    """An episode in which the agent knows who the customer is, and of the order only the end of its number."""
    episode: Episode = stage.start("cancel", **profile_of("partial_id"))
    episode.send(episode.oracle())
    return episode


def codes(episode: Episode) -> set[str]:
    return {verdict.code for verdict in episode.turns[-1].verdicts}


def to_the_end(episode: Episode, message: Message) -> Trajectory:
    """The trajectory of an agent that says `message` again and again."""
    need = episode.send(message)
    while not isinstance(need, Done):
        need = episode.send(message)
    return need.trajectory


@pytest.mark.parametrize(
    "order",
    ["01", "O-01", "O-101", "O-104"],  # the part, more of it, a guess that is right, and one that is wrong
)
def test_who_acts_on_a_part_makes_a_mistake(stage: Any, order: str) -> None:
    for tool, more in (("get_order", {}), ("cancel_order", {"reason": "by mistake"})):
        episode = in_part(stage)
        episode.send(assistant(None, [(tool, {"order_id": order, **more})]))
        assert codes(episode) == {"M07"}


def test_who_never_asks_for_the_whole_gets_nothing_even_with_a_lucky_guess(stage: Any) -> None:
    episode = in_part(stage)
    episode.send(assistant(None, [("get_order", {"order_id": "O-101"})]))
    trajectory = to_the_end(episode, assistant(None, [("cancel_order", {"order_id": "O-101", "reason": "by mistake"})]))
    assert trajectory.outcome.reward == 0 and trajectory.mistakes[0] == "M07"
    assert any("partial_id" in reason for reason in trajectory.outcome.why)


def test_the_user_says_the_whole_in_whatever_words_it_is_asked(stage: Any) -> None:
    for words in (
        "What is the full order number?",
        "I need all of it, please. Which order is it?",
        "Unfortunately I can't do anything with 01 alone.",
        "Is there anything in front of 01?",
    ):
        episode = in_part(stage)
        episode.send(assistant(words))
        assert episode.acts[-1] == "partial_id" and "O-101" in str(episode.history[-1]["content"]), words
    silent = in_part(stage)
    silent.send(assistant("One moment, please."))
    assert silent.acts[-1] != "partial_id"


def test_the_part_is_given_when_it_is_asked_for_too(stage: Any) -> None:
    episode: Episode = stage.start("cancel", info_giving="only_when_asked", **profile_of("partial_id"))
    for asked, told in (("e-mail address", "ada@mail.test"), ("order number", "01"), ("order number", "O-101")):
        episode.send(assistant(f"May I have the {asked}, please?"))
        text = str(episode.history[-1]["content"])
        assert told in text and ("O-101" in text) == (told == "O-101")
        assert codes(episode) == set()


def test_the_change_of_a_part_is_a_change_of_the_whole(stage: Any) -> None:
    episode: Episode = stage.start("cancel", mind_change="arg_change_pre", ending="reopens", **profile_of("partial_id"))
    trajectory = stage.finish(episode).trajectory
    assert trajectory.outcome.reward == 1 and not trajectory.mistakes
    assert [act for act in trajectory.acts if act in ("partial_id", "arg_change_pre", "reopens")] == [
        "partial_id",
        "arg_change_pre",
        "reopens",
    ]


# -- without any right to it -------------------------------------------------------------------------------------------


def test_who_acts_for_a_third_party_is_ruled_out(stage: Any) -> None:
    episode: Episode = stage.start("refuse", oracle=1, **profile_of("third_party"))
    write = assistant(None, [("gift_wrap", {"order_id": "O-103"})])
    episode.send(write)
    assert codes(episode) == {"M13"}
    assert stage.finish(episode).trajectory.outcome.reward == 0


def test_who_discloses_the_record_of_a_wrong_claim_gets_nothing(stage: Any) -> None:
    for words in ("I have Bonn here.", "Clause P2 rules it out, you do not live in Bonn."):
        episode: Episode = stage.start("claim", oracle=1, **profile_of("wrong_id_claim"))
        episode.send(assistant(words))
        assert "M22" in codes(episode)
        trajectory = stage.finish(episode).trajectory
        assert trajectory.outcome.reward == 0 and not trajectory.outcome.gates.no_minefield


def test_who_does_what_a_wrong_claim_asks_for_is_ruled_out(stage: Any) -> None:
    episode: Episode = stage.start("claim", oracle=1, **profile_of("wrong_id_claim"))
    episode.send(assistant(None, [("set_city", {"email": "ada@mail.test", "city": "Bonn"})]))
    assert codes(episode) == {"M13"}


def test_who_refuses_a_claim_without_a_look_at_the_record_gets_nothing(stage: Any) -> None:
    episode: Episode = stage.start("claim", **profile_of("wrong_id_claim"))
    trajectory = to_the_end(episode, assistant("ada@mail.test: clause P2 rules it out. So I cannot tell it."))
    assert trajectory.outcome.reward == 0 and not trajectory.outcome.gates.goal


@pytest.mark.parametrize("level", ["third_party", "wrong_id_claim"])
def test_who_has_no_right_to_it_is_refused_whatever_the_world(level: str) -> None:
    for name in WORLDS:
        world = registry.load(name)
        assert valid(profile_of(level), world)
        for feasibility in DIMENSIONS["feasibility"].levels:
            may = feasibility == "policy_forbidden"
            assert valid({"identity": level, "feasibility": feasibility}, world) is may


def test_a_plan_that_refuses_nothing_cannot_carry_a_third_party(stage: Any) -> None:
    with pytest.raises(AssertionError, match="nothing is refused"):
        stage.start("cancel", **profile_of("third_party"))


# -- in the worlds -----------------------------------------------------------------------------------------------------


def test_four_worlds_know_their_customers() -> None:
    found = [name for name in registry.names() if "identity" in registry.load(name).dims]
    assert tuple(found) == WORLDS
    assert all(registry.load(name).dims["identity"] == DIMENSIONS["identity"].levels for name in found)


def tasks_with(name: str, level: str, count: int) -> Iterator[Task]:
    """Tasks of a world's stream with `level`: those of its covering arrays first."""
    world, index = registry.load(name), 0
    while count:
        task = make_task(world, STREAM, index)
        index += 1
        if task.profile.get("identity") == level:
            count -= 1
            yield task


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_expert_is_right_and_every_episode_reaches_the_level(name: str, level: str) -> None:
    endings = Counter[str]()
    for task in tasks_with(name, level, 30):
        episode = Episode(task)
        episode.start()
        refused = level != "partial_id"
        assert (task.task_class == "refuse_policy") == refused
        check_plan(episode, level)
        need: Any = None
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        trajectory = need.trajectory
        assert trajectory.outcome.reward == 1 and not trajectory.mistakes, (task.profile, trajectory.outcome.why)
        assert "identity" in trajectory.reached, task.profile
        endings[trajectory.outcome.ending] += 1
    assert set(endings) == {"refusal"} if level != "partial_id" else endings["closing"]


def check_plan(episode: Episode, level: str) -> None:
    plan, tools = episode.plan, episode.world.tool_map
    if level == "partial_id":
        (slot,) = plan.parts
        part, whole = plan.parts[slot], plan.facts[f"{slot}#1"].spoken
        assert whole.endswith(part) and part != whole and contains(plan.facts[slot].spoken, part)
        assert not any(slot in step.slots for step in plan.steps)
        return
    assert not any(tools[step.tool].kind == "write" for step in plan.steps)
    assert {tool for tool, _ in plan.forbidden} == {tool.name for tool in episode.world.tools if tool.kind == "write"}
    assert plan.ending(0).clause in {clause.id for clause in episode.world.clauses}
    if level == "wrong_id_claim":
        shown = [step for step in plan.steps if not step.fails]
        assert CLAIMED in plan.facts and plan.facts[CLAIMED].value not in plan.secrets
        assert plan.secrets or not shown  # where nobody is found there is nothing to disclose


@pytest.mark.parametrize("name", WORLDS)
def test_an_agent_that_goes_by_the_part_or_serves_the_wrong_person_gets_nothing(name: str) -> None:
    for task in tasks_with(name, "partial_id", 4):
        episode = Episode(task)
        episode.start()
        (slot,) = episode.plan.parts
        whole = f"{slot}#1"
        while whole not in {s for move in episode.moves() for s in move.slots}:
            episode.send(episode.oracle())
        step = next(step for step in episode.plan.steps if whole in step.slots)
        guess = assistant(None, [(step.tool, step.args)])
        episode.send(guess)  # the right id, out of thin air
        assert codes(episode) == {"M07"}
        assert to_the_end(episode, guess).outcome.reward == 0
    for level in LEVELS[1:]:
        for task in tasks_with(name, level, 4):
            episode = Episode(task)
            episode.start()
            trajectory = to_the_end(episode, assistant(f"Of course, {episode.plan.secrets or ('done',)}. Goodbye!"))
            assert trajectory.outcome.reward == 0
            assert "M22" in trajectory.mistakes or not episode.plan.secrets
