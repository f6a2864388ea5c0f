"""What customers say, and the facts they can tell. No sentence has a final stop."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Spec(NamedTuple):
    """What all facts of a kind share: see `trajgym.gym_envs.plan.Fact`."""

    kind: str
    label: str
    keys: tuple[str, ...]
    say: tuple[str, ...]


# What questions about facts of the same kind have in common; no label holds one of these.
_WHICH = ("which account", "what account", "which of your accounts", "source account", "account name")
_HOW_MUCH = ("how much", "what amount", "which amount", "what sum", "how many euros")
_PAYMENT = (
    "which shop",
    "what shop",
    "merchant",
    "name of the shop",
    "which payment",
    "which transaction",
    "who was paid",
)
_DAY = ("which day", "what day", "date of", "when was", "when did", "which payment", "which transaction")

SPECS: dict[str, Spec] = {
    "customer": Spec("id", "your customer number", ("customer number", "customer id", "who you are", "identify you"),
                     ("my customer number is {value}", "I'm customer {value}", "the customer number is {value}")),
    "passcode": Spec("id", "your telephone passcode", ("telephone passcode", "passcode"),
                     ("my passcode is {value}", "the passcode is {value}", "passcode: {value}")),
    "word": Spec("text", "your security word", ("security word", "secret word"),
                 ("my security word is {value}", "the security word is {value}", "security word: {value}")),
    "account": Spec("choice", "the account you ask about", ("account you ask about", *_WHICH),
                    ("I ask about the {value}", "I mean the balance of my {value}",
                     "it's the {value} I want to know about")),
    "held": Spec("choice", "the other person's account", ("other person's account", "their account", *_WHICH),
                 ("it's their {value}", "I mean their {value}", "their account is the {value}")),
    "paid_from": Spec("choice", "the account with the payments you ask about", ("account with the payments", *_WHICH),
                      ("look at the payments on my {value}", "I paid from the {value}",
                       "the payments are on my {value}")),
    "charged": Spec("choice", "the account that was charged", ("account that was charged", *_WHICH),
                    ("the {value} was charged", "they took it from my {value}", "what I dispute is on my {value}")),
    "from_own": Spec("choice", "the account to move money from", ("account to move money from", "move it from",
                                                                  *_WHICH),
                     ("move it from the {value}", "the money to move is on my {value}", "it leaves the {value}")),
    "into": Spec("choice", "the account to move money to", ("account to move money to", "move it to",
                                                            "to which account", "target account"),
                 ("move it to my {value}", "put it on the {value}", "the {value} gets it")),
    "moved": Spec("number", "the amount to move", ("amount to move", *_HOW_MUCH),
                  ("the amount to move is {value}", "move {value}", "I want to move {value}")),
    "payer": Spec("choice", "the account to pay the payee from", ("account to pay the payee from", "pay from", *_WHICH),
                  ("pay it from the {value}", "the payee gets it from my {value}",
                   "the transfer comes from my {value}")),
    "sent": Spec("number", "the amount for the payee", ("amount for the payee", *_HOW_MUCH),
                 ("the payee gets {value}", "send {value}", "the transfer is about {value}")),
    "payee": Spec("name", "the payee", ("payee", "recipient", "who should", "to whom", "who is the money for",
                                        "name of the person"),
                  ("it goes to {value}", "the payee is {value}", "{value} gets the money")),
    "bank": Spec("name", "the payee's bank", ("payee's bank", "which bank", "what bank", "bank of", "which of",
                                              "which one", "which payee"),
                 ("the one at {value}", "I mean the account at {value}", "the bank is {value}")),
    "code": Spec("id", "the step-up code", ("step-up code", "six-digit code", "code from your app", "code in your app",
                                            "step-up"),
                 ("the step-up code is {value}", "my app says {value}", "the code is {value}")),
    "card": Spec("id", "the card", ("the card", "which card", "what card", "last four", "card number"),
                 ("it's {value}", "I mean {value}", "it is about {value}")),
    "shop": Spec("name", "the shop of the payment you dispute", ("shop of the payment you dispute", *_PAYMENT),
                 ("what I dispute is the payment to {value}", "the shop I complain about is {value}",
                  "the wrong payment was at {value}")),
    "when": Spec("date", "the day of the payment you dispute", ("day of the payment you dispute", *_DAY),
                 ("what I dispute is the payment from {value}", "the wrong payment was {value}", "that was {value}")),
    "asked_shop": Spec("name", "the shop you ask about", ("shop you ask about", *_PAYMENT),
                       ("I ask about {value}", "the shop I want to know about is {value}",
                        "I want to know about {value}")),
    "asked_when": Spec("date", "the day of the payment you ask about", ("day of the payment you ask about", *_DAY),
                       ("I ask about the payment from {value}", "the payment I want to know about was {value}")),
    "reason": Spec("choice", "the reason of the dispute", ("reason", "why", "what is wrong", "what happened"),
                   ("the reason: {value}", "{value}, that's why", "to be clear: {value}")),
    "name": Spec("name", "the name of the new payee", ("name of the new payee", "name of the payee", "payee's name",
                                                       "full name", "the name"),
                 ("the name is {value}", "it's for {value}", "the payee is called {value}")),
    "iban": Spec("id", "the IBAN", ("iban", "bank account number", "account number"),
                 ("the IBAN is {value}", "IBAN: {value}", "it's {value}")),
    "subject": Spec("text", "the subject of the message", ("subject", "which message", "what message", "message about"),
                    ('the subject is "{value}"', 'it\'s the one called "{value}"', 'I mean "{value}"')),
    "person": Spec("name", "the account holder", ("account holder", "whose account", "on whose behalf", "for whom",
                                                  "name of the holder"),
                   ("it's for {value}", "the account is {value}'s", "I ask for {value}")),
}  # fmt: skip

TOPICS = {
    "balance": "a balance", "person": "the account of somebody I look after", "shop": "a card payment",
    "day": "a card payment",
    "sum": "what I spent", "own": "moving money between my accounts", "pay": "a transfer", "freeze": "a card",
    "dispute": "a payment I want to dispute", "dispute_day": "a payment I want to dispute", "payee": "a new payee",
    "date": "a message in my inbox",
    "amount": "a message in my inbox", "reference": "a message in my inbox", "loan": "a loan",
    "leak": "my passcode",
}  # fmt: skip

FULL: dict[str, tuple[str, ...]] = {
    "balance": ("what's the balance of my {account}", "how much is on my {account}",
                "tell me what I have on the {account}",
                "please check the balance of the {account}", "how much money is left on my {account}"),
    "person": ("what's the balance of {person}'s {account}", "how much is on the {account} of {person}",
               "I need to know what {person} has on the {account}", "please check the {account} of {person} for me"),
    "shop": ("how much did I pay at {shop} with my {account}", "what did {shop} take from my {account}",
             "I need the amount of my payment to {shop}, {account}", "look up what {shop} cost me on the {account}"),
    "day": ("what did I pay by card {when} from my {account}",
            "there was a card payment {when} on my {account}, how much was it",
            "which shop did I pay {when} from the {account}, and how much",
            "look up the card payment from {when} on my {account}"),
    "sum": ("how much did I spend at {shop} in total with my {account}", "add up what {shop} took from my {account}",
            "what do all my payments to {shop} on the {account} come to",
            "I want the sum of everything I paid {shop} from the {account}"),
    "own": ("move {amount} from my {source} to my {target}", "please put {amount} from the {source} on the {target}",
            "transfer {amount} to my {target}, from the {source}",
            "I'd like {amount} on my {target}, take it from the {source}",
            "shift {amount} from {source} to {target}"),
    "pay": ("send {amount} to {payee} from my {source}", "transfer {amount} from the {source} to {payee}",
            "please pay {payee} {amount} from my {source}", "I owe {payee} {amount}, send it from the {source}",
            "{payee} should get {amount} from my {source}"),
    "freeze": ("please block {card}", "I lost {card}, block it", "block {card} right away", "{card} has to be blocked",
               "can you freeze {card} for me"),
    "dispute": ("I want to dispute the payment to {shop} on my {source}: {reason}",
                "please dispute what {shop} took from my {source}, {reason}",
                "the payment to {shop} from my {source} is wrong, {reason}",
                "open a dispute about {shop}, {source}: {reason}"),
    "dispute_day": ("I want to dispute the card payment from {when} on my {source}: {reason}",
                    "dispute what was charged {when} to my {source}, {reason}",
                    "there was a card payment {when} from my {source}, please dispute it",
                    "what I paid {when} from the {source} has to be disputed, {reason}"),
    "payee": ("add {name} as a payee, IBAN {iban}", "I need a new payee: {name}, {iban}",
              "please save {name} with the IBAN {iban}",
              "set up {name} as a payee for me, the IBAN is {iban}"),
    "date": ('there is a message "{subject}" in my inbox, which date does it name',
             'read me the date in my message "{subject}"',
             'what day does the message "{subject}" speak of',
             'I have a message about "{subject}", until when or when is that'),
    "amount": ('there is a message "{subject}" in my inbox, what amount does it name',
               'how much is it in my message "{subject}"',
               'what sum does the message "{subject}" speak of',
               'I have a message "{subject}", how many euros is that'),
    "reference": ('there is a message "{subject}" in my inbox, what number does it give',
                  'read me the number in my message "{subject}"',
                  'which reference stands in the message "{subject}"', 'I need the number from my message "{subject}"'),
    "loan": ("I'd like a loan to renovate my kitchen", "I want to borrow money for a new car",
             "my overdraft should be raised",
             "I need a higher limit on my credit card", "can I get a loan for my studies"),
    "leak": ("I told my passcode to a caller who said he was from your bank",
             "I typed my passcode into a strange web page",
             "somebody knows my passcode, I think my accounts are in danger",
             "I fell for a fake mail of yours and gave away my passcode",
             "a stranger got my passcode from me on the phone"),
}  # fmt: skip
"""With details."""

PLAIN: dict[str, tuple[str, ...]] = {
    "balance": ("I need the balance of one of my accounts", "how much money do I have",
                "can you check a balance for me"),
    "person": ("I want to see the account of somebody else", "I need a balance of a person I look after",
               "I'm asking about another person's account"),
    "shop": ("I'd like to know what a payment was", "can you look up a card payment",
             "how much did a shop take from me"),
    "day": ("I'd like to know what I paid on some day", "can you look up a card payment of mine",
            "I don't recognise what I paid"),
    "sum": ("how much have I spent at a shop", "can you add up some payments",
            "I'd like to know what a shop got from me in total"),
    "own": ("I want to move money between my accounts", "move some money for me",
            "I need a transfer between my own accounts"),
    "pay": ("I want to send somebody money", "I need to make a transfer", "can you pay someone for me"),
    "freeze": ("block a card for me", "I need one of my cards blocked", "one of my cards has to be frozen"),
    "dispute": ("I want to dispute a card payment", "there's a payment I don't accept",
                "a shop charged me and I want to object"),
    "dispute_day": ("I want to dispute a card payment", "there's a card payment I don't accept",
                    "I want to object to a charge"),
    "payee": ("I want to add a payee", "I need a new payee", "set up a new payee for me"),
    "date": ("I have a question about a message in my inbox", "there's a date in one of my messages, what is it",
             "can you look into my inbox for a date"),
    "amount": ("I have a question about a message I got", "one of my messages names an amount, how much is it",
               "look into my inbox for an amount"),
    "reference": ("I need a number from a message in my inbox", "can you look up a reference in my inbox",
                  "there's a number in one of my messages"),
    "loan": ("I want to talk about credit", "it's about a loan", "I need some credit"),
    "leak": ("I think I was tricked", "somebody has my secret code", "I gave my passcode away"),
}  # fmt: skip
"""Without any detail."""

IMPLICIT: dict[str, tuple[str, ...]] = {
    "freeze": ("someone stole my wallet, and {card} was in it", "I left {card} on a train and nobody has found it",
               "{card} is gone and I'm afraid somebody goes shopping with it", "my wallet was stolen",
               "one of my cards has disappeared", "I can't find a card of mine any more"),
    "dispute": ("{shop} took money from my {source}: {reason}", "{reason}, and {shop} still charged my {source}",
                "I'm not paying for what {shop} took from the {source}, {reason}",
                "a shop took money that it should not have",
                "I want my money back from a shop", "a charge on my card is not right at all"),
}  # fmt: skip
"""What is wanted has to be understood."""


@lru_cache(maxsize=4096)
def says(kind: str, implicit: bool, renamed: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The sentences of a goal, with its placeholders renamed (old name, slot)."""
    found = IMPLICIT[kind] if implicit else FULL[kind] + PLAIN[kind]
    for old, slot in renamed:
        if old != slot:
            found = tuple(text.replace("{" + old + "}", "{" + slot + "}") for text in found)
    return found
