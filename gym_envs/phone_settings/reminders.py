"""Requests about reminders, each worked out from the answer."""

from __future__ import annotations

from collections.abc import Sequence

from trajgym.gym_envs.phone_settings import data
from trajgym.gym_envs.phone_settings.phone import Moment, Phone
from trajgym.gym_envs.phone_settings.tools import made_id
from trajgym.gym_envs.plan import Alternative, Fact, Step

WHEN_SAY = ("{value}", "make it {value}", "let's say {value}")
_WHEN_KEYS = ("when", "what time", "which day", "date", "time", "moment")
_WHAT_KEYS = ("thing to remember", "about what", "which reminder", "what is it about", "what should", "subject")


def a_reminder(ph: Phone) -> tuple[dict[str, str], str]:
    """A stored reminder that the user names (fact ``what``): its row and the look-up."""
    reminders, used = ph.book.reminders, ph.shared.used
    start = ph.rng.below(len(reminders))
    row, *others = [r for r in (*reminders[start:], *reminders[:start]) if r["id"] not in used][:4]
    used |= {row["id"], "reminders"}
    thing = row["text"].partition(" the ")[2]
    ph.alike[row["id"]] = [r["id"] for r in others]
    slot = ph.fact(
        "what",
        row["text"],
        "text",
        "the subject of the reminder",
        *_WHAT_KEYS,
        wrong=others[0]["text"],
        say=('it says "{value}"', "it's to {value}"),
    )
    look = ph.step("look", "search_reminders", {"query": thing}, slots=(slot,), mentions=(thing,))
    return row, look


def _wrong(time: str) -> str:
    """Another time; off the grid of five minutes, so that nothing else of a plan is said with it."""
    return f"{(int(time[:2]) + 2) % 24:02d}:{int(time[3:]) + 2:02d}"


def when(ph: Phone) -> None:
    row, look = a_reminder(ph)
    day, time = row["at"].split("T")
    ph.tell("time", time, "text", (f"That reminder is set for {day} at {{value}}", f"It comes up on {day}, {{value}}", f"You'll be reminded on {day} at {{value}}"),
            (look,), (_wrong(time),))  # fmt: skip
    ph.tell("day", day, "date", ("Day: {value}", "The day is {value}", "So it is due on {value}"), (look,))
    ph.want("a reminder", (
        "when am I to {what}", "for when did I set the reminder to {what}", "when does my reminder to {what} come up",
        "I forgot when I have to {what}, is there a reminder", "what time is the reminder to {what} set for",
        "when is a certain reminder of mine due", "look up one of my reminders for me", "I want to know when a reminder comes up",
    ), "what")  # fmt: skip


def _moment_says(moment: Moment) -> str:
    return f"{moment.value[:10]} at {moment.value[11:]}"


def _when_fact(slot: str, moment: Moment, wrong: Moment | None = None) -> Fact:
    keys = ("day and time", "new day and time", *_WHEN_KEYS)
    return Fact(
        slot, moment.value, "date", "the day and time", keys, moment.spoken, wrong.spoken if wrong else "", WHEN_SAY
    )


def remind(ph: Phone) -> None:
    text, thing = data.deed(ph.rng)
    moment = ph.moment()
    what = ph.fact(
        "what", text, "text", "the thing to remember", *_WHAT_KEYS, say=("it's to {value}", 'it should say "{value}"')
    )
    when = f"{ph.p}when"
    ph.facts[when] = _when_fact(when, moment, ph.moment() if ph.errs else None)
    wait = ph.dated(moment, (), (when,))
    step = ph.step("remind", "add_reminder", {"text": text, "at": moment.value}, wait, (what, when), mentions=(thing,),
                   phrase=f"set a reminder to {text} for {_moment_says(moment)}", done=f"you will be reminded to {text} on {_moment_says(moment)}")  # fmt: skip
    if ph.ambiguity == "implicit_goal":
        says: tuple[str, ...] = (
            "I have to {what}, {when}, and I always forget such things",
            "{when}: that's when I must {what}, and it must not slip my mind",
            "I'll surely forget to {what}, it's due {when}",
            "there is something that I must not forget",
            "my memory is bad and something is due soon",
            "I'd hate to miss it again when something is due",
        )
    else:
        says = (
            "remind me to {what}, {when}", "set a reminder, {when}: {what}", "I need a reminder to {what}, {when}", "please remind me, {when}, to {what}",
            "put down a reminder to {what}, {when}", "set a reminder for me", "I need a reminder", "please remind me of something",
        )  # fmt: skip
    ph.want("a reminder", says, "what", "when")
    if "mendable" not in ph.wants:
        return
    other = ph.moment(plain=True)
    made = made_id("R", moment.value)
    again = Step(f"{step}#1", "move_reminder", {"reminder_id": made, "at": other.value}, (), (what, when), ph.goal.name, confirm=True,
                 phrase=f"move the reminder to {text} to {_moment_says(other)}", done=f"the reminder to {text} is moved to {_moment_says(other)}")  # fmt: skip
    ph.alternatives.append(Alternative(when, _when_fact(when, other), after_write={step: again}))


