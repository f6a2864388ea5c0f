"""Diversity numbers against plain counting, and what each of them must notice."""

from __future__ import annotations

import math
import random
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from trajgym.measures.diversity import SAMPLE, WIDTH, Distinct, Plans, Texts, entropy, self_bleu

DRAW = random.Random(3)
VOCABULARY = [f"{a}{b}{c}" for a in "bdfgkm" for b in "aeiou" for c in "lnrst"]


def texts(count: int, length: int = 12) -> list[str]:
    return [" ".join(DRAW.choices(VOCABULARY, k=length)) for _ in range(count)]


def measured(given: list[str]) -> dict[str, float]:
    counted = Texts("test")
    for text in given:
        counted.add(text)
    return counted.report()


def plain_bleu(own: list[str], others: list[list[str]]) -> float:
    """BLEU-4 as it is written down, with the smoothing of NLTK's method1."""
    logs = []
    for n in range(1, min(4, len(own)) + 1):
        grams = Counter(tuple(own[i : i + n]) for i in range(len(own) - n + 1))
        allowed: Counter[tuple[str, ...]] = Counter()
        for other in others:
            allowed |= Counter(tuple(other[i : i + n]) for i in range(len(other) - n + 1))
        logs.append(math.log(max(sum((grams & allowed).values()), 0.1) / sum(grams.values())))
    nearest = min((abs(len(other) - len(own)), len(other)) for other in others)[1]
    return math.exp(sum(logs) / len(logs) + min(0.0, 1 - nearest / len(own)))


def test_distinct_words_and_pairs_are_those_of_plain_counting() -> None:
    given = texts(5000, 6)
    words = [text.split() for text in given]
    pairs = [pair for text in words for pair in pairwise(text)]
    found = measured(given)
    assert found["texts"] == 5000 and found["words"] == 30_000
    assert found["distinct_1"] == pytest.approx(len(VOCABULARY) / 30_000, abs=2e-4)
    assert found["distinct_2"] == pytest.approx(len(set(pairs)) / len(pairs), rel=2e-3)
    assert found["different"] == pytest.approx(len(set(given)), abs=2)


def test_case_and_punctuation_make_no_difference_and_order_does() -> None:
    assert measured(["a b c", "A, b. C!"])["different"] == 1
    assert measured(["a b c", "c b a"])["different"] == 2
    assert measured(["", "...", "one"])["texts"] == 1


def test_distinct_stays_near_the_truth_far_beyond_its_exact_range() -> None:
    counted = Distinct()
    values = np.random.default_rng(1).integers(0, 2**64, 3_000_000, np.uint64)
    counted.add(values)
    counted.add(values[:1000])
    assert counted.count() == pytest.approx(3_000_000, rel=2e-3)


def test_self_bleu_is_bleu_against_all_others() -> None:
    given = [text.split() for text in [*texts(20, 6), *texts(15, 3), "bal", "bal ben"]]
    given += [given[0][:4] + given[1][2:], given[2]]
    right = [plain_bleu(own, given[:i] + given[i + 1 :]) for i, own in enumerate(given)]
    assert self_bleu(given) == pytest.approx(sum(right) / len(right))
    assert self_bleu([["a", "b", "c", "d"]] * 3) == pytest.approx(1)
    assert self_bleu([["a"]]) == 0


def test_the_vendi_score_is_the_effective_number_of_texts() -> None:
    same = measured(["where is my order"] * 50)
    assert same["vendi"] == pytest.approx(1, abs=0.01)
    assert same["self_bleu"] == pytest.approx(1)
    four = measured([text for text in ("alpha beta", "gamma delta", "one two", "red green") for _ in range(25)])
    assert four["vendi"] == pytest.approx(4, abs=0.2)
    # the primal form, over the similarity matrix itself
    given = ["a b", "a c", "d e", "a b"]
    bags = [Counter([*text.split(), text]) for text in given]
    alike = [[sum((p & q).values()) / 3 for q in bags] for p in bags]
    values = np.linalg.eigvalsh(np.array(alike) / len(given))
    assert measured(given)["vendi"] == pytest.approx(
        math.exp(-sum(v * math.log(v) for v in values if v > 1e-9)), abs=0.02
    )


def test_collapse_is_seen_by_every_number() -> None:
    """One template with a changing name, against texts that have nothing in common."""
    collapsed = measured([f"please cancel my order {word} as soon as you can" for word in VOCABULARY])
    free = measured(texts(len(VOCABULARY), 10))
    assert collapsed["distinct_2"] < free["distinct_2"]
    assert collapsed["self_bleu"] > 0.6 > free["self_bleu"]
    assert 3 * collapsed["vendi"] < free["vendi"] <= WIDTH


def test_the_sample_is_drawn_from_all_of_a_long_stream() -> None:
    late = measured(["same words every time"] * (3 * SAMPLE) + texts(SAMPLE))
    assert 0.4 < late["self_bleu"] < 0.95


def test_equal_texts_give_equal_numbers() -> None:
    given = texts(SAMPLE + 200)
    assert measured(given) == measured(given)


def test_plans() -> None:
    plans = Plans()
    for calls in (
        [["find"], ["get_a", "get_b"], ["write"]],
        [["find"], ["get_a"], ["get_b"], ["write"]],
        [],
        [["find"]],
    ):
        for _ in range(3):
            plans.add(calls)
    found = plans.report()
    assert (found["plans"], found["shapes"]) == (12, 4)
    assert (found["tool_1grams"], found["tool_2grams"], found["tool_3grams"]) == (4, 3, 2)
    assert found["depth"] == {0: 3, 1: 3, 3: 3, 4: 3}
    assert found["width"] == {0: 3, 1: 6, 2: 3}
    assert 1 < found["vendi"] < 3


def test_entropy() -> None:
    assert entropy([5, 5, 5]) == 1
    assert entropy([15, 0, 0]) == 0
    assert entropy([0, 0]) == entropy([3]) == 0
    assert entropy([3, 1]) == pytest.approx(0.8113)
