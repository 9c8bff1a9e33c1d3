"""Chapter 5: learning without labels, from autoencoders to pretraining."""

from dataclasses import replace

from limen.data.spec import Data
from limen.experiments.chapters import WITHOUT_LABELS
from limen.experiments.experiment import Experiment, Net, Published, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan, Schedule

PCA = Text("principal components of the same code size", "编码大小相同的主成分分析")


def autoencoder() -> Experiment:
    """Encode, code, decode: 64 pixels through a narrow place, against principal components of the same size."""
    return Experiment(
        name="autoencoder",
        chapter=WITHOUT_LABELS,
        title=Text("Sixty-four pixels through a narrow place", "让 64 个像素穿过一道窄门"),
        story=Text(
            en="""
Nobody tells this net what the pictures show. It is asked for one thing: give back what you were given. The catch is in
the middle, where all 64 pixels must pass through eight numbers, or two. What will it keep, and what will it let go?

The straight way to squeeze is known exactly: principal components, and no net without a bend can beat them. So they are
the mark to pass. The table gives the error as a multiple of theirs: below 1, the bends have found something that no
flat projection can.

Then look at the plane of two numbers. The net was never shown a label, and yet the digits lie together by kind; walk
over the plane with the decoder, and one digit turns into another. A net that learns with holes in its input mends
holes; a net that may have 32 units but only a few on at a time divides the work among them. And where the code is half
as large as the picture, the straight way wins: try it below.""",
            zh="""
没有人告诉这个网络图上是什么，只要求它一件事：给你什么，就还回什么。
难点在中间：64 个像素必须从八个数、甚至两个数里挤过去。它会留下什么，又会放弃什么？

用直的办法压缩，最好能做到什么程度是确切知道的：那就是主成分分析，任何没有激活函数的网络都胜不过它。所以它就是要越过的标杆。
表中给出的误差是它的多少倍：小于 1，说明弯折找到了平直投影找不到的东西。

再看两个数构成的平面。网络从未见过标签，同一个数字却聚在了一起；拿着解码器在平面上走，一个数字会渐渐变成另一个。
在输入带缺口的条件下学习的网络会补缺口；有 32 个单元、但每次只许少数几个激活的网络，会让各个单元分工。
而当编码有图像的一半那么大时，直的办法反而更好：下面可以试试。""",
        ),
        data=Data("digits"),
        net=Net("autoencoder", {"hidden": (128,), "code": 8, "activation": "relu", "code_activation": "sigmoid"}),
        plan=Plan(epochs=60, batch_size=32, optimizer=Optimizer("adam", 1e-2), schedule=Schedule("one-cycle")),
        objective="reconstruction",
        published=tuple(
            Published("relative_error", (1.0,), PCA, variant) for variant in ("plain", "plane", "denoising", "tied")
        ),
        figures=("reconstructions", "code-plane", "code-walk", "filters", "curves"),
        findings=("components", "mending", "activity"),
        variants=(
            Variant("plain", Text("code of 8", "8 个数的编码")),
            Variant("denoising", Text("denoising", "去噪"), ("net.noise=0.3",)),
            Variant("tied", Text("tied weights", "权重共享"), ("net.tied=true",)),
            Variant(
                "plane",
                Text("code of 2", "2 个数的编码"),
                ("net.hidden=128,64", "net.code=2", "net.activation=tanh", "net.code_activation=identity"),
            ),
            Variant(
                "sparse",
                Text("sparse code of 32", "32 个数的稀疏编码"),
                ("net.code=32", "net.sparsity=0.1", "net.sparsity_cost=0.001"),
            ),
        ),
        panels=("reconstructions-beside", "mending-beside", "code-plane", "code-walk", "filters-beside", "lane-curves"),
        next=(
            Try(
                "--variant plain --set net.code=32",
                Text("half as many numbers as pixels: the straight way wins", "编码有像素的一半：直的办法更好"),
            ),
            Try(
                "--variant plain --set net.activation=identity --set net.code_activation=identity "
                "--set net.output=identity",
                Text("take the bends out: at best principal components", "去掉弯折：最多达到主成分分析"),
            ),
            Try("--variant denoising --set net.noise=0.6", Text("with most pixels missing", "去掉大部分像素")),
            Try(
                "--variant plain --set data=mnist --set net.code=32 --set plan.epochs=10",
                Text("28×28 pixels through 32 numbers", "让 28×28 个像素穿过 32 个数"),
            ),
        ),
    )


