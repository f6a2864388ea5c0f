"""The words of the workshop."""

RAW = (
    "oak log", "pine log", "birch log", "flint", "clay", "iron ore", "copper ore", "tin ore", "silver ore", "wool", "flax",
    "leather", "bone", "feather", "sand", "coal", "salt", "beeswax", "resin", "granite", "marble", "cotton", "reed", "amber",
)  # fmt: skip
MATERIAL = (
    "oak", "pine", "birch", "iron", "copper", "bronze", "silver", "stone", "glass", "woollen", "linen", "bone", "amber", "marble",
    "leather", "ebony", "cedar", "pewter", "brass", "jade",
)  # fmt: skip
THING = (
    "plank", "rod", "plate", "hinge", "rope", "wheel", "frame", "lantern", "hammer", "chest lid", "gear", "bucket", "bellows",
    "ladder", "table", "chair", "saw", "kettle", "clock", "compass", "loom", "anvil", "lock", "telescope", "sail", "plough",
)  # fmt: skip
PEOPLE = (
    "Ada",
    "Bruno",
    "Chidi",
    "Dana",
    "Edda",
    "Farid",
    "Gwen",
    "Hugo",
    "Ines",
    "Jarl",
    "Kira",
    "Lars",
    "Mina",
    "Noor",
)
SIGNS = ("fragile", "for winter", "do not open", "spare parts", "kitchen things", "finished orders", "to be mended",
          "gifts", "harbour guild", "old tools", "keep dry", "for the fair")  # fmt: skip
DOZENS = ((6, "half a dozen"), (12, "a dozen"), (24, "two dozen"), (20, "a score"), (40, "two score"))
