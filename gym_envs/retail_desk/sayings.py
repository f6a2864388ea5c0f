"""What customers say. ``{ref}`` stands for how they name the order; other placeholders are facts.

Each goal has sentences that name what they know, sentences without any detail, and sentences that leave the wish to be
understood. None has a final stop.
"""

from __future__ import annotations

from functools import lru_cache

FULL: dict[str, tuple[str, ...]] = {
    "cancel": (
        "please cancel {ref}, it's {reason}",
        "I'd like to cancel {ref}",
        "can you cancel {ref} for me",
        "{ref} has to be cancelled, the reason is {reason}",
        "I want to call off {ref}",
        "could you stop {ref} before it ships",
        "I need {ref} cancelled, {reason}",
    ),
    "address": (
        "please send {ref} to {address} instead",
        "I need a new delivery address for {ref}: {address}",
        "can you change where {ref} is delivered",
        "{ref} should go to another address",
        "could you redirect {ref} to {address}",
        "the delivery address of {ref} has to be {address}",
        "I'd like {ref} delivered somewhere else",
    ),
    "items": (
        "in {ref}, please swap the {item} for {wish}",
        "I'd like {wish} instead of the {item} in {ref}",
        "can you change the {item} in {ref} to {wish}",
        "I picked the wrong {item} in {ref}, I want {wish}",
        "please change an item in {ref}: the {item} should be {wish}",
        "before {ref} ships, could you replace the {item} by {wish}",
    ),
    "return": (
        "I'd like to return the {item} from {ref}",
        "the {item} from {ref} should go back, refund to {refund_to}",
        "can I send back the {item} of {ref} and get the money on {refund_to}",
        "please take back the {item} from {ref}",
        "I want a refund for the {item} in {ref}",
        "could you arrange a return of the {item} from {ref}",
    ),
    "exchange": (
        "I'd like to exchange the {item} from {ref} for {wish}",
        "can I swap the {item} I got with {ref} for {wish}",
        "the {item} from {ref} isn't right for me, please send {wish} instead",
        "please exchange the {item} from {ref}, I want {wish}",
        "could you arrange an exchange: the {item} of {ref} for {wish}",
        "I got the {item} with {ref}, but I'd rather have {wish}",
    ),
    "voucher": (
        "please use voucher {voucher} for {ref}",
        "I forgot to use my voucher {voucher} for {ref}",
        "can you apply {voucher} to {ref}",
        "could you take the voucher {voucher} off the price of {ref}",
        "I have the code {voucher}, it should go on {ref}",
        "I'd like {ref} to be cheaper with my voucher {voucher}",
    ),
    "status": (
        "what is the status of {ref}",
        "where is {ref}",
        "can you look up how {ref} is doing",
        "I'd like to know what's happening with {ref}",
        "has anything happened with {ref} yet",
        "could you check {ref} for me",
    ),
    "quote": (
        "how much would I get back for the {item} from {ref}",
        "what would the refund be if I returned the {item} of {ref}",
        "I'm thinking of returning the {item} from {ref}, what would I get",
        "could you tell me the refund for the {item} from {ref}, just to know",
        "before I decide: what do I get back for the {item} in {ref}",
        "please quote me a refund for the {item} from {ref}, don't do anything yet",
    ),
    "price": (
        "how much is the {item} as {wish}",
        "what does {wish} cost, I mean the {item}",
        "I'm looking at the {item}, what's the price of {wish}",
        "could you tell me the price of the {item}, {wish}",
        "what would I pay for the {item}: {wish}",
        "do you know what the {item} costs, {wish}",
    ),
    "stock": (
        "how many of the {item} do you have left, I mean {wish}",
        "what is your stock of the {item}, {wish}",
        "do you have the {item} in stock, and how many? I'd want {wish}",
        "could you check how many of the {item} are there as {wish}",
        "is the {item} available as {wish}, and how many are left",
        "how many {item} could I order as {wish}",
    ),
    "fraud": (
        "I never placed {ref}, somebody is using my account",
        "there is {ref} on my account that I did not make",
        "{ref} isn't mine, I think my account was hacked",
        "somebody ordered in my name: {ref}",
        "I found {ref} in my account and I know nothing about it, that's fraud",
    ),
    "damaged": (
        "{ref} arrived broken, I need somebody to look into the parcel",
        "the parcel of {ref} came with the wrong things in it",
        "the box of {ref} was crushed, half of it is broken",
        "what arrived with {ref} is not what I bought at all",
        "{ref} says delivered but there was never a parcel",
    ),
    "invoice": (
        "I need the invoice of {ref} made out to my company",
        "could you put another company name on the invoice of {ref}",
        "the invoice of {ref} has to be issued again for the tax office",
        "please correct the invoice of {ref}, it should go to my employer",
        "I need a customs document for {ref}",
    ),
}
"""With details; a goal's first placeholder is how its order is named."""

