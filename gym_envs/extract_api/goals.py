"""What users of the service want, each worked out from the record: documents to be put on record, and papers to reject."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.extract_api import data, documents, words
from trajgym.gym_envs.extract_api.documents import Paper, Style
from trajgym.gym_envs.extract_api.forms import FORMS, Form
from trajgym.gym_envs.plan import Alternative, Draft, Ending, Fact, Goal, Plan, Step, Tell
from trajgym.seeding import Rng

Call = tuple[str, str, str]
"""A look-up: the tool and its arguments."""


@dataclass(slots=True)
class Case:
    """What the makers look at. `silent` is JSON mode, in which look-ups do not answer: the prompt has the fields and the
    public tables. `reads`: look-ups that the plan has already, with their steps' names. `alike`: see Plan.look_alikes."""

    state: Backend
    rng: Rng
    level: int
    ambiguity: str
    silent: bool
    today: date
    reads: dict[Call, str] = field(default_factory=dict)
    alike: dict[str, list[Any]] = field(default_factory=dict)

    def codes(self, table: str, term: str) -> list[Row]:
        """All codes of a term, valid or retired."""
        known: dict[tuple[str, str], list[Row]] | None = self.state.facts.get("codes")
        if known is None:
            known = self.state.facts["codes"] = {}
            for row in self.state.rows("SELECT * FROM codes ORDER BY id"):
                known.setdefault((row["kind"], row["term"]), []).append(row)
        return known.get((table, term), [])

    def code(self, table: str, term: str) -> str:
        if table in data.STANDARD:
            return data.STANDARD[table][term]
        return str(next(row["code"] for row in self.codes(table, term) if row["status"] == "valid"))


# -- papers ---------------------------------------------------------------------------------------------------------------


def draw(case: Case, form: Form, style: Style, codes: int | None = None) -> Paper:
    """A paper of `form` whose terms all have a code."""
    low, high = ((0, 0), (0, 1), (1, 2), (2, 2), (2, 3))[case.level]
    fields = [item for item in form.codes if not (case.silent and item.house)]
    chosen = case.rng.sample(fields, codes if codes is not None else case.rng.between(low, high))
    paper = documents.draw_paper(case.rng, form, case.level, chosen, case.today, style)
    for name in paper.terms:
        item = form.by_name[name]
        while item.house and not case.codes(item.table, paper.terms[name]):
            paper.terms[name] = case.rng.choice(data.HOUSE_TERMS[item.table])
    return paper


def record_of(case: Case, paper: Paper, **changed: Any) -> dict[str, Any]:
    """The one right record."""
    record: dict[str, Any] = {}
    for item in paper.form.fields:
        if item.name in paper.values:
            record[item.name] = paper.values[item.name]
        elif item.name in paper.terms:
            record[item.name] = case.code(item.table, paper.terms[item.name])
    record.update(changed)
    return record


def wrong_records(case: Case, paper: Paper) -> list[dict[str, Any]]:
    """Records one can fall for: a value beside the right one, a retired code, the right value in no field at all."""
    right = record_of(case, paper)
    wrong = [{**right, name: value} for name, value in paper.decoys.items()]
    for name, term in paper.terms.items():
        item = paper.form.by_name[name]
        for row in case.codes(item.table, term) if item.house else ():
            if row["status"] != "valid":
                wrong.append({**right, name: row["code"]})
    optional = [name for name in right if name not in paper.form.schema["required"]]
    wrong += [{name: value for name, value in right.items() if name != left_out} for left_out in optional[-1:]]
    return wrong


# -- steps ----------------------------------------------------------------------------------------------------------------


def schema_step(case: Case, p: str, form: Form, goal: str, slots: tuple[str, ...], required: bool = True) -> list[Step]:
    """The look-up of the form's schema; none where the prompt has it."""
    if case.silent or ("get_schema", form.name, "") in case.reads:
        return []
    name = case.reads["get_schema", form.name, ""] = f"{p}schema"
    return [Step(name, "get_schema", {"form": form.name}, slots=slots, goal=goal, required=required,
                 phrase=f"read the schema of {form.name}")]  # fmt: skip


