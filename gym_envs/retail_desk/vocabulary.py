"""The words that shops, customers and products of this world are made of."""

from __future__ import annotations

FIRST_NAMES = tuple(
    (
        "Ada Adam Aisha Alba Alex Amara Amir Andrea Anna Anton Aria Arthur Asha Bella Ben Bianca Boris Bruno Camila Carla "
        "Carlos Celia Chen Chloe Clara Conor Dalia Daniel Daria David Diego Edith Elena Elias Elif Emil Emma Enzo Erik "
        "Esther Eva Fatima Felix Fiona Frida Gabriel Gloria Greta Hana Hassan Helena Hugo Ida Ines Irina Isaac Ivan Jana "
        "Jasmin Joel Jonas Julia Kai Karim Katja Kenji Lara Laura Leila Leo Liam Linda Lucia Luis Maja Marco Maria Marta "
        "Max Maya Mei Milan Mina Mira Nadia Nina Noah Nora Olga Oscar Paul Petra Priya Rafael Rania Rita Rosa Ruth Samir "
        "Sara Selma Silvia Sofia Stefan Tara Theo Tim Uma Vera Victor Viola Wanda Yara Yusuf Zoe"
    ).split()
)
LAST_NAMES = tuple(
    (
        "Abbott Adler Ahmed Alvarez Andersen Baker Barros Bauer Becker Bell Berg Bianchi Blum Brandt Byrne Carver Castro "
        "Chandra Chen Clarke Costa Cruz Dahl Davies Dietrich Doyle Duarte Eriksen Evans Farkas Ferrari Fischer Fleming "
        "Fontana Foster Fuchs Garcia Gomez Grant Greco Haas Hansen Harper Hayes Heller Herrera Hoffman Holm Horvath Hughes "
        "Ibrahim Ito Jansen Jensen Kaya Keller Kelly Khan Klein Kovacs Kramer Kumar Lang Larsen Lemaire Lindgren Lopez "
        "Lorenz Marino Martin Mendes Meyer Moreau Moretti Morgan Mueller Nakamura Neumann Nielsen Novak Nowak Olsen Ortega "
        "Park Patel Peters Popescu Quinn Ramos Reyes Ricci Richter Rossi Russo Santos Schmidt Schuster Sharma Silva Simons "
        "Sousa Stein Svensson Tanaka Torres Turner Vargas Vidal Vogel Wagner Walsh Weber Winkler Wright Yilmaz Young Zhang"
    ).split()
)
STREETS = tuple(
    (
        "Acorn Alder Amber Anchor Apple Ash Aspen Baker Bay Beech Berry Birch Bridge Brook Canal Castle Cedar Chapel "
        "Cherry Church Clay Clover Coral Cotton Crescent Daisy Dale Dawn Eagle Elder Elm Falcon Fern Field Forest Fountain "
        "Garden Garnet Glen Granite Grove Harbour Hazel Heather Hill Holly Iris Ivy Jasmine Juniper King Lake Lark Laurel "
        "Lavender Lemon Lily Linden Lion Lotus Maple Market Meadow Mill Mint Moss Myrtle North Oak Ocean Olive Orchard "
        "Orchid Park Pearl Pebble Pine Plum Poplar Quarry Queen Raven River Robin Rose Rowan Saffron Sage School Silver "
        "Spring Spruce Station Stone Sunset Swan Sycamore Temple Thistle Tower Valley Violet Walnut Willow Windmill"
    ).split()
)
STREET_KINDS = ("Street", "Road", "Lane", "Avenue", "Way", "Close", "Square", "Court")
PLACES = (
    ("Aachen", "Germany", "52"),
    ("Bremen", "Germany", "28"),
    ("Dresden", "Germany", "01"),
    ("Freiburg", "Germany", "79"),
    ("Leipzig", "Germany", "04"),
    ("Munich", "Germany", "80"),
    ("Graz", "Austria", "80"),
    ("Linz", "Austria", "40"),
    ("Vienna", "Austria", "10"),
    ("Basel", "Switzerland", "40"),
    ("Bern", "Switzerland", "30"),
    ("Zurich", "Switzerland", "80"),
    ("Antwerp", "Belgium", "20"),
    ("Ghent", "Belgium", "90"),
    ("Lille", "France", "59"),
    ("Lyon", "France", "69"),
    ("Nantes", "France", "44"),
    ("Bilbao", "Spain", "48"),
    ("Seville", "Spain", "41"),
    ("Valencia", "Spain", "46"),
    ("Bologna", "Italy", "40"),
    ("Trieste", "Italy", "34"),
    ("Turin", "Italy", "10"),
    ("Porto", "Portugal", "40"),
    ("Braga", "Portugal", "47"),
    ("Helsinki", "Finland", "00"),
    ("Turku", "Finland", "20"),
    ("Malmo", "Sweden", "21"),
    ("Uppsala", "Sweden", "75"),
    ("Aarhus", "Denmark", "80"),
    ("Odense", "Denmark", "50"),
    ("Bergen", "Norway", "50"),
    ("Krakow", "Poland", "30"),
    ("Gdansk", "Poland", "80"),
    ("Brno", "Czechia", "60"),
    ("Ljubljana", "Slovenia", "10"),
)
"""City, country, and how its postcodes begin."""
SHORT_POSTCODES = frozenset(("Austria", "Switzerland", "Belgium", "Denmark", "Norway", "Slovenia"))
MAIL_HOSTS = ("example.com", "example.org", "example.net", "mail.example", "post.example", "inbox.example")
CARD_BRANDS = ("Visa", "Mastercard", "Amex")

