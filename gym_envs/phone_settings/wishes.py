"""Questions, and requests about contacts and settings, each worked out from the answer."""

from __future__ import annotations

from trajgym.gym_envs.phone_settings import data
from trajgym.gym_envs.phone_settings.book import Note
from trajgym.gym_envs.phone_settings.phone import Phone
from trajgym.gym_envs.phone_settings.tools import LABELS, converted
from trajgym.gym_envs.plan import Alternative, Fact, Step

_PHONE_KEYS = ("number", "phone number", "new number")


# -- questions ---------------------------------------------------------------------------------------------------------


def conversion(ph: Phone) -> tuple[float, str, str]:
    """An amount that the user gives (fact ``amount``, step ``convert``): what comes out, and both units."""
    unit, to = ph.rng.choice(list(data.UNITS))
    value: float = ph.rng.between(13, 400)
    spoken = str(value)
    if ph.ambiguity == "unit_or_format":
        value, spoken = ph.rng.choice(data.SPOKEN_AMOUNTS)
    slot = ph.fact(
        "amount",
        value,
        "number",
        "amount",
        "how many",
        "how much",
        unit,
        spoken=spoken,
        say=("{value} " + unit, "it's {value} " + unit),
    )
    ph.step(
        "convert",
        "convert_unit",
        {"value": value, "unit": unit, "to": to},
        slots=(slot,),
        phrase=f"convert {spoken} {unit}",
    )
    return converted(value, unit, to), unit, to


def convert(ph: Phone) -> None:
    result, unit, to = conversion(ph)
    ph.tell("result", result, "number", (f"That is {{value}} {to}", f"It comes to {{value}} {to}", f"{{value}} {to}, converted"),
            (f"{ph.p}convert",), (round(result + 1.5, 2),))  # fmt: skip
    ph.want("a conversion", (
        f"how many {to} are {{amount}} {unit}", f"what is {{amount}} {unit} in {to}", f"turn {{amount}} {unit} into {to} for me",
        f"I have {{amount}} {unit} here and need it in {to}", f"convert {{amount}} {unit} to {to}",
        f"I need a number of {unit} in {to}", f"can you convert {unit} into {to} for me", f"please convert some {unit} to {to}",
    ), "amount")  # fmt: skip


def battery(ph: Phone) -> None:
    status = ph.status()
    charge = ph.book.battery
    ph.tell("charge", charge, "number", ("The battery is at {value} percent", "There are {value} percent left in the battery", "Battery: {value} percent"),
            (status,), (charge + 9,))  # fmt: skip
    ph.want("the battery", (
        "how much battery do I have left", "what's my battery at", "how full is my phone's battery", "tell me the charge of my battery",
        "how many percent of battery are left", "check the battery of my phone", "is the battery still good, how many percent",
    ))  # fmt: skip


def number_of(ph: Phone) -> None:
    person, find, _ = ph.somebody("the person whose number it is")
    ph.tell("number", person.phone, "id", (f"{person.name}: {{value}}", f"The number of {person.name} is {{value}}", f"You can reach {person.name} at {{value}}"),
            (find,), ph.alike[person.phone])  # fmt: skip
    ph.want("a phone number", (
        "what's the phone number of {who}", "I need the number of {who}", "look up the number of {who} for me", "which number do I have for {who}",
        "give me the phone number of {who}", "can you find a phone number for me", "I need somebody's number", "look up a number in my contacts",
    ), "who")  # fmt: skip


def a_note(ph: Phone) -> Note:
    """A message whose number the user wants (facts ``from`` and ``topic``, step ``read``)."""
    notes, used = ph.book.notes, ph.shared.used
    start = ph.rng.below(len(notes))
    ordered = [*notes[start:], *notes[:start]]
    note = next(n for n in ordered if n.person.id not in used)
    other = next(n for n in ordered if n.person is not note.person)
    used |= {note.person.id, "messages"}
    sender = ph.fact(
        "from",
        note.person.name,
        "name",
        "the sender",
        "sender",
        "from whom",
        "who wrote",
        "who sent",
        wrong=other.person.name,
    )
    topic = ph.fact(
        "topic",
        note.topic,
        "text",
        "the thing it is about",
        "thing",
        "topic",
        "about what",
        say=("it's about the {value}", "I mean the {value}"),
    )
    ph.step("read", "search_messages", {"person": note.person.name}, slots=(sender,), group=f"{ph.p}read")
    ph.step(
        "scan", "search_messages", {"query": note.topic}, slots=(topic,), group=f"{ph.p}read", mentions=(note.topic,)
    )
    ph.holes.append(("messages", note.id, "body"))
    return note


