"""What a task is about: answer first, then the request.

A world's `plan` works the task out from the right answer: which calls it takes (`Step`), what the user knows and says
(`Goal`, `Fact`, `Event`), what must be told (`Tell`), how it ends (`Ending`) and what must not happen (`Attack`). One plan
serves the oracle, the verdicts, the simulated user and both sides of a pair, and never leaves the process.

A plan runs through phases. Phase 0 is the request as it was opened; each `Event` (a change of mind, a correction, one more
thing) moves the plan to the next phase. Steps, goals and tells say from which phase to which they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trajgym.gym_envs.style import Form

FOREVER = 99


@dataclass(slots=True)
class Fact:
    """A typed value the user can say.

    `kind`: id, email, name, date, number, place, text or choice. `spoken` is how the user words it (default: the value
    itself), so ``spoken="an hour and a half"`` with ``value=5400`` is a declared transform. `label` names it in a sentence
    ("order number"); `keys` are lower-case words by which a question is recognised to ask for it. `wrong` is what the user
    says first by mistake (same kind, another value), empty when never. `say` are ways to tell it, with ``{value}``.
    """

    slot: str
    value: Any
    kind: str
    label: str
    keys: tuple[str, ...] = ()
    spoken: str = ""
    wrong: str = ""
    say: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.spoken:
            self.spoken = str(self.value)
        if not self.keys:
            self.keys = (self.label.lower(),)


@dataclass(slots=True)
class Goal:
    """Something the user wants. `says` are sentences without final stop in the user's own voice, with ``{slot}``
    placeholders ("please cancel order {order_id}"); give at least one without any placeholder. `slots` are the facts that
    belong to it. `topic` names it in two or three words ("an order")."""

    name: str
    says: tuple[str, ...]
    slots: tuple[str, ...] = ()
    topic: str = "something"
    since: int = 0
    until: int = FOREVER
    structure: str = ""
    """The level of ``goal_structure`` that shows in its words."""

    @property
    def bound(self) -> tuple[str, ...]:
        """The facts without which it cannot be said at all."""
        return tuple(slot for slot in self.slots if all("{" + slot + "}" in text for text in self.says))


@dataclass(slots=True)
class Step:
    """One tool call of the right answer, with every argument worked out.

    `needs`: steps that must have succeeded before (look-ups before writes; what gives a value before what uses it).
    `slots`: facts the user must have told before. `confirm`: the policy wants the user's yes first. `group`: of the steps
    with the same group one is enough (another way to identify a customer). `required=False`: allowed, not needed.
    `mentions`: values that its free-text arguments must contain. `phrase`: the step as an infinitive for the agent's words
    ("cancel order O-12345 (no longer needed)"); for a write, `done` says it in the past tense ("order O-12345 is cancelled").
    A write done in phase `until - 1` or before stays done.
    """

    name: str
    tool: str
    args: dict[str, Any]
    needs: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    goal: str = "g0"
    confirm: bool = False
    group: str = ""
    required: bool = True
    fails: str = ""
    """Error code with which this call is meant to fail (a look-up that shows the thing is not there); it counts as done."""
    mentions: tuple[str, ...] = ()
    phrase: str = ""
    done: str = ""
    since: int = 0
    until: int = FOREVER
    by_user: bool = False
    """The user does it, on its own side, when the agent asks for it in words: `tool` is one of the world's user tools."""


@dataclass(frozen=True, slots=True, eq=False)
class Deed:
    """Something the user can be asked to do on its own side: a call of a user tool, and how a request for it is recognised
    in free words (see `trajgym.gym_envs.deeds`).

    `about`: lower-case phrases that name what it is done to ("airplane mode"). `how`: a pattern that the words around must
    match too (`ON`, `OFF`); empty when the name is enough. `phrase`: the deed as an infinitive. `looks`: it changes nothing.
    """

    tool: str
    args: dict[str, Any]
    about: tuple[str, ...]
    how: str
    phrase: str
    looks: bool = False


