"""LeNet-5 in its modern form: the net that read cheques.

Two convolutions with average pooling, then three dense layers, tanh between. The form of 1998 differed in three ways:
trained weights in the pooling, a table of which plane saw which, and radial basis functions at the end (LeCun, Bottou,
Bengio & Haffner 1998, section II B).
"""

from collections import OrderedDict

from torch import nn

from limen.nets.course import sides
from limen.nets.layers import activation as make_activation


def lenet5(shape: tuple[int, ...], classes: int, activation: str = "tanh") -> nn.Sequential:
    """Input (B, C, H, W), output scores (B, classes). The first convolution is padded: 28×28 is treated as 32×32."""
    planes, height, width = sides(shape, (5, 1, 2), (2, 2, 0), (5, 1, 0), (2, 2, 0))
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(planes, 6, 5, padding=2),
            act1=make_activation(activation),
            pool1=nn.AvgPool2d(2),
            conv2=nn.Conv2d(6, 16, 5),
            act2=make_activation(activation),
            pool2=nn.AvgPool2d(2),
            flatten=nn.Flatten(),
            dense1=nn.Linear(16 * height * width, 120),
            act3=make_activation(activation),
            dense2=nn.Linear(120, 84),
            act4=make_activation(activation),
            dense3=nn.Linear(84, classes),
        )
    )
