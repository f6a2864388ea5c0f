"""The agent's words, read: phrases as models of many makers write them."""

from __future__ import annotations

import time

import pytest

from trajgym.gym_envs.plan import Fact, Goal, Plan
from trajgym.gym_envs.reading import Reading, read

PLAN = Plan(
    [Goal("g0", ("cancel my order",), ("order", "email", "zip", "reason", "date"))],
    {
        "order": Fact("order", "O-4711", "id", "order number", ("order number", "order id", "which order")),
        "email": Fact("email", "ada@mail.test", "email", "e-mail address", ("e-mail", "email")),
        "zip": Fact("zip", "20304", "number", "zip code", ("zip", "zip code", "postal code")),
        "reason": Fact("reason", "by mistake", "choice", "reason", ("reason", "why")),
        "date": Fact("date", "2025-05-13", "date", "date", ("date", "which day", "when")),
    },
    [],
)


def reading(text: str) -> Reading:
    return read(text, PLAN)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("Could you please provide your order number?", "order"),
        ("Sure! What's the order ID?", "order"),
        ("I'd be happy to help. May I have your email address and ZIP code?", "email zip"),
        ("To get started, please share the e-mail on the account.", "email"),
        ("Please confirm your email address so I can look you up.", "email"),
        ("Can you verify your zip code for me?", "zip"),
        ("Could you confirm the order number?", "order"),
        ("I just need your order number to proceed.", "order"),
        ("I'll need a few details first:\n1. Order number\n2. Reason for the cancellation\n", "order reason"),
        ("Before I can do that, I need:\n- your email\n- your zip code", "email zip"),
        ("Could you let me know the following?\n\n* **Order number**\n* **Reason**", "order reason"),
        ("Let me know which day suits you.", "date"),
        ("Why do you want to cancel?", "reason"),
        ("I can't find it without more details. Could you give me the order number?", "order"),
        ("I'm missing the order number.", "order"),
        ("The zip code is still missing.", "zip"),
        ("Which order are you referring to?", "order"),
        ("Would you mind sharing your e-mail?", "email"),
        ("Kindly provide the order number.", "order"),
        ("And the reason?", "reason"),
        ("Happy to help — just send me your email!", "email"),
        ("What order number is this about, and what’s your zip?", "order zip"),
        # these ask for nothing
        ("Your order number is O-4711.", ""),
        ("I found your order by your email.", ""),
        ("Is there anything else I can help you with regarding your order number?", ""),
        ("Anything else about this order id?", ""),
        ("I have cancelled the order for the reason you gave.", ""),
        ("Let me know if you need anything else.", ""),
        ('The message "what is your email?" has been posted.', ""),
        ("Shall I cancel order number O-4711 now?", ""),
        ("Thanks, I have your email now. One moment.", ""),
        ("I need a moment to check the order number.", ""),
        ("You will receive an email when it is done.", ""),
        ("Please check your email for the receipt.", ""),
    ],
)
def test_what_it_asks_for(text: str, slots: str) -> None:
    assert set(reading(text).asks) == set(slots.split())


@pytest.mark.parametrize(
    "text",
    [
        "I will cancel order O-4711 because it was a mistake. Shall I go ahead?",
        "Do you want me to cancel it?",
        "Would you like me to proceed with the cancellation?",
        "Please confirm (yes/no) that I should cancel order O-4711.",
        "To confirm: cancel order O-4711, refund to PayPal. Is that correct?",
        "May I proceed?",
        "Is this okay with you?",
        "Can you confirm that you want to cancel order number O-4711?",
        "Please confirm the cancellation of your order.",
        "Reply YES to confirm.",
        "Can I go ahead and cancel it?",
        "Just to double-check: you want O-4711 cancelled, right?",
        "Are you sure you want to cancel?",
        "Do I have your permission to cancel the order?",
        "Does this look right to you?",
        "If you agree, just say yes and I'll cancel it.",
        "Let me know if you'd like me to proceed.",
        "Here is what I'd change:\n- Order: O-4711\n- Reason: by mistake\n\nDo you confirm?",
        "Should I go on with that?",
        "Please type 'yes' to continue.",
    ],
)
def test_it_wants_a_yes(text: str) -> None:
    found = reading(text)
    assert found.confirm
    assert not found.asks


