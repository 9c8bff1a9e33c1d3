"""Every net by its name."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import nn

from limen.errors import LimenError, unknown
from limen.language import Text
from limen.machine import memory
from limen.nets import (
    alexnet,
    autoencoder,
    course,
    dense,
    densenet,
    fast,
    googlenet,
    lenet,
    neuron,
    photos,
    rbm,
    resnet,
    stack,
    texts,
    vgg,
    zfnet,
)
from limen.options import check, options_of

NETS: dict[str, Callable[..., nn.Module]] = {
    "perceptron": neuron.perceptron,
    "neuron": neuron.neuron,
    "softmax": dense.softmax_regression,
    "mlp": dense.mlp,
    "mnist-conv3": course.mnist_conv3,
    "mnist-cnn": course.mnist_cnn,
    "cifar-cnn": course.cifar_cnn,
    "fast-cnn": fast.fast_cnn,
    "cosine": dense.cosine,
    "lenet5": lenet.lenet5,
    "autoencoder": autoencoder.autoencoder,
    "rbm": rbm.rbm,
    "stack": stack.stack,
    "bag-of-words": texts.embedding_bag,
    "lenet5-1998": lenet.lenet5_1998,
    "alexnet": alexnet.alexnet,
    "zfnet": zfnet.zfnet,
    "vgg11": partial(vgg.vgg, "A"),
    "vgg11-lrn": partial(vgg.vgg, "A-LRN"),
    "vgg13": partial(vgg.vgg, "B"),
    "vgg16-1x1": partial(vgg.vgg, "C"),
    "vgg16": partial(vgg.vgg, "D"),
    "vgg19": partial(vgg.vgg, "E"),
    "googlenet": googlenet.googlenet,
    "resnet18": partial(resnet.resnet, 18),
    "resnet34": partial(resnet.resnet, 34),
    "resnet50": partial(resnet.resnet, 50),
    "resnet101": partial(resnet.resnet, 101),
    "resnet152": partial(resnet.resnet, 152),
    "densenet121": partial(densenet.densenet, 121),
    "densenet169": partial(densenet.densenet, 169),
    "densenet201": partial(densenet.densenet, 201),
    "photo-cnn": photos.photo_cnn,
}

ONE_UNIT = {"perceptron"}  # nets with one output, whatever the classes
UNSUPERVISED = {"autoencoder", "rbm", "stack"}  # nets that learn without labels: what they put out is no score
TOKENS = frozenset({"bag-of-words"})  # nets that take ids of tokens (B, length) int64; the others take amounts

ABOUT: dict[str, Text] = {
    "perceptron": Text("One threshold unit, its weights 0 at first.", "一个阈值单元，初始权重全为 0。"),
    "neuron": Text("A neuron for each output, with an activation.", "每个输出一个神经元，带激活函数。"),
    "softmax": Text("One dense layer: a template per class.", "一个全连接层：每个类别一个模板。"),
    "mlp": Text(
        "A multilayer perceptron: dense layers of `hidden` widths, each followed by the activation.",
        "多层感知机：宽度为 `hidden` 的全连接层，每层之后是激活函数。",
    ),
    "mnist-conv3": Text(
        "Three convolutions (3×3, stride 2) and no dense layer: the last has a channel per class, averaged.",
        "三层卷积（3×3，步幅 2），没有全连接层：最后一层每个类别一个通道，再求平均。",
    ),
    "mnist-cnn": Text(
        "Two convolutions (3×3, same size), each with ReLU and 2×2 max-pooling, then two dense layers.",
        "两层卷积（3×3，尺寸不变），各接 ReLU 和 2×2 最大池化，再接两个全连接层。",
    ),
    "cifar-cnn": Text(
        "The small net of the first colour-picture lesson: two 5×5 convolutions, then three dense layers.",
        "第一堂彩色图像课的小网络：两层 5×5 卷积，再接三个全连接层。",
    ),
    "fast-cnn": Text(
        "For small photographs, shaped for speed: 3×3 convolutions of `widths` channels, pooling before each norm.",
        "为快速训练设计的小照片网络：通道数为 `widths` 的 3×3 卷积，先池化再归一化。",
    ),
    "cosine": Text(
        "The curve-fitting net of the first lab: 200 sigmoid units, 100 leaky ReLU units, one output.",
        "第一次实验课的曲线拟合网络：200 个 sigmoid 单元、100 个 leaky ReLU 单元、一个输出。",
    ),
    "lenet5": Text(
        "LeNet-5, the net that read cheques (1998), in its modern form; 28×28 is treated as 32×32.",
        "LeNet-5（1998），当年读支票的网络，此处为现代形式；28×28 按 32×32 处理。",
    ),
    "autoencoder": Text(
        "Dense layers down to a small code and back up again: the target is the input itself.",
        "自编码器：全连接层先压缩成一个小的编码，再还原；训练目标就是输入本身。",
    ),
    "rbm": Text(
        "A restricted Boltzmann machine: visible and hidden units, and an energy for every state of both.",
        "受限玻尔兹曼机：可见单元与隐藏单元，二者的每个联合状态都对应一个能量。",
    ),
    "stack": Text(
        "Autoencoders or RBMs (`kind`) on top of one another, each learning from the codes of the one below.",
        "把若干自编码器或 RBM（由 `kind` 选择）逐层堆叠：每一层都用下一层的编码来学习。",
    ),
    "bag-of-words": Text(
        "For texts: the mean of the words' embeddings of `width` numbers, then dense layers of `hidden` widths.",
        "用于文本：先取各词嵌入（`width` 维）的平均，再接宽度为 `hidden` 的全连接层。",
    ),
    "lenet5-1998": Text(
        "LeNet-5 as published: trained pooling, a table of which plane sees which, distances to a code per class.",
        "论文原版 LeNet-5：池化层带可训练参数，按表决定哪些平面相连，输出是到各类编码的距离。",
    ),
    "alexnet": Text(
        "AlexNet (2012; here its one-column form of 2014): large first windows, ReLU, dropout. 63×63 and more.",
        "AlexNet（2012；此处为 2014 年的单列形式）：首层窗口大，用 ReLU 和 dropout。图像不小于 63×63。",
    ),
    "zfnet": Text(
        "ZFNet (2013): AlexNet with smaller windows and shorter steps, after a look inside. 63×63 and more.",
        "ZFNet（2013）：看过 AlexNet 内部之后，把窗口改小、步幅改短。图像不小于 63×63。",
    ),
    "vgg11": Text(
        "VGG A: eight 3×3 convolutions in five blocks, then dense layers. 32×32 and more, as all VGG.",
        "VGG A：五组共八层 3×3 卷积，再接全连接层。与各种 VGG 一样，图像不小于 32×32。",
    ),
    "vgg11-lrn": Text(
        "VGG A-LRN: the same with neighbouring planes damping each other after the first layer; it did not help.",
        "VGG A-LRN：在 A 的首层之后加局部响应归一化；论文发现没有帮助。",
    ),
    "vgg13": Text("VGG B: ten 3×3 convolutions.", "VGG B：十层 3×3 卷积。"),
    "vgg16-1x1": Text(
        "VGG C: B with three 1×1 convolutions: more ReLUs, no wider view.",
        "VGG C：在 B 上加三层 1×1 卷积：非线性更多，视野不变。",
    ),
    "vgg16": Text("VGG D, known as VGG16: thirteen 3×3 convolutions.", "VGG D，即 VGG16：十三层 3×3 卷积。"),
    "vgg19": Text("VGG E, known as VGG19: sixteen 3×3 convolutions.", "VGG E，即 VGG19：十六层 3×3 卷积。"),
    "googlenet": Text(
        "GoogLeNet (2014): windows of several sizes side by side, and two heads that answer from half-way up.",
        "GoogLeNet（2014）：多种大小的窗口并列，中途另有两个辅助分类头。",
    ),
    "resnet18": Text(
        "A residual net of 18 layers; net.stem=small for pictures of 28 to 64 pixels.",
        "18 层残差网络；28 至 64 像素的小图请用 net.stem=small。",
    ),
    "resnet34": Text("A residual net of 34 layers.", "34 层残差网络。"),
    "resnet50": Text("A residual net of 50 layers, in bottlenecks.", "50 层残差网络，由瓶颈块组成。"),
    "resnet101": Text("A residual net of 101 layers, in bottlenecks.", "101 层残差网络，由瓶颈块组成。"),
    "resnet152": Text("A residual net of 152 layers, in bottlenecks.", "152 层残差网络，由瓶颈块组成。"),
    "densenet121": Text(
        "A densely connected net of 121 layers: each sees all before it. net.stem=small for small pictures.",
        "121 层的稠密连接网络：每层都能看到前面所有层。小图请用 net.stem=small。",
    ),
    "densenet169": Text("A densely connected net of 169 layers.", "169 层的稠密连接网络。"),
    "densenet201": Text("A densely connected net of 201 layers.", "201 层的稠密连接网络。"),
    "photo-cnn": Text(
        "For a few hundred photos: a block of convolution, batch norm, ReLU and pooling for each of `channels`.",
        "用于几百张照片：`channels` 中每个数对应一组卷积、批归一化、ReLU 和池化。",
    ),
}


def net_options(name: str) -> dict[str, inspect.Parameter]:
    """What can be chosen of a net: its builder's parameters after shape and outputs."""
    if name not in NETS:
        raise unknown("net", name, NETS, see="limen list nets")
    return options_of(NETS[name], skip=2)