def reschedule(ph: Phone) -> None:
    row, look = a_reminder(ph)
    moment = ph.moment(but=row["at"])
    when, what = f"{ph.p}when", f"{ph.p}what"
    ph.facts[when] = _when_fact(when, moment, ph.moment(but=row["at"]) if ph.errs else None)
    wait = [look, *ph.dated(moment, (look,), (what, when))]

    def move(name: str, to: Moment, needs: Sequence[str]) -> Step:
        return Step(name, "move_reminder", {"reminder_id": row["id"], "at": to.value}, tuple(needs), (what, when), f"{ph.p}g0", confirm=True,
                    phrase=f'move the reminder "{row["text"]}" to {_moment_says(to)}', done=f'the reminder "{row["text"]}" is moved to {_moment_says(to)}')  # fmt: skip

    step = move(f"{ph.p}move", moment, wait)
    ph.steps.append(step)
    day, time = row["at"].split("T")
    ph.tell("before", time, "text", (f"It stood at {day} {{value}} before", f"Before that it was due on {day} at {{value}}", f"It used to be due on {day} at {{value}}"),
            (look,), (_wrong(time),))  # fmt: skip
    if ph.ambiguity == "implicit_goal":
        says: tuple[str, ...] = (
            "my reminder to {what} comes at the wrong moment, {when} suits me better, and from when was it",
            "I can't {what} as planned, only {when}; tell me too when it was due",
            "the reminder to {what} is no use as it stands, {when} is when I'm free; and when was it",
            "one of my reminders comes at a bad time",
            "there's a reminder that doesn't suit me as it stands",
            "I won't be free when one of my reminders comes",
        )
    elif ph.ambiguity == "pronoun_ref":
        says = (
            "find my reminder to {what}, tell me when it is due and then move it, {when} please",
            "I have a reminder to {what}; when is it now, and can you put it to another time, {when}",
            "look for the reminder to {what}, say when it was and make it {when}",
            "find a reminder of mine and move it",
            "there is a reminder, look it up and give it another time",
            "I want a reminder found and then moved",
        )
    else:
        says = (
            "move my reminder to {what}: {when}, and tell me when it was due", "the reminder to {what} has to move, {when} please, and when was it before",
            "postpone the reminder to {what}, new time: {when}, and let me know the old time", "I'd rather be reminded to {what} at another time, {when}; when was it due so far",
            "change a reminder of mine", "move one of my reminders", "I need a reminder at another time",
        )  # fmt: skip
    ph.want("a reminder", says, "what", "when")
    if not ph.wants & {"mendable", "alternative"}:
        return
    other = ph.moment(but=row["at"], plain=True)
    fact = _when_fact(when, other)
    pre = "mendable" not in ph.wants
    again = move(f"{step.name}#1", other, (look,) if pre else ())
    ph.alternatives.append(
        Alternative(when, fact, {step.name: again} if pre else {}, after_write={} if pre else {step.name: again})
    )


def drop_reminder(ph: Phone) -> None:
    row, look = a_reminder(ph)
    what = f"{ph.p}what"
    ph.step("drop", "remove_reminder", {"reminder_id": row["id"]}, (look,), (what,), confirm=True,
            phrase=f'remove the reminder "{row["text"]}" of {row["at"][:10]}', done=f'the reminder "{row["text"]}" is removed')  # fmt: skip
    if ph.ambiguity == "implicit_goal":
        says: tuple[str, ...] = (
            "I don't have to {what} any more, somebody else did it, so nothing needs to ring",
            "the matter to {what} is over and I don't want to hear of it again",
            "I no longer need to hear that I have to {what}",
            "one of my reminders has become pointless",
            "something I'm to be reminded of is over already",
            "a reminder of mine is of no use any more",
        )
    else:
        says = (
            "remove the reminder to {what}", "delete my reminder to {what}", "I don't need the reminder to {what} any more, delete it",
            "please take the reminder to {what} off my list", "get rid of the reminder to {what}", "remove a reminder", "delete one of my reminders",
            "please take a reminder off my list",
        )  # fmt: skip
    ph.want("a reminder", says, "what")