def code_steps(
    case: Case, p: str, paper: Paper, goal: str, slots: tuple[str, ...], required: bool = True
) -> list[Step]:
    """The look-ups of the paper's codes that the plan does not have yet."""
    steps = []
    for name, term in paper.terms.items() if not case.silent else ():
        table = paper.form.by_name[name].table
        if ("lookup_code", table, term) not in case.reads:
            label = case.reads["lookup_code", table, term] = f"{p}code{len(case.reads)}"
            steps.append(Step(label, "lookup_code", {"table": table, "term": term}, slots=slots, goal=goal, required=required,
                              phrase=f"look up the code for {term}"))  # fmt: skip
    return steps


def submit_step(case: Case, name: str, paper: Paper, goal: str, slots: tuple[str, ...], **changed: Any) -> Step:
    form, record = paper.form, record_of(case, paper, **changed)
    needs = [] if case.silent else [case.reads["get_schema", form.name, ""]]
    needs += (
        [] if case.silent else [case.reads["lookup_code", form.by_name[n].table, t] for n, t in paper.terms.items()]
    )
    what = f"the record of {form.noun} {paper.number}"
    case.alike[str(record)] = wrong_records(case, paper)
    return Step(name, "submit_record", {"form": form.name, "record": record}, tuple(needs), slots, goal,
                phrase=f"submit {what}", done=f"{what} is submitted")  # fmt: skip


def reject_step(paper: Paper, reason: str, detail: str, needs: tuple[str, ...], form: str = "") -> Step:
    args = {"form": form or paper.form.name, "number": paper.number, "reason": reason, "detail": detail}
    return Step("reject", "reject_document", args, needs, ("doc",), phrase=f"reject the document {paper.number}")


# -- documents to record --------------------------------------------------------------------------------------------------


def document_fact(slot: str, noun: str, papers: list[Paper], spoken: str) -> Fact:
    label = f"text of the {noun}"
    heard = [value for paper in papers for value in paper.leaves()]
    return Fact(slot, heard, "text", label, (label, *words.ASKING_FOR_TEXT), spoken, say=words.DOCUMENT_SAYS)


def record(
    case: Case, p: str, form: Form, layout: str = "one", codes: int | None = None, report: bool = False
) -> Draft:
    """Put a document on record. `layout`: one (record in it), both (of two), pick (the one with a number, which the user says),
    or unclear (the same, but the user says it only when asked). `report`: the user wants to hear a code."""
    rng = case.rng
    style = documents.draw_style(rng, case.level, case.ambiguity, case.today)
    papers = [draw(case, form, style, codes)]
    while layout != "one" and len(papers) < 2:
        papers += [paper for paper in [draw(case, form, style, codes)] if paper.number != papers[0].number]
    wanted = papers if layout == "both" else [rng.choice(papers)]
    doc, which = f"{p}doc", f"{p}which"
    facts = {doc: document_fact(doc, form.noun, papers, documents.write_up(rng, papers, style))}
    slots: tuple[str, ...] = (doc,)
    if layout in ("pick", "unclear"):
        slots = (doc, which)
        facts[which] = Fact(
            which, wanted[0].number, "id", "the number that counts", words.ASKING_FOR_NUMBER, say=words.NUMBER_SAYS
        )
    goal = Goal(f"{p}g0", (), (doc,) if layout == "unclear" else slots, form.a_noun)
    steps = schema_step(case, p, form, goal.name, (doc,))
    for number, paper in enumerate(wanted):
        steps += code_steps(case, f"{p}{number}", paper, goal.name, slots)
        steps.append(submit_step(case, f"{p}submit{number}", paper, goal.name, slots))
    if layout in ("pick", "unclear"):
        other = next(paper for paper in papers if paper is not wanted[0])
        if not any(paper.terms for paper in papers):
            case.alike[str(steps[-1].args["record"])].insert(0, record_of(case, other))
    tells = [_told_code(case, p, wanted[0], goal.name)] if report else []
    goal.says = words.wishes(
        form, doc, which, layout, case.ambiguity == "implicit_goal", tells[0].kind if tells else ""
    )
    if tells:
        goal.says = tuple(text + words.REPORT.replace("{what}", _reported(wanted[0])) for text in goal.says)
    return Draft(goal, facts, steps, tells)