@dataclass(slots=True)
class Slip:
    """The user may do `deed` by mistake when it is asked for the step `step`; `undo` is the step that puts it right."""

    step: str
    deed: Deed
    undo: Step


@dataclass(slots=True)
class Tell:
    """A typed value that must reach the user in words, after the steps `after`. `kind`: number, date, id, name, choice,
    text or clause. `says` are sentences with ``{value}``."""

    name: str
    value: Any
    kind: str
    says: tuple[str, ...]
    after: tuple[str, ...] = ()
    goal: str = "g0"
    since: int = 0
    until: int = FOREVER


@dataclass(slots=True)
class Event:
    """What the user does to the plan when the time has come: phase k becomes k + 1.

    `kind`: arg_change_pre, arg_change_post_write, goal_switch, cancel_all, self_correct, corrects_agent_rightly,
    corrects_agent_wrongly, new_intent_midway, reopens, asks_for_human, clarifies, acts_wrong, refuses_to_act, wrong_id, partial_id. `when`: ``confirm`` (asked to
    confirm), ``asked`` (asked anything), ``done:STEP`` (the agent speaks after that step succeeded), ``closing`` (the agent closes), ``refused``,
    ``failed:STEP`` (hears of it after that step has failed as it was meant to), ``part:SLOT`` (asked for more than the part it has told), ``deed:STEP`` (asked to do that step itself). `says`: its words, with ``{slot}`` placeholders; `tells`: slots it tells;
    `deed`: what it does and reports instead of saying anything.
    """

    kind: str
    when: str
    says: tuple[str, ...]
    tells: tuple[str, ...] = ()
    deed: Deed | None = None


@dataclass(slots=True)
class Ending:
    """The right ending: solved, answered, refused, infeasible, abstained or handed_off. `says`: the agent's closing words,
    perhaps empty (tells, and writes by `Step.done`, are reported on their own). `clause` is named in a refusal; `step` is the terminal call of a hand-off."""

    kind: str
    says: tuple[str, ...]
    clause: str = ""
    step: str = ""


@dataclass(slots=True)
class Attack:
    """A planted instruction and what following it would look like: `tool` with `args` as the target."""

    text: str
    tool: str
    args: dict[str, Any]


@dataclass(slots=True)
class Alternative:
    """What changes when the user changes one value: `slot` gets a new fact (named ``slot#1``), and the steps (and tells)
    that used it are replaced, old name -> new one. Names of new steps and tells end in ``#1``."""

    slot: str
    fact: Fact
    steps: dict[str, Step] = field(default_factory=dict)
    tells: dict[str, Tell] = field(default_factory=dict)
    after_write: dict[str, Step] = field(default_factory=dict)
    """When the write was already done: what mends it, old name -> new step (often the same as in `steps`); empty when
    it cannot be mended."""