def what_wrote(ph: Phone) -> None:
    note = a_note(ph)
    ph.tell("note", note.number, "number", (f"{note.person.name} wrote: the {note.topic} is {{value}}", f"The {note.topic} is {{value}}, says {note.person.name}",
            f"According to {note.person.name} the {note.topic} is {{value}}"), (f"{ph.p}read",), (note.number + 100,))  # fmt: skip
    ph.want("a message", (
        "what was the {topic} that {from} texted me", "{from} sent me the {topic}, what was it", "find the {topic} in the messages of {from}",
        "I need the {topic}, {from} wrote it to me", "look up the {topic} in what {from} texted me",
        "look something up in my messages for me", "somebody texted me something that I need now", "I need something out of my messages",
    ), "from", "topic")  # fmt: skip


# -- contacts ----------------------------------------------------------------------------------------------------------


def new_contact(ph: Phone) -> None:
    rng = ph.rng
    name = f"{rng.choice((*data.FEMALE, *data.MALE))} {rng.choice(data.LAST)}-{rng.choice(data.LAST)}"
    phone, spoken = ph.number()
    who = ph.fact("name", name, "name", "the name of the new contact", "name", "who", "called")
    number = ph.fact(
        "phone", phone, "id", "the phone number", *_PHONE_KEYS, spoken=spoken, wrong=ph.number()[1] if ph.errs else ""
    )
    ph.step("add", "add_contact", {"name": name, "phone": phone}, (), (who, number), phrase=f"store {name} with {phone}",
            done=f"{name} is added to your contacts with {phone}")  # fmt: skip
    ph.want("a new contact", (
        "add {name} to my contacts, the number is {phone}", "store a new contact: {name}, {phone}", "save {phone} as {name}",
        "put {name} with {phone} into my contacts", "I met {name}, please save the number {phone}", "add a contact for me", "store a new contact please",
        "I want to save somebody's number",
    ), "name", "phone")  # fmt: skip


def renumber(ph: Phone) -> None:
    person, find, slots = ph.somebody("the contact with a new number")
    phone, spoken = ph.number()
    number = ph.fact(
        "phone", phone, "id", "the new number", *_PHONE_KEYS, spoken=spoken, wrong=ph.number()[1] if ph.errs else ""
    )

    def change(name: str, to: str, needs: tuple[str, ...]) -> Step:
        return Step(name, "update_contact", {"contact_id": person.id, "phone": to}, needs, (*slots, number), f"{ph.p}g0", confirm=True,
                    phrase=f"change the number of {person.name} to {to}", done=f"the number of {person.name} is changed to {to}")  # fmt: skip

    step = change(f"{ph.p}change", phone, (find,))
    ph.steps.append(step)
    if ph.ambiguity == "implicit_goal":
        says: tuple[str, ...] = (
            "{who} can be reached at {phone} from now on, the old number is dead", "what I have stored for {who} is no longer right, it's {phone} now",
            "{who} got a new phone: {phone}", "what I have stored for somebody is out of date", "somebody has got a new phone", "a number of mine leads nowhere now",
        )  # fmt: skip
    elif ph.ambiguity == "pronoun_ref":
        says = (
            "look up {who} in my contacts and give them the number {phone}", "{who} is in my contacts; put the number {phone} in for them",
            "find {who} and change their number to {phone}", "look somebody up and change their number", "somebody is in my contacts, and I have a new number for them",
            "find a contact of mine and put in their new number",
        )  # fmt: skip
    else:
        says = (
            "change the number of {who} to {phone}", "{who} has a new number: {phone}, please update it", "update the phone number of {who}, it's {phone} now",
            "put {phone} down as the number of {who}", "please store {phone} for {who} in place of the old number", "change a number in my contacts",
            "somebody has a new number, please update it", "update a contact for me",
        )  # fmt: skip
    ph.want("a contact", says, "who", "phone")
    other, said = ph.number()
    pre = "mendable" not in ph.wants
    again = change(f"{step.name}#1", other, (find,) if pre else ())
    fact = Fact(number, other, "id", "the new number", _PHONE_KEYS, said)
    ph.alternatives.append(
        Alternative(number, fact, {step.name: again} if pre else {}, after_write={} if pre else {step.name: again})
    )