def _reported(paper: Paper) -> str:
    return next(iter(paper.terms)).replace("_", " ")


def _told_code(case: Case, p: str, paper: Paper, goal: str) -> Tell:
    name, term = next(iter(paper.terms.items()))
    table = paper.form.by_name[name].table
    says = (
        f"The code for {term} is {{value}}",
        f"For {term} I took the code {{value}}",
        f"{term} has the code {{value}}",
    )
    return Tell(f"{p}code", case.code(table, term), "id", says, (case.reads["lookup_code", table, term],), goal)


def correction(case: Case, draft: Draft, paper_form: Form) -> Alternative:
    """One value of the record changes after it was submitted: the same record again, with the new value."""
    step = next(step for step in draft.steps if step.tool == "submit_record")
    record = step.args["record"]
    fields = [f for f in paper_form.fields[1:] if f.name in record and f.kind in ("date", "amount", "whole", "time")]
    item = case.rng.choice(fields)
    old = record[item.name]
    new = documents.other_value(case.rng, item, old)
    plain = Style(0)
    label = item.name.replace("_", " ")
    spoken = f"{label} {documents.value_words(item, new, plain)} instead of {documents.value_words(item, old, plain)}"
    fact = Fact("change", [new], "text", "correction", ("correction", "changed value"), spoken)
    args = {"form": paper_form.name, "record": {**record, item.name: new}}
    number = record[paper_form.key]
    again = Step(f"{step.name}#1", "submit_record", args, step.needs, step.slots, step.goal,
                 phrase=f"submit {paper_form.noun} {number} again with {label} {documents.value_words(item, new, plain)}",
                 done=f"the record of {paper_form.noun} {number} is updated")  # fmt: skip
    case.alike[str(args["record"])] = [record]
    return Alternative("change", fact, after_write={step.name: again})


# -- documents to reject --------------------------------------------------------------------------------------------------


def rejection(case: Case, paper: Paper, style: Style, reason: str, detail: str, ending: Ending, tell: Tell) -> Plan:
    """Look up what shows it, reject the document, tell the user why and which one. `paper.missing` is not in the text."""
    goal = Goal(
        "g0",
        words.wishes(paper.form, "doc", "", "one", case.ambiguity == "implicit_goal", ""),
        ("doc",),
        paper.form.a_noun,
    )
    text = documents.write_up(case.rng, [paper], style)
    fact = document_fact("doc", paper.form.noun, [paper], text)
    must = reason != "policy"
    steps = schema_step(case, "", paper.form, "g0", ("doc",), required=must)
    codes = code_steps(case, "", paper, "g0", ("doc",), required=False)
    for step in codes:
        term = step.args["term"]
        if reason == "no_code" and term == detail:
            step.required, step.fails = True, "not_found"
    needs = tuple(step.name for step in (*steps, *codes) if step.required)
    steps += [*codes, reject_step(paper, reason, detail, needs)]
    tell.after = ("reject",)
    number = Tell("number", paper.number, "id", words.NUMBER_TELLS, ("reject",))
    return Plan([goal], {"doc": fact}, steps, [tell, number], endings={0: ending})


def missing_field(case: Case, form: Form) -> Plan:
    """A required field is not in the document."""
    style = documents.draw_style(case.rng, case.level, "", case.today)
    paper = draw(case, form, style)
    paper.missing = case.rng.choice([item.name for item in form.fields[1 : form.required]])
    del paper.values[paper.missing]
    paper.decoys.pop(paper.missing, None)
    tell = Tell("field", paper.missing, "text", words.MISSING_TELLS)
    return rejection(case, paper, style, "missing_field", paper.missing, words.infeasible(), tell)


