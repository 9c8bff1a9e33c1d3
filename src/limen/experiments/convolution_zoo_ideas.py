"""What each net of the zoo added: a closer look, small windows, 1×1 first, a way past, and everything kept."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

FORMULA = Text("the formula", "公式")


def lenet() -> dict[str, Any]:
    """The weights of each layer of LeNet-5 as it was published."""
    from limen.experiments.convolution_laid import laid_out

    found: dict[str, int] = {}
    for row in laid_out("lenet5-1998"):
        layer = row.path.partition(".")[0]
        if row.parameters:
            found[layer] = found.get(layer, 0) + row.parameters
    return {**found, "all": sum(found.values())}


def lenet_by_hand() -> dict[str, Any]:
    """Windows of 5×5 and a bias for each plane; of C3's planes six see three planes below, nine four, one all."""
    layers = {
        "c1": 6 * (25 + 1),
        "s2": 6 * 2,
        "c3": 6 * (3 * 25 + 1) + 9 * (4 * 25 + 1) + (6 * 25 + 1),
        "s4": 16 * 2,
        "c5": 120 * (16 * 25 + 1),
        "f6": 84 * (120 + 1),
    }
    return {**layers, "all": sum(layers.values())}


def entrances() -> dict[str, Any]:
    """How each net begins: side of its first planes; what a number sees, and in which steps, behind the pooling."""
    from limen.experiments.convolution_laid import laid_out

    found = {}
    for name in ("alexnet", "zfnet", "resnet50"):
        rows = laid_out(name)
        first = next(row for row in rows if row.kind == "Conv2d")
        pool = next(row for row in rows if row.kind == "MaxPool2d")
        found[name] = (first.output[1], pool.sees[0], int(pool.jump[0] or 0))
    return found


