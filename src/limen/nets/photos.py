"""A small convolutional net for a few hundred photos.

Few photos are learnt by heart in a minute, so everything here holds a net back: small filters, channels that double
while the picture halves (VGG, Simonyan & Zisserman 2015), batch normalisation (Ioffe & Szegedy 2015), the average over
the plane in place of dense layers (Lin, Chen & Yan 2013), and dropout before the last step.
"""

from collections import OrderedDict

from torch import nn

from limen.errors import LimenError
from limen.nets.course import sides


def photo_cnn(
    shape: tuple[int, ...], classes: int, channels: tuple[int, ...] = (16, 32, 64, 128), dropout: float = 0.3
) -> nn.Sequential:
    """Blocks of convolution (3×3, same size), batch norm, ReLU and 2×2 max-pooling; then average, dropout, dense.

    `channels`: of each block, as many as the picture can be halved.

    Raises:
        LimenError: a picture too small for so many blocks, or a share that is none.
    """
    if not 0 <= dropout < 1:
        raise LimenError(f"net.dropout {dropout:g} is not a share. Allowed: 0 up to 1. Try --set net.dropout=0.3.")
    planes, _, _ = sides(shape, *[(2, 2, 0)] * len(channels))
    layers = OrderedDict[str, nn.Module]()
    for i, width in enumerate(channels, 1):
        layers[f"conv{i}"] = nn.Conv2d(planes, width, 3, padding=1, bias=False)
        layers[f"norm{i}"] = nn.BatchNorm2d(width)
        layers[f"relu{i}"] = nn.ReLU()
        layers[f"pool{i}"] = nn.MaxPool2d(2)
        planes = width
    layers |= OrderedDict(
        average=nn.AdaptiveAvgPool2d(1),
        flatten=nn.Flatten(),
        dropout=nn.Dropout(dropout),
        dense=nn.Linear(planes, classes),
    )
    return nn.Sequential(layers)