def no_code(case: Case, form: Form, lookup: bool) -> Plan:
    """The document has a term for which there is no code, or, without the tool `lookup`, none to be found."""
    style = documents.draw_style(case.rng, case.level, "", case.today)
    paper = draw(case, form, style, codes=0)
    item = next(item for item in form.codes if item.house)
    listed = [term for term in data.HOUSE_TERMS[item.table] if bool(case.codes(item.table, term)) is not lookup]
    term = case.rng.choice(listed)
    paper.terms[item.name] = term
    tell = Tell("term", term, "text", words.NO_CODE_TELLS)
    plan = rejection(case, paper, style, "no_code", term, words.infeasible(), tell)
    if not lookup:
        plan.steps = [step for step in plan.steps if step.tool != "lookup_code"]
        plan.steps[-1].needs = tuple(step.name for step in plan.steps if step.tool == "get_schema")
    return plan


def no_form(case: Case) -> Plan:
    """A paper for which there is no form."""
    rng = case.rng
    thing, number = rng.choice(data.SPARE_PAPERS), data.numbered(rng, "NO")
    head = f"{thing.capitalize()}, no. {number}"
    lines = [
        f"{rng.choice(('For', 'From', 'By', 'With'))} {data.person(rng)}, {data.city(rng)}",
        *rng.sample(data.PAPER_LINES, 2),
    ]
    text = documents.enclosed(rng, "\n".join([head, *lines]))
    fact = Fact("doc", [number, thing], "text", f"text of the {thing}", (f"text of the {thing}", *words.ASKING_FOR_TEXT), text,
                say=words.DOCUMENT_SAYS)  # fmt: skip
    goal = Goal("g0", words.wishes_for(thing, f"a {thing}", "doc"), ("doc",), f"a {thing}")
    steps = [] if case.silent else [Step("forms", "list_forms", {}, phrase="look at the list of forms")]
    args = {"form": "none", "number": number, "reason": "no_form", "detail": thing}
    steps.append(Step("reject", "reject_document", args, tuple(step.name for step in steps), ("doc",),
                      phrase=f"reject the document {number}"))  # fmt: skip
    tells = [
        Tell("thing", thing, "text", words.NO_FORM_TELLS, ("reject",)),
        Tell("number", number, "id", words.NUMBER_TELLS, ("reject",)),
    ]
    return Plan([goal], {"doc": fact}, steps, tells, endings={0: words.infeasible()})


def ruled_out(case: Case) -> Plan:
    """A document that a clause of the policy rules out."""
    rng = case.rng
    clause, name = rng.choice(words.RULED_OUT)
    form = FORMS[name]
    style = documents.draw_style(rng, case.level, "", case.today)
    paper = draw(case, form, style)
    if clause == "P8":
        paper.lines = [
            (rng.choice(("Consent", "Consent of the person")), rng.choice(("withdrawn", "refused", "not given", "no")))
        ]
    elif clause == "P9":
        digits = (
            f"{rng.between(4000, 4999)} {rng.between(1000, 9999)} {rng.between(1000, 9999)} {rng.between(1000, 9999)}"
        )
        paper.lines.append((rng.choice(("Card number", "Paid with card", "Credit card")), digits))
    elif clause == "P10":
        paper.lines.append((rng.choice(("Age", "Age limit", "Age of applicants")),
                            rng.choice(("at most {n} years", "under {n}", "up to {n} only")).replace("{n}", str(rng.between(25, 45)))))  # fmt: skip
    elif clause == "P11":
        paper.values["action"], paper.values["device"] = "unlock", rng.choice(data.LOCKS)
    else:
        day = date(rng.between(2012, 2019), rng.between(1, 12), rng.between(1, 28))
        paper.values[form.day] = day.isoformat()
        paper.decoys.pop(form.day, None)
    ending = Ending("refused", words.REFUSAL_ENDS, clause)
    plan = rejection(case, paper, style, "policy", clause, ending, Tell("clause", clause, "clause", words.CLAUSE_TELLS))
    plan.forbidden.append(("submit_record", clause))
    return plan
