"""ZFNet: AlexNet looked into, and mended where it looked wrong.

Zeiler and Fergus projected what each unit answers to back onto the picture. Of AlexNet's first filters some were dead
and others mixed fine and coarse, and windows that jump four pixels left a grid in the second layer. So the windows
became smaller (7×7) and the jumps shorter (2), and the net made fewer mistakes (Zeiler & Fergus 2013, figure 3).
"""

from collections import OrderedDict

from torch import nn

from limen.errors import unknown
from limen.nets.alexnet import classifier, draw_small
from limen.nets.course import sides
from limen.nets.initialise import INITIALISERS, initialise

HALVED = (2, 2, 0)  # what 3×3 with stride 2 leaves of a side where the last window may hang over: half of it


def damping() -> nn.LocalResponseNorm:
    """x / (2 + 10⁻⁴ Σ x²)^0.75 over five neighbouring planes: strong answers hold down their neighbours."""
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)  # torch divides alpha by the 5 planes


def zfnet(
    shape: tuple[int, ...],
    classes: int,
    hidden: tuple[int, ...] = (4096, 4096),
    dropout: float = 0.5,
    width: int = 96,
    init: str = "published",
) -> nn.Sequential:
    """Input (B, C, H, W) of 63×63 or more, output scores (B, classes); 224 → 110 → 55 → 26 → 13 → 6.

    `width` is the number of the first layer's filters, from which the others follow; `init` is how weights begin:
    "published" (deviation 0.01, biases 0) or a name in `INITIALISERS`.
    """
    planes, _, _ = sides(shape, (7, 2, 1), HALVED, (5, 2, 0), HALVED, (3, 2, 0))
    if init not in ("published", *INITIALISERS):
        raise unknown("initialiser", init, ("published", *INITIALISERS))
    second, inner = width * 8 // 3, 4 * width  # 96 → 256, 384
    net = nn.Sequential(
        OrderedDict(
            features=nn.Sequential(
                nn.Conv2d(planes, width, 7, stride=2, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(3, 2, ceil_mode=True),
                damping(),
                nn.Conv2d(width, second, 5, stride=2),
                nn.ReLU(),
                nn.MaxPool2d(3, 2, ceil_mode=True),
                damping(),
                nn.Conv2d(second, inner, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(inner, inner, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(inner, second, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(3, 2),
            ),
            avgpool=nn.AdaptiveAvgPool2d(6),
            flatten=nn.Flatten(),
            classifier=nn.Sequential(*classifier(second * 36, hidden, classes, dropout)),
        )
    )
    if init == "published":
        draw_small(net)
    else:
        initialise(net, init)
    return net