def drop_contact(ph: Phone) -> None:
    person, find, slots = ph.somebody("the contact to remove")
    ph.step("drop", "remove_contact", {"contact_id": person.id}, (find,), slots, confirm=True, phrase=f"remove {person.name} from your contacts",
            done=f"{person.name} is removed from your contacts")  # fmt: skip
    says: tuple[str, ...] = (
        "remove {who} from my contacts", "delete the contact of {who}", "I don't need {who} in my contacts any more, delete the entry",
        "please take {who} out of my contacts", "erase the entry of {who}", "delete a contact for me", "remove somebody from my contacts", "a contact has to go",
    )  # fmt: skip
    if ph.ambiguity == "pronoun_ref":
        says = (
            "look up {who} in my contacts and delete them there", "{who} is still in my contacts, take them out", "find {who} and remove them from my contacts",
            "look somebody up in my contacts and delete them", "somebody is still in my contacts, take them out", "find a contact and remove it",
        )  # fmt: skip
    ph.want("a contact", says, "who")


# -- settings ----------------------------------------------------------------------------------------------------------

_SYMPTOMS = {
    ("bluetooth", True): ("my headphones don't find the phone", "the speaker of the car can't pair with my phone", "my smart watch has lost my phone"),
    ("bluetooth", False): ("strange devices keep trying to pair with me", "my calls keep jumping to the headphones of my flatmate", "nothing should be able to pair with me"),
    ("do_not_disturb", True): ("I don't want to hear a sound from the phone during the concert", "no call should wake me up tonight", "I'm in an exam, nothing may ring"),
    ("do_not_disturb", False): ("I don't hear it when people call me", "the phone stays silent although I wait for a call", "I miss every call because nothing rings"),
    ("hotspot", True): ("my laptop has to go online through my phone", "the tablet needs the phone's connection", "I need my phone as an access point for the laptop"),
    ("hotspot", False): ("strangers surf through my phone", "my kids should no longer go online through my phone", "nobody else should use my phone's connection"),
    ("wifi", True): ("I can't get into the network of the café", "the phone doesn't see the router at home", "the phone finds no wireless network"),
    ("location", True): ("the map doesn't know where I am", "my position isn't found", "the hiking map shows me in the wrong place"),
    ("cellular", True): ("I have no bars and nobody can call me", "my phone gets no signal from the mobile network", "the phone isn't in the mobile network"),
}  # fmt: skip
_WISHED = {
    "bluetooth",
    "do_not_disturb",
    "hotspot",
    "wifi",
    "location",
    "cellular",
    "airplane_mode",
    "low_battery_mode",
}


def _targets(ph: Phone) -> list[tuple[str, bool]]:
    """Settings that can be switched, to what. What other requests of the plan may need is only turned on."""
    shared, managed = ph.shared, ph.book.managed
    found: list[tuple[str, bool]] = []
    for setting in sorted(_WISHED - managed):
        to = not shared.on[setting]
        if ph.ambiguity == "implicit_goal" and (setting, to) not in _SYMPTOMS:
            continue
        harmless = (
            setting in ("bluetooth", "do_not_disturb")
            or (setting == "hotspot" and to)
            or (to and setting in ("wifi", "location", "cellular"))
        )
        if setting not in shared.by and (shared.alone or harmless):
            found.append((setting, to))
    blocked: list[tuple[str, bool]] = [t for t in found if t[1] and t[0] in ("hotspot", "wifi", "location", "cellular")]
    return blocked if blocked and ph.task.level > 1 and ph.rng.chance(0.7) else found


def switch(ph: Phone) -> None:
    setting, on = ph.rng.choice(_targets(ph))
    label, state = LABELS[setting], "on" if on else "off"
    slot = ph.fact(
        "setting", label, "choice", "the setting", "which setting", "setting", say=("I mean {value}", "it's {value}")
    )
    needs = (ph.status(), *(ph.clear(setting, (), (slot,)) if on else []))
    name = ph.step(
        "switch",
        "set_setting",
        {"name": setting, "on": on},
        needs,
        (slot,),
        phrase=f"turn {label} {state}",
        done=f"{label} is now {state}",
    )
    ph.note(setting, on, name)
    if ph.ambiguity == "implicit_goal":
        hints = _SYMPTOMS[setting, on]
        del ph.facts[slot]
        for step in ph.steps:
            step.slots = ()
        ph.want("a setting", (*hints, *(f"{hint}, can you do something about it" for hint in hints)))
        return
    verbs = (
        ("turn on", "switch on", "enable", "activate") if on else ("turn off", "switch off", "disable", "deactivate")
    )
    ph.want("a setting", (
        *(f"{verb} {{setting}}" for verb in verbs), f"I want {{setting}} {state}", f"please make sure that {{setting}} is {state}", f"can you turn {{setting}} {state}",
        f"turn a setting {state} for me", f"a setting of my phone has to be {state}", f"something on my phone has to be switched {state}",
    ), "setting")  # fmt: skip
