"""Words of many texts as 64-bit hashes: whole batches at a time, no Python per word.

A word is a run of letters, digits and other bytes above ASCII, letter case aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trajgym.seeding import digest

U64 = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]


def constants(name: str, count: int) -> U64:
    """`count` odd 64-bit numbers, the same on every machine."""
    raw = b"".join(digest("trajgym.filters.shingles", name, i) for i in range(count))
    return np.frombuffer(raw, "<u8").astype(np.uint64)[::4] | np.uint64(1)


def _fold() -> bytes:
    """What each byte counts as: letters of ASCII without their case, and 0 for what stands between words."""
    return bytes(b if b > 127 else ord(chr(b).lower()) if chr(b).isalnum() else 0 for b in range(256))


_FOLD = _fold()
_PIECE = 8  # a word is hashed in pieces of eight bytes
_PIECE_MASKS = np.array([2 ** (8 * n) - 1 for n in range(_PIECE + 1)], np.uint64)
MIX = constants("mix", 4)


class Words(NamedTuple):
    """The words of some texts, one text after the other: `hashes[starts[i]:starts[i] + counts[i]]` belong to text i, in
    reading order."""

    hashes: U64
    starts: Ints
    counts: Ints


def words_of(texts: Sequence[str]) -> Words:
    """The hashed words of each text."""
    encoded = [text.encode() for text in texts]
    text_ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)) + 1)
    joined = b"\n".join((b"", *encoded, bytes(_PIECE))).translate(_FOLD)
    inside = np.frombuffer(joined, np.uint8) != 0
    edges = np.flatnonzero(inside[1:] != inside[:-1])  # one byte before each begin and end of a word
    begins, ends = edges[::2], edges[1::2]
    hashes = _word_hashes(joined, begins + 1, ends - begins)
    first = np.searchsorted(begins, text_ends)
    starts = np.concatenate(([0], first[:-1])) if len(first) else first
    return Words(hashes, starts, first - starts)


def _word_hashes(joined: bytes, begins: Ints, lengths: Ints) -> U64:
    """The hash of each word, eight bytes at a time: almost all words are done in the first one or two rounds."""
    window = np.ndarray((len(joined) - _PIECE + 1,), "<u8", joined, strides=(1,))
    hashes = lengths.astype(np.uint64)
    rest = np.arange(len(begins))
    done = 0
    while len(rest):
        piece = window[begins[rest] + done] & _PIECE_MASKS[np.minimum(lengths[rest] - done, _PIECE)]
        hashes[rest] = finish((hashes[rest] ^ piece) * MIX[0])
        done += _PIECE
        rest = rest[lengths[rest] > done]
    return hashes


def finish(hashes: U64) -> U64:
    """`hashes` with their bits mixed."""
    hashes = (hashes ^ (hashes >> np.uint64(29))) * MIX[3]
    return hashes ^ (hashes >> np.uint64(32))