@pytest.mark.parametrize(
    "text",
    [
        "Please confirm your email address.",
        "Can you confirm your zip code?",
        "Could you confirm what the order number is?",
        "May I have the order number?",
        "May I know why?",
        "What would you like to do?",
        "I have cancelled the order, as confirmed.",
        "Your booking is confirmed.",
        "The order was confirmed by the shop on Monday.",
        "Thank you for confirming your email.",
        "You will get a confirmation soon.",
        "To go on I need the new value. What should I put down?",
    ],
)
def test_it_wants_no_yes(text: str) -> None:
    assert not reading(text).confirm


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "Unfortunately, I am unable to cancel a shipped order.",
        "I cannot do that because of clause P1.",
        "That isn't possible.",
        "I’m afraid I won’t be able to do this.",
        "I don't have a tool for that.",
        "Per our policy, this is not allowed.",
        "I couldn't find any order under that number.",
        "I must decline this request.",
        "Regrettably this falls outside of what I can do.",
        "There is no way for me to do this.",
        "I have no tool to order food.",
        "I'm not permitted to share that.",
        "I have to refuse that request.",
        "We do not offer refunds to other cards, so this has to stay as it is; I can not change it.",
        "It is impossible to change a delivered order.",
        "This request is against our policy.",
        "That's beyond my capabilities.",
        "I do not have access to that system.",
    ],
)
def test_it_declines(text: str) -> None:
    assert reading(text).decline


@pytest.mark.parametrize(
    "text",
    [
        "I've cancelled your order.",
        "The address was updated.",
        "Good news, it worked: order O-4711 is cancelled.",
        "I can confirm that order O-4711 is cancelled.",
        "Your timer is set!",
        "I will do it right away.",
        "If you can't find it, write to me.",
        "Let me know if you cannot open it.",
    ],
)
def test_it_does_not_decline(text: str) -> None:
    assert not reading(text).decline


@pytest.mark.parametrize(
    "text",
    [
        "I've cancelled order O-4711 for you.",
        "I have successfully updated your address.",
        "Your order has been cancelled.",
        "Done! Anything else?",
        "All set!",
        "The meeting is now scheduled for Friday.",
        "It's all taken care of.",
        "Your address has now been changed, and the refund was issued.",
        "I just sent the e-mail.",
        "The refund has been successfully processed.",
        "I went ahead and cancelled it.",
        "Successfully cancelled order O-4711.",
        "✅ Order O-4711 cancelled.",
        "Your return was submitted.",
        "I added the event to your calendar.",
    ],
)
def test_it_claims(text: str) -> None:
    assert reading(text).claims


@pytest.mark.parametrize(
    "text",
    [
        "I have not cancelled anything yet.",
        "Once it is cancelled, you get a mail.",
        "I will have it cancelled after your yes.",
        "Shall I say that it has been cancelled?",
        "Your order has never been changed.",
        "Nothing has been changed.",
        "Do you want it cancelled?",
        "The order can be cancelled.",
        "You can have it cancelled within a day.",
        "The order hasn't been cancelled.",
        'The note says "it has been sent".',
        "I found the order.",
        "I have your order here.",
        "It costs 340 in total.",
    ],
)
def test_it_claims_nothing(text: str) -> None:
    assert not reading(text).claims


@pytest.mark.parametrize(
    "text",
    [
        "Hello! How can I help you today?",
        "Hi, what can I do for you?",
        "Hey there. What do you need?",
        "Welcome! How may I assist you today?",
        "How can I assist you with your order?",
        "What would you like me to do?",
        "Could you tell me more about what you need?",
        "What can I help you with?",
    ],
)
def test_it_offers_help(text: str) -> None:
    found = reading(text)
    assert found.offer
    assert found.question
    assert not found.confirm


@pytest.mark.parametrize(
    "text", ["Have a great day!", "Goodbye!", "Is there anything else?", "Take care.", "What else can I do for you?"]
)
def test_it_takes_leave(text: str) -> None:
    assert reading(text).farewell


@pytest.mark.parametrize(
    "unit", ["a", "a.", "a-", "1,", "1", "“", '"', "a@", "x-1", " ", "\n", "i have ", "?", "can't ", "\x00", "😀", "confirm the "]
)  # fmt: skip
def test_long_text_is_read_in_linear_time(unit: str) -> None:
    """200,000 characters of anything; a pattern that goes over them again and again would take hours."""
    text = unit * (200_000 // len(unit))
    start = time.process_time()
    reading(text)
    assert time.process_time() - start < 2
