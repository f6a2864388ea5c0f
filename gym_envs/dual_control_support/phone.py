"""What the user of a line can be asked to do on the phone, and how a request for it is recognised."""

from __future__ import annotations

from trajgym.gym_envs.deeds import OFF, ON
from trajgym.gym_envs.dual_control_support.tools import MODES
from trajgym.gym_envs.plan import Deed

_SWITCHES = {
    "airplane_mode": ("airplane mode", "aeroplane mode", "flight mode", "airplane", "plane mode"),
    "mobile_data": ("mobile data", "cellular data"),
    "roaming": ("data roaming", "roaming"),
    "wifi": ("wi-fi", "wifi", "wlan"),
    "vpn": ("vpn",),
    "data_saver": ("data saver", "data-saver", "data saving", "data saver mode"),
    "wifi_calling": ("wi-fi calling", "wifi calling", "wi-fi calls"),
}
_THE = {"vpn": "the VPN", "roaming": "data roaming", "wifi": "Wi-Fi", "wifi_calling": "Wi-Fi calling"}
_LOOKS = (
    ("check_status_bar", "look at the status bar and tell me what it shows",
     ("status bar", "top of the screen", "top of your screen", "signal bars", "symbols at the top", "icons at the top", "signal")),
    ("check_settings", "open the network settings and read them to me",
     ("network settings", "connection settings", "mobile network settings", "settings page", "settings")),
    ("speed_test", "run a speed test", ("speed test", "speedtest", "internet speed")),
    ("test_picture", "send a test picture", ("test picture", "picture message", "test photo", "test mms", "mms", "photo to yourself")),
)  # fmt: skip
_LOOK = r"\b(?:look|check|see|read|tell|show|shows|say|says|is|are|does|what|which|run|do|start|send|try|open|have|take|make|test)\b"


def catalogue(line: str) -> tuple[Deed, ...]:
    """All that can be asked of the user of `line`."""
    own = {"line": line}
    found = [Deed(tool, own, about, _LOOK, phrase, looks=True) for tool, phrase, about in _LOOKS]
    for setting, about in _SWITCHES.items():
        said = _THE.get(setting, about[0])
        found += [
            Deed(
                "toggle",
                {**own, "setting": setting, "on": on},
                about,
                ON if on else OFF,
                f"turn {said} {'on' if on else 'off'}",
            )
            for on in (True, False)
        ]
    found.append(Deed("reseat_sim", own, ("sim card", "sim", "sim tray"), r"\b(?:re-?seat|take|remove|pull|eject|put|re-?insert|insert|pop)\b",
                      "take the SIM card out and put it back in"))  # fmt: skip
    found += [
        Deed("set_network_mode", {**own, "mode": mode}, ("network mode", "preferred network", "network type", "preferred network type"),
             rf"\b{mode}(?:matic)?\b", f"set the network mode to {mode}")
        for mode in MODES
    ]  # fmt: skip
    found.append(Deed("reset_apn", own, ("access point names", "access point name", "apn", "apns", "apn settings"),
                      r"\b(?:reset|restore|clear|set)\b", "reset the access point names to default"))  # fmt: skip
    found.append(
        Deed("reboot", own, ("restart", "reboot", "power cycle", "power-cycle", "off and on"), "", "restart your phone")
    )
    found += [
        Deed("app_permission", {**own, "app": "Messages", "permission": permission}, ("messages app", "messaging app", "messages"),
             rf"\b(?:allow|grant|give|let|enable|turn)\b.*\b{permission}\b|\b{permission}\b.*\b(?:allow|grant)\b",
             f"allow the Messages app the {permission} permission")
        for permission in ("sms", "storage", "phone")
    ]  # fmt: skip
    return tuple(found)
