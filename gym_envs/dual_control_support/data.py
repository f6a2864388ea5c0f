"""The rows of one desk: customers with five lines each, one of them with a phone that does not work."""

from __future__ import annotations

import sqlite3
from typing import Any

from trajgym.gym_envs.dual_control_support.faults import ABROAD, FAULTS, HOME, SYMPTOMS
from trajgym.seeding import Rng

SCHEMA = """
CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT);
CREATE TABLE lines (id TEXT PRIMARY KEY, customer_id TEXT, phone TEXT, label TEXT, plan TEXT, price_per_month INTEGER, status TEXT,
  suspended_for TEXT, roaming INTEGER, roaming_fee_per_day INTEGER, contract_until TEXT, country TEXT, chip TEXT, outage TEXT,
  mbps INTEGER, used REAL, allowed REAL, extra REAL, reference TEXT, symptom TEXT, note TEXT);
CREATE INDEX by_phone ON lines (phone);
CREATE INDEX by_customer ON lines (customer_id);
CREATE TABLE bills (id TEXT PRIMARY KEY, customer_id TEXT, line_id TEXT, euros INTEGER, due_on TEXT, status TEXT);
CREATE INDEX of_customer ON bills (customer_id);
CREATE INDEX of_line ON bills (line_id);
CREATE TABLE devices (id TEXT PRIMARY KEY, airplane_mode INTEGER, mobile_data INTEGER, roaming INTEGER, wifi INTEGER, vpn INTEGER,
  data_saver INTEGER, wifi_calling INTEGER, network_mode TEXT, sim TEXT, apn TEXT, sms INTEGER, storage INTEGER, phone INTEGER,
  stale INTEGER, broken INTEGER);
CREATE TABLE actions (id TEXT PRIMARY KEY, tool TEXT, subject TEXT);
"""
CUSTOMERS = (14, 16, 18, 22, 26)
COUNT = ((1, 1), (2, 3), (3, 4), (4, 6), (6, 9))
"""Faults of a phone that does not work, by level."""
_FIRST = (
    "Ada Amir Ana Aylin Ben Bo Carla Cem Chloe Dan Dora Eli Emma Eva Farid Finn Gina Hans Hugo Ida Ines Ivan Jana Jo Kaan Kai Lara Leo "
    "Lina Lou Mara Max Mia Milan Nadia Nils Nora Omar Otto Pia Raj Rosa Sam Sara Sven Tara Theo Uma Vera Viktor Wim Yara Yusuf Zoe"
).split()
_LAST = (
    "Aerts Baker Bauer Bianchi Carlier Claes Costa Demir Diaz Dubois Engel Fischer Garcia Hansen Ito Jansen Kaya Keller Kowalski Laurent "
    "Lemaire Lopez Martin Meyer Moreau Nagy Novak Okafor Olsen Peeters Popescu Ricci Rossi Santos Silva Smit Sousa Thomas Vargas Wagner Wolf"
).split()
_LABELS = ("my own", "work", "daughter", "son", "tablet", "mother", "father", "spare", "holiday home", "car")
_PLANS = (("Mini", 5.0), ("Basic", 10.0), ("Plus", 25.0), ("Max", 60.0), ("Family", 40.0), ("Youth", 15.0))
_COUNTRIES = ("Spain", "Italy", "Norway", "Canada", "Japan", "Morocco", "Greece", "Brazil", "Iceland", "Kenya")
_STATES = ("plain", "overdue bill", "fraud check", "contract ended", "full", "outage", "chip")
"""What a line without a broken phone may be like; every customer has a plain one at least."""