def check_options(name: str, options: Mapping[str, object]) -> dict[str, Any]:
    """The options as the builder takes them; a lone number where several belong counts as one of them.

    Raises:
        LimenError: an option that the net does not have, or a value of another type.
    """
    return check(f"the net {name}", "net", net_options(name), options)


def build(name: str, shape: tuple[int, ...], classes: int, options: Mapping[str, object] | None = None) -> nn.Module:
    """The net called `name` for inputs of `shape` ((C, H, W), (columns,) or (tokens,)) and `classes` outputs.

    Weights are drawn from torch's generator: call `torch.manual_seed` first to repeat them.

    Raises:
        LimenError: unknown name or option, or an input too small for the net.
    """
    checked = check_options(name, options or {})
    outline(name, shape, classes, checked)
    try:
        return NETS[name](shape, classes, **checked)
    except (RuntimeError, MemoryError) as error:
        raise too_large(name, shape) from error


def outline(name: str, shape: tuple[int, ...], classes: int, options: Mapping[str, Any]) -> nn.Module:
    """The net with the names and shapes of its weights, and no memory behind them. No chance is drawn.

    Raises:
        LimenError: weights that this machine has no memory for, or an input too small for the net.
    """
    try:
        with torch.device("meta"):
            net = NETS[name](shape, classes, **options)
    except (RuntimeError, TypeError, OverflowError) as error:  # more weights than 64 bits can count
        raise too_large(name, shape) from error
    if sum(t.numel() * t.element_size() for t in net.state_dict().values()) > memory():
        raise too_large(name, shape)
    return net


def too_large(name: str, shape: tuple[int, ...]) -> LimenError:
    """The error for a net that no memory would hold."""
    return LimenError(
        f"The net {name!r} cannot be made for inputs of {'×'.join(map(str, shape))}: it would be too large for "
        "this machine. Choose smaller sizes."
    )
