"""The languages that users speak, by the level of the dimension `language`."""

from __future__ import annotations

from trajgym.gym_envs.user.chinese import CHINESE
from trajgym.gym_envs.user.german import GERMAN
from trajgym.gym_envs.user.hindi import HINDI
from trajgym.gym_envs.user.spanish import SPANISH
from trajgym.gym_envs.user.tongue import ENGLISH, Tongue

TONGUES: dict[str, Tongue] = {
    "en_native": ENGLISH,
    "en_l2": ENGLISH,
    "es": SPANISH,
    "de": GERMAN,
    "zh": CHINESE,
    "hi_latin": HINDI,
}
