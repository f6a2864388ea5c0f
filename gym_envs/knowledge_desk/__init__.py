"""A reference desk over a searchable archive: find, open, compare, cite, or say that it is not there."""

from trajgym.gym_envs.knowledge_desk.world import KnowledgeDesk

WORLD = KnowledgeDesk()
