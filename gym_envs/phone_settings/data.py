"""Words that the phones and their tasks are made of."""

from __future__ import annotations

from trajgym.seeding import Rng

FEMALE = (
    "Ada Alma Anouk Ayla Bea Bianca Carla Celine Clara Dora Elif Emma Esra Eva Farah Freya Gita Greta Hana Heidi Ida Ilse Ines "
    "Irma Jana Juno Kira Laura Leila Lena Lina Lotte Maja Mara Mila Mina Nadia Nora Olga Paula Petra Rania Rosa Sara Selma Sofia "
    "Tamar Tilda Uma Vera Wanda Yara Zoe"
).split()
MALE = (
    "Amir Anders Arlo Beno Bruno Cem Dario Deniz Edgar Emil Enzo Felix Finn Hugo Igor Ivan Jonas Kaan Lars Leo Luca Malik Marco "
    "Matti Nils Omar Oskar Otto Pablo Pavel Rafael Remy Ruben Sami Silas Sven Tariq Theo Timo Tomas Ulf Viktor Yusuf Zeno"
).split()
LAST = (
    "Adler Baumann Bellini Bianchi Borg Brandt Castell Dahl Decker Demir Dietz Dvorak Eklund Engel Ferrari Fiala Fischer Gallo "
    "Hagen Haller Hansen Horvat Ivanov Jansen Kaya Keller Kovacs Kraus Lang Larsen Lehner Lindgren Lorenz Maier Marin Moretti "
    "Nilsen Novak Olsen Orban Peeters Pichler Popov Quist Rausch Ricci Rossi Sand Sander Silva Stark Steiner Sutter Takacs Thoma "
    "Unger Varga Vogel Weber Winter Yilmaz Zeller Zimmer"
).split()
CLOSE = (
    "sister|brother|boss|dentist|landlord|neighbour|accountant|plumber|doctor|coach|tutor|barber|lawyer|cousin|uncle|aunt|"
    "flatmate|vet|piano teacher|gardener|electrician|godmother|nephew|physiotherapist|travel agent|caretaker|tailor|notary"
).split("|")
"""Relationships that one person of a phone has at most."""
LOOSE = ("friend", "colleague", "classmate", "team mate")
SERVICES = ("Tarot Line", "Quiz Hotline", "Horoscope Service", "Prize Draw", "Joke Line", "Ringtone Club")

