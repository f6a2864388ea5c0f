"""Words that the world and its tasks are made of."""

from __future__ import annotations

from trajgym.seeding import Rng

ADJECTIVES = (
    "Amber Ancient Autumn Balanced Bitter Blue Borrowed Bright Broken Burning Calm Careless Cheap Clever Cold Copper "
    "Crimson Crooked Curious Daring Deep Distant Double Dusty Early Easy Electric Empty Endless Faded Famous Fearless "
    "Final Floating Forgotten Frozen Gentle Giant Gilded Glass Golden Green Grey Half Hidden Hollow Honest Humble Hungry "
    "Idle Inner Iron Ivory Jagged Jolly Keen Kind Last Late Lazy Little Lonely Long Loud Lucky Lunar Marble Midnight Mild "
    "Modern Narrow Neon Noble Northern Odd Open Outer Pale Paper Patient Plain Polar Proud Quiet Rapid Rare Red Restless "
    "Rough Royal Rusty Sacred Salty Scarlet Second Secret Shallow Sharp Silent Silver Simple Sleepy Slow Small Smooth "
    "Solar Spare Stolen Stormy Strange Sudden Sunken Sweet Tall Tender Thin Third Tiny Tired Twisted Unknown Upper Useful "
    "Velvet Violet Wandering Warm Western White Wild Winter Wise Wooden Young"
).split()
NOUNS = (
    "Anchor Apple Arrow Attic Avenue Balloon Barrel Basket Battery Bay Bell Bicycle Bird Boat Bottle Bridge Bucket Cabin "
    "Candle Canyon Castle Cellar Circus Clock Cloud Coast Compass Corner Cottage Crown Curtain Desert Door Dragon Drum "
    "Engine Envelope Factory Falcon Feather Fence Ferry Field Fire Flag Flower Forest Fountain Fox Garden Gate Ghost "
    "Harbor Hat Hill Horizon Horse House Island Jacket Jungle Kettle Key King Kitchen Ladder Lake Lamp Lantern Leaf "
    "Letter Library Lighthouse Lion Machine Map Market Meadow Mirror Monkey Moon Mountain Museum Needle Night Ocean Orchard "
    "Owl Painter Palace Parade Park Pencil Piano Pilot Planet Pocket Pond Puzzle Queen Radio Railway Rain River Road Robot "
    "Roof Rose Sail Sailor School Shadow Ship Shoe Signal Sky Snow Sparrow Spoon Spring Stairs Star Station Stone Storm "
    "Stove Street Summer Sun Table Teacher Temple Theatre Thunder Ticket Tiger Tower Train Tree Tunnel Umbrella Valley "
    "Village Violin Wagon Wall Watch Water Whale Wheel Whistle Window Wolf Yard Zebra"
).split()
NAMES = (
    "Ada Alma Amir Anders Anouk Arlo Ayla Bea Beno Bianca Bruno Carla Cem Chen Clara Dario Deniz Dora Edgar Eira Elif Emil "
    "Enzo Esra Farah Felix Finn Freya Gita Greta Hana Hugo Ida Igor Ilse Ines Ivan Jana Jonas Juno Kaan Kira Lars Leila Lena "
    "Leo Lina Luca Maja Malik Mara Marco Mila Mina Nadia Nils Nora Olga Omar Oskar Otto Pablo Paula Petra Quinn Rafael Rania "
    "Remy Rosa Ruben Sami Sara Selma Silas Sofia Sven Tamar Theo Tilda Tomas Uma Vera Viktor Wanda Yara Yusuf Zoe"
).split()
PLACES = (
    "Aarhus Antwerp Athens Basel Bergen Bilbao Bologna Bordeaux Boston Bremen Bristol Brno Calgary Cardiff Chicago Cork Dakar "
    "Delft Denver Dublin Durban Essen Florence Galway Gdansk Geneva Genoa Ghent Graz Haifa Hamburg Helsinki Izmir Jena Kigali "
    "Krakow Kyoto Lagos Leeds Leipzig Lille Lima Linz Lisbon Ljubljana Lund Lyon Malmo Mainz Marseille Milan Montreal Munich "
    "Nairobi Nantes Naples Narvik Osaka Oslo Oulu Padua Palermo Perth Pisa Porto Prague Quito Reims Riga Rotterdam Salzburg "
    "Santiago Seattle Seville Sofia Split Tallinn Tampere Tartu Toronto Trieste Tromso Turin Turku Utrecht Valencia Verona "
    "Vienna Vilnius Warsaw Wroclaw York Zagreb Zurich"
).split()
CHANNELS = (
    "general random music gaming memes cooking travel books sports coding design photos pets garden movies science help "
    "events jobs trivia art fitness chess languages history"
).split()
CLOSED_CHANNELS = ("announcements", "all-hands", "press")
THINGS = (
    "laundry pasta oven rice eggs bread tea coffee nap meeting stretching workout parking homework cake plants kettle soup "
    "sauna meditation reading pizza dough chess shower potatoes cookies lesson break call game"
).split()
MEMORY_KEYS = (
    "favourite colour|locker number|bike lock colour|shoe size|coffee order|seat preference|allergy|nickname|home airport|"
    "favourite snack|team name|parking spot|gym day|train line|library branch|dentist|favourite band|project codename|"
    "badge colour|lunch place|printer name|desk number|favourite tea|bus line|pen colour|room number|mascot|usual table"
).split("|")
CONDITIONS = ("sunny", "cloudy", "rain", "drizzle", "fog", "snow", "windy", "thunderstorms", "hail", "clear")
UNSUPPORTED = (
    ("order a {thing} for delivery to {place}", "delivery"),
    ("book a taxi to {place} for tonight", "taxi"),
    ("transfer 40 euros to {name}", "transfer"),
    ("print the poster of {title}", "print"),
    ("call {name} on the phone", "phone"),
    ("turn down the heating in the {thing} room", "heating"),
    ("buy two concert tickets for {title}", "tickets"),
    ("fax the {thing} list to {place}", "fax"),
    ("unlock the front door for {name}", "door"),
    ("translate the whole book {title} into Latin", "book"),
)


def title(rng: Rng) -> str:
    """A title nobody has used: some 30,000 of two words, many more of four."""
    first = f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}"
    if rng.chance(0.35):
        return f"{first} and the {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}"
    return f"The {first}" if rng.chance(0.2) else first


def artist(rng: Rng) -> str:
    return (
        f"the {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}s"
        if rng.chance(0.5)
        else f"{rng.choice(NAMES)} {rng.choice(NOUNS)}"
    )
