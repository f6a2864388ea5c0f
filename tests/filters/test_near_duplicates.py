"""exact and near, against brute force over real sets of words."""

from __future__ import annotations

import re
import tracemalloc
from collections import Counter
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajgym.chat import assistant, user
from trajgym.filters import shingles
from trajgym.filters.contract import said
from trajgym.filters.rules.exact import Exact
from trajgym.filters.rules.near import Near
from trajgym.filters.sketches import BLOCK, Sketches
from trajgym.seeding import Rng

WORDS = [f"{a}{b}{n}" for a in "bdfgklmn" for b in "aeiou" for n in range(40)]


class Plain:
    def __init__(self, said):
        self.said = said


def near(texts, threshold=0.8):
    return [d.keep for d in Near(threshold).judge(Plain(text) for text in texts)]


def grams(text):
    words = re.findall(r"[0-9a-z\x80-\U0010ffff]+", text.lower())
    return set(zip(["", "", *words], ["", *words], words, strict=False))


def jaccard(a, b):
    return len(a & b) / len(a | b) if a | b else 1.0


def keep_first(texts, threshold=0.8):
    """What near means, word for word (the grams a kept text shares with this one, counted through a dict)."""
    kept, sizes, holders = [], [], {}
    for later, text in enumerate(texts):
        own = grams(text)
        common = Counter(earlier for gram in own for earlier in holders.get(gram, ()))
        close = (count / (len(own) + sizes[earlier] - count) for earlier, count in common.items())
        kept.append(max(close, default=0.0) < threshold)
        sizes.append(len(own))
        if kept[-1]:
            for gram in own:
                holders.setdefault(gram, []).append(later)
    return kept


def edited(rng, text, share):
    """`text` with that share of its words replaced, dropped or doubled, at least one."""
    words = text.split()
    for _ in range(max(1, round(share * len(words)))):
        at, kind = rng.below(len(words)), rng.below(3)
        words[at : at + 1] = [[rng.choice(WORDS)], [], [words[at], rng.choice(WORDS)]][kind]
    return " ".join(words)


def planted(rows, key="planted"):
    """Texts of 60 to 160 words that share stock sentences, a fifth of them edited copies of earlier ones."""
    rng = Rng(key)
    stock = [" ".join(rng.choice(WORDS) for _ in range(12)) for _ in range(10)]
    texts = []
    for _ in range(rows):
        if texts and rng.chance(0.2):
            texts.append(edited(rng, rng.choice(texts), 0.005 + 0.045 * rng.random()))
        else:
            own = " ".join(rng.choice(WORDS) for _ in range(rng.between(48, 124)))
            texts.append(f"{own[:200]} {rng.choice(stock)} {own[200:]} {rng.choice(stock)}")
    return texts


def test_planted_duplicates_are_found_and_nothing_else():
    texts = planted(1500)
    right, found = keep_first(texts), near(texts)
    missed = sum(1 for r, f in zip(right, found, strict=True) if f and not r)
    wrong = sum(1 for r, f in zip(right, found, strict=True) if r and not f)
    duplicates = right.count(False)
    assert duplicates > 200
    assert missed <= 0.01 * duplicates
    # A wrong drop can only follow from a miss: a copy that was kept drops a copy of its own.
    sets = [grams(text) for text in texts]
    assert wrong <= missed
    for later, kept in enumerate(found):
        if not kept:
            assert any(found[i] and jaccard(sets[i], sets[later]) >= 0.8 for i in range(later))


def test_rows_from_one_template_survive():
    rng = Rng("template")
    hello, bye = (" ".join(rng.choice(WORDS) for _ in range(12)) for _ in range(2))
    texts = [
        f"{hello} {rng.choice(WORDS)} {rng.choice(WORDS)} please get_order order_id cancel_order order_id reason "
        f"done {rng.choice(WORDS)} is cancelled {bye} {rng.choice(WORDS)}"
        for _ in range(400)
    ]
    assert near(texts) == keep_first(texts)
    assert near(texts).count(True) > 0.95 * len(texts)


def test_the_score_is_the_similarity():
    text = " ".join(WORDS[:100])
    other = text.replace(f" {WORDS[50]} ", " changed ")
    decision = list(Near().judge([Plain(text), Plain(other)]))[1]
    assert decision.reason == "near:duplicate"
    assert decision.score == pytest.approx(jaccard(grams(text), grams(other)), abs=1e-4)


def test_judging_what_was_kept_drops_nothing_more():
    texts = planted(700, "again")
    kept = [text for text, keep in zip(texts, near(texts), strict=True) if keep]
    assert all(near(kept))


