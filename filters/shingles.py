"""Texts as sets of hashed word 3-grams, and their MinHash signatures: whole batches at a time, no Python per word.

A word is a run of letters, digits and other bytes above ASCII, letter case aside. The 3-grams of a text include the two
that begin before its first word, so a text of n words has up to n different ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trajgym.words import MIX, U64, Ints, constants, finish, words_of

U32 = npt.NDArray[np.uint32]

BANDS = 21
BAND_ROWS = 6
PERMUTATIONS = BANDS * BAND_ROWS
"""21 bands of 6: two texts of Jaccard similarity 0.8 meet in some band with probability 0.998, of 0.5 with 0.28."""


_MULTIPLIERS = constants("multipliers", PERMUTATIONS).astype(np.uint32)
_SHIFTS = (constants("shifts", PERMUTATIONS) >> np.uint64(32)).astype(np.uint32)
_BAND_MIX = constants("bands", BAND_ROWS)[None, :, None]


class Grams(NamedTuple):
    """The 3-grams of some texts, one text after the other: `values[starts[i]:starts[i] + counts[i]]` belong to text i, in
    reading order and with their repetitions."""

    values: U32
    starts: Ints
    counts: Ints


def grams(texts: Sequence[str]) -> Grams:
    """The hashed word 3-grams of each text."""
    words = words_of(texts)
    return Grams(_three(*words), words.starts, words.counts)


def _three(words: U64, starts: Ints, counts: Ints) -> U32:
    """Each word hashed with the two before it in the same text (0 where there are none)."""
    before = np.zeros_like(words)
    before[1:] = words[:-1]
    before[starts[counts > 0]] = 0
    earlier = np.zeros_like(words)
    earlier[1:] = before[:-1]
    earlier[starts[counts > 0]] = 0
    mixed = finish(words * MIX[0] + before * MIX[1] + earlier * MIX[2])
    return (mixed >> np.uint64(32)).astype(np.uint32)


def signatures(of: Grams) -> U32:
    """The MinHash signatures, shape (PERMUTATIONS, texts); all ones for a text without words."""
    result = np.full((PERMUTATIONS, len(of.counts)), 0xFFFFFFFF, np.uint32)
    some = np.flatnonzero(of.counts)
    if len(some):
        starts = of.starts[some]
        hashed = np.empty_like(of.values)
        for least, multiplier, shift in zip(result, _MULTIPLIERS, _SHIFTS, strict=True):
            np.multiply(of.values, multiplier, out=hashed)
            np.add(hashed, shift, out=hashed)
            least[some] = np.minimum.reduceat(hashed, starts)
    return result


def band_keys(signature: U32) -> U64:
    """One key for each band and text, shape (BANDS, texts): equal where a band's rows are equal."""
    rows = signature.reshape(BANDS, BAND_ROWS, -1).astype(np.uint64)
    keys: U64 = (rows * _BAND_MIX).sum(axis=1, dtype=np.uint64)
    return finish(keys)


def jaccard(a: U32, b: U32) -> float:
    """The Jaccard similarity of two sets of grams, given without repetitions; 1 for two empty ones."""
    if not len(a) and not len(b):
        return 1.0
    both = np.sort(np.concatenate((a, b)))
    common = int(np.count_nonzero(both[1:] == both[:-1]))
    return common / (len(a) + len(b) - common)


def distinct(of: Grams) -> tuple[U32, Ints]:
    """The grams of each text sorted and without repetitions, one text after the other, and how many each has."""
    text = np.repeat(np.arange(len(of.counts), dtype=np.uint64), of.counts)
    keys = np.sort(text << np.uint64(32) | of.values)
    first = np.ones(len(keys), np.bool_)
    first[1:] = keys[1:] != keys[:-1]
    keys = keys[first]
    counts = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=len(of.counts))
    return keys.astype(np.uint32), counts
