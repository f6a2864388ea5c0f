"""A day in the house, run ahead hour by hour: which rule fires when, and what the devices are set to then."""

from __future__ import annotations

from dataclasses import dataclass

HOURS = 24


@dataclass(frozen=True, slots=True)
class Rule:
    """When the sensor reads more than `above`, the device is set to `value`."""

    id: str
    sensor: str
    above: int
    device: str
    value: int


def fires(rule: Rule, readings: dict[str, list[int]]) -> list[int]:
    """The hours at which the rule fires."""
    return [hour for hour, reading in enumerate(readings[rule.sensor]) if reading > rule.above]


def run_day(rules: list[Rule], readings: dict[str, list[int]], settings: dict[str, int]) -> dict[str, list[int]]:
    """The setting of each device at each hour. Rules go in the order of their ids; what was set stays set."""
    now, course = dict(settings), {device: [0] * HOURS for device in settings}
    for hour in range(HOURS):
        for rule in sorted(rules, key=lambda rule: rule.id):
            if readings[rule.sensor][hour] > rule.above:
                now[rule.device] = rule.value
        for device, value in now.items():
            course[device][hour] = value
    return course


def overruled(rules: list[Rule]) -> list[Rule]:
    """The rules that another one for the same device overrides: all but the one with the highest id, which goes last."""
    last = {rule.device: rule.id for rule in sorted(rules, key=lambda rule: rule.id)}
    return [rule for rule in rules if rule.id != last[rule.device]]
