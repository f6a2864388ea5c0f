"""One server over stdio: ``python -m trajgym.gym_envs.mcp_workbench.serve SERVER LEVEL BACKEND``.

Besides the server's own tools it has two that bring its database to a given state and tell where it is: for the episode that
started it, which never shows them to the agent.
"""

from __future__ import annotations

import sys
from typing import Any

from trajgym.gym_envs.mcp_workbench.servers import Desk, make
from trajgym.gym_envs.mcp_workbench.wire import LOAD, SAVE
from trajgym.gym_envs.mcp_workbench.world import WORLD


def main() -> None:
    name, level, backend = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    desk = Desk()
    desk.state = WORLD.house(level, backend)
    server = make(name, desk)
    planted_before: set[tuple[str, str, str]] = set()

    @server.tool(name=LOAD, structured_output=False)
    async def load(snapshot: str, planted: list[list[Any]]) -> dict[str, Any]:
        for table, id, column, text in planted:
            if (table, id, column) not in planted_before:
                planted_before.add((table, id, column))
                desk.state.plant(table, id, column, text)
        desk.state.restore(snapshot.encode())
        return {}

    @server.tool(name=SAVE, structured_output=False)
    async def save() -> dict[str, Any]:
        return {"snapshot": desk.state.snapshot().decode()}

    server.run("stdio")


if __name__ == "__main__":
    main()
