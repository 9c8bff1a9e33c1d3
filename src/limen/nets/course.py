"""The convolutional nets of the course's notes, as chains of layers.

A convolution slides small filters over the picture, so that a stroke is recognised wherever it stands; pooling keeps
the strongest answer of each neighbourhood and forgets where exactly it was.
All take pictures (B, C, H, W) of any size that the pooling leaves something of, and return scores (B, classes).
"""

from collections import OrderedDict

from torch import nn

from limen.errors import LimenError


def pooled(size: int, *steps: tuple[int, int, int]) -> int:
    """The side that is left of `size` after windows of (kernel, stride, padding)."""
    for kernel, stride, padding in steps:
        size = (size + 2 * padding - kernel) // stride + 1
    return size


def sides(shape: tuple[int, ...], *steps: tuple[int, int, int]) -> tuple[int, int, int]:
    """(channels, height, width) after the windows; an error when nothing is left or the input is no picture."""
    if len(shape) != 3:
        raise LimenError(
            f"This net takes pictures (channels, height, width), not inputs of shape {'×'.join(map(str, shape))}. "
            "Use the net 'mlp' for rows of numbers."
        )
    height, width = pooled(shape[1], *steps), pooled(shape[2], *steps)
    if height < 1 or width < 1:
        raise LimenError(
            f"Pictures of {shape[1]}×{shape[2]} are too small for this net: nothing is left after its pooling."
        )
    return shape[0], height, width


def mnist_cnn(
    shape: tuple[int, ...], classes: int, channels: tuple[int, int] = (16, 32), hidden: int = 128
) -> nn.Sequential:
    """Two convolutions (3×3, same size), each with ReLU and 2×2 max-pooling, then two dense layers (notes D)."""
    first, second = channels
    planes, height, width = sides(shape, (2, 2, 0), (2, 2, 0))
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(planes, first, 3, padding=1),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(first, second, 3, padding=1),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            dense1=nn.Linear(second * height * width, hidden),
            relu3=nn.ReLU(),
            dense2=nn.Linear(hidden, classes),
        )
    )


def mnist_conv3(shape: tuple[int, ...], classes: int, channels: tuple[int, int] = (16, 16)) -> nn.Sequential:
    """Three convolutions (3×3, stride 2) and no dense layer: the last has a channel per class, averaged over the plane.

    Global average pooling makes each channel the score of its class (Lin, Chen & Yan 2013; notes B).
    """
    first, second = channels
    planes, _, _ = sides(shape, *[(3, 2, 1)] * 3)
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(planes, first, 3, stride=2, padding=1),
            relu1=nn.ReLU(),
            conv2=nn.Conv2d(first, second, 3, stride=2, padding=1),
            relu2=nn.ReLU(),
            conv3=nn.Conv2d(second, classes, 3, stride=2, padding=1),
            relu3=nn.ReLU(),
            average=nn.AdaptiveAvgPool2d(1),
            flatten=nn.Flatten(),
        )
    )


def cifar_cnn(shape: tuple[int, ...], classes: int) -> nn.Sequential:
    """The small net of the first colour-picture lesson: two 5×5 convolutions, then three dense layers (notes C)."""
    planes, height, width = sides(shape, (5, 1, 0), (2, 2, 0), (5, 1, 0), (2, 2, 0))
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(planes, 6, 5),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(6, 16, 5),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            dense1=nn.Linear(16 * height * width, 120),
            relu3=nn.ReLU(),
            dense2=nn.Linear(120, 84),
            relu4=nn.ReLU(),
            dense3=nn.Linear(84, classes),
        )
    )
