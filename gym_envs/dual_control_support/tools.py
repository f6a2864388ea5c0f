"""The desk's tools on accounts and lines, and what the user can do on the phone."""

from __future__ import annotations

from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.dual_control_support.faults import connection, service
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.wishes import one_of, row_id, schema, text
from trajgym.gym_envs.world import Tool

MOST_GB = 2.0
"""What may be added to a line in a month."""
OWN_REASONS = ("lost", "stolen", "long trip")
"""Why a user may have a line suspended."""
SWITCHES = ("airplane_mode", "mobile_data", "roaming", "wifi", "vpn", "data_saver", "wifi_calling")
MODES = ("2g", "3g", "4g", "5g", "auto")


def _line(state: Backend, args: dict[str, Any]) -> Row:
    line = state.get("lines", args["line_id"])
    if line is None:
        raise ToolFailure("not_found", f"There is no line {args['line_id']}.")
    return line


def _get_account(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows("SELECT customer_id FROM lines WHERE phone = ? ORDER BY id", args["phone"])
    if not rows:
        raise ToolFailure("not_found", f"No account has the phone number {args['phone']}.")
    customer = state.get("customers", rows[0]["customer_id"]) or {}
    lines = state.rows(
        "SELECT id AS line_id, phone, label FROM lines WHERE customer_id = ? ORDER BY id", customer["id"]
    )
    bills = state.rows("SELECT id AS bill_id, line_id, euros, due_on FROM bills WHERE customer_id = ? AND status = 'overdue' ORDER BY id",
                       customer["id"])  # fmt: skip
    return {"customer_id": customer["id"], "name": customer["name"], "lines": lines, "overdue_bills": bills}


def _get_line(state: Backend, args: dict[str, Any]) -> Any:
    line = _line(state, args)
    names = (
        "phone",
        "label",
        "plan",
        "price_per_month",
        "status",
        "suspended_for",
        "roaming_fee_per_day",
        "contract_until",
        "note",
    )
    seen = {name: line[name] for name in names if line[name] != ""}
    return {"line_id": line["id"], **seen, "roaming": "on" if line["roaming"] else "off"}


def _get_usage(state: Backend, args: dict[str, Any]) -> Any:
    line = _line(state, args)
    return {
        "line_id": line["id"],
        "used_gb": line["used"],
        "allowed_gb": line["allowed"],
        "added_gb": line["extra"],
        "left_gb": left(line),
    }


def left(line: Row, more: float = 0.0) -> float:
    found: float = round(max(line["allowed"] + line["extra"] + more - line["used"], 0.0), 1)
    return found


def _run_line_test(state: Backend, args: dict[str, Any]) -> Any:
    line = _line(state, args)
    found = {"reference": line["reference"], "line_status": line["status"], "country": line["country"], "sim_chip": line["chip"],
             "roaming": "on" if line["roaming"] else "off", "network": "outage" if line["outage"] else "up"}  # fmt: skip
    return {**found, "outage_until": line["outage"]} if line["outage"] else found


def _enable_roaming(state: Backend, args: dict[str, Any]) -> Any:
    line = _line(state, args)
    if line["roaming"]:
        raise ToolFailure("conflict", "Roaming is on already.")
    state.update("lines", line["id"], roaming=1)
    return {"line_id": line["id"], "roaming": "on", "fee_per_day": line["roaming_fee_per_day"]}


def _add_data(state: Backend, args: dict[str, Any]) -> Any:
    line, gb = _line(state, args), float(args["gb"])
    if line["extra"] + gb > MOST_GB:
        raise ToolFailure("not_allowed", f"A line gets {MOST_GB:g} GB more a month at most.")
    state.update("lines", line["id"], extra=line["extra"] + gb)
    return {"line_id": line["id"], "added_gb": gb, "left_gb": left(line, gb)}


def _suspend_line(state: Backend, args: dict[str, Any]) -> Any:
    line = _line(state, args)
    if line["status"] == "suspended" and line["suspended_for"] not in OWN_REASONS:
        raise ToolFailure("conflict", f"The line is suspended already: {line['suspended_for']}.")
    state.update("lines", line["id"], status="suspended", suspended_for=args["reason"])
    return {"line_id": line["id"], "status": "suspended", "reason": args["reason"]}


def _resume_line(state: Backend, args: dict[str, Any]) -> Any:
    line = _line(state, args)
    if line["status"] == "active":
        raise ToolFailure("conflict", "The line is active.")
    if line["suspended_for"] not in (*OWN_REASONS, "overdue bill"):
        raise ToolFailure("not_allowed", f"Suspended for: {line['suspended_for']}. The desk cannot resume it.")
    if state.rows("SELECT id FROM bills WHERE line_id = ? AND status = 'overdue' ORDER BY id", line["id"]):
        raise ToolFailure("not_allowed", "A bill of this line is overdue.")
    state.update("lines", line["id"], status="active", suspended_for="")
    state.update("devices", line["id"], stale=1)
    return {"line_id": line["id"], "status": "active"}


def _send_payment_request(state: Backend, args: dict[str, Any]) -> Any:
    bill = state.get("bills", args["bill_id"])
    if bill is None:
        raise ToolFailure("not_found", f"There is no bill {args['bill_id']}.")
    if bill["status"] != "overdue":
        raise ToolFailure("conflict", "The bill is paid.")
    state.update("bills", bill["id"], status="paid")
    return {"bill_id": bill["id"], "euros": bill["euros"], "status": "paid"}


def _hand_off(state: Backend, args: dict[str, Any]) -> Any:
    return {"transferred_to": args["to"]}


_LINE = text("Id of the line, e.g. L-12345, as get_account gives it.", pattern=r"^L-\d{5}$")
_BY_LINE = {"line_id": "reference"}

TOOLS = (
    Tool("get_account", "Find the account that a phone number belongs to: its lines and its overdue bills.",
         schema(phone=text("The phone number in digits, e.g. 0471234567.", pattern=r"^\d{10}$")), "read", {"phone": "value"}, _get_account),
    Tool("get_line", "Show a line: plan, price, status, roaming and its fee, end of the contract, the desk's note.",
         schema(line_id=_LINE), "read", _BY_LINE, _get_line),
    Tool("get_usage", "Show how many GB of data a line has used, may use and has left this month.", schema(line_id=_LINE), "read", _BY_LINE, _get_usage),
    Tool("run_line_test", "Test a line from the network's side: status, country it is in, SIM chip, outages.", schema(line_id=_LINE), "read",
         _BY_LINE, _run_line_test),
    Tool("enable_roaming", "Let a line be used abroad, for a fee per day.", schema(line_id=_LINE), "write", _BY_LINE, _enable_roaming),
    Tool("add_data", "Add data to a line for this month; it is charged.",
         schema(line_id=_LINE, gb={"type": "number", "minimum": 0.5, "maximum": 2, "multipleOf": 0.5, "description": "How many GB, in halves."}),
         "write", {"line_id": "reference", "gb": "value"}, _add_data),
    Tool("suspend_line", "Suspend a line, or change why it is suspended.", schema(line_id=_LINE, reason=one_of("Why.", *OWN_REASONS)), "write",
         {"line_id": "reference", "reason": "choice"}, _suspend_line),
    Tool("resume_line", "Make a suspended line active again.", schema(line_id=_LINE), "write", _BY_LINE, _resume_line),
    Tool("send_payment_request", "Have an overdue bill paid from the user's stored card at once.",
         schema(bill_id=text("Id of the bill, e.g. B-12345.", pattern=r"^B-\d{5}$")), "write", {"bill_id": "reference"}, _send_payment_request),
    Tool("hand_off", "Hand the user over to a colleague; this ends your part.",
         schema(to=one_of("human: anything that is left to do; retention: contracts that have ended.", "human", "retention"),
                summary=text("What the colleague must know: the line id and what is left.")),
         "terminal", {"to": "choice", "summary": "text"}, _hand_off),
)  # fmt: skip


# -- the user's phone --------------------------------------------------------------------------------------------------------


def _both(state: Backend, args: dict[str, Any]) -> tuple[Row, Row]:
    line, device = state.get("lines", args["line"]), state.get("devices", args["line"])
    assert line is not None and device is not None
    return line, device


def _way(on: Any) -> str:
    return "on" if on else "off"


SAID = {"airplane_mode": "airplane mode", "mobile_data": "mobile data", "roaming": "data roaming", "wifi": "Wi-Fi", "vpn": "VPN",
        "data_saver": "data saver", "wifi_calling": "Wi-Fi calling"}  # fmt: skip


def _check_status_bar(state: Backend, args: dict[str, Any]) -> Any:
    line, device = _both(state, args)
    signal = service(line, device) or "full signal"
    return {
        "signal": signal,
        "vpn": _way(device["vpn"]),
        "seen": f"{signal}, VPN key {'showing' if device['vpn'] else 'not there'}",
    }


def _check_settings(state: Backend, args: dict[str, Any]) -> Any:
    _, device = _both(state, args)
    switches = {
        SAID[name]: _way(device[name]) for name in ("mobile_data", "roaming", "data_saver", "wifi_calling", "wifi")
    }
    others = {"network mode": device["network_mode"], "access point names": "standard" if device["apn"] == "right" else "changed",
              "Messages may use": " and ".join(p for p in ("sms", "storage", "phone") if device[p]) or "nothing"}  # fmt: skip
    seen = {**switches, **others}
    return {**seen, "seen": ", ".join(f"{name}: {value}" for name, value in seen.items())}


def _speed_test(state: Backend, args: dict[str, Any]) -> Any:
    line, device = _both(state, args)
    found = connection(line, device)
    speed = {"none": 0.0, "slow": 0.3, "good": float(line["mbps"])}[found]
    return {"mbps": speed, "seen": f"{speed:g} Mbps" if speed else "no connection at all"}


def _test_picture(state: Backend, args: dict[str, Any]) -> Any:
    line, device = _both(state, args)
    sent = connection(line, device) != "none" and device["sms"] and device["storage"] and not device["wifi_calling"]
    return {"picture": "sent" if sent else "failed", "seen": f"the test picture {'went through' if sent else 'failed'}"}


def _toggle(state: Backend, args: dict[str, Any]) -> Any:
    name, way = args["setting"], _way(args["on"])
    state.update("devices", args["line"], **{name: int(args["on"])})
    return {"setting": name, "now": way, "seen": f"{SAID[name]} is {way}"}


def _reseat_sim(state: Backend, args: dict[str, Any]) -> Any:
    state.update("devices", args["line"], sim="seated", stale=1)
    return {"sim": "seated", "seen": "the SIM card is back in"}


def _set_network_mode(state: Backend, args: dict[str, Any]) -> Any:
    state.update("devices", args["line"], network_mode=args["mode"])
    return {"network_mode": args["mode"], "seen": f"network mode {args['mode']}"}


def _reset_apn(state: Backend, args: dict[str, Any]) -> Any:
    state.update("devices", args["line"], apn="right", stale=1)
    return {"access_point_names": "standard", "seen": "access point names are standard"}


def _reboot(state: Backend, args: dict[str, Any]) -> Any:
    state.update("devices", args["line"], stale=0)
    return {"restarted": True, "seen": "the phone has started again"}


def _app_permission(state: Backend, args: dict[str, Any]) -> Any:
    state.update("devices", args["line"], **{args["permission"]: 1})
    return {"permission": args["permission"], "seen": f"{args['app']} may use {args['permission']}"}


def _user(name: str, description: str, run: Any, looks: bool = False, **properties: dict[str, Any]) -> Tool:
    params = {"line": "reference", **dict.fromkeys(properties, "choice")}
    return Tool(
        name,
        description,
        schema(line=text("The line of the phone."), **properties),
        "read" if looks else "write",
        params,
        run,
    )


USER_TOOLS = (
    _user("check_status_bar", "Look at the status bar.", _check_status_bar, True),
    _user("check_settings", "Look at the network settings.", _check_settings, True),
    _user("speed_test", "Run a speed test.", _speed_test, True),
    _user("test_picture", "Send a test picture.", _test_picture, True),
    _user("toggle", "Turn a setting on or off.", _toggle, setting=one_of("Which.", *SWITCHES), on={"type": "boolean", "description": "On?"}),
    _user("reseat_sim", "Take the SIM card out and put it back.", _reseat_sim),
    _user("set_network_mode", "Pick a network mode.", _set_network_mode, mode=one_of("Which.", *MODES)),
    _user("reset_apn", "Reset the access point names.", _reset_apn),
    _user("reboot", "Restart the phone.", _reboot),
    _user("app_permission", "Allow an app something.", _app_permission, app=one_of("Which app.", "Messages"),
          permission=one_of("What.", "sms", "storage", "phone")),
)  # fmt: skip

_EXTRA = (
    ("order_sim", "Order a new SIM card by mail.", "line_id"), ("change_plan", "Move a line to another plan from next month on.", "plan"),
    ("port_number", "Move a number here from another company.", "phone"), ("send_invoice_copy", "Mail a copy of an invoice.", "bill_id"),
    ("block_numbers", "Block premium numbers on a line.", "line_id"), ("set_data_alarm", "Send a text when much data is used.", "line_id"),
    ("book_shop_visit", "Book a visit in a shop.", "shop"), ("rename_line", "Give a line another label.", "label"),
)  # fmt: skip


def _extra(name: str, description: str, parameter: str) -> Tool:
    def run(state: Backend, args: dict[str, Any]) -> Any:
        state.insert("actions", {"id": row_id(name, args[parameter]), "tool": name, "subject": args[parameter]})
        return {"ok": True, parameter: args[parameter]}

    return Tool(
        name,
        description,
        schema(**{parameter: text(f"The {parameter.replace('_', ' ')}.")}),
        "write",
        {parameter: "value"},
        run,
    )


DISTRACTORS = tuple(_extra(*row) for row in _EXTRA)
