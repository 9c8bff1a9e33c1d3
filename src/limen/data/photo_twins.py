"""Which photos are the same, and which almost the same.

A copy of a training photo in the test split is answered by heart. Copies of the bytes are found by their SHA-256,
copies of the pixels by a digest of what the net sees. A picture saved anew, shrunk or brightened differs in every byte;
its fingerprint of 64 bits (pHash) still differs in a few bits only. Comparing all pairs would take the square of their
number, but of two fingerprints that differ in at most 8 bits, cut into 9 pieces, one piece must be equal: so only those
that share a piece are compared.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

NEAR = 8  # bits in which two fingerprints may differ; of 400 flowers recompressed, halved or brightened all stay within
SAME = 0.95  # correlation of the squares that must confirm it; unlike photos with like fingerprints stay below
BLOCK = 2048  # fingerprints compared at once
AT_ONCE = 1 << 20  # numbers of squares compared at once: 4 MiB
FULL = 20_000  # as many that share a piece are left to the other pieces: pictures of one colour, blank pages

Index = NDArray[np.intp]


def classes_of(values: Sequence[str]) -> Index:
    """A number for each value, equal for equal ones."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], np.intp)


def candidates(looks: NDArray[np.uint64], near: int) -> Iterator[tuple[Index, Index]]:
    """Pairs (i, j), i < j, of fingerprints that differ in at most `near` bits; a pair may come more than once."""
    pieces = near + 1
    edges = [64 * i // pieces for i in range(pieces + 1)]
    for low, high in itertools.pairwise(edges):
        part = (looks >> np.uint64(low)) & np.uint64((1 << (high - low)) - 1)
        order = np.argsort(part, kind="stable")
        starts = np.flatnonzero(np.diff(part[order], prepend=part[order[:1]] ^ np.uint64(1)))
        for members in np.split(order, starts[1:]):
            if 1 < len(members) <= FULL:
                yield from close(members, looks[members], near)


def close(members: Index, looks: NDArray[np.uint64], near: int) -> Iterator[tuple[Index, Index]]:
    """The close pairs among some fingerprints, compared block by block."""
    for start in range(0, len(members), BLOCK):
        apart = np.bitwise_count(looks[start : start + BLOCK, None] ^ looks[None, :])
        first, second = np.nonzero(apart <= near)
        upper = first + start < second
        if upper.any():
            yield members[first[upper] + start], members[second[upper]]


def standardized(x: NDArray[np.uint8], rows: Index) -> NDArray[np.float32]:
    """Some squares with mean 0 and length 1, so that a product is a correlation: (rows, numbers)."""
    flat = x[rows].reshape(len(rows), -1).astype(np.float32)
    flat -= flat.mean(1, keepdims=True)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6
    return flat


def near_pairs(x: NDArray[np.uint8], looks: NDArray[np.uint64], rows: Index, near: int = NEAR) -> list[tuple[int, int]]:
    """Pairs (i, j), i < j, that show almost the same. looks: (N,) fingerprints; rows: (N,) their squares in x."""
    found = set[tuple[int, int]]()
    for first, second in candidates(looks, near):
        fresh = [pair for pair in zip(first.tolist(), second.tolist(), strict=True) if pair not in found]
        step = max(1, AT_ONCE // max(1, x[0].size))
        for start in range(0, len(fresh), step):
            some = fresh[start : start + step]
            a, b = np.array(some, np.intp).T
            alike = (standardized(x, rows[a]) * standardized(x, rows[b])).sum(1) >= SAME
            found.update(pair for pair, yes in zip(some, alike, strict=True) if yes)
    return sorted(found)


def groups_of(count: int, pairs: Sequence[tuple[int, int]]) -> Index:
    """A number for each of `count` things; those that pairs join, directly or over others, have the same."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not pairs:
        return np.arange(count)
    first, second = np.array(pairs, np.intp).T
    graph = coo_array((np.ones(len(pairs), bool), (first, second)), shape=(count, count))
    found: Index = connected_components(graph, directed=False)[1].astype(np.intp)
    return found


def chained(numbers: Index) -> list[tuple[int, int]]:
    """Pairs that join things of one number: each with the one before it."""
    last: dict[int, int] = {}
    pairs = []
    for i, number in enumerate(numbers.tolist()):
        if number in last:
            pairs.append((last[number], i))
        last[number] = i
    return pairs


def members_of(numbers: Index) -> list[list[int]]:
    """Which things have the same number, groups of two and more."""
    found = defaultdict[int, list[int]](list)
    for i, number in enumerate(numbers.tolist()):
        found[number].append(i)
    return [group for group in found.values() if len(group) > 1]
