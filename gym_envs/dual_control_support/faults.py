"""What can be wrong, on the company's side and on the phone, and what puts it right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trajgym.gym_envs.database import Row


@dataclass(frozen=True, slots=True)
class Fault:
    """`side`: line (the company mends it), bar or settings (the user does, and sees it in the status bar or the settings).
    `init` breaks the row of the line or the device; `tool` with `args` mends a device, `phrase` and `done` say so. `restart`:
    it takes a restart afterwards. `paid`: mending it costs the user money."""

    key: str
    side: str
    init: dict[str, Any]
    tool: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    phrase: str = ""
    done: str = ""
    restart: bool = False
    paid: bool = False


def _switch(setting: str, on: bool, said: str, side: str = "settings") -> Fault:
    way = "on" if on else "off"
    return Fault(setting, side, {setting: int(not on)}, "toggle", {"setting": setting, "on": on},
                 f"turn {said} {way}", f"{said} is set to {way}")  # fmt: skip


def _permit(permission: str) -> Fault:
    return Fault(permission, "settings", {permission: 0}, "app_permission", {"app": "Messages", "permission": permission},
                 f"allow the Messages app the {permission} permission",
                 f"the {permission} permission of the Messages app is set")  # fmt: skip


FAULTS: dict[str, Fault] = {
    fault.key: fault
    for fault in (
        Fault("suspended", "line", {"status": "suspended", "suspended_for": "overdue bill"}, restart=True, paid=True),
        Fault("used_up", "line", {}, paid=True),
        Fault("roaming_line", "line", {"roaming": 0}, paid=True),
        _switch("airplane_mode", False, "airplane mode", "bar"),
        Fault("sim", "bar", {"sim": "loose"}, "reseat_sim", {}, "take the SIM card out and put it back in", "the SIM card is put back in",
              restart=True),
        _switch("vpn", False, "the VPN", "bar"),
        _switch("mobile_data", True, "mobile data"),
        _switch("roaming", True, "data roaming"),
        _switch("data_saver", False, "data saver"),
        _switch("wifi_calling", False, "Wi-Fi calling"),
        Fault("network_mode", "settings", {"network_mode": "2g"}, "set_network_mode", {"mode": "auto"}, "set the network mode to auto",
              "the network mode is set to auto"),
        Fault("apn", "settings", {"apn": "wrong"}, "reset_apn", {}, "reset the access point names to default", "the access point names are set anew",
              restart=True),
        _permit("sms"),
        _permit("storage"),
    )
}  # fmt: skip
"""By key, in the order in which they are best mended."""

SYMPTOMS: dict[str, tuple[str, ...]] = {
    "internet": ("suspended", "used_up", "roaming_line", "airplane_mode", "sim", "vpn", "mobile_data", "roaming", "data_saver",
                 "network_mode", "apn"),
    "pictures": ("suspended", "airplane_mode", "sim", "mobile_data", "wifi_calling", "apn", "sms", "storage"),
}  # fmt: skip
"""What may be behind a complaint."""

ABROAD = ("roaming_line", "roaming")
"""Faults that only a phone abroad has."""


def faults_of(line: Row, device: Row) -> list[Fault]:
    """What is wrong with a line and its phone, as far as its symptom goes."""
    keys = SYMPTOMS[line["symptom"]] if line["symptom"] else ()
    return [fault for key, fault in FAULTS.items() if key in keys and _shows(fault, line, device)]


def _shows(fault: Fault, line: Row, device: Row) -> bool:
    if fault.key == "used_up":
        return bool(line["used"] >= line["allowed"] + line["extra"])
    if fault.key in ABROAD and line["country"] == HOME:
        return False
    row = line if fault.side == "line" else device
    return all(
        row[name] == value or (name == "network_mode" and row[name] in SLOW) for name, value in fault.init.items()
    )


HOME = "Belgium"
SLOW = ("2g", "3g")


def connection(line: Row, device: Row) -> str:
    """``none``, ``slow`` or ``good``, as the phone has it."""
    if service(line, device) or device["broken"] or not device["mobile_data"] or device["apn"] != "right":
        return "none"
    if line["used"] >= line["allowed"] + line["extra"]:
        return "none"
    if line["country"] != HOME and not (line["roaming"] and device["roaming"]):
        return "none"
    return "slow" if device["data_saver"] or device["vpn"] or device["network_mode"] in SLOW else "good"


def service(line: Row, device: Row) -> str:
    """What keeps the phone from the network, in a word or two; empty when nothing does."""
    if device["airplane_mode"]:
        return "airplane symbol"
    if device["sim"] != "seated" or line["chip"] != "ok":
        return "no SIM"
    return "no service" if line["status"] != "active" or device["stale"] or line["outage"] else ""
