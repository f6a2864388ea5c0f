"""The six target forms: their fields, their JSON Schemas, and how a field is called in documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema_rs

from trajgym.gym_envs.extract_api import data
from trajgym.seeding import Rng

Draw = Callable[[Rng], Any]


@dataclass(frozen=True, eq=False)
class Field:
    """`kind`: text, date, amount, whole, time, choice or code. `labels` stand before the value in a document, `foreign`
    in one from abroad. `draw` makes a value (of a code: the term that the document has); dates are drawn elsewhere."""

    name: str
    kind: str
    labels: tuple[str, ...]
    foreign: tuple[str, ...]
    about: str
    draw: Draw | None = None
    options: tuple[str, ...] = ()
    table: str = ""

    @property
    def house(self) -> bool:
        """True for a code of the house's own, which only a look-up can give."""
        return self.table in data.HOUSE_TERMS

    @property
    def schema(self) -> dict[str, Any]:
        if self.kind == "code":
            return {"type": "string", "description": f"{self.about} Code from the table {self.table}."}
        return {
            **_TYPES[self.kind],
            **({"enum": list(self.options)} if self.options else {}),
            "description": self.about,
        }


_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 1},
    "date": {"type": "string", "format": "date"},
    "amount": {"type": "number"},
    "whole": {"type": "integer", "minimum": 0},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    "choice": {"type": "string"},
}


@dataclass(frozen=True, eq=False)
class Form:
    """`noun`: what its documents are called. `fields`: the required ones first; the first is the document's number, the
    date is `day`. `past`: its date lies in the past. `prose`: how running text begins; it names all required fields.
    `decoys`: (label, field): values in a document that look like the field's and are none of the record's."""

    name: str
    noun: str
    required: int
    fields: tuple[Field, ...]
    day: str
    past: bool
    prose: tuple[str, ...]
    decoys: tuple[tuple[str, str], ...]

    @property
    def a_noun(self) -> str:
        return f"an {self.noun}" if self.noun[0] in "aeio" else f"a {self.noun}"

    @property
    def key(self) -> str:
        return self.fields[0].name

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def optional(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields[self.required :] if field.kind != "code")

    @cached_property
    def codes(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.kind == "code")

    @cached_property
    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {field.name: field.schema for field in self.fields},
            "required": [field.name for field in self.fields[: self.required]],
            "additionalProperties": False,
        }

    @cached_property
    def validator(self) -> Any:
        return jsonschema_rs.validator_for(self.schema, validate_formats=True)

    def outline(self) -> str:
        """The schema in one line, for a prompt."""
        parts = []
        for number, field in enumerate(self.fields):
            kind = "/".join(field.options) or (f"code, table {field.table}" if field.table else _PLAIN[field.kind])
            parts.append(f"{field.name}{'*' if number < self.required else ''} ({kind})")
        return f"{self.name}: {', '.join(parts)}"


_PLAIN = {"text": "text", "date": "date", "amount": "number", "whole": "whole number", "time": "HH:MM"}


def _field(
    name: str, kind: str, labels: str, foreign: str, about: str, draw: Draw | None = None, options: str = ""
) -> Field:
    return Field(name, kind, tuple(labels.split("|")), tuple(foreign.split("|")), about, draw, tuple(options.split()))  # fmt: skip


def _code(name: str, table: str, labels: str, foreign: str, about: str) -> Field:
    terms = tuple(data.STANDARD[table]) if table in data.STANDARD else data.HOUSE_TERMS[table]
    return Field(name, "code", tuple(labels.split("|")), tuple(foreign.split("|")), about,
                 lambda rng: rng.choice(terms), table=table)  # fmt: skip


def _number(prefix: str) -> Draw:
    return lambda rng: data.numbered(rng, prefix)


def _money(low: int, high: int) -> Draw:
    return lambda rng: round(rng.between(low * 100, high * 100) / 100, 2)


def _whole(low: int, high: int) -> Draw:
    return lambda rng: rng.between(low, high)


def _pick(options: str) -> Draw:
    words = options.split()
    return lambda rng: rng.choice(words)