MODELS = tuple(
    (
        "Alta Aurora Avon Bergen Bolt Breeze Brio Cala Cirrus Cobalt Como Coral Delta Drift Echo Ember Fable Fjord Flint "
        "Gale Halo Harbor Helio Indigo Iona Juno Karst Kite Lago Linea Lumen Luna Mesa Milo Mistral Nimbus Nova Oslo Orbit "
        "Pico Polar Prisma Quill Ridge Riva Sable Sierra Sol Sono Strata Terra Tundra Umbra Vela Vento Vista Yuma Zephyr"
    ).split()
)
CLOTHES_SIZES = ("size S", "size M", "size L", "size XL")
SHOE_SIZES = ("size 38", "size 40", "size 42", "size 44")
BEDDING = ("140 x 200 cm", "160 x 200 cm", "180 x 200 cm")
PRODUCT_TYPES: tuple[tuple[str, str, tuple[str, ...], int, int], ...] = (
    ("Desk Lamp", "home", ("30 cm", "45 cm", "60 cm"), 25, 90),
    ("Floor Lamp", "home", ("120 cm", "150 cm", "180 cm"), 60, 160),
    ("Wool Blanket", "home", ("130 x 170 cm", "150 x 200 cm", "200 x 220 cm"), 35, 110),
    ("Duvet Cover", "home", BEDDING, 30, 95),
    ("Cushion", "home", ("40 x 40 cm", "50 x 50 cm", "60 x 60 cm"), 12, 40),
    ("Bath Towel", "home", ("50 x 100 cm", "70 x 140 cm", "100 x 150 cm"), 10, 38),
    ("Wall Clock", "home", ("20 cm", "30 cm", "40 cm"), 18, 75),
    ("Rug", "home", ("80 x 150 cm", "120 x 180 cm", "160 x 230 cm"), 45, 190),
    ("Water Bottle", "kitchen", ("350 ml", "500 ml", "750 ml"), 12, 35),
    ("Teapot", "kitchen", ("600 ml", "900 ml", "1200 ml"), 20, 65),
    ("Frying Pan", "kitchen", ("20 cm", "24 cm", "28 cm"), 25, 85),
    ("Lunch Box", "kitchen", ("600 ml", "900 ml", "1500 ml"), 10, 32),
    ("Coffee Mug", "kitchen", ("200 ml", "300 ml", "400 ml"), 8, 24),
    ("Kettle", "kitchen", ("1.0 litre", "1.5 litre", "1.7 litre"), 25, 90),
    ("Rain Jacket", "clothing", CLOTHES_SIZES, 55, 170),
    ("Hoodie", "clothing", CLOTHES_SIZES, 30, 80),
    ("T-Shirt", "clothing", CLOTHES_SIZES, 12, 35),
    ("Cardigan", "clothing", CLOTHES_SIZES, 35, 95),
    ("Linen Shirt", "clothing", CLOTHES_SIZES, 30, 85),
    ("Fleece Vest", "clothing", CLOTHES_SIZES, 28, 75),
    ("Pyjamas", "clothing", CLOTHES_SIZES, 25, 60),
    ("Running Shoes", "shoes", SHOE_SIZES, 60, 150),
    ("Hiking Boots", "shoes", SHOE_SIZES, 80, 190),
    ("Slippers", "shoes", SHOE_SIZES, 15, 45),
    ("Sandals", "shoes", SHOE_SIZES, 25, 80),
    ("Backpack", "bags", ("15 litre", "22 litre", "30 litre"), 35, 130),
    ("Suitcase", "bags", ("35 litre", "60 litre", "90 litre"), 70, 190),
    ("Tote Bag", "bags", ("8 litre", "12 litre", "18 litre"), 12, 45),
    ("Laptop Sleeve", "bags", ("13 inch", "14 inch", "16 inch"), 18, 50),
    ("Headphones", "electronics", ("wired", "wireless", "noise cancelling"), 40, 190),
    ("Keyboard", "electronics", ("compact", "full-size", "split"), 40, 150),
    ("Phone Case", "electronics", ("5.8 inch", "6.1 inch", "6.7 inch"), 10, 40),
    ("Power Bank", "electronics", ("5000 mAh", "10000 mAh", "20000 mAh"), 18, 70),
    ("Speaker", "electronics", ("mini", "portable", "bookshelf"), 30, 180),
    ("Yoga Mat", "sports", ("4 mm", "6 mm", "8 mm"), 18, 70),
    ("Kettlebell", "sports", ("6 kg", "10 kg", "16 kg"), 20, 80),
    ("Sleeping Bag", "sports", ("180 cm long", "200 cm long", "220 cm long"), 50, 180),
    ("Tent", "sports", ("one-person", "two-person", "four-person"), 80, 195),
    ("Notebook", "office", ("A6", "A5", "A4"), 5, 20),
    ("Desk Organiser", "office", ("three-part", "five-part", "seven-part"), 12, 48),
)
"""Type, category, what its second option can be, lowest and highest price."""
COLORS = ("black", "white", "grey", "blue", "navy", "red", "green", "olive", "yellow", "purple", "beige", "teal")
DESCRIPTIONS = (
    "Made to last, easy to clean",
    "Our customers' favourite of last season",
    "Light, sturdy and simple",
    "Designed in our own studio",
    "From recycled material",
    "A classic in new colours",
    "Tested by hand before it leaves the warehouse",
    "Comes in a gift-ready box",
)
ORDER_NOTES = (
    "",
    "",
    "",
    "Leave with the neighbour if nobody is home",
    "Ring twice, please",
    "Gift: no invoice in the parcel",
    "Deliver after 5 pm if possible",
    "Please use the side entrance",
    "Concierge accepts parcels",
)
SHOPS = (
    "Juniper & Pine",
    "Northwind Goods",
    "The Paper Lantern",
    "Hearth & Harbour",
    "Kestrel Outfitters",
    "Bluebell Market",
    "Cobblestone Supply",
    "Lumi Home",
    "Marigold Trading",
    "Fern & Field",
    "Copper Kettle Store",
    "Saltwater Shop",
)
ASSISTANTS = ("Robin", "Sam", "Alex", "Noor", "Charlie", "Jules", "Kim", "Sasha", "Toni", "Mika", "Remy", "Ari")
VOUCHER_WORDS = tuple(
    "SPRING SUNNY HELLO THANKS WELCOME COSY FRESH LUCKY HAPPY BONUS FLASH GREEN MERRY SMILE SUPER TREAT".split()
)
