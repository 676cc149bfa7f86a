"""How well near-duplicates are told, beside simpler ways, and how fast.

    python -m benchmarks.similarity [choice]

The pairs are those of benchmarks/similarity_pairs. Thresholds were chosen on 300 of them; 200, of other stories, are
held out. A claim of `newscrawl` counts as right only if the pair shares a key and has the very verdict; the simpler
ways cannot tell a duplicate from what is contained, so any claim counts as right for them. `choice` measures what else
could have been chosen, on the 300. How fast: the keys of each way without a ledger (the whole with one is measured by
benchmarks/similarity_ledger.py). The figures are kept in benchmarks/results/similarity.json.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import partial
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from rensa import RMinHash

from benchmarks.command_line import command_line
from benchmarks.side_by_side import Figure, Goal, alternate, record, show, summary
from benchmarks.similarity_pairs.classes import CLASSES, pairs
from newscrawl.similarity import agreement, compare, facts, keys, signature, verdict
from newscrawl.similarity.fingerprint import OPENING
from newscrawl.similarity.words import folded_words
from newscrawl.text.hashing import content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from benchmarks.side_by_side import Figures, Measures
    from benchmarks.similarity_pairs.classes import Pair

    Judge = Callable[[str, str], str]

MIN_PRECISION, MIN_RECALL, MIN_CLASS = 0.99, 0.97, 0.9
PERMUTATIONS = 128
OTHER_SEEDS = range(101, 107)


def newscrawl(first: str, second: str) -> str:
    return compare(first, second).verdict if are_found(first, second) else "different"


def are_found(first: str, second: str) -> bool:
    one, other = signature(first), signature(second)
    return not set(keys(one)).isdisjoint(keys(other)) and agreement(one, other)


def minhash(first: str, second: str, threshold: float) -> str:
    return "claimed" if _sketch(first).jaccard(_sketch(second)) >= threshold else "different"


def simhash(first: str, second: str) -> str:
    """64 bits over single words, at most three of them different."""
    return "claimed" if (_simhash(first) ^ _simhash(second)).bit_count() <= 3 else "different"


def exact(first: str, second: str) -> str:
    return "claimed" if content_hash("", first) == content_hash("", second) else "different"


WAYS: dict[str, Judge] = {
    "newscrawl": newscrawl,
    "MinHash 0.8": partial(minhash, threshold=0.8),
    "MinHash 0.5": partial(minhash, threshold=0.5),
    "SimHash": simhash,
    "exact": exact,
}


def _sketch(body: str) -> RMinHash:
    sketch = RMinHash(PERMUTATIONS, 1)
    sketch.update(_shingles(folded_words(body), 3))
    return sketch


def _simhash(body: str) -> int:
    (hashes,) = RMinHash.hash_token_sets([folded_words(body)])
    return sum(1 << bit for bit in range(64) if 2 * sum(word >> bit & 1 for word in hashes) > len(hashes))


def _shingles(words: list[str], size: int) -> list[str]:
    return list(map(" ".join, zip(*(words[shift:] for shift in range(size)), strict=False)))


def is_right(pair: Pair, said: str) -> bool:
    return said == pair.label or (said == "claimed" and pair.label != "different")


def scores(judge: Judge, judged: Iterable[Pair]) -> dict[str, float]:
    """Precision, recall, and the share of each class that is told right."""
    right: dict[str, list[bool]] = defaultdict(list)
    claims: list[bool] = []
    found: list[bool] = []
    for pair in judged:
        said = judge(pair.first, pair.second)
        right[pair.kind].append(is_right(pair, said))
        if said != "different":
            claims.append(right[pair.kind][-1])
        if pair.label != "different":
            found.append(right[pair.kind][-1])
    shares = {kind: sum(answers) / len(answers) for kind, answers in right.items()}
    return {"precision": sum(claims) / len(claims), "recall": sum(found) / len(found)} | shares


def print_quality(title: str, judged: list[Pair]) -> Figures:
    """The scores of each way."""
    columns = {name: scores(judge, judged) for name, judge in WAYS.items()}
    print(f"\n| {title}: {len(judged)} pairs | {' | '.join(WAYS)} |\n| --- |{' ---: |' * len(WAYS)}")
    for row in ("precision", "recall", *CLASSES):
        print(f"| {row.replace('_', ' ')} | {' | '.join(f'{column[row]:.3f}' for column in columns.values())} |")
    return {
        name: {row.replace("_", " "): Figure(score, score, score) for row, score in column.items()}
        for name, column in columns.items()
    }


def print_other_seeds() -> None:
    """The same stories filled and edited in other ways."""
    told = scores(newscrawl, [pair for seed in OTHER_SEEDS for pair in pairs(seed=seed)])
    worst = min(CLASSES, key=told.__getitem__)
    print(
        f"\n{500 * len(OTHER_SEEDS):,} pairs of other seeds: precision {told['precision']:.3f}, "
        f"recall {told['recall']:.3f}, {worst.replace('_', ' ')} {told[worst]:.3f}"
    )


KEYS: dict[str, Callable[[str], object]] = {
    "newscrawl": lambda body: keys(signature(body)),
    "MinHash": lambda body: _sketch(body).digest(),
    "SimHash": _simhash,
    "exact": lambda body: content_hash("", body),
}
"""What each way makes of a text before it is looked for."""


def print_speed() -> Figures:
    """Articles a second by each way's keys, on one core."""
    bodies = _long_texts()
    words = median(len(folded_words(body)) for body in bodies)

    def rate_of(step: Callable) -> Measures:
        return {"keys, articles/s": len(bodies) / _seconds(step, bodies)}

    figures = summary(alternate({name: partial(rate_of, step) for name, step in KEYS.items()}, rounds=20))
    show(f"{len(bodies)} texts of {words:.0f} words (median)", figures)
    alike = [pair for pair in pairs() if are_found(pair.first, pair.second)]
    taken = min(_seconds(lambda pair: compare(pair.first, pair.second), alike) for _ in range(3))
    print(f"\nverdict on a pair that shares a key: {taken / len(alike) * 1000:.2f} ms (mean)")
    return figures


