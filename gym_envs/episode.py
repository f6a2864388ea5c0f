"""One episode, as a plain state machine without input or output of its own.

`Episode.start` gives the first `Need`; `Episode.send` takes the answer to the last one and gives the next, or `Done`. The
Gymnasium environment drives it synchronously, the engine drives thousands in one event loop, the proof drives it from a
record. Nothing in it knows a client, a thread or a clock.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from trajgym.chat import Message, Tool, tool_call_id, tool_result
from trajgym.errors import TrajgymError
from trajgym.gym_envs import deeds, oracle, rules, snapshots
from trajgym.gym_envs.actions import accept, parse
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.blame import blame
from trajgym.gym_envs.dispatch import MAX_CALLS, TOO_MANY, run_tool
from trajgym.gym_envs.noting import note_call, note_words
from trajgym.gym_envs.plan import Deed, Move, Plan
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.reading import Reading, read
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.swarm import own_moves
from trajgym.gym_envs.trace import Call, Say, Trace, call_key
from trajgym.gym_envs.user.absent import user_of
from trajgym.gym_envs.user.dims import FORMS, NEUTRAL
from trajgym.gym_envs.user.machine import User
from trajgym.gym_envs.user.who import Persona, Who
from trajgym.gym_envs.view import Action, View
from trajgym.gym_envs.world import World
from trajgym.task import Task
from trajgym.trajectory import Frame, Trajectory, Turn
from trajgym.verdict import StepVerdict


@dataclass(slots=True)
class NeedAction:
    """The agent is to act: the conversation so far, system prompt first, and the tools it sees now."""

    messages: list[Message]
    tools: list[Tool]
    turn: int


@dataclass(slots=True)
class Done:
    """The episode is over. `truncated`: it ran into the limit of turns."""

    trajectory: Trajectory
    truncated: bool


@dataclass(slots=True)
class NeedWords:
    """The user is to speak, and somebody else words it: a `draft` out of the grammar for what it has decided to say.

    `values` are the facts that the draft tells, `hidden` those that the user has not told yet; `heard` is what the agent said
    last; `limit` the most characters; `language` the user's, as a level of that dimension, or empty for a form whose parts all
    count."""

    draft: str
    values: tuple[str, ...]
    hidden: tuple[str, ...]
    heard: str
    limit: int
    language: str
    turn: int


Need = NeedAction | NeedWords
"""What an episode can ask for."""

MODEL = "model"
"""The voice of words that a model wrote; what happens to the user's words on the way happens to them too."""
TEMPLATE = "template"
"""The voice of words out of the grammar. Behind a colon: why a model's were not taken."""
_SMS = 160
"""Characters of a text message."""
_LONGEST = 4000


