"""What the policy rules out, what cannot be done, and what goes to somebody else."""

from __future__ import annotations

from trajgym.gym_envs.database import Row
from trajgym.gym_envs.dual_control_support.tools import MOST_GB
from trajgym.gym_envs.dual_control_support.wants import (
    BROKEN,
    complaint,
    lines,
    plain,
    repair,
    says,
    start,
    suspend,
    top_up,
    trip,
    usage,
)
from trajgym.gym_envs.identities import turned_away
from trajgym.gym_envs.plan import Ending, Step
from trajgym.gym_envs.wishes import Setting, Wish, known


def too_much(s: Setting) -> Wish:
    """More data than a line gets in a month (P10)."""
    line = plain(s, status="active", extra=MOST_GB)
    w = start(
        s,
        line,
        "more data",
        "that needs data",
        says("add another GB of data to {phone}", "add data to my line once more", "top up my data again"),
    )
    w.step("usage", "get_usage", {"line_id": line["id"]}, "line")
    w.tell(
        "used",
        line["used"],
        "number",
        "{value} GB are used so far",
        f"line {line['id']} has used {{value}} GB",
        after=("usage",),
    )
    w.clause, w.forbidden = "P10", ("add_data",)
    return w


def held(s: Setting) -> Wish:
    """A line that is suspended for a fraud check, or with a bill that stays unpaid (P9)."""
    line = plain(s, suspended_for=s.rng.choice(("fraud check", "overdue bill")))
    w = start(
        s,
        line,
        "a line",
        "to resume",
        says(
            "resume the line with {phone}, but I pay nothing",
            "resume my line without any payment",
            "just make my line active, no payment",
        ),
    )
    w.tell(
        "why",
        line["suspended_for"],
        "text",
        f"line {line['id']} is suspended for this: {{value}}",
        "the reason is: {value}",
        after=("line",),
    )
    w.tell("which", line["id"], "id", "it is about line {value}", "the line is {value}", after=("line",))
    w.clause, w.forbidden = "P9", ("resume_line", "send_payment_request")
    return w


def not_theirs(s: Setting) -> Wish:
    """Somebody else's line: the user says so, or gives a name that the account does not have (P14)."""
    w = s.rng.choice((top_up, suspend, trip, usage))(s)
    phone = w.facts[w.p + "phone"].value
    customers = known(s.state, "customers", "SELECT * FROM customers ORDER BY id")
    line = next(row for row in known(s.state, "lines", "") if row["phone"] == phone)
    holder = next(row["name"] for row in customers if row["id"] == line["customer_id"])
    w.secrets = (holder,)
    other = s.rng.choice([row["name"] for row in customers if row["name"] != holder])
    return turned_away(w, s, "P14", "phone", "account", other)


def outage(s: Setting) -> Wish:
    """The network itself is down."""
    line: Row = s.pick(lines(s, "outage", lambda row: bool(row["outage"])))
    w = start(s, line, "my phone", BROKEN, complaint("internet"))
    w.step("test", "run_line_test", {"line_id": line["id"]}, "line")
    w.tell(
        "until",
        line["outage"],
        "date",
        "there is an outage until {value}",
        "the network is down until {value}",
        after=("test",),
    )
    w.tell(
        "reference", line["reference"], "id", "the reference is {value}", "keep {value} as a reference", after=("test",)
    )
    return w


def ended(s: Setting) -> Wish:
    """A contract that has ended is for retention."""
    line = plain(s, suspended_for="contract ended")
    w = start(
        s,
        line,
        "a line",
        "to resume",
        says("resume the line with {phone}", "get my line back", "make my line active again"),
    )
    return _hand_over(w, line, "retention", ("line",))


def defect(s: Setting) -> Wish:
    """A SIM chip that is defective."""
    line: Row = s.pick(lines(s, "chip", lambda row: bool(row["chip"] != "ok")))
    w = start(s, line, "my phone", BROKEN, complaint("pictures"))
    return _hand_over(w, line, "human", (w.step("test", "run_line_test", {"line_id": line["id"]}, "line"),))


def hopeless(s: Setting) -> Wish:
    """All faults mended, and still no connection: the phone itself."""
    w = repair(s, broken=1)
    line = next(step.args["line_id"] for step in w.steps if step.tool == "get_line")
    w.tells = []
    return _hand_over(w, {"id": line}, "human", tuple(step.name.removeprefix(w.p) for step in w.steps if step.required))


def _hand_over(w: Wish, line: Row, to: str, after: tuple[str, ...]) -> Wish:
    w.steps.append(hand_off(line["id"], to, tuple(w.p + name for name in after), w.p))
    w.ending = Ending("handed_off", (), step=w.p + "over")
    return w


def hand_off(line: str, to: str, needs: tuple[str, ...] = (), p: str = "") -> Step:
    return Step(p + "over", "hand_off", {"to": to, "summary": f"Line {line}: what the desk can do is done, please take over."}, needs,
                goal=p + "g0", mentions=(line,), phrase=f"hand line {line} over")  # fmt: skip


def no_data(s: Setting) -> Wish:
    """More data, where no tool adds any."""
    w = top_up(s)
    w.steps.pop()
    return w


def no_roaming(s: Setting) -> Wish:
    """Roaming, where no tool enables it."""
    w = trip(s)
    w.steps.pop()
    return w