def _long_texts() -> list[str]:
    """Texts of the length of news: twelve paragraphs of the pairs, with curly signs as sites have them."""
    paragraphs = [part for pair in pairs() if pair.first.isascii() for part in pair.first.split("\n\n")]
    texts = ["\n\n".join(paragraphs[start : start + 12]) for start in range(0, len(paragraphs), 12)]
    return [text.replace("'", "’").replace('"', "”") for text in texts]


def _seconds(step: Callable, over: list) -> float:
    began = process_time()
    for one in over:
        step(one)
    return process_time() - began


def print_choice() -> None:
    print(
        "\nShare of pairs that have a key in common; and its chance for two bodies of Jaccard similarity 0.4 and 0.01"
    )
    print("| shingle | bands x rows | opening | duplicates | worst class | Urgent | half | different | 0.4 | 0.01 |")
    print("| ---: |" + " ---: |" * 9)
    for size, whole, opening in (
        (3, (16, 8), (0, 0)), (3, (16, 4), (0, 0)), (3, (20, 3), (0, 0)), (3, (20, 2), (0, 0)), (3, (0, 0), (20, 2)),
        (2, (10, 2), (10, 2)), (3, (10, 2), (10, 2)), (4, (10, 2), (10, 2)), (5, (10, 2), (10, 2)),
        (3, (10, 3), (10, 2)), (3, (10, 2), (10, 3)), (3, (10, 1), (10, 1)), (3, (6, 2), (6, 2)), (3, (16, 2), (16, 2)),
    ):  # fmt: skip
        shares = _shares_found(size, whole, opening)
        duplicates = [shares[kind] for kind, (label, *_) in CLASSES.items() if label == "duplicate"]
        others = [shares[kind] for kind, (label, *_) in CLASSES.items() if label == "different"]
        cells = [sum(duplicates) / len(duplicates), min(duplicates), shares["urgent_and_full"], shares["half_reprint"]]
        cells += [sum(others) / len(others), *(1 - (1 - alike ** whole[1]) ** whole[0] for alike in (0.4, 0.01))]
        row = " | ".join(f"{cell:.4g}" for cell in cells)
        print(f"| {size} | {whole[0]} x {whole[1]} | {opening[0]} x {opening[1]} | {row} |")
    print("\nPairs told right, of 300, with one threshold moved")
    for module, name, values in (
        (verdict, "LEAST_CONTAINED", (0.5, 0.6, 0.7, 0.8, 0.9)),
        (verdict, "LEAST_SIZE", (0.4, 0.45, 0.5, 0.55, 0.6)),
        (verdict, "MOST_CHANGED", (0.1, 0.2, 0.3, 0.4, 0.6)),
        (verdict, "MOST_FIGURES_CHANGED", (0.25, 0.35, 0.45, 0.55, 0.75)),
        (facts, "LONGEST_CHANGE", (1, 2, 4, 8, 16)),
        (facts, "SAME_NAME", (0.5, 0.6, 0.7, 0.8, 1.0)),
    ):
        print(f"{name}: {', '.join(f'{value}: {_right_with(module, name, value)}' for value in values)}")


def _shares_found(size: int, whole: tuple[int, int], opening: tuple[int, int]) -> dict[str, float]:
    """By class. The mean of five seeds, because what a band catches is chance."""
    found: dict[str, list[bool]] = defaultdict(list)
    for pair in pairs(held_out=False):
        first, second = folded_words(pair.first), folded_words(pair.second)
        for seed in range(5):
            common = _keys(first, size, whole, opening, seed) & _keys(second, size, whole, opening, seed)
            found[pair.kind].append(bool(common))
    return {kind: sum(answers) / len(answers) for kind, answers in found.items()}


def _keys(words: list[str], size: int, whole: tuple[int, int], opening: tuple[int, int], seed: int) -> set[object]:
    found: set[object] = set()
    for text, (bands, rows) in ((words, whole), (words[:OPENING], opening)):
        if bands:
            sketch = RMinHash(bands * rows, seed)
            sketch.update(_shingles(text, size))
            digest = sketch.digest()
            found |= {(rows, band, *digest[band * rows : band * rows + rows]) for band in range(bands)}
    return found


def _right_with(module: ModuleType, name: str, value: float) -> int:
    usual = getattr(module, name)
    setattr(module, name, value)
    try:
        return sum(is_right(pair, compare(pair.first, pair.second).verdict) for pair in pairs(held_out=False))
    finally:
        setattr(module, name, usual)


def main() -> int:
    print_quality("chosen on", pairs(held_out=False))
    print_quality("held out", pairs(held_out=True))
    figures = print_quality("all", pairs())
    print_other_seeds()
    for name, rates in print_speed().items():
        figures.setdefault(name, {}).update(rates)
    goals = [Goal("newscrawl", "precision", least=MIN_PRECISION), Goal("newscrawl", "recall", least=MIN_RECALL)]
    goals += [Goal("newscrawl", kind.replace("_", " "), least=MIN_CLASS) for kind in CLASSES]
    return record("similarity", figures, goals, packages=("rensa",))


if __name__ == "__main__":
    command = command_line(__doc__)
    command.add_argument("choice", nargs="?", choices=["choice"], help="what else could have been chosen")
    sys.exit(print_choice() if command.parse_args().choice else main())
