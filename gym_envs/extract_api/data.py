"""Words that documents, code tables and small talk are made of. No form or chatter holds a number."""

from __future__ import annotations

from trajgym.seeding import Rng

FIRST_NAMES = (
    "Ada Alma Amir Anders Anouk Arlo Ayla Bea Bianca Bruno Carla Cem Chen Clara Dario Deniz Dora Edgar Eira Elif Emil Enzo "
    "Esra Farah Felix Finn Freya Gita Greta Hana Hugo Ida Igor Ilse Ines Ivan Jana Jonas Juno Kaan Kira Lars Leila Lena Leo "
    "Lina Luca Maja Malik Mara Mila Mina Nadia Nils Nora Olga Omar Oskar Pablo Paula Petra Rafael Rania Remy Rosa Ruben Sami "
    "Selma Silas Sofia Sven Tamar Theo Tilda Tomas Uma Vera Viktor Wanda Yara Yusuf Zoe"
).split()
SURNAMES = (
    "Abel Adler Almqvist Aydin Bakker Bauer Benali Berg Bianchi Blom Brandt Costa Dahl Demir Dubois Eriksen Farkas Ferrari "
    "Fontaine Garcia Gruber Haas Hansen Hoffmann Ibsen Jansen Kaya Keller Koch Kovac Krol Lange Larsen Lindgren Lopez Maier "
    "Marino Martens Moreau Nagy Navarro Novak Nyberg Okafor Olsen Orlov Pavlov Peeters Petit Popescu Quist Ricci Riedel Roth "
    "Rossi Sala Sato Schuster Silva Sorensen Steiner Tamm Torres Ullman Vargas Vogel Wagner Weiss Winther Yilmaz Zeman Ziegler"
).split()
TRADES = (
    "Foods Paper Tools Textiles Logistics Optics Ceramics Timber Metals Printing Seeds Glass Pumps Cables Bakery Dairy "
    "Furniture Bearings Coatings Plastics Instruments Packaging Bicycles Lighting Catering"
).split()
LEGAL = ("GmbH", "Ltd", "AB", "SA", "BV", "Oy", "Srl", "Inc", "KG", "ApS")
CITIES = (
    "Aarhus Antwerp Athens Basel Bergen Bilbao Bologna Bremen Bristol Brno Cardiff Cork Delft Dublin Essen Florence Galway "
    "Gdansk Geneva Genoa Ghent Graz Hamburg Izmir Jena Krakow Leeds Leipzig Lille Linz Lisbon Ljubljana Lund Lyon Malmo Mainz "
    "Milan Munich Nantes Naples Oslo Oulu Padua Parma Porto Prague Reims Riga Salzburg Seville Tallinn Tampere Trieste Turin "
    "Turku Utrecht Valencia Verona Vienna Vilnius Warsaw Zagreb Zurich"
).split()
ADJECTIVES = (
    "Blue Red Green Grey Black White Small Large Light Heavy Round Flat Long Short Thin Thick Soft Hard Plain Fine Rough Coarse "
    "Bright Dark Clear Matt Double Single Twin Half"
).split()
ARTICLES = (
    "Bolt Bracket Brush Bucket Cable Candle Chair Clamp Cloth Coil Cup Drawer Filter Flask Folder Frame Funnel Gasket Glove "
    "Handle Hinge Hook Hose Jar Kettle Ladder Lamp Lid Mat Mug Nail Nozzle Pan Pipe Plate Pump Rack Rail Rope Screw Shelf Sieve "
    "Spring Strap Tile Towel Tray Tube Valve Washer Wheel Wire"
).split()
JOBS = (
    "Accountant Analyst Architect Baker Buyer Carpenter Chemist Cook Dispatcher Driver Editor Electrician Engineer Florist "
    "Gardener Glazier Illustrator Joiner Librarian Machinist Mechanic Nurse Optician Painter Planner Plumber Potter Printer "
    "Roofer Secretary Statistician Surveyor Tailor Teacher Technician Tester Translator Tutor Welder"
).split()
JOB_RANKS = ("Junior", "Senior", "Lead", "Assistant", "Trainee", "Chief", "Deputy", "Travelling")
DEVICES = (
    "reading lamp|ceiling fan|floor heating|coffee machine|robot mower|window blind|air purifier|aquarium light|dish washer|"
    "garden sprinkler|desk lamp|tumble dryer|radio|projector|humidifier|towel rail|fountain|oven|bread maker|vacuum robot|"
    "electric blanket|greenhouse vent|terrace awning|wine cooler"
).split("|")
LOCKS = ("front door", "garage gate", "back door", "safe", "cellar door", "garden gate", "gun locker", "tool shed")
METHODS = (
    "photometry",
    "titration",
    "chromatography",
    "turbidimetry",
    "potentiometry",
    "electrophoresis",
    "nephelometry",
)
CHATTER_BEFORE = (
    "Dear colleagues, see below.", "FYI", "(forwarded from the front office)", "-- scanned by copier two --", "Good morning all,",
    "copy of the copy, sorry for the quality", "Bonjour, voici le document.", "Guten Tag, anbei das Dokument.", "*** text recognition ***",
    "Hola, adjunto lo pedido.", "From the shared inbox:", "[start of message]",
)  # fmt: skip
CHATTER_AFTER = (
    "Sent from my phone", "Mit freundlichen Grüßen", "Cordialement", "Please think of the trees before you print this.",
    "(stamp, not legible)", "This message was created by a machine and is valid without a signature.", "Saludos", "-- end of page --",
    "Best, the front office", "[end of message]", "(coffee stain)", "All goods remain ours until paid.",
)  # fmt: skip
SPARE_PAPERS = (
    "parking ticket|wedding invitation|cake recipe|concert programme|lost-dog notice|bus timetable|crossword puzzle|love letter|"
    "weather report|chess score sheet|club newsletter|holiday postcard|menu card|birth announcement|theatre ticket|school report"
).split("|")
PAPER_LINES = (
    "Everyone is welcome", "Doors open early", "Please keep this paper", "With many thanks to all helpers", "Mix well and let it rest",
    "Seen last near the old mill", "Bring your own cup", "Subject to change", "See you there", "No dogs, please",
)  # fmt: skip

