"""The tools of the shop's desk as agents see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.retail_desk import reads, writes
from trajgym.gym_envs.world import Tool

Schema = dict[str, Any]


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


ORDER = _text("The order's id, for example O-48213.", pattern="^O-[0-9]{5}$")
CUSTOMER = _text("The customer's id as find_customer gives it, for example C-4821.", pattern="^C-[0-9]{4}$")
VARIANT = _text("A variant's id, for example V-30417.", pattern="^V-[0-9]{5}$")
PAYMENT_PATTERN = "^(card|gift)-[0-9]{4}$"
PAYMENT = _text(
    "Id of the customer's payment method that pays the price difference or gets it back, for example card-4821 or "
    "gift-1930.",
    pattern=PAYMENT_PATTERN,
)
SWAPS: Schema = {
    "type": "array",
    "description": "All items to swap, in one call.",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "old": _text("Id of the variant that is in the order now.", pattern="^V-[0-9]{5}$"),
            "new": _text("Id of the variant wanted instead.", pattern="^V-[0-9]{5}$"),
        },
        "required": ["old", "new"],
        "additionalProperties": False,
    },
}
ITEMS: Schema = {
    "type": "array",
    "description": "Variant ids of the items, as get_order shows them.",
    "minItems": 1,
    "uniqueItems": True,
    "items": {"type": "string", "pattern": "^V-[0-9]{5}$"},
}


def _tool(
    name: str,
    kind: str,
    description: str,
    run: Callable[[Backend, dict[str, Any]], Any],
    optional: tuple[str, ...],
    kinds: str,
    /,
    **properties: Schema,
) -> Tool:
    """`kinds`: the kind of each parameter in order, one letter each: r(eference), v(alue), t(ext), c(hoice)."""
    names = {"r": "reference", "v": "value", "t": "text", "c": "choice"}
    parameters = {
        "type": "object",
        "properties": properties,
        "required": [key for key in properties if key not in optional],
        "additionalProperties": False,
    }
    params = {key: names[letter] for key, letter in zip(properties, kinds, strict=True)}
    return Tool(name, description, parameters, kind, params, run)


TOOLS: tuple[Tool, ...] = (
    _tool(
        "find_customer",
        "read",
        "Identify a customer: give the e-mail address alone, or the full name together with the postcode. Answers with the "
        "customer's id, home address, payment methods and vouchers.",
        reads.find_customer,
        ("email", "name", "postcode"),
        "vvv",
        email=_text("E-mail address of the account."),
        name=_text("Full name of the customer; only together with the postcode."),
        postcode=_text("Postcode of the customer's home address; only together with the name."),
    ),
    _tool(
        "get_order",
        "read",
        "Read one order: status, dates, items with their variant ids and prices, delivery address, payment method, voucher "
        "and total.",
        reads.get_order,
        (),
        "r",
        order_id=ORDER,
    ),
    _tool(
        "list_orders",
        "read",
        "List a customer's orders, newest first, with status, dates, total and product names.",
        reads.list_orders,
        ("status",),
        "rc",
        customer_id=CUSTOMER,
        status={
            "type": "string",
            "description": "Only orders in this status; leave out for all.",
            "enum": ["pending", "shipped", "delivered", "cancelled"],
        },
    ),
    _tool(
        "search_products",
        "read",
        "Search the catalogue by words of the product's name or category. Answers with the best matching products and their "
        "variants (colour, size, price, stock).",
        reads.search_products,
        ("max_price", "in_stock"),
        "tvc",
        query=_text("Words to look for, best the product's name."),
        max_price={"type": "number", "description": "Only variants up to this price in euros."},
        in_stock={"type": "boolean", "description": "True for only those variants that are in stock."},
    ),
    _tool(
        "get_variant",
        "read",
        "Read one variant of a product (colour, size, price, stock) together with the product's other variants.",
        reads.get_variant,
        (),
        "r",
        variant_id=VARIANT,
    ),
    _tool(
        "cancel_order",
        "write",
        "Cancel a pending order. Its total goes back to the payment method it was paid with.",
        writes.cancel_order,
        (),
        "rc",
        order_id=ORDER,
        reason={
            "type": "string",
            "description": "Why the customer cancels, as the customer says it.",
            "enum": ["no_longer_needed", "ordered_by_mistake"],
        },
    ),
    _tool(
        "change_items",
        "write",
        "Swap items of a pending order for other variants of the same products. Works once per order: put all swaps into "
        "one call. Charges or refunds the price difference.",
        writes.change_items,
        (),
        "rrr",
        order_id=ORDER,
        swaps=SWAPS,
        payment_id=PAYMENT,
    ),
    _tool(
        "change_address",
        "write",
        "Change the delivery address of a pending order.",
        writes.change_address,
        (),
        "rvvvv",
        order_id=ORDER,
        street=_text("House number and street, for example 12 Elm Street."),
        city=_text("City."),
        postcode=_text("Postcode."),
        country=_text("Country, its full English name."),
    ),
    _tool(
        "return_items",
        "write",
        "Return delivered items. The refund goes to the payment method named in refund_to.",
        writes.return_items,
        (),
        "rrr",
        order_id=ORDER,
        items=ITEMS,
        refund_to=_text(
            "Id of the payment method that gets the refund: the one the order was paid with, or a gift card of the customer.",
            pattern=PAYMENT_PATTERN,
        ),
    ),
    _tool(
        "exchange_items",
        "write",
        "Exchange delivered items for other variants of the same products. Charges or refunds the price difference.",
        writes.exchange_items,
        (),
        "rrr",
        order_id=ORDER,
        swaps=SWAPS,
        payment_id=PAYMENT,
    ),
    _tool(
        "apply_voucher",
        "write",
        "Apply one of the customer's vouchers to a pending order; answers with the new total.",
        writes.apply_voucher,
        (),
        "rr",
        order_id=ORDER,
        code=_text("The voucher's code, for example SUNNY-4821.", pattern="^[A-Z]+-[0-9]{4}$"),
    ),
    _tool(
        "quote_refund",
        "read",
        "Work out what a return of delivered items would refund. Changes nothing.",
        reads.quote_refund,
        (),
        "rr",
        order_id=ORDER,
        items=ITEMS,
    ),
    _tool(
        "hand_off",
        "terminal",
        "Pass the conversation on to a colleague; it ends your part.",
        writes.hand_off,
        (),
        "ct",
        to={
            "type": "string",
            "description": "fraud: misuse of an account or card. warehouse: lost, damaged or wrong parcels. human: "
            "everything else.",
            "enum": ["human", "fraud", "warehouse"],
        },
        summary=_text("What it is about; it names the customer id and, if there is one, the order id."),
    ),
)

_STORE = _text("A shop's id, for example S-412.", pattern="^S-[0-9]{3}$")
DISTRACTORS: tuple[Tool, ...] = (
    _tool(
        "list_stores",
        "read",
        "List our shops on the high street.",
        reads.list_stores,
        ("city",),
        "t",
        city=_text("Only shops in this city; leave out for all."),
    ),
    _tool(
        "get_store_hours",
        "read",
        "Read the opening hours of one shop on the high street.",
        reads.get_store_hours,
        (),
        "r",
        store_id=_STORE,
    ),
    _tool(
        "get_size_chart",
        "read",
        "List the sizes that products of a category come in.",
        reads.get_size_chart,
        (),
        "c",
        category={
            "type": "string",
            "description": "Product category.",
            "enum": ["bags", "clothing", "electronics", "home", "kitchen", "office", "shoes", "sports"],
        },
    ),
    _tool(
        "subscribe_newsletter",
        "write",
        "Subscribe a customer to the newsletter.",
        writes.subscribe_newsletter,
        (),
        "r",
        customer_id=CUSTOMER,
    ),
    _tool(
        "add_to_wishlist",
        "write",
        "Put a variant on a customer's wish list.",
        writes.add_to_wishlist,
        (),
        "rr",
        customer_id=CUSTOMER,
        variant_id=VARIANT,
    ),
    _tool(
        "notify_restock",
        "write",
        "Send an e-mail once a variant is in stock again.",
        writes.notify_restock,
        (),
        "rv",
        variant_id=VARIANT,
        email=_text("Where to send the e-mail."),
    ),
    _tool(
        "book_store_visit",
        "write",
        "Book an appointment with an adviser in one of our shops.",
        writes.book_store_visit,
        (),
        "rv",
        store_id=_STORE,
        date=_text("Day of the visit, YYYY-MM-DD.", format="date"),
    ),
    _tool(
        "rate_product",
        "write",
        "Record a customer's rating of a product.",
        writes.rate_product,
        (),
        "rv",
        product_id=_text("A product's id, for example P-304.", pattern="^P-[0-9]{3}$"),
        stars={"type": "integer", "description": "One to five stars.", "minimum": 1, "maximum": 5},
    ),
    _tool(
        "report_website_error",
        "write",
        "Report a fault of the web shop to the technical team.",
        writes.report_website_error,
        (),
        "tt",
        page=_text("On which page it happens."),
        description=_text("What goes wrong."),
    ),
    _tool(
        "order_catalogue",
        "write",
        "Send the printed catalogue to a customer.",
        writes.order_catalogue,
        (),
        "rc",
        customer_id=CUSTOMER,
        season={"type": "string", "description": "Which catalogue.", "enum": ["spring", "summer", "autumn", "winter"]},
    ),
)
