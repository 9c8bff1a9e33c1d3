"""Photos made by the tests: good ones that differ, and bad ones of every kind."""

import io
import struct
import zlib

import numpy as np
from PIL import Image


def scene(seed, width=40, height=30):
    """A picture of soft blobs that no other seed gives. (height, width, 3) uint8"""
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


def encoded(picture, kind="PNG", **options):
    """A picture (an array or a Pillow image) as the bytes of a file."""
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(seed, **options):
    return encoded(scene(seed), "JPEG", **({"quality": 90} | options))


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_of(width, height, depth, colour, rows):
    """A PNG made by hand: `rows` are the bytes of all rows, each with its filter byte."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def bomb(width=30_000, height=30_000):
    """A picture of one bit a pixel that unpacks to 900 million pixels from about 100 kB."""
    return png_of(width, height, 1, 0, b"\0" * ((width // 8 + 1) * height))


def write_classes(root, classes=("cats", "dogs"), each=12, start=0):
    """root/class/number.png, all different."""
    for k, name in enumerate(classes):
        (root / name).mkdir(parents=True, exist_ok=True)
        for i in range(each):
            (root / name / f"{i}.png").write_bytes(encoded(scene(start + 1000 * k + i)))
    return root