@dataclass(slots=True)
class Draft:
    """Another goal the user could have besides the main one, worked out to the end and independent of it: for a change of
    goals or one more thing. All names (goal, slots, steps, tells) differ from the main plan's; `shared` look-ups of the
    main plan may be named in `needs`."""

    goal: Goal
    facts: dict[str, Fact]
    steps: list[Step]
    tells: list[Tell] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """See the module. `endings` has one entry for each phase at which the agent may have to close (the last one that
    starts at or before the current phase holds). `forbidden`: writes that a policy clause rules out, as (tool, clause).
    `parallel`: ready reads may be sent in one message. `secrets`: values that must not be said. `wrong_claims`: values the
    user claims wrongly. `look_alikes`: slot or argument value -> values of the same kind that are wrong (for operators)."""

    goals: list[Goal]
    facts: dict[str, Fact]
    steps: list[Step]
    tells: list[Tell] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    endings: dict[int, Ending] = field(default_factory=dict)
    attacks: list[Attack] = field(default_factory=list)
    forbidden: list[tuple[str, str]] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    """Slots the user is asked for but cannot say."""
    secrets: tuple[str, ...] = ()
    wrong_claims: tuple[str, ...] = ()
    premise: tuple[str, ...] = ()
    """What the user says besides its wish and believes wrongly: one of these sentences."""
    standing: tuple[str, ...] = ()
    """How the user stands to what it asks for, said with its first wish: one of these sentences, whose ``{slot}`` it tells."""
    parts: dict[str, str] = field(default_factory=dict)
    """Slots of which the user at first says a part only -> that part."""
    look_alikes: dict[str, list[Any]] = field(default_factory=dict)
    parallel: bool = False
    form: Form | None = None
    """The form in which the user wants the answer, when it says so."""
    rule: Form | None = None
    """The form in which the user wants every message, once it has said what it wants."""
    sequel: list[Draft] = field(default_factory=list)
    """What else the user wants, one thing after the other (see `trajgym.gym_envs.structures`)."""
    left: list[Step] = field(default_factory=list)
    """What would have to be done if a condition of the user's were otherwise than it is."""
    result: Tell | None = None
    """What comes out when two numbers are compared; it is one of `tells`."""
    alternatives: list[Alternative] = field(default_factory=list)
    spares: list[Draft] = field(default_factory=list)
    human: Step | None = None
    """The terminal call that hands over to a human, when the world has one (for users who ask for a human)."""
    deeds: tuple[Deed, ...] = ()
    """All that this user can be asked to do on its own side, needed or not."""
    slip: Slip | None = None
    """For a user who acts wrongly."""
    balk: tuple[str, Step | None] = ("", None)
    """For a user who refuses to act: the step it will not do, and the terminal call that this leads to in the end (None: asked
    again it does it)."""
    script: list[Step] = field(default_factory=list)
    """Where no right calls were worked out (`World.planned`): those that somebody wrote down as a solution."""
    expected: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Rows after the work is done, by (table, id); filled by `trajgym.gym_envs.gates.expect`."""
    planted: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Text put into the world before the episode, as (table, id, column, text): where an attack stands."""

    named: dict[str, Step] = field(default_factory=dict)
    """Steps by name; grows with `steps`, see `step`."""
    saved: bytes = b""
    """The plan as bytes, once a snapshot was taken; see `trajgym.gym_envs.snapshots`."""

    def step(self, name: str) -> Step:
        if len(self.named) != len(self.steps):
            self.named = {step.name: step for step in self.steps}
            assert len(self.named) == len(self.steps), "two steps have the same name"
        return self.named[name]

    def minimum_calls(self) -> int:
        """Successful calls that the task needs at least: every required step that is not withdrawn before it can be done,
        of a group one."""
        waits = {event.when.removeprefix("done:") for event in self.events}
        owed = [s for s in self.steps if s.required and (s.until > len(self.events) or s.name in waits)]
        return len({step.group or step.name for step in owed})

    def claims(self, phase: int) -> tuple[str, ...]:
        """What the user has claimed wrongly by `phase`: nothing before the event that does it, and nothing that is true of
        something else."""
        for number, event in enumerate(self.events):
            if event.kind == "corrects_agent_wrongly" and phase <= number:
                return ()
        true = {str(tell.value) for tell in self.tells}
        return tuple(claim for claim in self.wrong_claims if claim not in true)

    def ending(self, phase: int) -> Ending:
        return self.endings[max(p for p in self.endings if p <= phase)]


@dataclass(slots=True)
class Move:
    """An acceptable next action. `kind`: ``call`` (one step), ``instruct`` (one step that the user is to do), ``ask_goal``,
    ``ask`` (slots; `again`: those whose first value has led to nothing), ``confirm`` (steps), ``close`` (what to tell, writes to
    report, and the ending)."""

    kind: str
    step: Step | None = None
    slots: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    tells: tuple[Tell, ...] = ()
    reports: tuple[Step, ...] = ()
    ending: Ending | None = None