def stacked() -> Experiment:
    """Layers that learn one by one without labels, then all together from a hundred labels."""
    return Experiment(
        name="stacked",
        chapter=WITHOUT_LABELS,
        title=Text("A hundred labels, and a thousand pictures without", "一百个标签，和一千幅没有标签的图"),
        story=Text(
            en="""
Pictures are cheap, labels are dear: here are 1150 digits, and somebody has named a hundred of them. Three sigmoid
layers learn from those hundred alone, and from where they begin, their slopes are faint by the time they reach the
first layer. Can the pictures without names help?

In 2006 this was the way into deep nets. The first layer learns by itself to code the pictures, so that they can be
brought back from the code; then the second learns to code the codes, then the third. Only then comes the layer that
answers, and labels move everything at once: fine-tuning. It is done here with autoencoders and with restricted
Boltzmann machines. The net, the hundred labels, the rate and the number of steps are the same in all three runs that
learn from labels; the rate is the one that suits the net without pretraining best on held-out digits.

One run says little when a hundred labels are drawn by chance. Ask for five seeds: a table then pairs the runs that drew
the same labels, and gives the difference with its interval.""",
            zh="""
图像便宜，标签贵：这里有 1150 个手写数字，其中只有一百个有人标注过。三层 sigmoid 只从这一百个学起，
而从初始权重出发，梯度传到第一层时已经微弱。没有标签的图像能帮上忙吗？

2006 年，人们就是这样走进深层网络的。先让第一层自己学会给图像编码，使图像能从编码还原；
再让第二层给这些编码编码，然后是第三层。最后才加上作出回答的一层，用标签把整个网络一起调整：这叫微调。这里分别用自编码器和受限玻尔兹曼机来做。
凡是用标签学习的三次运行，网络、那一百个标签、学习率和步数都相同；学习率取的是对没有预训练的网络最合适的那个。

一百个标签是随机抽的，一次运行说明不了什么。请用五个随机种子：会多出一张表，把抽到同样标签的运行配成对，给出差值和它的区间。""",
        ),
        data=Data("digits", limit=100),
        net=Net("mlp", {"hidden": (128, 64, 32), "activation": "sigmoid"}),
        plan=Plan(epochs=60, batch_size=10, optimizer=Optimizer("adam", 2e-2)),
        figures=("curves", "confusion", "examples", "filters"),
        variants=(
            Variant("plain", Text("no pretraining", "没有预训练")),
            Variant(
                "pretraining",
                Text("autoencoders, layer by layer", "逐层自编码器"),
                (
                    "net=stack",
                    "net.hidden=128,64,32",
                    "objective=coding",
                    "data.limit=none",
                    "plan.epochs=30",
                    "plan.batch_size=32",
                    "plan.optimizer.lr=0.01",
                ),
            ),
            Variant("pretrained", Text("after autoencoders", "自编码器预训练"), begin="pretraining"),
            Variant(
                "dbn",
                Text("Boltzmann machines, layer by layer", "逐层玻尔兹曼机"),
                (
                    "net=stack",
                    "net.hidden=128,64,32",
                    "net.kind=rbm",
                    "objective=contrast",
                    "data.limit=none",
                    "plan.epochs=90",
                    "plan.batch_size=32",
                    "plan.optimizer=sgd",
                    "plan.optimizer.lr=0.05",
                    "plan.optimizer.momentum=0.9",
                ),
            ),
            Variant("dbn-tuned", Text("after Boltzmann machines", "玻尔兹曼机预训练"), begin="dbn"),
        ),
        panels=("paired", "labelled-curves", "filters-beside"),
        next=(
            Try("--seeds 5", Text("five draws of the hundred labels, in pairs", "抽五次一百个标签，成对比较")),
            Try(
                "--variant plain --set net.activation=relu",
                Text("ReLU in place of the sigmoid: does that help as much?", "把 sigmoid 换成 ReLU：帮助有这么大吗？"),
            ),
            Try("--variant plain --set data.limit=none", Text("if every picture had a label", "假如每幅图都有标签")),
        ),
    )


def stacked_500() -> Experiment:
    """The same from five hundred labels: what is left of the gain when labels are less dear."""
    return replace(
        stacked(),
        name="stacked-500",
        title=Text("Five hundred labels: is it still worth it?", "五百个标签：还值得吗？"),
        story=Text(
            en="""
With a hundred labels, layers that had first learnt to code a thousand pictures without names did better. Here somebody
has named five hundred of the same 1150 digits; net, pretraining and rate are the same. Is it still worth the trouble?

What pretraining gives is a better place to begin. The more labels there are, the more they say themselves, and the less
the place matters. Five seeds and the interval of their differences say what is left of it: look whether zero lies
inside. When labels had become plenty, and ReLU and better first weights had come, the field let this way go; where
labels are few, it has come back in other clothes.""",
            zh="""
只有一百个标签时，先学会给一千幅没有标签的图像编码的网络表现更好。这一次，同样的 1150 个数字中有五百个有人标注；
网络、预训练和学习率都不变。这样还值得费这番功夫吗？

预训练给出的是一个更好的起点。标签越多，标签自己说得就越多，起点也就越不重要。
五个随机种子和差值的区间会告诉你还剩下多少好处：看看零是否在区间之内。
后来标签充裕了，又有了 ReLU 和更好的初始权重，人们便放下了这条路；而在标签稀少的地方，它又换了一身衣裳回来。""",
        ),
        data=Data("digits", limit=500),
        next=(
            Try("--seeds 5", Text("five draws of the five hundred labels, in pairs", "抽五次五百个标签，成对比较")),
            Try(
                "--variant plain --set net.activation=relu",
                Text("ReLU in place of the sigmoid: does that help as much?", "把 sigmoid 换成 ReLU：帮助有这么大吗？"),
            ),
        ),
    )
