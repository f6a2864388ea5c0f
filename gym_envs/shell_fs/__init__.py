"""A folder of files and a shell that sees nothing else."""

from trajgym.gym_envs.shell_fs.world import WORLD

__all__ = ["WORLD"]