def _time(rng: Rng) -> str:
    return f"{rng.between(0, 23):02d}:{rng.between(0, 11) * 5:02d}"


_CURRENCY = _code("currency", "currency", "Currency|In", "Währung|Devise|Moneda", "Currency of the amounts.")
_COUNTRY = _code("country", "country", "Country|Origin", "Land|Pays|País", "Country named in the document.")

BANK = Form(
    "bank_transaction", "bank transaction", 3,
    (
        _field("reference", "text", "Reference|Ref|Booking ref", "Referenz|Référence|Referencia", "Reference of the booking.", _number("TX")),
        _field("booking_date", "date", "Booking date|Booked on|Value date", "Buchungstag|Date valeur|Fecha valor", "Day of the booking."),
        _field("amount", "amount", "Amount|Amt|Sum", "Betrag|Montant|Importe", "Amount, without sign.", _money(3, 4000)),
        _field("direction", "choice", "Direction|Type", "Richtung|Sens|Sentido", "Money in or out.", _pick("incoming outgoing"), "incoming outgoing"),
        _field("counterparty", "text", "Counterparty|Payee or payer|Name", "Gegenpartei|Bénéficiaire|Contraparte", "The other side.", data.company),
        _field("branch", "text", "Branch|Booked at", "Filiale|Agence|Sucursal", "City of the branch.", data.city),
        _field("channel", "choice", "Channel|By", "Kanal|Canal|Vía", "How it was paid.", _pick("card transfer cash cheque"), "card transfer cash cheque"),
        _code("category", "category", "Category|Budget line", "Kategorie|Catégorie|Categoría", "Budget category."),
        _CURRENCY, _COUNTRY,
        _field("booked_at", "time", "Time|Clock", "Uhrzeit|Heure|Hora", "Time of day.", _time),
    ),
    "booking_date", True,
    ("booking {reference} on {booking_date} over {amount}", "{booking_date} {amount} ref {reference}", "{amount} booked {booking_date}, {reference}"),
    (("New balance", "amount"), ("Fee limit", "amount"), ("Statement printed on", "booking_date")),
)  # fmt: skip
VOICE = Form(
    "voice_command", "voice command", 4,
    (
        _field("utterance_id", "text", "Utterance|Log entry", "Äußerung|Énoncé|Registro", "Id of the utterance in the log.", _number("U")),
        _field("action", "choice", "Action|Command", "Befehl|Commande|Orden", "What to do.", _pick("start stop pause open close dim"),
               "start stop pause open close dim lock unlock"),
        _field("device", "text", "Device|Thing", "Gerät|Appareil|Aparato", "The device, in the speaker's words.", lambda rng: rng.choice(data.DEVICES)),
        _field("run_on", "date", "Day|On", "Tag|Jour|Día", "Day on which to do it."),
        _field("run_at", "time", "Time|At", "Uhrzeit|Heure|Hora", "Time of day.", _time),
        _field("minutes", "whole", "For minutes|Minutes|Length in minutes", "Minuten|Durée en minutes|Minutos", "How long, in minutes.", _whole(13, 99)),
        _field("level_percent", "whole", "Level in percent|Percent", "Stufe in Prozent|Pour cent|Por ciento", "Level in percent.", _whole(13, 99)),
        _field("speaker", "text", "Speaker|Voice of", "Sprecher|Voix de|Voz de", "Who speaks.", data.person),
        _field("priority", "choice", "Priority|Urgency", "Priorität|Priorité|Prioridad", "How urgent it is.", _pick("low normal urgent"), "low normal urgent"),
        _code("room", "room", "Room|Where", "Raum|Pièce|Habitación", "The room."),
        _COUNTRY,
    ),
    "run_on", False,
    ("{utterance_id} um, hey house, {action} the {device} {run_on}", "log {utterance_id}: well, {run_on} please {action} the {device}",
     "{utterance_id}: so I'd like you to {action} the {device}, the day is {run_on}"),
    (("Battery in percent", "level_percent"), ("Noise in percent", "minutes"), ("Transcribed on", "run_on")),
)  # fmt: skip
DELIVERY = Form(
    "delivery_note", "delivery note", 3,
    (
        _field("note_number", "text", "Delivery note|Note no.|Number", "Lieferschein|Bon de livraison|Albarán", "Number of the note.", _number("DN")),
        _field("delivery_date", "date", "Delivered on|Delivery date|Received", "Lieferdatum|Livré le|Entregado el", "Day of delivery."),
        _field("quantity", "whole", "Quantity|Qty|Count", "Menge|Quantité|Cantidad", "How many were delivered.", _whole(13, 99)),
        _field("supplier", "text", "Supplier|From|Shipper", "Lieferant|Fournisseur|Proveedor", "Who delivered.", data.company),
        _field("article", "text", "Article|Item|Goods", "Artikel|Article|Artículo", "What was delivered.", data.article),
        _field("order_number", "text", "Order|Your order|PO", "Bestellung|Commande|Pedido", "Number of the order.", _number("PO")),
        _field("gross_weight", "amount", "Gross weight|Weight", "Bruttogewicht|Poids brut|Peso bruto", "Gross weight, as a number.", _money(20, 900)),
        _field("received_by", "text", "Received by|Signed by", "Empfänger|Reçu par|Recibido por", "Who signed.", data.person),
        _field("received_at", "time", "Time|Clock", "Uhrzeit|Heure|Hora", "Time of day.", _time),
        _code("article_group", "article_group", "Group|Article group", "Warengruppe|Groupe|Grupo", "Group of the article."),
        _code("unit", "unit", "Unit|Counted in", "Einheit|Unité|Unidad", "Unit of the quantity."),
        _COUNTRY,
    ),
    "delivery_date", True,
    ("{note_number} came in {delivery_date}, {quantity} counted", "received {delivery_date}: {quantity} on note {note_number}",
     "note {note_number}, {quantity} delivered, date {delivery_date}"),
    (("Ordered", "quantity"), ("Broken", "quantity"), ("Net weight", "gross_weight"), ("Shipped on", "delivery_date")),
)  # fmt: skip
JOB = Form(
    "job_ad", "job ad", 3,
    (
        _field("job_number", "text", "Job number|Job ref|Vacancy", "Stellennummer|Réf. du poste|Vacante", "Number of the job.", _number("J")),
        _field("title", "text", "Title|Position|We look for", "Stelle|Poste|Puesto", "Title of the job.", data.job),
        _field("start_date", "date", "Start|Starts on|From", "Beginn|Début|Inicio", "First day of work."),
        _field("employer", "text", "Employer|Company", "Arbeitgeber|Employeur|Empresa", "Who hires.", data.company),
        _field("city", "text", "City|Place of work", "Ort|Ville|Ciudad", "Place of work.", data.city),
        _field("hours_per_week", "whole", "Hours a week|Weekly hours", "Wochenstunden|Heures par semaine|Horas por semana", "Hours a week.", _whole(13, 40)),
        _field("salary", "amount", "Salary|Pay a month", "Gehalt|Salaire|Sueldo", "Pay a month.", _money(1500, 7000)),
        _field("contract", "choice", "Contract|Kind of contract", "Vertrag|Contrat|Contrato", "Kind of contract.",
               _pick("permanent temporary internship seasonal"), "permanent temporary internship seasonal"),
        _field("contact", "text", "Contact|Apply to", "Kontakt|Contact|Contacto", "Address for applications.", data.email),
        _code("department", "department", "Department|Team", "Abteilung|Service|Departamento", "Department that hires."),
        _CURRENCY, _COUNTRY,
    ),
    "start_date", False,
    ("we are hiring: {title} ({job_number}), starting {start_date}", "{title} wanted {start_date}, vacancy {job_number}",
     "vacancy {job_number}: {title}, first day {start_date}"),
    (("Posted on", "start_date"), ("Apply until", "start_date"), ("Days of holiday", "hours_per_week"), ("Bonus a year", "salary")),
)  # fmt: skip
LAB = Form(
    "lab_report", "lab report", 3,
    (
        _field("sample_number", "text", "Sample|Sample no.|Specimen", "Probe|Échantillon|Muestra", "Number of the sample.", _number("L")),
        _field("taken_on", "date", "Taken on|Drawn|Collected", "Entnommen am|Prélevé le|Tomada el", "Day on which the sample was taken."),
        _field("result", "amount", "Result|Measured|Value", "Ergebnis|Résultat|Resultado", "The measured value.", _money(1, 300)),
        _field("laboratory", "text", "Laboratory|Lab", "Labor|Laboratoire|Laboratorio", "Name of the laboratory.",
               lambda rng: f"{rng.choice(data.SURNAMES)} Laboratories"),
        _field("doctor", "text", "Doctor|Requested by", "Arzt|Médecin|Médico", "Who asked for it.", data.person),
        _field("method", "text", "Method|Measured by", "Methode|Méthode|Método", "Method of measurement.", lambda rng: rng.choice(data.METHODS)),
        _field("taken_at", "time", "Time|Clock", "Uhrzeit|Heure|Hora", "Time of day.", _time),
        _field("storage_days", "whole", "Days of storage|Keep for days", "Lagertage|Jours de garde|Días", "Days the sample is kept.", _whole(13, 90)),
        _field("flag", "choice", "Flag|Verdict", "Bewertung|Avis|Aviso", "How the value is judged.", _pick("low normal high"), "low normal high"),
        _code("analyte", "analyte", "Analyte|Test", "Messgröße|Analyse|Analito", "What was measured."),
        _code("unit", "unit", "Unit|Measured in", "Einheit|Unité|Unidad", "Unit of the result."),
        _COUNTRY,
    ),
    "taken_on", True,
    ("sample {sample_number} drawn {taken_on} came back with {result}", "{taken_on}, sample {sample_number}: result {result}",
     "result {result} for {sample_number}, taken {taken_on}"),
    (("Previous result", "result"), ("Upper limit", "result"), ("Reported on", "taken_on")),
)  # fmt: skip
INVOICE = Form(
    "invoice", "invoice", 3,
    (
        _field("invoice_number", "text", "Invoice|Invoice no.|Number", "Rechnung|Facture|Factura", "Number of the invoice.", _number("INV")),
        _field("invoice_date", "date", "Date|Invoice date|Issued", "Rechnungsdatum|Date de facture|Fecha", "Day of issue."),
        _field("total", "amount", "Total|Amount due|To pay", "Gesamtbetrag|Total à payer|Total a pagar", "Total to pay.", _money(20, 9000)),
        _field("supplier", "text", "Supplier|From|Biller", "Lieferant|Fournisseur|Proveedor", "Who bills.", data.company),
        _field("net", "amount", "Net|Net amount", "Netto|Net|Neto", "Amount before tax.", _money(20, 9000)),
        _field("order_number", "text", "Order|Your order|PO", "Bestellung|Commande|Pedido", "Number of the order.", _number("PO")),
        _field("payment_days", "whole", "Days to pay|Payable within days", "Zahlungsziel in Tagen|Délai en jours|Plazo en días", "Days to pay.", _whole(13, 90)),
        _field("buyer", "text", "Buyer|Ordered by", "Besteller|Acheteur|Comprador", "Person who ordered.", data.person),
        _field("delivery", "choice", "Delivery|Shipped by", "Versand|Envoi|Envío", "How it was shipped.", _pick("post courier pickup freight"),
               "post courier pickup freight"),
        _code("cost_centre", "cost_centre", "Cost centre|Charge to", "Kostenstelle|Centre de coûts|Centro de coste", "Cost centre that pays."),
        _CURRENCY, _COUNTRY,
    ),
    "invoice_date", True,
    ("invoice {invoice_number} of {invoice_date} over {total}", "please pay {total} for {invoice_number}, issued {invoice_date}",
     "{invoice_number} from {invoice_date}: total {total}"),
    (("Already paid", "total"), ("Printed on", "invoice_date"), ("Last reminder", "invoice_date"), ("Tax", "net")),
)  # fmt: skip

FORMS: dict[str, Form] = {form.name: form for form in (BANK, VOICE, DELIVERY, JOB, LAB, INVOICE)}
