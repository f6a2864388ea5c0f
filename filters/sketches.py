"""The sketches of many texts, on disk: what near duplicates are found with, at 8 bytes of memory a text.

Three temporary files: band keys (a block of texts after the other, within it a band after the other), one byte of each
min-hash (a text after the other), and the 3-grams of each text without repetitions.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from trajgym.filters import shingles
from trajgym.filters.shingles import BANDS, PERMUTATIONS, U32
from trajgym.words import U64, Ints

BLOCK = 512
"""Texts that are sketched at once."""

_HEADS = 4
_LAGS = 4
"""In a band, a text is compared with the first and the last few before it that have the same key: all, where at most
eight have; and where many texts share a template, the work stays linear."""

_PAIRS_AT_ONCE = 16_384


class Sketches:
    """Add texts in blocks (all but the last of `BLOCK` texts), then ask for `pairs` and `similarity`."""

    def __init__(self, folder: Path) -> None:
        self._keys, self._bytes, self._grams = (_temporary(folder) for _ in range(3))
        self._ends = array("q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def close(self) -> None:
        for file in (self._keys, self._bytes, self._grams):
            file.close()

    def add(self, texts: Sequence[str]) -> None:
        """Sketch the next block of texts."""
        if len(self) % BLOCK or len(texts) > BLOCK:
            raise ValueError("only the last block may be short")
        grams = shingles.grams(texts)
        signature = shingles.signatures(grams)
        self._keys.write(shingles.band_keys(signature).tobytes())
        self._bytes.write(np.ascontiguousarray((signature >> np.uint32(24)).T.astype(np.uint8)).tobytes())
        values, counts = shingles.distinct(grams)
        self._grams.write(values.tobytes())
        self._ends.extend((np.cumsum(counts) + self._ends[-1]).tolist())

    def settle(self) -> None:
        """After the last block: from now on the files are read."""
        for file in (self._keys, self._bytes, self._grams):
            file.flush()

    def pairs(self, agreement: float) -> U64:
        """The candidates: earlier << 32 | later, sorted by the later text, of those that share a band and whose min-hashes
        agree in at least the share `agreement`."""
        found = np.zeros(0, np.uint64)
        for band in range(BANDS):
            for pairs in _chunks(_neighbours(self._band(band))):
                new = pairs[~np.isin(pairs, found, assume_unique=True, kind="sort")]
                found = np.concatenate((found, new[self._agreement(new) >= agreement]))
        return found[np.argsort(found & np.uint64(0xFFFFFFFF), kind="stable")]

    def _band(self, band: int) -> U64:
        """The keys of all texts in one band."""
        keys = np.empty(len(self), np.uint64)
        for start in range(0, len(self), BLOCK):
            size = min(BLOCK, len(self) - start)
            at = 8 * (start * BANDS + band * size)
            keys[start : start + size] = np.frombuffer(os.pread(self._keys.fileno(), 8 * size, at), np.uint64)
        return keys

    def _agreement(self, pairs: U64) -> Any:
        """For each pair, the share of min-hashes that agree."""
        earlier, later = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
        same = self._signature_bytes(earlier) == self._signature_bytes(later)
        return same.mean(axis=1, dtype=np.float64)

    def _signature_bytes(self, texts: Ints) -> npt.NDArray[np.uint8]:
        file = self._bytes.fileno()
        rows = b"".join([os.pread(file, PERMUTATIONS, PERMUTATIONS * text) for text in texts.tolist()])
        return np.frombuffer(rows, np.uint8).reshape(-1, PERMUTATIONS)

    def similarity(self, a: int, b: int) -> float:
        """The Jaccard similarity of two texts' sets of word 3-grams."""
        return shingles.jaccard(self._gram_set(a), self._gram_set(b))

    def _gram_set(self, text: int) -> U32:
        start, end = self._ends[text], self._ends[text + 1]
        return np.frombuffer(os.pread(self._grams.fileno(), 4 * (end - start), 4 * start), np.uint32)


def _temporary(folder: Path) -> IO[bytes]:
    return tempfile.TemporaryFile(dir=folder, prefix="trajgym-near-")


def _neighbours(keys: U64) -> Iterator[U64]:
    """Pairs of texts with equal keys, as `_HEADS` and `_LAGS` say, a few arrays of them; all different."""
    order = np.argsort(keys, kind="stable").astype(np.uint64)
    same = np.zeros(len(keys), np.bool_)
    same[1:] = keys[order[1:]] == keys[order[:-1]]
    members = np.flatnonzero(same)  # places that are not the first of their key
    if not len(members):
        return
    places = np.arange(len(keys))
    first = np.maximum.accumulate(np.where(same, 0, places))[members]
    for step in range(max(_HEADS, _LAGS)):
        heads = first + step
        near = members - 1 - step
        if step < _HEADS:
            fits = heads < members
            yield order[heads[fits]] << np.uint64(32) | order[members[fits]]
        if step < _LAGS:
            fits = near >= first + _HEADS
            yield order[near[fits]] << np.uint64(32) | order[members[fits]]


def _chunks(arrays: Iterator[U64]) -> Iterator[U64]:
    for pairs in arrays:
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            yield pairs[start : start + _PAIRS_AT_ONCE]
