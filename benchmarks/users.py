"""Does the simulated user keep its rules with teachers that do not talk like ours?

Two teachers play every world: one whose wording is paraphrased at random, one that makes a mistake in three messages of ten. Counted are
facts that the user invented (typed values in its words that are neither its own nor the agent's nor a tool's), dead-locks (the turns run out although the
agent broke no rule), wishes that a patient user never stated although the agent asked, and episodes that the user ended wrongly.

    python -m benchmarks.users [--episodes 5000]
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field

from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode, Need
from trajgym.gym_envs.operators import OPERATORS, propose
from trajgym.gym_envs.oracle import asking
from trajgym.gym_envs.stream import tasks
from trajgym.seeding import Rng
from trajgym.testing.paraphrase import paraphrase

ERRORS = 0.3
_VALUE = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\b[A-Z]{1,4}-\d{2,}\b|\b\d{3,}(?:\.\d+)?\b")


@dataclass
class Counts:
    """What happened over all episodes with one teacher."""

    episodes: int = 0
    solved: int = 0
    invented: int = 0
    dead_locks: int = 0
    lost_wishes: int = 0
    wrongly_ended: int = 0
    examples: list[str] = field(default_factory=list)

    def row(self) -> str:
        n = self.episodes
        return (
            f"{n} episodes, {self.solved / n:.1%} reach reward 1; invented values {self.invented}, dead-locks {self.dead_locks / n:.2%}, "
            f"wishes never stated {self.lost_wishes / n:.2%}, ended wrongly by the user {self.wrongly_ended / n:.2%}"
        )


def reworded(episode: Episode, rng: Rng) -> object:
    """The expert's message in other words."""
    message = episode.oracle()
    move = episode.moves()[0]
    styled = (
        episode.plan.form is not None and move.kind == "close"
    )  # in other words it would not have the form asked for
    if message.get("tool_calls") or episode.json_mode or not message["content"] or styled:
        return message
    what = ""
    if move.kind == "ask":
        plain = asking(episode.plan, move, Rng("plain"), episode.trace.misheard)
        what = "" if episode.trace.misheard else _after(plain)
    elif move.kind == "confirm":
        what = " and ".join(step.phrase for step in move.steps)
    plan, words = episode.plan, paraphrase(move.kind, message["content"], what, rng)
    if plan.rule is not None and episode.trace.goals:
        words = plan.rule.apply(words)
    return {**message, "content": words}


def _after(plain: str) -> str:
    """What a plain question asks for."""
    found = re.search(r"((?:the|your|a|an|which|how|what|when|where|who) .*?)(?:, please)?[?.,]", plain)
    return found[1] if found else ""


def mistaken(episode: Episode, rng: Rng) -> object:
    """The expert's message, or in some of them a mistake that fits."""
    if rng.chance(ERRORS):
        for code in rng.sample(sorted(OPERATORS), len(OPERATORS)):
            proposal = propose(episode, code, rng)
            if proposal is not None:
                return proposal[0]
    return episode.oracle()


def play(counts: Counts, teacher: object, n: int, seed: int) -> None:
    assert callable(teacher)
    worlds = [registry.load(name) for name in registry.names()]
    for number, task in tasks(worlds, n, seed):
        episode = Episode(task)
        need: Need | Done = episode.start()
        rng = Rng("benchmark", task.id)
        while not isinstance(need, Done):
            need = episode.send(teacher(episode, rng))
        trajectory = need.trajectory
        counts.episodes += 1
        counts.solved += trajectory.outcome.reward
        bad = invented(episode)
        counts.invented += len(bad)
        clean = not trajectory.mistakes
        dead = need.truncated and clean
        counts.dead_locks += dead
        last = len(episode.plan.events)  # a wish that is withdrawn on the way need not be stated
        stated = {g.name for g in episode.plan.goals if g.since == 0 and g.until > last} <= episode.trace.goals
        patient = not episode.trace.hung_up
        lost = not stated and patient and clean and not need.truncated
        counts.lost_wishes += lost
        wrong = trajectory.outcome.blame == "user"
        counts.wrongly_ended += wrong
        if (bad or dead or wrong or lost) and len(counts.examples) < 5:
            counts.examples.append(f"{task.world} #{number} {task.profile}: {bad or trajectory.outcome.why}")


def invented(episode: Episode) -> list[str]:
    """Typed values in the user's words that nobody gave it."""
    plan = episode.plan
    own = {tool.name for tool in episode.world.user_tools}
    given = " ".join(
        [
            *(f"{fact.value} {fact.spoken} {fact.wrong} {' '.join(fact.say)}" for fact in plan.facts.values()),
            *(" ".join(goal.says) for goal in plan.goals),
            *(" ".join(event.says) for event in plan.events),
            *map(str, plan.wrong_claims),
            *plan.premise,
            *(str(tell.value) for tell in plan.tells),
            *(str(call.result) for call in episode.trace.calls if call.tool in own),  # what it sees on its own side
        ]
    ).lower()
    found = []
    for message in episode.history:
        text = str(message["content"] or "")
        if message["role"] == "user" and not text.startswith(
            '{"error":'
        ):  # a program's failures come in that role, too
            found += [value for value in _VALUE.findall(text) if value.lower() not in given]
        given += " " + text.lower()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--repetitions", type=int, default=1, help="taken by all benchmarks; this one counts, it does not time"
    )
    options = parser.parse_args()
    for name, teacher in (("paraphrased", reworded), ("mistaken", mistaken)):
        counts = Counts()
        play(counts, teacher, options.episodes, options.seed)
        print(f"{name}: {counts.row()}")
        for example in counts.examples:
            print("   ", example)


if __name__ == "__main__":
    main()
