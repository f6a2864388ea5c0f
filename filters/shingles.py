"""Texts as sets of hashed word 3-grams, and their MinHash signatures: whole batches at a time, no Python per word.

A word is a run of letters, digits and other bytes above ASCII, letter case aside. The 3-grams of a text include the two
that begin before its first word, so a text of n words has up to n different ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trajgym.seeding import digest

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

BANDS = 21
BAND_ROWS = 6
PERMUTATIONS = BANDS * BAND_ROWS
"""21 bands of 6: two texts of Jaccard similarity 0.8 meet in some band with probability 0.998, of 0.5 with 0.28."""


def _constants(name: str, count: int) -> U64:
    """`count` odd 64-bit numbers, the same on every machine."""
    raw = b"".join(digest("trajgym.filters.shingles", name, i) for i in range(count))
    return np.frombuffer(raw, "<u8").astype(np.uint64)[::4] | np.uint64(1)


def _fold() -> bytes:
    """What each byte counts as: letters of ASCII without their case, and 0 for what stands between words."""
    return bytes(b if b > 127 else ord(chr(b).lower()) if chr(b).isalnum() else 0 for b in range(256))


_FOLD = _fold()
_PIECE = 8  # a word is hashed in pieces of eight bytes
_PIECE_MASKS = np.array([2 ** (8 * n) - 1 for n in range(_PIECE + 1)], np.uint64)
_MIX = _constants("mix", 4)
_MULTIPLIERS = _constants("multipliers", PERMUTATIONS).astype(np.uint32)
_SHIFTS = (_constants("shifts", PERMUTATIONS) >> np.uint64(32)).astype(np.uint32)
_BAND_MIX = _constants("bands", BAND_ROWS)[None, :, None]


class Grams(NamedTuple):
    """The 3-grams of some texts, one text after the other: `values[starts[i]:starts[i] + counts[i]]` belong to text i, in
    reading order and with their repetitions."""

    values: U32
    starts: Ints
    counts: Ints


def grams(texts: Sequence[str]) -> Grams:
    """The hashed word 3-grams of each text."""
    encoded = [text.encode() for text in texts]
    text_ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)) + 1)
    joined = b"\n".join((b"", *encoded, bytes(_PIECE))).translate(_FOLD)
    inside = np.frombuffer(joined, np.uint8) != 0
    edges = np.flatnonzero(inside[1:] != inside[:-1])  # one byte before each begin and end of a word
    begins, ends = edges[::2], edges[1::2]
    words = _word_hashes(joined, begins + 1, ends - begins)
    first = np.searchsorted(begins, text_ends)
    starts = np.concatenate(([0], first[:-1])) if len(first) else first
    counts = first - starts
    return Grams(_three(words, starts, counts), starts, counts)


def _word_hashes(joined: bytes, begins: Ints, lengths: Ints) -> U64:
    """The hash of each word, eight bytes at a time: almost all words are done in the first one or two rounds."""
    window = np.ndarray((len(joined) - _PIECE + 1,), "<u8", joined, strides=(1,))
    hashes = lengths.astype(np.uint64)
    rest = np.arange(len(begins))
    done = 0
    while len(rest):
        piece = window[begins[rest] + done] & _PIECE_MASKS[np.minimum(lengths[rest] - done, _PIECE)]
        hashes[rest] = _finish((hashes[rest] ^ piece) * _MIX[0])
        done += _PIECE
        rest = rest[lengths[rest] > done]
    return hashes


def _three(words: U64, starts: Ints, counts: Ints) -> U32:
    """Each word hashed with the two before it in the same text (0 where there are none)."""
    before = np.zeros_like(words)
    before[1:] = words[:-1]
    before[starts[counts > 0]] = 0
    earlier = np.zeros_like(words)
    earlier[1:] = before[:-1]
    earlier[starts[counts > 0]] = 0
    mixed = _finish(words * _MIX[0] + before * _MIX[1] + earlier * _MIX[2])
    return (mixed >> np.uint64(32)).astype(np.uint32)


def _finish(hashes: U64) -> U64:
    hashes = (hashes ^ (hashes >> np.uint64(29))) * _MIX[3]
    return hashes ^ (hashes >> np.uint64(32))


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
    return _finish(keys)


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
