"""The model as an API: noisy text in, an exact record out, through a form's JSON Schema and code tables."""

from trajgym.gym_envs.extract_api.world import ExtractApi

WORLD = ExtractApi()