PLAIN: dict[str, tuple[str, ...]] = {
    "cancel": (
        "I'd like to cancel an order",
        "I want to call off something I ordered",
        "please cancel an order of mine",
        "can you cancel an order for me",
    ),
    "address": (
        "I'd like to change a delivery address",
        "an order of mine has to go somewhere else",
        "can you change where an order is delivered",
        "I need another delivery address for an order",
    ),
    "items": (
        "I'd like to change something in an order that hasn't shipped",
        "I picked the wrong option in an order, can you swap it",
        "one thing in my order should be another one",
        "can you change an item in a pending order",
    ),
    "return": (
        "I'd like to return something",
        "I want to send something back and get a refund",
        "something I bought has to go back",
        "can you arrange a return for me",
    ),
    "exchange": (
        "I'd like to exchange something I received",
        "I'd like to swap something I got for another option",
        "can you exchange an item for me",
        "I received something that I'd like to have differently",
    ),
    "voucher": (
        "I have a voucher that I forgot to use",
        "can you apply a voucher to an order",
        "I'd like to use a voucher for something I ordered",
        "please put a voucher on one of my orders",
    ),
    "status": (
        "I'd like to know the status of an order",
        "can you look up an order for me",
        "I want to know how far an order is",
        "where is my parcel",
    ),
    "quote": (
        "I'd like to know what a return would bring me",
        "how much would I get back for something I bought",
        "could you work out a refund for me, without returning anything",
        "just a question: what refund would I get",
    ),
    "price": (
        "I'd like to know a price",
        "how much is one of your products",
        "can you look up what something costs",
        "I have a question about a price",
    ),
    "stock": (
        "I'd like to know whether something is in stock",
        "can you check how many of something are left",
        "I have a question about your stock",
        "is a certain product available",
    ),
    "fraud": (
        "there is an order on my account that I did not place",
        "I think somebody is misusing my account",
        "somebody bought something in my name",
    ),
    "damaged": (
        "there's something wrong with a parcel I got",
        "my parcel arrived damaged",
        "I received a parcel with the wrong things",
    ),
    "invoice": (
        "I need another invoice for an order",
        "an invoice has to be made out differently",
        "I need a paper for an order",
    ),
}
"""Without any detail."""

IMPLICIT: dict[str, tuple[str, ...]] = {
    "cancel": (
        "I won't need {ref} any more after all",
        "{ref} is not necessary any longer, I hope it's not too late",
        "turns out I can do without {ref}",
    ),
    "address": (
        "I have just moved, and {ref} would go to the old place",
        "nobody will be at the old address when {ref} comes",
        "I'm about to move house and {ref} isn't here yet",
    ),
    "items": (
        "the {item} in {ref} won't be right for me, {wish} would",
        "I just noticed that the {item} in {ref} is not the one I meant, that was {wish}",
        "about the {item} in {ref}: I meant {wish}",
    ),
    "return": (
        "the {item} from {ref} doesn't suit me, I don't want to keep it",
        "I'm not happy with the {item} from {ref}, it can't stay here",
        "the {item} from {ref} was a bad buy, I want my money instead",
    ),
    "exchange": (
        "the {item} from {ref} doesn't fit, {wish} would be right",
        "I should have taken {wish}, not the {item} that came with {ref}",
        "the {item} from {ref} isn't what I need, {wish} is",
    ),
    "voucher": (
        "I paid the full price for {ref} although I have {voucher}",
        "I've got {voucher} lying around, and {ref} was expensive",
        "{ref} was meant to be cheaper, I had {voucher} for it",
    ),
}
"""The wish is left to be understood."""

PRONOUN: dict[str, tuple[str, ...]] = {
    "cancel": (
        "I'm writing about {ref}. Please cancel it",
        "you have {ref} from me. I don't want it any more, cancel it",
    ),
    "address": ("I'm writing about {ref}. Please send it to {address}", "it's about {ref}. It should go to {address}"),
    "items": (
        "I'm writing about the {item} in {ref}. Please swap it for {wish}",
        "there's the {item} in {ref}. I'd like {wish} in its place",
    ),
    "return": (
        "I got the {item} with {ref}. I'd like to return it",
        "it's about the {item} from {ref}. I want to send it back",
    ),
    "exchange": (
        "I got the {item} with {ref}. I'd like to exchange it for {wish}",
        "it's about the {item} from {ref}. Please swap it for {wish}",
    ),
    "voucher": (
        "I have {voucher}. Please use it for {ref}",
        "it's about {ref}. I have {voucher}, please take it off that",
    ),
}
"""What is meant stands in the sentence before."""

TOPICS: dict[str, str] = {
    "cancel": "an order I made",
    "address": "a delivery address",
    "items": "something in an order",
    "return": "a return",
    "exchange": "an exchange",
    "voucher": "a voucher",
    "status": "the status of an order",
    "quote": "a refund",
    "price": "a price",
    "stock": "a product",
    "fraud": "my account",
    "damaged": "a parcel",
    "invoice": "an invoice",
}


@lru_cache(maxsize=4096)
def says(kind: str, ref: str, style: str, renamed: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The sentences of a goal: its order named as `ref`, its facts by their slots (`renamed`: placeholder -> slot), in the
    `style` of an ambiguity (``implicit_goal``, ``pronoun_ref`` or nothing)."""
    detailed = {"implicit_goal": IMPLICIT, "pronoun_ref": PRONOUN}.get(style, FULL).get(kind) or FULL[kind]
    found = []
    for text in detailed:
        text = text.replace("{ref}", ref)
        for name, slot in renamed:
            text = text.replace("{" + name + "}", "{" + slot + "}")
        found.append(text)
    return (*found, *PLAIN[kind])
