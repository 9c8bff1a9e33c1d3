"""Valid files, spoilt a little: what a fuzzer feeds to a reader.

A mutator that only flips bits dies at the first check of a length, and one that only writes what is right finds
nothing. So most mutations keep most of the file: a bit here, a length there, a piece of another valid file, a word of the
format in the wrong place.
"""

import random
from collections.abc import Sequence

EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)
MOST = 1 << 16  # bytes that a mutated file may have


def flip(content: bytearray, draw: random.Random) -> None:
    """Another bit."""
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)


def overwrite(content: bytearray, draw: random.Random) -> None:
    """Another byte."""
    content[draw.randrange(len(content))] = draw.randrange(256)


def lengthen(content: bytearray, draw: random.Random) -> None:
    """A number of 1, 2, 4 or 8 bytes at the edge of what it can hold, in either byte order: most formats count so."""
    size = draw.choice((1, 2, 4, 8))
    place = draw.randrange(max(1, len(content) - size))
    value = draw.choice(EDGES) & (256**size - 1)
    content[place : place + size] = value.to_bytes(size, draw.choice(("little", "big")))


def nudge(content: bytearray, draw: random.Random) -> None:
    """A byte one higher or lower: lengths that are off by one."""
    place = draw.randrange(len(content))
    content[place] = (content[place] + draw.choice((-1, 1))) & 255


def remove(content: bytearray, draw: random.Random) -> None:
    """A piece gone."""
    place = draw.randrange(len(content))
    del content[place : place + draw.choice((1, 1, 2, 4, 8, 64))]


def cut(content: bytearray, draw: random.Random) -> None:
    """The end gone."""
    del content[draw.randrange(len(content)) :]


def repeat(content: bytearray, draw: random.Random) -> None:
    """A piece that stands there several times."""
    place = draw.randrange(len(content))
    piece = content[place : place + draw.choice((1, 2, 4, 16))]
    content[place:place] = piece * draw.choice((1, 2, 16, 256))


CHANGES = (flip, flip, overwrite, lengthen, lengthen, nudge, remove, cut, repeat)


def mutated(seeds: Sequence[bytes], words: Sequence[bytes], draw: random.Random) -> bytes:
    """One of the seeds with a few changes; `words` are pieces that mean something in the format."""
    content = bytearray(draw.choice(seeds))
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8))):
        if not content:
            break
        what = draw.random()
        if what < 0.25 and words:
            place, word = draw.randrange(len(content) + 1), draw.choice(words)
            content[place : place + draw.choice((0, 0, len(word)))] = word
        elif what < 0.32:
            other = draw.choice(seeds)
            content[draw.randrange(len(content)) :] = other[draw.randrange(len(other)) :]
        else:
            draw.choice(CHANGES)(content, draw)
    return bytes(content[:MOST])