def test_rows_that_come_later_change_nothing_before_them():
    texts = planted(BLOCK + 200, "prefix")
    assert near(texts)[:300] == near(texts[:300])


def test_a_copy_of_a_dropped_row_is_measured_against_kept_rows():
    """a ~ b ~ c but not a ~ c: b falls, c stays."""
    words = WORDS[:60]
    a, b, c = list(words), list(words), list(words)
    b[10], c[10], c[40], c[55] = "one", "one", "two", "three"
    texts = [" ".join(x) for x in (a, b, c)]
    assert keep_first(texts) == near(texts) == [True, False, True]


def test_the_work_on_a_crowd_of_equal_texts_is_linear(tmp_path):
    texts = [" ".join(WORDS[:40])] * (4 * BLOCK)
    with closing(Sketches(tmp_path)) as sketches:
        for start in range(0, len(texts), BLOCK):
            sketches.add(texts[start : start + BLOCK])
        sketches.settle()
        assert len(sketches.pairs(0.7)) < 9 * len(texts)
    assert near(texts) == [True] + [False] * (len(texts) - 1)
    assert not list(tmp_path.iterdir())


def test_memory_does_not_grow_with_what_is_said():
    def peak(rows):
        rng = Rng("memory")
        tracemalloc.start()
        count = sum(
            1 for _ in Near().judge(Plain(" ".join(rng.choice(WORDS) for _ in range(100))) for _ in range(rows))
        )
        assert count == rows
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(600)
    assert peak(6 * BLOCK) - peak(2 * BLOCK) < 100 * 4 * BLOCK  # a text is 400 bytes, its grams are 400 too


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_grams_are_those_of_the_words(texts):
    """Of any text: empty, without a word, in any script."""
    found = shingles.grams(texts)
    values, counts = shingles.distinct(found)
    for text, count in zip(texts, counts, strict=True):
        letters = re.findall(rb"[0-9a-z\x80-\xff]+", re.sub(rb"[A-Z]", lambda m: m[0].lower(), text.encode()))
        assert count == len(set(zip([b"", b"", *letters], [b"", *letters], letters, strict=False)))
    assert len(values) == counts.sum()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS[:3]), max_size=6).map(" ".join), max_size=25))
def test_near_is_brute_force_on_small_sets(texts):
    found, sets = near(texts), [grams(text) for text in texts]
    for later, kept in enumerate(found):
        close = [jaccard(sets[i], sets[later]) for i in range(later) if found[i]]
        if not kept:
            assert max(close) >= 0.8
        elif texts[later] in texts[:later]:
            raise AssertionError("an equal text was kept twice")


def test_words_are_told_apart_by_every_byte():
    """Long words are hashed in pieces: a change in any of them shows."""
    long = "abcdefghijklmnopqrstuvwxyz0123456789"
    changed = [long[:i] + "_"[:0] + "é" + long[i + 1 :] for i in range(len(long))]
    hashes = shingles.grams([long, *changed, long.upper()]).values
    assert len(set(hashes.tolist())) == len(changed) + 1
    assert hashes[0] == hashes[-1]


def test_signatures_estimate_the_similarity():
    rng = Rng("estimate")
    errors = []
    for _ in range(200):
        text = " ".join(rng.choice(WORDS) for _ in range(100))
        other = edited(rng, text, 0.03)
        signature = shingles.signatures(shingles.grams([text, other]))
        errors.append(np.mean(signature[:, 0] == signature[:, 1]) - jaccard(grams(text), grams(other)))
    assert abs(np.mean(errors)) < 0.01
    assert np.std(errors) < 0.05


def test_exact_drops_the_later_row(trajectory, judge):
    rows = [trajectory(i) for i in range(40)]
    again = trajectory(3)
    other_id_same_words = trajectory(41, words=" ".join(f"word3x{k}" for k in range(30)))
    reasons = judge(Exact(), *(said(row) for row in [*rows, again, other_id_same_words]))
    assert reasons == [(True, "")] * 40 + [(False, "exact:duplicate")] * 2


def test_exact_remembers_many():
    texts = [str(number) for number in range(5000)]
    kept = [d.keep for d in Exact().judge(Plain(text) for text in texts + texts)]
    assert kept == [True] * 5000 + [False] * 5000


def test_what_is_said_leaves_out_what_all_rows_share(trajectory):
    row = trajectory(5)
    text = said(row)
    assert "find_order order_id" in text and "W-5" not in text  # the skeleton of the call
    assert "You are a clerk" not in text and 'sent"' not in text  # system prompt, tool result
    row.turns[1].results = [user("Thanks!"), user("Bye!")]
    row.turns[2].message = assistant("Bye.")
    assert said(row).endswith("Thanks!\nBye!\nBye.")
