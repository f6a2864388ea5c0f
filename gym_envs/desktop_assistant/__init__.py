"""A desktop assistant: mail, calendar, notes, reminders, texts, contacts, files and a map.

Its tasks are graphs of calls: look-ups side by side, then what depends on them.
"""

from trajgym.gym_envs.desktop_assistant.world import DesktopAssistant

WORLD = DesktopAssistant()

__all__ = ["WORLD", "DesktopAssistant"]