def entrances_by_formula() -> dict[str, Any]:
    """(n + 2p - k) // s + 1 places; behind a pooling of 3 in steps of 2 a number sees k + 2·s, in steps of 2·s."""
    first = {"alexnet": (11, 4, 2), "zfnet": (7, 2, 1), "resnet50": (7, 2, 3)}
    return {name: ((224 + 2 * p - k) // s + 1, k + 2 * s, 2 * s) for name, (k, s, p) in first.items()}


def vgg_table() -> dict[str, Any]:
    """Sides and planes of VGG16, block by block, and its layers with weights."""
    from limen.experiments.convolution_laid import laid_out

    rows = laid_out("vgg16")
    pools = [row.output for row in rows if row.kind == "MaxPool2d"]
    kinds = [row.kind for row in rows]
    return {
        "sides": [224, *(side for _, side, _ in pools)],
        "planes": [planes for planes, _, _ in pools],
        "layers with weights": (kinds.count("Conv2d"), kinds.count("Linear")),
    }


def vgg_by_formula() -> dict[str, Any]:
    """Each block halves the side and doubles the planes, up to 512."""
    return {"sides": [224 // 2**i for i in range(6)], "planes": [min(64 * 2**i, 512) for i in range(5)]}


def windows() -> dict[str, Any]:
    """Two 3×3 in a row, with a ReLU between, against one 5×5: what they see, and what they weigh."""
    from torch import nn

    from limen.nets.summary import summarize

    first, second = (nn.Conv2d(64, 64, 3, bias=False, device="meta") for _ in range(2))
    small = summarize(nn.Sequential(first, nn.ReLU(), second), (64, 32, 32))
    large = summarize(nn.Sequential(nn.Conv2d(64, 64, 5, bias=False, device="meta")), (64, 32, 32))
    return {
        "see": (small[-1].sees[0], large[-1].sees[0]),
        "weights": (sum(row.parameters for row in small), large[0].parameters),
        "places left of 32": (small[-1].output[1], large[-1].output[1]),
    }


def windows_by_formula() -> dict[str, Any]:
    """1 + 2 + 2 = 5; 2·9 and 25 times C²; 32 - 4."""
    return {"see": (5, 5), "weights": (2 * 9 * 64**2, 25 * 64**2), "places left of 32": (28, 28)}


def windows_by_gradient() -> dict[str, Any]:
    """Over how many lines of the input the gradient of one number is not zero."""
    import torch
    from torch.nn.functional import conv2d

    ones, seen = torch.ones(1, 1, 5, 5), []
    for sides in ((3, 3), (5,)):
        x = torch.ones(1, 1, 32, 32, requires_grad=True)
        out = x
        for side in sides:
            out = conv2d(out, ones[:, :, :side, :side]).relu()
        (slope,) = torch.autograd.grad(out[0, 0, 14, 14], x)
        seen.append(int(slope.sum(3).count_nonzero()))
    return {"see": tuple(seen)}


def inception() -> dict[str, Any]:
    """Multiply-adds of GoogLeNet's first module, as published, and of the same windows without 1×1 before them."""
    from torch import nn

    from limen.nets.build import outline
    from limen.nets.summary import summarize

    net = outline("googlenet", (3, 224, 224), 1000, {"window": 5})
    rows = {name: summarize(net.get_submodule(f"inception{name}"), shape)
            for name, shape in (("3a", (192, 28, 28)), ("3b", (256, 28, 28)))}  # fmt: skip
    work = {name: sum(row.multiply_adds for row in rows[name]) for name in rows}
    wide = 0
    for planes, side in ((64, 1), (128, 3), (32, 5)):
        layer = nn.Conv2d(192, planes, side, padding=side // 2, device="meta")
        (row,) = summarize(nn.Sequential(layer), (192, 28, 28))
        wide += row.multiply_adds
    return {
        "3a, in millions": round(work["3a"] / 1e6),
        "3b, in millions": round(work["3b"] / 1e6),
        "3a": work["3a"],
        "3a without 1×1 first": wide,
        "planes put out": (rows["3a"][-1].output[0], 64 + 128 + 32 + 192),
    }


def inception_by_formula() -> dict[str, Any]:
    """Window² · planes in · planes out, at 28·28 places."""
    places = 28 * 28
    narrow = [(1, 192, 64), (1, 192, 96), (3, 96, 128), (1, 192, 16), (5, 16, 32), (1, 192, 32)]
    wide = [(1, 192, 64), (3, 192, 128), (5, 192, 32)]
    return {
        "3a": places * sum(k**2 * before * after for k, before, after in narrow),
        "3a without 1×1 first": places * sum(k**2 * before * after for k, before, after in wide),
        "planes put out": (64 + 128 + 32 + 32, 64 + 128 + 32 + 192),
    }


def reuse() -> dict[str, Any]:
    """How many planes each layer of DenseNet-121 reads, and from how many places."""
    from limen.nets.build import outline

    net = outline("densenet121", (3, 224, 224), 1000, {}).get_submodule("features")
    blocks = [[layer.get_submodule("conv1").weight.shape[1] for layer in block.children()]  # type: ignore[index]
              for name, block in net.named_children() if name.startswith("denseblock")]  # fmt: skip
    return {
        "layers in the blocks": [len(block) for block in blocks],
        "planes read in the first": blocks[0],
        "planes read at the end of each": [block[-1] for block in blocks],
        "ways": sum((read - block[0]) // 32 + 1 for block in blocks for read in block),
    }


def reuse_by_hand() -> dict[str, Any]:
    """A layer adds 32 planes; between two blocks half of all is kept; n layers have n·(n + 1)/2 ways."""
    planes, ends = 64, []
    for layers in (6, 12, 24, 16):
        ends.append(planes + 32 * (layers - 1))
        planes = (planes + 32 * layers) // 2
    return {
        "layers in the blocks": [6, 12, 24, 16],
        "planes read in the first": [64 + 32 * i for i in range(6)],
        "planes read at the end of each": ends,
        "ways": sum(n * (n + 1) // 2 for n in (6, 12, 24, 16)),
    }


EARLY = (
    Step(
        Text("LeNet-5, 1998: the plan of all that follow", "LeNet-5，1998：后来者共同的蓝图"),
        Text(
            en="""
Convolve, shrink, convolve, shrink, and at the end a few dense layers: small windows shared over the picture, more
planes as the picture gets smaller. It read the digits on bank cheques with 60,000 weights. The planes of C3 each see
only some of the planes below, by a table: it saved work, and made them look for different things.""",
            zh="""
卷积、缩小、再卷积、再缩小，最后是几个全连接层：小窗口在整幅图上共用，图越小，通道越多。
它用 60,000 个权重读出银行支票上的数字。C3 的每个通道只按一张表看下面的一部分通道：既省计算，也迫使它们各看各的。""",
        ),
        lenet,
        (
            Expect(Text("counted by hand", "手工清点"), lenet_by_hand),
            Expect(
                Text("LeCun et al. 1998", "LeCun 等 1998"),
                {"c1": 156, "s2": 12, "c3": 1516, "s4": 32, "c5": 48120, "f6": 10164, "all": 60000},
                published=True,
            ),
        ),
    ),
    Step(
        Text("AlexNet and ZFNet: how close to look", "AlexNet 与 ZFNet：凑多近去看"),
        Text(
            en="""
AlexNet (2012) is LeNet for photographs, a thousand times larger: ReLU instead of tanh, dropout, two graphics cards, and
a million pictures. Its first windows take 11×11 pixels in steps of 4. ZFNet (2013) drew what the layers see, found
planes that saw nothing and patterns broken by the large step, and looked closer: 7×7 in steps of 2.

Each tuple: the side of the first planes; what a number sees behind the first pooling; and in which steps.""",
            zh="""
AlexNet（2012）是放大了一千倍、用来看照片的 LeNet：用 ReLU 代替 tanh，加上 dropout，两块显卡，一百万张图。
它的首层窗口是 11×11 像素，步幅 4。
ZFNet（2013）把各层看到的东西画了出来，发现有些通道什么也没看到，大步幅还把图案弄碎了；于是凑近看：7×7，步幅 2。

每个元组依次是：首层特征图的边长；第一次池化之后一个数看到多大；相邻的数相隔几个像素。""",
        ),
        entrances,
        (Expect(FORMULA, entrances_by_formula),),
    ),
    Step(
        Text("VGG, 2014: one rule, repeated", "VGG，2014：一条规则，反复使用"),
        Text(
            en="""
Only 3×3, only more of them. Every block halves the side and doubles the planes, 64 to 512, so that a convolution costs
the same in every block but the last. Thirteen convolutions and three dense layers make the sixteen of VGG16.""",
            zh="""
只用 3×3，只是用得更多。每一组把边长减半，把通道数加倍，从 64 到 512，于是除最后一组外，每组里一个卷积层的代价都相同。
十三个卷积层加三个全连接层，就是 VGG16 的十六层。""",
        ),
        vgg_table,
        (
            Expect(FORMULA, vgg_by_formula),
            Expect(
                Text("Simonyan & Zisserman 2014, table 1", "Simonyan 与 Zisserman 2014，表 1"),
                {
                    "sides": [224, 112, 56, 28, 14, 7],
                    "planes": [64, 128, 256, 512, 512],
                    "layers with weights": (13, 3),
                },
                published=True,
            ),
        ),
    ),
    Step(
        Text("Why small windows", "为什么用小窗口"),
        Text(
            en="""
Two windows of 3×3 in a row see what one of 5×5 sees, with 18 weights in place of 25 for each pair of planes, and with
one more ReLU between. AlexNet's large windows can be had for less, and bent more often.""",
            zh="""
两个 3×3 窗口接起来，看到的与一个 5×5 一样，每对通道只要 18 个权重而不是 25 个，中间还多一个 ReLU。
AlexNet 的大窗口可以更便宜地得到，还多弯折几次。""",
        ),
        windows,
        (
            Expect(FORMULA, windows_by_formula),
            Expect(Text("the gradient of one number", "一个数的梯度"), windows_by_gradient),
        ),
    ),
    Step(
        Text("GoogLeNet, 2014: 1×1 first", "GoogLeNet，2014：先做 1×1"),
        Text(
            en="""
Which window is right, 1×1, 3×3 or 5×5? All of them side by side. But a 5×5 on 192 planes is dear. So a 1×1 convolution
first mixes the 192 down to 16, and the large window sees only those: less than half of the work. Without it, the
pooled planes would also be passed on as they are, and every module would put out more than the last.

At the end there is an average in place of the great dense layers: 13 million weights, of which 6 million belong to two
heads that answer from half-way up while it learns.""",
            zh="""
窗口该用 1×1、3×3 还是 5×5？全都用上，并排放着。可是在 192 个通道上做 5×5 太贵。
于是先用 1×1 卷积把 192 个通道混合成 16 个，大窗口只看这 16 个：总工作量不到一半。
没有它，池化后的通道也会原样传下去，每个模块输出的通道都比上一个多。

末尾用平均代替庞大的全连接层：共 1300 万个权重，其中 600 万属于训练时在中途作答的两个辅助分类头。""",
        ),
        inception,
        (
            Expect(FORMULA, inception_by_formula),
            Expect(
                Text("Szegedy et al. 2014, table 1", "Szegedy 等 2014，表 1"),
                {"3a, in millions": 128, "3b, in millions": 304},
                published=True,
            ),
        ),
    ),
)

DENSE = Step(
    Text("DenseNet, 2016: nothing is said twice", "DenseNet，2016：说过的话不再说"),
    Text(
        en="""
ResNet adds what a layer finds to what was there. DenseNet puts it beside: every layer of a block reads the planes of
all layers before it, and adds only 32 of its own. What was found once need not be found again, so that few planes are
enough; and from the loss to every layer there is a short way. Between two blocks, half of all planes are kept.""",
        zh="""
ResNet 把一层的发现加到原有的数上，DenseNet 则摆在旁边：块内每一层都读前面所有层的通道，自己只添 32 个。
找到过的东西不必再找，所以很少的通道就够了；从损失到每一层也都有一条短路。两块之间只保留一半通道。""",
    ),
    reuse,
    (Expect(Text("counted by hand", "手工清点"), reuse_by_hand),),
)