THINGS = (
    "ficus|boiler|bicycle|passport|library book|winter tyre|insurance card|piano|aquarium|fridge|bathroom tap|camera|"
    "rucksack|tax form|garden gate|parcel|smoke detector|coffee machine|guitar|sofa|hammock|printer|laptop|tent|"
    "washing machine|wedding gift|rail pass|rent contract|birthday cake|carpet|cellar key|ski rack|water filter|"
    "house key|old phone|violin|gym card|greenhouse|lawn mower|bread knife|sewing machine|radiator|doorbell|letterbox"
).split("|")
DEEDS = (
    "check|clean|pick up|return|renew|sell|repair|photograph|order a part for|ask about|label|pack|measure|wrap|look for|"
    "weigh|polish|test|collect|hand over"
).split("|")
TOPICS = (
    ("door code", "The door code is {n} now."),
    ("locker number", "Your locker number is {n}, second row."),
    ("room number", "They moved us, the room number is {n}."),
    ("parking spot", "Take parking spot {n} when you come."),
    ("platform number", "The train goes from platform number {n} today."),
    ("table number", "We sit outside, table number {n}."),
    ("gate code", "New gate code since Monday: {n}."),
    ("seat number", "I got you seat number {n}."),
    ("safe combination", "The safe combination is {n} again."),
    ("ticket number", "Your ticket number is {n}, keep it."),
    ("meter reading", "I noted the meter reading: {n}."),
    ("bike lock code", "The bike lock code is {n}."),
)
"""What messages are about, and how they put it."""
NEWS = (
    "the train gets in at {t}", "dinner is at {t}", "the gate code is {n}", "the {thing} is in the hall", "the meeting starts at {t}",
    "we meet at the station at {t}", "the table is booked for {t}", "the {thing} costs {n} euros", "the film begins at {t}",
    "the taxi comes at {t}", "I left the {thing} with the neighbours", "the {thing} has been repaired", "our room is number {n}",
    "the key is under the {thing}", "the concert ends at {t}", "I have sold the {thing}", "the courier rings at {t}",
    "I bring the {thing} along", "the parking spot is number {n}", "the doctor is free at {t}",
)  # fmt: skip
CATEGORIES = (
    "pharmacy|bakery|bank|cinema|library|museum|gym|hotel|florist|bookshop|petrol station|post office|launderette|hairdresser|"
    "supermarket|car park|ice cream parlour|hardware store|bike shop|toy shop|optician|sauna"
).split("|")
STYLES = (
    "Amber Blue Bright Copper Corner Crystal Early Garden Gentle Golden Green Harbour Hidden Iron Ivory Lucky Lunar Maple Marble "
    "Midnight Northern Old Orchid Paper Quiet River Rosy Royal Silver Solar Stone Sunny Tall Velvet Violet White Wild Windy"
).split()
EMBLEMS = (
    "Anchor Arrow Badger Bell Bridge Castle Clover Comet Crown Dolphin Eagle Falcon Fountain Fox Heron Key Lantern Lighthouse Lion "
    "Meadow Mill Moon Oak Otter Owl Pearl Raven Rose Sail Sparrow Star Swan Tower Tulip Wheel Wolf"
).split()
DISTRICTS = (
    "Alt Moabit|Bergen Hill|Castle Quay|Docklands|Eastgate|Fishmarket|Garden Town|Harbour End|Ironbridge|Kings Mead|Lakeside|"
    "Millbrook|New Basin|Old Town|Park Row|Queensway|Riverside|Southbank|Tower Hamlet|University Hill|Weavers Yard|Westfield"
).split("|")
UNITS: dict[tuple[str, str], float] = {
    ("miles", "kilometres"): 1.609344, ("kilometres", "miles"): 0.621371, ("pounds", "kilograms"): 0.453592,
    ("kilograms", "pounds"): 2.204623, ("inches", "centimetres"): 2.54, ("centimetres", "inches"): 0.393701,
    ("gallons", "litres"): 3.785412, ("litres", "gallons"): 0.264172, ("feet", "metres"): 0.3048, ("metres", "feet"): 3.28084,
}  # fmt: skip
"""(unit, other unit) -> how many of the other one unit is."""
SPOKEN_AMOUNTS = (
    (1.5, "one and a half"), (2.5, "two and a half"), (12, "a dozen"), (24, "two dozen"), (3.5, "three and a half"),
    (20, "twenty"), (35, "thirty-five"), (50, "fifty"), (7.5, "seven and a half"), (90, "ninety"), (110, "a hundred and ten"),
    (18, "eighteen"), (65, "sixty-five"), (4.5, "four and a half"), (40, "forty"), (120, "a hundred and twenty"),
)  # fmt: skip
BEYOND = (
    ("taxi", "order a taxi to {where}"), ("screenshot", "take a screenshot of the map of {where}"), ("photo", "take a photo of the {thing}"),
    ("phone call", "make a phone call to the {where} town hall"), ("payment", "make a payment of {n} euros for the {thing}"),
    ("app", "install an app for the {thing}"), ("ringtone", "set a ringtone that sounds like a {thing}"),
    ("playlist", "play the playlist for the {thing}"), ("e-mail", "send an e-mail about the {thing}"),
    ("wallpaper", "make the {thing} my wallpaper"), ("backup", "make a backup of the last {n} pictures"),
    ("video", "record a video of the {thing}"), ("translation", "make a translation of the manual of the {thing}"),
    ("voice note", "record a voice note about the {thing}"), ("calendar", "put the {thing} into the calendar of {where}"),
)  # fmt: skip
"""What no tool of the phone does: its name, and how it is asked for."""
ASSISTANTS = (
    "Ivy", "Milo", "Nell", "Otto", "Pia", "Quentin", "Runa", "Sol", "Tavi", "Una", "Vito", "Wilma", "Xeno", "Yuki", "Zita", "Arne",
    "Bo", "Cleo", "Dag", "Edda", "Flo", "Gil", "Hedy", "Ike",
)  # fmt: skip
HOME_CODES = ("+49", "+43", "+41", "+31", "+46")
"""Country code of the phones of each level."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")


def number_behind(rng: Rng) -> str:
    """A mobile number without country code and leading zero; of a range that nobody has."""
    return f"1{rng.between(50, 79)}555{rng.below(10000):04d}"


def local(number: str) -> str:
    """A number as people at home say it."""
    return f"0{number[:3]} {number[3:6]} {number[6:]}"


def deed(rng: Rng) -> tuple[str, str]:
    """Something to be reminded of, and the word that must not get lost."""
    thing = rng.choice(THINGS)
    return f"{rng.choice(DEEDS)} the {thing}", thing


def news(rng: Rng) -> tuple[str, str]:
    """Something to text, and what must stand in it."""
    text = rng.choice(NEWS)
    time, number, thing = (
        f"{rng.between(13, 22)}:{5 * rng.below(12):02d}",
        str(rng.between(13, 990)),
        rng.choice(THINGS),
    )
    said = text.replace("{t}", time).replace("{n}", number).replace("{thing}", thing)
    return said, time if "{t}" in text else number if "{n}" in text else thing


def say_time(minute: int, in_words: bool) -> str:
    """A time of day, on the quarter of an hour when it is to be said in words."""
    hour, rest = divmod(minute, 60)
    if not in_words:
        return f"{hour:02d}:{rest:02d}"
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    name = HOURS[hour % 12]
    exact = {
        0: f"{name} o'clock",
        15: f"quarter past {name}",
        30: f"half past {name}",
        45: f"quarter to {HOURS[(hour + 1) % 12]}",
    }
    return f"{exact[rest]} {part}"
