"""Documents: a record is drawn first, and then put into words, clean or noisy. Its values survive every layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from trajgym.gym_envs.extract_api import data
from trajgym.gym_envs.extract_api.forms import Field, Form
from trajgym.seeding import Rng

Lines = list[tuple[str, str]]


@dataclass(slots=True)
class Paper:
    """One record to be found in a document. `values`: canonical values by field (codes aside); `terms`: what the document
    has where the record wants a code; `decoys`: field -> a wrong value that stands in the document too; `lines`: further
    (label, text) of the document; `missing`: the required field it lacks."""

    form: Form
    values: dict[str, Any]
    terms: dict[str, str]
    decoys: dict[str, Any] = field(default_factory=dict)
    decoy_labels: dict[str, str] = field(default_factory=dict)
    lines: Lines = field(default_factory=list)
    missing: str = ""

    @property
    def number(self) -> str:
        return str(self.values[self.form.key])

    def leaves(self) -> list[Any]:
        """Every value that the document says, in canonical form."""
        return [*self.values.values(), *self.terms.values(), *self.decoys.values()]


@dataclass(slots=True)
class Style:
    """How a document words its values. `noise` 0-4; `dates`: iso, long, us, dots, words; `amounts`: plain, comma, dots;
    `layout`: lines, inline or prose; `foreign`: with labels from abroad; `today`: dates are relative to it, if given."""

    noise: int
    dates: str = "iso"
    amounts: str = "plain"
    layout: str = "lines"
    foreign: bool = False
    words: bool = False
    today: date | None = None


def draw_style(rng: Rng, level: int, ambiguity: str, today: date) -> Style:
    style = Style(level)
    if level > 0:
        style.dates = rng.choice(("iso", "long", "us", "dots", "words")[: 2 + level])
        style.amounts = rng.choice(("plain", "comma", "dots")[: min(3, level)])
        style.layout = rng.choice(("lines", "inline", "prose")[: min(3, 1 + level)])
        style.foreign = level > 2 and rng.chance(0.4)
    if ambiguity == "unit_or_format":
        style.dates, style.amounts, style.words = "words", "dots", True
    elif ambiguity == "relative_time":
        style.today = today
    return style


# -- drawing a record ---------------------------------------------------------------------------------------------------

_SHIFTS = (-14, -7, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 7, 14)


def draw_paper(rng: Rng, form: Form, level: int, codes: list[Field], today: date, style: Style) -> Paper:
    """A record of `form` with as many optional fields as the level has, and with the code fields `codes`."""
    chosen = {item.name for item in form.fields[: form.required]} | {item.name for item in codes}
    low, high = ((0, 0), (1, 2), (2, 3), (3, 4), (4, 5))[level]
    chosen |= {item.name for item in rng.sample(form.optional, rng.between(low, high))}
    paper = Paper(form, {}, {})
    for item in form.fields:
        if item.name not in chosen:
            continue
        if item.kind == "date":
            paper.values[item.name] = _day(rng, form.past, today, style.today is not None).isoformat()
        elif item.draw is not None:
            (paper.terms if item.kind == "code" else paper.values)[item.name] = item.draw(rng)
    if level > 0:
        for label, target in rng.sample(form.decoys, 1 + level // 2):
            if target in paper.values and target not in paper.decoys:
                _add_decoy(rng, paper, label, target)
    if form.name == "lab_report":
        paper.lines.append((rng.choice(("Consent", "Consent of the person")), rng.choice(("given", "signed", "yes"))))
    return paper


def _day(rng: Rng, past: bool, today: date, relative: bool) -> date:
    """A date of the form's kind: near today when the document words it relative to today."""
    if relative:
        shifts = [shift for shift in _SHIFTS if (shift < 0) == past]
        return today + timedelta(days=rng.choice(shifts))
    return today + timedelta(days=rng.between(2, 150) * (-1 if past else 1))


def other_value(rng: Rng, item: Field, value: Any) -> Any:
    """Another value of the same field, never `value`."""
    while True:
        if item.kind == "date":
            other: Any = (date.fromisoformat(value) + timedelta(days=rng.between(1, 20))).isoformat()
        else:
            assert item.draw is not None
            other = item.draw(rng)
        if other != value:
            return other


def _add_decoy(rng: Rng, paper: Paper, label: str, target: str) -> None:
    other = other_value(rng, paper.form.by_name[target], paper.values[target])
    if other not in paper.values.values():
        paper.decoys[target], paper.decoy_labels[target] = other, label


# -- putting it into words ----------------------------------------------------------------------------------------------

_MONTHS = "January February March April May June July August September October November December".split()
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
    "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()


def in_words(number: int) -> str:
    """A number from 0 to 99 in words."""
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