def fill(connection: sqlite3.Connection, rng: Rng, level: int) -> None:
    numbers = [100 * head + rng.below(100) for head in rng.sample(range(100, 999), 8 * CUSTOMERS[level])]
    heads = rng.sample(range(100, 999), 6 * CUSTOMERS[level])
    names = rng.sample(range(len(_FIRST) * len(_LAST)), CUSTOMERS[level])
    rows: dict[str, list[dict[str, Any]]] = {"customers": [], "lines": [], "bills": [], "devices": []}
    for number in range(CUSTOMERS[level]):
        name = f"{_FIRST[names[number] % len(_FIRST)]} {_LAST[names[number] // len(_FIRST)]}"
        customer = {"id": f"C-{numbers.pop()}", "name": name}
        rows["customers"].append(customer)
        labels = rng.sample(_LABELS, 5)
        for place, label in enumerate(labels):
            line, device = _line(
                rng, f"L-{numbers.pop()}", customer["id"], f"047{heads.pop()}{rng.between(1000, 9999)}", label
            )
            if place == 0:
                _break(rng, line, device, level, number)
            elif place > 2:
                _bend(rng, line, _STATES[(2 * number + place) % len(_STATES)])
            rows["lines"].append(line)
            rows["devices"].append(device)
            if line["suspended_for"] == "overdue bill":
                bill = {"id": f"B-{numbers.pop()}", "customer_id": customer["id"], "line_id": line["id"], "euros": rng.between(13, 290),
                        "due_on": f"2026-0{rng.between(1, 4)}-{rng.between(10, 28)}", "status": "overdue"}  # fmt: skip
                rows["bills"].append(bill)
    for table, filled in rows.items():
        marks = ", ".join("?" * len(filled[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", [tuple(row.values()) for row in filled])


def _line(rng: Rng, id: str, customer: str, phone: str, label: str) -> tuple[dict[str, Any], dict[str, Any]]:
    plan, allowed = rng.choice(_PLANS)
    line: dict[str, Any] = {
        "id": id, "customer_id": customer, "phone": phone, "label": label, "plan": plan, "price_per_month": rng.between(13, 60), "status": "active",
        "suspended_for": "", "roaming": 0, "roaming_fee_per_day": rng.between(13, 40), "contract_until": f"2027-{rng.between(1, 9):02d}-{rng.between(10, 28)}",
        "country": HOME, "chip": "ok", "outage": "", "mbps": rng.between(25, 240), "used": round(allowed * rng.between(20, 85) / 100 + 0.1, 1),
        "allowed": allowed, "extra": 0.0, "reference": f"LT-{10_000 + int(id[2:]) * 7 % 90_000}", "symptom": "", "note": "",
    }  # fmt: skip
    device: dict[str, Any] = {
        "id": id, "airplane_mode": 0, "mobile_data": 1, "roaming": 0, "wifi": rng.below(2), "vpn": 0, "data_saver": 0, "wifi_calling": 0,
        "network_mode": rng.choice(("auto", "auto", "4g", "5g")), "sim": "seated", "apn": "right", "sms": 1, "storage": 1, "phone": rng.below(2),
        "stale": 0, "broken": 0,
    }  # fmt: skip
    return line, device


def _break(rng: Rng, line: dict[str, Any], device: dict[str, Any], level: int, number: int) -> None:
    """Give the phone its faults. Every third customer's trouble costs money on the company's side, every fifth phone is beyond
    help."""
    symptom = "internet" if number % 3 else "pictures"
    ours = [key for key in SYMPTOMS[symptom] if FAULTS[key].side == "line"]
    theirs = [key for key in SYMPTOMS[symptom] if FAULTS[key].side != "line"]
    count = min(rng.between(*COUNT[level]), len(SYMPTOMS[symptom]))
    paid = rng.sample(ours, 1) if number % 2 else []
    if len(theirs) < count - len(paid):
        paid = rng.sample(ours, count - len(theirs))
    keys = [*paid, *rng.sample(theirs, max(count - len(paid), 1))]
    line["symptom"] = symptom
    if not set(keys).isdisjoint(ABROAD):
        line["country"] = rng.choice(_COUNTRIES)
        line["roaming"] = device["roaming"] = 1
    for key in keys:
        (line if FAULTS[key].side == "line" else device).update(FAULTS[key].init)
    if "used_up" in keys:
        line["used"] = line["allowed"] + line["extra"]
    device["broken"] = int(number % 5 == 4)


def _bend(rng: Rng, line: dict[str, Any], state: str) -> None:
    if state == "full":
        line["extra"] = 2.0
    elif state == "outage":
        line["outage"] = f"2026-06-{rng.between(10, 28)}"
    elif state == "chip":
        line["chip"] = "defective"
    elif state != "plain":
        line.update(status="suspended", suspended_for=state)
        if state == "contract ended":
            line["contract_until"] = f"2026-0{rng.between(1, 4)}-{rng.between(10, 28)}"
