"""The options of ``trajgym generate``. What is left out stays as the run has it, or takes the default of
`trajgym.config.GenerateConfig`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RunFolderPath = Annotated[Path, typer.Option("--run", help="The run folder; made when missing.", show_default=False)]
Worlds = Annotated[
    str | None, typer.Option("--worlds", "-w", help="Worlds, separated by commas, or all (see: trajgym worlds).")
]
Mcp = Annotated[str | None, typer.Option(help="Instead of worlds: the command of an MCP server.")]
TaskFile = Annotated[Path | None, typer.Option(help="The task file for its tools; see docs/your-own-tools.md.")]
Count = Annotated[int | None, typer.Option("-n", help="How many tasks. May grow later.")]
Seed = Annotated[int | None, typer.Option(help="Another seed, other tasks. [default: 0]")]
Level = Annotated[str | None, typer.Option(help="0 (easy) to 4 (hard), or mixed. [default: mixed]")]
Target = Annotated[
    str | None,
    typer.Option(
        help="Mixture of behaviour: mixed, uniform, real-like, or a JSON file (also with quotas). [default: mixed]"
    ),
]
Fill = Annotated[bool, typer.Option("--fill", help="Add tasks for behaviour that the run's filters have not kept yet.")]
PairsPerTask = Annotated[
    int | None, typer.Option("--pairs-per-task", help="Preference pairs from each rollout. [default: 1]")
]
Samples = Annotated[int | None, typer.Option(help="Rollouts of each task. [default: 1]")]
TeacherKind = Annotated[
    str | None, typer.Option(help="scripted, or openai for any OpenAI-compatible server. [default: scripted]")
]
Model = Annotated[str | None, typer.Option(help="The model's name on the server.")]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", help="Where it is served. [default: OPENAI_BASE_URL, else OpenAI]")
]
UserModel = Annotated[str | None, typer.Option("--user-model", help="A model that words what the simulated user says.")]
UserBaseUrl = Annotated[
    str | None, typer.Option("--user-base-url", help="Where that one is served. [default: OPENAI_BASE_URL]")
]
People = Annotated[Path | None, typer.Option(help="A file of people for the users to be (see: trajgym personas).")]
Temperature = Annotated[float | None, typer.Option(help="[default: the server's]")]
MaxTokens = Annotated[int | None, typer.Option("--max-tokens", help="Of one reply. [default: 2048]")]
Concurrency = Annotated[int | None, typer.Option(help="Most calls in flight. [default: 256]")]
Deadline = Annotated[float | None, typer.Option(help="Seconds that one reply may take. [default: 120]")]
Prices = Annotated[
    str | None,
    typer.Option(metavar="PROMPT,COMPLETION", help="What a million tokens of the model cost, in any currency."),
]
UserPrices = Annotated[
    str | None, typer.Option("--user-prices", metavar="PROMPT,COMPLETION", help="The same of the user's model.")
]
MaxCost = Annotated[
    float | None, typer.Option("--max-cost", help="What the run may cost at most; needs the prices. May change.")
]
MaxTotalTokens = Annotated[
    int | None, typer.Option("--max-total-tokens", help="The most tokens of all calls together. May change.")
]
EstimateOnly = Annotated[bool, typer.Option("--estimate", help="Say what it will need, and make nothing.")]