def date_words(day: date, form: str) -> str:
    month = _MONTHS[day.month - 1]
    if form == "long":
        return f"{day.day} {month} {day.year}"
    if form == "us":
        return f"{month} {day.day}, {day.year}"
    if form == "dots":
        return f"{day.day:02d}.{day.month:02d}.{day.year}"
    if form == "words":
        return f"the {_ORDINALS[day.day - 1]} of {month} {day.year}"
    return day.isoformat()


def relative_words(day: date, today: date) -> str:
    """A day within two weeks as people say it; anything else as a date."""
    shift = (day - today).days
    named = {0: "today", 1: "tomorrow", -1: "yesterday", 7: "a week from today", -7: "a week ago today", 14: "two weeks from today",
             -14: "two weeks ago today", 2: "the day after tomorrow", -2: "the day before yesterday"}.get(shift)  # fmt: skip
    if named:
        return named
    if abs(shift) > 14:
        return date_words(day, "long")
    return f"{in_words(shift)} days from today" if shift > 0 else f"{in_words(-shift)} days ago"


def amount_words(amount: float, form: str) -> str:
    text = f"{amount:,.2f}"
    if form == "comma":
        return text
    if form == "dots":
        return text.replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"{amount:.2f}"


def value_words(item: Field, value: Any, style: Style) -> str:
    """A canonical value as the document has it."""
    if item.kind == "date":
        day = date.fromisoformat(value)
        return date_words(day, style.dates) if style.today is None else relative_words(day, style.today)
    if item.kind == "amount":
        return amount_words(value, style.amounts)
    if item.kind == "whole" and style.words:
        return in_words(value)
    if item.kind == "time" and style.noise > 1:
        hour, minute = int(value[:2]), value[3:]
        return f"{(hour + 11) % 12 + 1}:{minute} {'am' if hour < 12 else 'pm'}"
    return str(value)


def write_up(rng: Rng, papers: list[Paper], style: Style) -> str:
    """The document that holds `papers`."""
    blocks = [_block(rng, paper, style) for paper in papers]
    text = rng.choice(("\n\n", "\n---\n", "\n* * *\n")).join(blocks)
    if style.noise > 1 and rng.chance(0.25 * style.noise):
        text = f"{rng.choice(data.CHATTER_BEFORE)}\n{text}"
    if style.noise > 1 and rng.chance(0.25 * style.noise):
        text = f"{text}\n{rng.choice(data.CHATTER_AFTER)}"
    return enclosed(rng, text)


def enclosed(rng: Rng, text: str) -> str:
    """`text` between marks, so that nothing around it runs into its values."""
    first, last = rng.choice((('"""\n', '\n"""'), ("```\n", "\n```"), ("<<<\n", "\n>>>"), ("<text>\n", "\n</text>")))
    return f"{first}{text}{last}"


def _block(rng: Rng, paper: Paper, style: Style) -> str:
    form, head = paper.form, ""
    skip: set[str] = set()
    if style.layout == "prose" and not paper.missing:
        words = {name: value_words(form.by_name[name], value, style) for name, value in paper.values.items()}
        head = rng.choice(form.prose).format(**words)
        skip = {item.name for item in form.fields[: form.required]}
    lines: Lines = []
    for item in form.fields:
        value = paper.values.get(item.name, paper.terms.get(item.name))
        if value is not None and item.name not in skip:
            lines.append((_label(rng, item, style), value_words(item, value, style)))
    if style.noise > 1:
        first, rest = lines[:1], lines[1:]
        rng.shuffle(rest)
        lines = first + rest
    for name, other in paper.decoys.items():
        lines.append((paper.decoy_labels[name], value_words(form.by_name[name], other, style)))
    for line in paper.lines:
        lines.insert(rng.below(len(lines) + 1), line)
    return _joined(rng, head, lines, style)


def _label(rng: Rng, item: Field, style: Style) -> str:
    if style.noise == 0:
        return item.labels[0]
    label = rng.choice(item.foreign if style.foreign else item.labels)
    if style.noise > 2 and rng.chance(0.15):  # as text recognition garbles it
        label = label.replace("o", "0").replace("l", "1")
    return label


def _joined(rng: Rng, head: str, lines: Lines, style: Style) -> str:
    if style.layout == "lines":
        mark = rng.choice((": ", " = ", " : ", "\t")) if style.noise > 1 else ": "
        return "\n".join(label + mark + text for label, text in lines)
    mark = rng.choice((" | ", " ; ", " // ", " · ")) if style.layout == "inline" else ", "
    form = rng.choice(("{0}: {1}", "{0} {1}")) if style.layout == "inline" else "{0} {1}"
    rest = mark.join(form.format(label.lower() if style.layout == "prose" else label, text) for label, text in lines)
    return mark.join(part for part in (head, rest) if part)
