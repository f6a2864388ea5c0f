"""How fast near duplicates are found, and how surely, beside a plain Python MinHash in the same run.

    python benchmarks/dedup.py            documents a second, recall and precision
    python benchmarks/dedup.py --json     the same as one JSON object

The documents are made up: 60 to 160 words, a fifth of them copies of an earlier one with 0.5 to 5 % of the words replaced,
dropped or inserted, and stock sentences that many share. What is right is worked out by brute force over sets of words, as
in docs/filters.md: a document falls when it is 0.8 like an earlier kept one. Both sides use 126 min-hashes in 21 bands;
times are CPU of this process, of the whole filter (tokens, signatures, candidates, decisions), and medians of 3.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from trajgym.filters.contract import Decision
from trajgym.filters.rules.exact import Exact
from trajgym.filters.rules.near import Near
from trajgym.filters.shingles import BAND_ROWS, BANDS, PERMUTATIONS

THRESHOLD = 0.8
TARGET_US = 40
REPETITIONS = 3
_PRIME = 2**61 - 1


class Document:
    """As much of a row as the filters of duplicates look at."""

    __slots__ = ("said",)

    def __init__(self, said: str) -> None:
        self.said = said


def documents(count: int, seed: int = 7) -> Iterator[str]:
    """`count` documents, made as they are asked for; copies are of one of the last 2,000."""
    draw = random.Random(seed)
    vocabulary = [f"{a}{b}{c}{n}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst" for n in ("", "er", "ing", "ed")]
    vocabulary += [str(number) for number in range(1000, 1500)]
    stock = [" ".join(draw.choices(vocabulary, k=14)) for _ in range(10)]
    recent: list[list[str]] = []
    for number in range(count):
        if recent and draw.random() < 0.2:
            words = list(draw.choice(recent))
            for _ in range(max(1, round(len(words) * draw.uniform(0.005, 0.05)))):
                at, word = draw.randrange(len(words)), draw.choice(vocabulary)
                words[at : at + 1] = draw.choice(([word], [], [words[at], word]))
        else:
            words = draw.choices(vocabulary, k=draw.randint(46, 132))
            words[20:20] = draw.choice(stock).split()
        if len(recent) < 2000:
            recent.append(words)
        else:
            recent[number % 2000] = words
        yield " ".join(words)


def shingles(text: str) -> set[tuple[str, str, str]]:
    words = text.split()
    return set(zip(["", "", *words], ["", *words], words, strict=False))


def brute_force(texts: Iterable[str]) -> list[bool]:
    """Which documents are kept, by counting the 3-grams that each shares with every kept one before it."""
    kept: list[bool] = []
    sizes: list[int] = []
    holders: dict[tuple[str, str, str], list[int]] = {}
    for number, text in enumerate(texts):
        own = shingles(text)
        common = Counter(earlier for gram in own for earlier in holders.get(gram, ()))
        close = (count / (len(own) + sizes[earlier] - count) for earlier, count in common.items())
        kept.append(max(close, default=0.0) < THRESHOLD)
        sizes.append(len(own))
        if kept[-1]:
            for gram in own:
                holders.setdefault(gram, []).append(number)
    return kept


def naive(texts: Iterable[str]) -> list[bool]:
    """The usual MinHash in plain Python: hashlib, a loop over the permutations, a dict for each band, then Jaccard."""
    draw = random.Random(1)
    permutations = [(draw.randrange(1, _PRIME), draw.randrange(_PRIME)) for _ in range(PERMUTATIONS)]
    bands: list[dict[tuple[int, ...], list[int]]] = [{} for _ in range(BANDS)]
    sets: dict[int, set[tuple[str, str, str]]] = {}
    kept = []
    for number, text in enumerate(texts):
        own = shingles(text)
        hashes = [int.from_bytes(hashlib.sha1(" ".join(gram).encode()).digest()[:8], "big") for gram in own]
        signature = [min((a * value + b) % _PRIME for value in hashes) for a, b in permutations]
        keys = [tuple(signature[band * BAND_ROWS : (band + 1) * BAND_ROWS]) for band in range(BANDS)]
        near = {other for table, key in zip(bands, keys, strict=True) for other in table.get(key, ())}
        kept.append(not any(len(own & sets[o]) / len(own | sets[o]) >= THRESHOLD for o in near))
        if kept[-1]:
            sets[number] = own
            for table, key in zip(bands, keys, strict=True):
                table.setdefault(key, []).append(number)
    return kept


def ours(texts: Iterable[str]) -> list[bool]:
    return kept_by(Near(THRESHOLD).judge(map(Document, texts)))  # type: ignore[arg-type]


def exact(texts: Iterable[str]) -> list[bool]:
    return kept_by(Exact().judge(map(Document, texts)))  # type: ignore[arg-type]


def kept_by(decisions: Iterator[Decision]) -> list[bool]:
    return [decision.keep for decision in decisions]


def us_per_document(judge: Callable[[Iterable[str]], list[bool]], texts: list[str]) -> float:
    before = time.process_time()
    judge(texts)
    return (time.process_time() - before) / len(texts) * 1e6


def quality(found: list[bool], right: list[bool]) -> tuple[float, float]:
    """Recall and precision of what was dropped."""
    both = sum(not f and not r for f, r in zip(found, right, strict=True))
    return both / right.count(False), both / found.count(False)


def megabytes_at_peak() -> float:
    kilo = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / kilo


def memory(small: int, large: int) -> tuple[float, float]:
    """Peak memory of the process, in MB, after `small` documents and after `large` that are never held."""
    peaks = []
    for count in (small, large):
        for _ in Near(THRESHOLD).judge(map(Document, documents(count))):  # type: ignore[arg-type]
            pass
        peaks.append(megabytes_at_peak())
    return peaks[0], peaks[1]


def measure(rows: int, naive_rows: int, checked_rows: int, memory_rows: int) -> dict[str, float]:
    peaks = memory(max(1, memory_rows // 5), memory_rows)  # first, while nothing else has used any
    texts = list(documents(rows))
    ours(texts[:2000])  # warm
    times: dict[str, list[float]] = {"ours": [], "naive": [], "exact": []}
    for _ in range(REPETITIONS):  # in turns, so that a busy machine is busy for all
        times["ours"].append(us_per_document(ours, texts))
        times["naive"].append(us_per_document(naive, texts[:naive_rows]))
        times["exact"].append(us_per_document(exact, texts))
    median = {name: statistics.median(found) for name, found in times.items()}
    checked = texts[:checked_rows]
    right = brute_force(checked)
    recall, precision = quality(ours(checked), right)
    naive_recall, naive_precision = quality(naive(texts[:naive_rows]), right[:naive_rows])
    return {
        "documents": rows,
        "words_per_document": round(statistics.mean(len(text.split()) for text in texts[:1000])),
        "near_us_per_document": round(median["ours"], 1),
        "near_documents_per_second": round(1e6 / median["ours"]),
        "naive_us_per_document": round(median["naive"], 1),
        "ratio": round(median["naive"] / median["ours"], 1),
        "exact_us_per_document": round(median["exact"], 1),
        "duplicates": right.count(False),
        "recall": round(recall, 4),
        "precision": round(precision, 4),
        "naive_recall": round(naive_recall, 4),
        "naive_precision": round(naive_precision, 4),
        "peak_mb_small": round(peaks[0], 1),
        "peak_mb_large": round(peaks[1], 1),
        "memory_documents": memory_rows,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rows", type=int, default=20_000, help="documents that our filters are timed on")
    parser.add_argument("--naive-rows", type=int, default=800, help="documents that the plain variant is timed on")
    parser.add_argument("--checked-rows", type=int, default=6_000, help="documents compared with brute force")
    parser.add_argument("--memory-rows", type=int, default=50_000, help="documents that memory is measured on")
    options = parser.parse_args()
    found = measure(options.rows, options.naive_rows, options.checked_rows, options.memory_rows)
    if options.json:
        print(json.dumps(found))
        return
    print(
        f"near duplicates    {found['near_us_per_document']:.1f} us of CPU a document, "
        f"{found['near_documents_per_second']:,.0f} documents/s (target {TARGET_US} us; plain Python "
        f"{found['naive_us_per_document']:,.0f} us, {found['ratio']:.0f} x as much)"
    )
    print(
        f"quality            recall {found['recall']:.4f}, precision {found['precision']:.4f} on {found['duplicates']} "
        f"duplicates (plain Python {found['naive_recall']:.4f}, {found['naive_precision']:.4f})"
    )
    print(f"exact duplicates   {found['exact_us_per_document']:.1f} us a document")
    print(
        f"memory             {found['peak_mb_small']:.0f} MB at {found['memory_documents'] // 5:,} documents, "
        f"{found['peak_mb_large']:.0f} MB at {found['memory_documents']:,}"
    )


if __name__ == "__main__":
    main()
