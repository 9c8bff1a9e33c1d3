"""Features of photos: what VGG16 makes of 224×224 pixels before its last layer, for Limen and Keras, in one run.

Each contestant is given the same 8-bit pictures in memory, and a VGG16 of 138,357,544 weights (drawn at random: the
arithmetic is the same), and answers with 4,096 numbers a picture in float32: Limen by `limen.features`; Keras by
`keras.applications.VGG16` cut off behind `fc2`, its pictures prepared by its own `preprocess_input`, asked by
`predict`; bare PyTorch is the same net without its last layer, called on batches. Each lives in a process of its own,
all are warmed up first, and then they take turns, round after round; the ratios are those within a round.

    python benchmarks/features.py [--rounds 7] [--images 64] [--only limen,keras-tensorflow]
"""

import json
import os
import time
from functools import partial

from contest import Contestant, Train, arguments_of, contest, table, taking_turns

SIDE, BATCH = 224, 32


def pictures(count: int):
    """Pictures (count, 224, 224, 3) of eight bits, drawn from a seed."""
    import numpy as np

    return np.random.default_rng(0).integers(0, 256, (count, SIDE, SIDE, 3), dtype=np.uint8)


def timed(work, count: int) -> Train:
    """A turn: seconds a picture."""

    def turn() -> float:
        began = time.perf_counter()
        found = work()
        assert tuple(found.shape) == (count, 4096)
        return (time.perf_counter() - began) / count

    return turn


def limen(count: int, data: str | None) -> Train:
    """Limen's own way."""
    import torch

    from limen.data.dataset import Split, pixel_scale
    from limen.explain.neighbours import features
    from limen.machine import Machine
    from limen.nets.build import build

    Machine.prepare("cpu", "fp32")
    net, scale = build("vgg16", (3, SIDE, SIDE), 1000), pixel_scale("imagenet", 3, "photos")
    split = Split(torch.from_numpy(pictures(count)), torch.zeros(count))
    return timed(lambda: features(net, split, scale), count)


def pytorch(count: int, data: str | None) -> Train:
    """The same net in bare PyTorch."""
    import torch

    from limen.nets.build import build

    net = build("vgg16", (3, SIDE, SIDE), 1000).eval()
    body = torch.nn.Sequential(*list(net)[:-1], net.classifier[:-1])
    mean, deviation = (torch.tensor(v).view(3, 1, 1) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    x = torch.from_numpy(pictures(count)).permute(0, 3, 1, 2).contiguous()

    @torch.inference_mode()
    def work():
        return torch.cat([body((some / 255 - mean) / deviation) for some in x.split(BATCH)])

    return timed(work, count)


def keras(count: int, data: str | None, engine: str) -> Train:
    """Keras's VGG16 on one of its engines."""
    os.environ["KERAS_BACKEND"] = engine
    import keras
    from keras.applications import vgg16

    whole = vgg16.VGG16(weights=None)
    body = keras.Model(whole.input, whole.get_layer("fc2").output)
    x = pictures(count)
    return timed(lambda: body.predict(vgg16.preprocess_input(x.astype("float32")), batch_size=BATCH, verbose=0), count)


CONTESTANTS = {
    "limen": limen,
    "pytorch": pytorch,
    "keras-tensorflow": partial(keras, engine="tensorflow"),
    "keras-jax": partial(keras, engine="jax"),
    "keras-torch": partial(keras, engine="torch"),
}


def main() -> None:
    """Hold the contest, print the table."""
    parser = arguments_of(__doc__)
    parser.set_defaults(rounds=7)
    parser.add_argument("--images", type=int, default=64, help="pictures of one turn")
    arguments = parser.parse_args()
    if arguments.contestant:
        contest(CONTESTANTS[arguments.contestant], arguments.images, None)
        return
    names = arguments.only.split(",") if arguments.only else list(CONTESTANTS)
    here = {name: Contestant(__file__, name, ["--images", str(arguments.images)]) for name in names}
    times = taking_turns(here, arguments.rounds)
    print(f"{os.cpu_count()} cores; {arguments.rounds} rounds of {arguments.images} pictures {SIDE}×{SIDE}")
    table(times, ("limen",), "a picture", ordered=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(times, indent=1))


if __name__ == "__main__":
    main()
