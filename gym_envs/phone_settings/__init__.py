"""An assistant on a phone: settings that block each other, contacts, messages, reminders, places."""

from trajgym.gym_envs.phone_settings.world import WORLD

__all__ = ["WORLD"]