class Episode:
    """`task` played by an agent that is called `teacher` in the record. `sample` tells several episodes of a task apart.
    `user`: the name of a model that words what the user says (see `NeedWords`); empty: the grammar does. `persona`: who the user
    is, when that does not follow from the task alone.

    Close it when it is left before it is done; a done episode has closed itself.
    """

    def __init__(
        self,
        task: Task,
        *,
        sample: int = 0,
        teacher: str = "scripted",
        kind: str = "scripted",
        user: str = "",
        persona: Persona | None = None,
    ) -> None:
        self.task = task
        self.world: World = load(task.world)
        self.id = f"{task.id}-{sample}"
        self.sample = sample
        self.teacher = {"name": teacher, "kind": kind}
        self.json_mode = task.tool_view.get("mode") == "json"
        self.frame: Frame = self.world.frame(task)
        self.shown = self.world.shown_names(task)
        self.lens = self.world.lens(task)
        self.state: Backend
        self.plan: Plan
        self.user: User
        self.trace = Trace()
        self.opening: list[Message] = []
        self.turns: list[Turn] = []
        self.acts: list[str] = []
        self.history: list[Message] = [{"role": "system", "content": self.frame.system}]
        self._moves: list[Move] | None = None
        self._done: Done | None = None
        self._speaks = user
        self._persona = persona
        self._voices: list[str] = []
        self._unsaid: tuple[Say, list[Message]] | None = None

    # -- the state machine ------------------------------------------------------------------------------------------

    def start(self) -> Need:
        """Build the world, plan the task, let the user speak first."""
        self.state = self.world.build(self.task)
        self.plan = make_plan(self.world, self.state, self.task)
        for planted in self.plan.planted:
            self.state.plant(*planted)
        who = Who(self.task, self.plan, self.world.knows_user, self._persona)
        self.user = user_of(self.plan, self.task.profile, self.id, who)
        need = self._speak(self.user.open(), self.opening)
        assert not isinstance(need, Done)
        return need

    def send(self, message: Any) -> Need | Done:
        """Play one assistant message. Any object is taken: what is not a message reads as an empty one."""
        if self._done is not None:
            return self._done
        assert self._unsaid is None, "the user's words are wanted first"
        answer = accept(message, self.json_mode)
        action = self._parse(answer)
        reading = read(action.text, self.plan) if action.text else None
        view = self._view()
        verdicts = rules.judge(view, action, reading)
        for position, call in enumerate(answer.get("tool_calls", ())):
            call["id"] = tool_call_id(self.id, len(self.turns), position)
        turn = Turn(self.frame, answer, [], verdicts, int(not verdicts))
        self.turns.append(turn)
        self.history.append(answer)
        progressed = self._run_calls(view, action, turn) if action.calls else False
        note_words(view, action, reading, self.json_mode)
        self._moves = None
        self.trace.turn += 1
        if self.trace.terminal:
            return self._finish(False)
        if action.calls and not (self.json_mode and not self._failed_now()):
            return self._next()
        say = self.user.hear(reading or Reading(""), self.trace, progressed, self._lend_hand)
        return self._speak(say, turn.results)

    def words(self, text: str, voice: str) -> Need | Done:
        """Say `text` for the draft of the last `NeedWords`; `voice` goes into the record: whose words they are."""
        assert self._unsaid is not None, "nobody asked for words"
        (say, into), self._unsaid = self._unsaid, None
        say.text = self.user.roughen(text) if voice == MODEL else text
        self._voices.append(voice)
        return self._said(say, into)

    def _speak(self, say: Say, into: list[Message]) -> Need | Done:
        """Let the user say something, or ask for the words."""
        if not self._speaks or not say.text:
            return self._said(say, into)
        self._unsaid = say, into
        profile, facts, rule = self.task.profile, self.plan.facts, self.plan.rule
        fixed = rule.literals if rule is not None else ()
        return NeedWords(
            say.text,
            (
                *(facts[slot].spoken for slot in say.told if slot in facts),
                *say.wrong,
                *(words for words in fixed if words and words in say.text),
            ),
            tuple(fact.spoken for slot, fact in facts.items() if slot not in self.trace.told and slot not in say.told),
            (self.turns[-1].message["content"] or "") if self.turns else "",
            _SMS if profile.get("channel") == "sms" else _LONGEST,
            "" if profile.get("channel") in FORMS else profile.get("language", NEUTRAL["language"]),
            len(self.turns),
        )

    def _said(self, say: Say, into: list[Message]) -> Need | Done:
        self._take(say, into)
        if say.ends:
            self.trace.hung_up = say.act == "hang_up"
            return self._finish(False)
        return self._next()

    def _who_spoke(self) -> dict[str, Any]:
        """What the record says of the user beside its task: whose words it has, and who it is."""
        words = {"name": self._speaks, "voices": self._voices} if self._speaks else {}
        return words | ({"persona": asdict(self._persona)} if self._persona else {})

    def _next(self) -> Need | Done:
        if len(self.turns) >= self.world.max_turns:
            return self._finish(True)
        return self._need()

    def _need(self) -> Need:
        return NeedAction(self.history, self.frame.tools, len(self.turns))

    def _finish(self, truncated: bool) -> Done:
        outcome = self.world.judge(self.plan, self.trace, self.state)
        if truncated:
            outcome.ending = "truncated"
            outcome.gates.right_ending = False
            outcome.reward = 0
            outcome.why.append(f"not over after {len(self.turns)} turns")
        if not outcome.reward and (self.world.planned or truncated):  # where nobody planned, the checks say it
            outcome.blame, why = blame(self.plan, self.trace, self.turns, outcome.gates, truncated)
            outcome.why.append(f"{outcome.blame}: {why}")
        trajectory = Trajectory(
            self.id, self.task, self.sample, self.teacher, self.opening, self.turns, outcome, self.state.digest(),
            self.world.proof_of(self.state), self.acts, sorted(self.user.reached),
            user=self._who_spoke(),
        )  # fmt: skip
        self.close()
        self._done = Done(trajectory, truncated)
        return self._done

    @property
    def over(self) -> bool:
        """True once `send` has given `Done`."""
        return self._done is not None

    def close(self) -> None:
        """Give the backend back. Harmless when done, or twice."""
        if hasattr(self, "state"):
            self.state.close()

    # -- parts of a step ----------------------------------------------------------------------------------------------

    def _take(self, say: Say, into: list[Message]) -> None:
        self.trace.hear(say, self.plan)
        self.acts.append(say.act)
        if say.text:
            message: Message = {"role": "user", "content": say.text}
            into.append(message)
            self.history.append(message)

    def _parse(self, answer: Message) -> Action:
        return parse(answer, self.json_mode, self.lens)

    def _run_calls(self, view: View, action: Action, turn: Turn) -> bool:
        """Run the calls in order; True when one of them did a step of the plan."""
        progressed = False
        calls = turn.message.get("tool_calls", ())
        failures: list[str] = []
        for position, (name, args) in enumerate(action.calls):
            raw = calls[position]["function"]["arguments"] if calls else ""
            if position >= MAX_CALLS:
                content, result, error = TOO_MANY
            else:
                content, result, error = run_tool(self.world, self.task, self.state, self.shown, name, args, raw)
                if error and self.lens is not None:
                    content = self.lens.error(content)
            progressed |= note_call(view, name, args, raw, result, error)
            if self.json_mode:
                if error:
                    failures.append(content)
            else:
                message = tool_result(calls[position]["id"], calls[position]["function"]["name"], content)
                turn.results.append(message)
                self.history.append(message)
            if calls and args is None:
                calls[position]["function"]["arguments"] = "{}"
        self._enter(action)
        if failures:
            reply: Message = {"role": "user", "content": "\n".join(failures)}
            turn.results.append(reply)
            self.history.append(reply)
            self.acts.append("program")
        return progressed

    def _enter(self, action: Action) -> None:
        """After a transfer another agent of the swarm goes on, with a system prompt and tools of its own."""
        if not self.world.agents:
            return
        for call in reversed(self.trace.calls[-len(action.calls) :]):
            agent = "" if call.error else self.world.tool_map[call.tool].to
            if agent:
                self._seat(agent)
                break

    def _seat(self, agent: str) -> None:
        self.frame = self.world.frame(self.task, agent)
        self.shown = self.world.shown_names(self.task, agent)
        self.history[0] = {"role": "system", "content": self.frame.system}

    def _failed_now(self) -> bool:
        return any(call.error for call in self.trace.calls if call.turn == self.trace.turn - 1)

    def _lend_hand(self, deed: Deed) -> str:
        """The user does something on its own side; what it sees then, in words."""
        trace, step = self.trace, deeds.timely(deed, self.plan, self.trace)
        result = deeds.run(self.world, self.state, deed.tool, deed.args)
        trace.learn(result)
        name = step.name if step is not None else ""
        trace.calls.append(Call(deed.tool, deed.args, call_key(deed.tool, deed.args), trace.turn, "", name, result))
        if not deed.looks:
            trace.last_write = len(trace.calls) - 1
        if name:
            trace.done[name] = trace.turn
        return str(result["seen"])

    # -- for oracle, pairs and tools that look inside -------------------------------------------------------------------

    def moves(self) -> list[Move]:
        """The acceptable next actions now, best first."""
        if self._moves is None:
            self._moves = self.world.moves(self.plan, self.trace)
            if self.world.agents:
                self._moves = own_moves(self.world, self.frame.agent, self.shown, self._moves)
        return self._moves

    def _view(self) -> View:
        return View(self.world, self.plan, self.trace, self.moves(), self.shown, self.frame.system)

    def oracle(self, moves: list[Move] | None = None) -> Message:
        """The expert's next message; with `moves`, the first of those."""
        message = oracle.act(
            self.world, self.plan, moves or self.moves(), self.id,
            parallel=self.plan.parallel, json_mode=self.json_mode, turns=len(self.turns),
            misheard=self.trace.misheard, after=self.acts[-1],
        )  # fmt: skip
        return self.worded(message)

    def worded(self, message: Message) -> Message:
        """A message by the tools' true names, as the agent writes it in this task's view."""
        return message if self.lens is None else self.lens.message(message, self.json_mode)

    def check(self, message: Message) -> list[StepVerdict]:
        """The rules that `message` would break now; nothing is run."""
        action = self._parse(accept(message, self.json_mode))
        return rules.judge(self._view(), action, read(action.text, self.plan) if action.text else None)

    def trial(self, message: Message) -> list[str]:
        """Run the calls of `message` on a fork of the world, and undo them: what the tools answered."""
        action = self._parse(accept(message, self.json_mode))
        undo = self.state.fork()
        try:
            return [
                run_tool(self.world, self.task, self.state, self.shown, name, args, "")[0]
                for name, args in action.calls[:MAX_CALLS]
            ]
        finally:
            undo()

    def snapshot(self) -> bytes:
        """Everything that makes the episode go on as it would: backend, user, random state, trace, conversation.

        Raises TrajgymError when it is over.
        """
        if self._done is not None:
            raise TrajgymError("The episode is over; there is nothing to go on from.", "Take the snapshot earlier.")
        assert not self._speaks, "whoever words the user cannot be put into a snapshot"
        inside = (self.plan, self.user, self.trace, self.opening, self.turns, self.acts, self.history)
        return snapshots.save((self.state.snapshot(), self.task, self.sample, self.teacher, self.frame.agent, inside))

    @classmethod
    def restore(cls, snapshot: bytes) -> Episode:
        """The episode as it was when `snapshot` was taken, on a backend of its own."""
        rows, task, sample, teacher, agent, inside = snapshots.load(snapshot)
        episode = cls(task, sample=sample, teacher=teacher["name"], kind=teacher["kind"])
        episode.plan, episode.user, episode.trace = inside[:3]
        episode.opening, episode.turns, episode.acts, episode.history = inside[3:]
        for turn in episode.turns:
            turn.frame = episode.world.frame(task, turn.frame.agent)
        episode._seat(agent)
        episode.state = episode.world.build(task)
        for planted in episode.plan.planted:
            episode.state.plant(*planted)
        episode.state.restore(rows)
        return episode