CURRENCIES = {
    "euro": "EUR", "US dollar": "USD", "British pound": "GBP", "Swiss franc": "CHF", "Swedish krona": "SEK", "Norwegian krone": "NOK",
    "Danish krone": "DKK", "Polish zloty": "PLN", "Czech koruna": "CZK", "Japanese yen": "JPY", "Turkish lira": "TRY",
    "Canadian dollar": "CAD",
}  # fmt: skip
COUNTRIES = {
    "Austria": "AT", "Belgium": "BE", "Czechia": "CZ", "Denmark": "DK", "Estonia": "EE", "Finland": "FI", "France": "FR",
    "Germany": "DE", "Greece": "GR", "Ireland": "IE", "Italy": "IT", "Japan": "JP", "Norway": "NO", "Poland": "PL",
    "Portugal": "PT", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "Turkey": "TR",
}  # fmt: skip
UNITS = {
    "piece": "H87", "kilogram": "KGM", "litre": "LTR", "metre": "MTR", "tonne": "TNE", "box": "XBX", "bottle": "XBO", "roll": "XRO",
    "gram per litre": "GL", "millimole per litre": "M33", "square metre": "MTK", "pair": "PR",
}  # fmt: skip
STANDARD = {"currency": CURRENCIES, "country": COUNTRIES, "unit": UNITS}
"""Tables of public codes: the same in every world, and printed in the prompt where look-ups do not answer."""

HOUSE = {
    "category": "groceries|rent|travel|insurance|salary|energy|telephone|repairs|gifts|books|sports|pharmacy|restaurants|clothing|"
                "education|donations|bank fees|pets|gardening|interest",
    "cost_centre": "marketing north|marketing south|canteen|tool shop|paint shop|field service|head office|training|fleet|"
                   "research|test lab|warehouse east|warehouse west|reception|events|print room|legal|quality|patents|night shift",
    "article_group": "fasteners|kitchenware|lab glass|lighting|office supplies|packaging|pipes|safety gear|seals|textiles|tools|"
                     "valves|hoses|cleaning|ceramics|furniture|garden|hand tools|spare parts|wood",
    "department": "accounts|bakery|boiler house|customer care|design|dispatch|export|human resources|IT support|kitchens|legal affairs|"
                  "maintenance|plant hire|procurement|publishing|security|surveying|tailoring|translation|workshop",
    "room": "attic|bathroom|bedroom|cellar|children's room|conservatory|corridor|dining room|garage|guest room|hall|kitchen|"
            "laundry room|library|living room|loft|music room|pantry|study|terrace",
    "analyte": "albumin|bilirubin|calcium|chloride|cholesterol|copper|creatinine|ferritin|folate|glucose|iron|lactate|magnesium|"
               "phosphate|potassium|protein|sodium|urea|zinc|uric acid",
}  # fmt: skip
HOUSE_TERMS = {table: tuple(terms.split("|")) for table, terms in HOUSE.items()}
"""Tables of the house's own codes, which no one knows by heart: each world fills part of the terms with codes of its own."""

HOUSE_PREFIX = {
    "category": "K",
    "cost_centre": "CC",
    "article_group": "AG",
    "department": "DP",
    "room": "RM",
    "analyte": "AN",
}
TABLES = (*STANDARD, *HOUSE_TERMS)

TONES = (
    ("a pirate", "Ahoy, {who}", ("{value}, ye be a fine crew", "{value}! May the wind fill yer sails"),
     ("Thanks for the {value}, arr", "The {value} be a treasure to us, arr")),
    ("an old butler", "At your service, {who}", ("{value}, as ever", "{value}, if I may say so"),
     ("One is most obliged for the {value}", "The {value} was received with pleasure")),
    ("a sports reporter", "What a match, {who}", ("{value}, the crowd is on its feet", "{value}! Unbelievable scenes here")
     , ("And the {value} goes straight in", "Nobody saw that {value} coming")),
    ("a friendly robot", "Beep boop, {who}", ("{value}, friendship mode is on", "{value}. Joy level: high"),
     ("Scanning {value}: result is excellent", "The {value} computes well")),
    ("a fairy godmother", "Bless you, {who}", ("{value}, my dear", "{value}, and may all your wishes come true"),
     ("Such a magical {value}, dearie", "The {value} sparkles like a star")),
    ("a strict teacher", "Well done, {who}", ("{value}, keep it up", "{value}. Sit up straight, though"),
     ("The {value} earns full marks", "Let the {value} be an example to the class")),
)  # fmt: skip
"""A tone, the words it must have, and what the oracle makes of them."""

CHORES = (
    ("pay the invoice of {who}", "invoice"), ("call {who} about the delivery", "call"), ("send an e-mail to {who}", "e-mail"),
    ("translate the contract with {who} into Latin", "contract"), ("print the labels for {who}", "labels"),
    ("book a truck to {city}", "truck"), ("transfer the deposit to {who}", "deposit"), ("order lunch for the team in {city}", "lunch"),
    ("delete the records of {who}", "records"), ("fax the price list to {city}", "price list"),
    ("write an obituary for the founder of {who}", "obituary"), ("reserve a hotel room in {city}", "hotel room"),
)  # fmt: skip


def person(rng: Rng) -> str:
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(SURNAMES)}"


def company(rng: Rng) -> str:
    return f"{rng.choice(SURNAMES)} {rng.choice(TRADES)} {rng.choice(LEGAL)}"


def article(rng: Rng) -> str:
    return f"{rng.choice(ADJECTIVES)} {rng.choice(ARTICLES)}"


def job(rng: Rng) -> str:
    return f"{rng.choice(JOB_RANKS)} {rng.choice(JOBS)}"


def city(rng: Rng) -> str:
    return rng.choice(CITIES)


def email(rng: Rng) -> str:
    return f"{rng.choice(FIRST_NAMES)}.{rng.choice(SURNAMES)}@{rng.choice(TRADES)}.example".lower()


def numbered(rng: Rng, prefix: str) -> str:
    return f"{prefix}-{rng.between(10000, 99999)}"
