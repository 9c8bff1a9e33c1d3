"""Chapter 5: Boltzmann machines, alone and beside an autoencoder."""

from limen.data.spec import Data
from limen.experiments.chapters import WITHOUT_LABELS
from limen.experiments.experiment import Experiment, Net, Published, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan, Schedule


def rbm() -> Experiment:
    """Restricted Boltzmann machines: energy in place of an answer, contrastive divergence in place of a gradient."""
    return Experiment(
        name="rbm",
        chapter=WITHOUT_LABELS,
        title=Text("Low energy for what is seen, high for what is dreamt", "见过的能量低，梦见的能量高"),
        story=Text(
            en="""
This net has no output. It gives every picture an energy, and to a low energy belongs a high probability: p(v) is
exp(-F(v)) / Z. Learning means lowering the energy of the digits and raising it everywhere else. But everywhere else is
2⁶⁴ pictures; where should one begin?

Contrastive divergence begins next door: start at a digit, draw the hidden units, draw the pixels again, and raise the
energy there. One such step is CD-1, five are CD-5. Persistent chains (PCD) never go back to the data but dream on from
where they were. None of them is the true gradient, so the question is whether the likelihood rises all the same.

Z cannot be summed, yet there are two honest measures. The pseudo-likelihood (PL) asks each pixel what it should be,
given all others, and needs no Z: watch it rise from where pixels know nothing of each other. And Z can be estimated, by
letting particles walk from a machine whose Z is known to this one. Then let the machines dream: start from noise, and
see what comes. A second machine on the first one's hidden units makes a deep belief net.""",
            zh="""
这个网络没有输出。它给每幅图一个能量，能量低，概率就高：p(v) = exp(-F(v)) / Z。
学习就是把数字的能量压低，把其余一切的能量抬高。可是其余一切有 2⁶⁴ 幅图，从哪里下手？

对比散度从隔壁下手：从一个数字出发，抽出隐藏单元，再抽回像素，把那里的能量抬高。走一步叫 CD-1，走五步叫 CD-5。
持续链（PCD）从不回到数据，而是接着上次的梦往下做。这几种都不是真正的梯度，所以要问的是：似然是不是照样上升？

Z 没法求和，但有两种可靠的度量。伪似然逐个问像素：其余像素都给定时，你该是什么？它不需要 Z，
请看它如何从“像素互不相知”的起点升上来。
Z 也可以估计：让粒子从一台 Z 已知的机器一步步走到这一台。最后让机器做梦：从噪声开始，看会出现什么。
在第一台机器的隐藏单元上再叠一台，就是深度信念网络。""",
        ),
        data=Data("digits"),
        net=Net("rbm", {"hidden": 64}),
        plan=Plan(
            epochs=60,
            batch_size=32,
            optimizer=Optimizer("sgd", 0.05, {"momentum": 0.9}),
            schedule=Schedule("linear"),
        ),
        objective="contrast",
        published=tuple(
            Published(
                "pseudo_likelihood_gain",
                (0.0,),
                Text("before training: pixels by themselves", "训练之前：各像素互不相关"),
                variant,
            )
            for variant in ("cd1", "cd5", "pcd")
        ),
        figures=("likelihood", "chains", "reconstructions", "filters", "weights"),
        findings=("round-trip", "likelihood"),
        variants=(
            Variant("cd1", Text("CD-1", "CD-1")),
            Variant("cd5", Text("CD-5", "CD-5"), ("net.steps=5",)),
            Variant("pcd", Text("PCD", "PCD"), ("net.persistent=true",)),
            Variant(
                "dbn",
                Text("deep belief net", "深度信念网络"),
                ("net=stack", "net.kind=rbm", "net.hidden=64,64", "plan.epochs=120"),
            ),
        ),
        panels=("likelihood-beside", "dreams-beside", "reconstructions-beside", "filters-beside", "weights-beside"),
        next=(
            Try("--variant cd1 --set plan.epochs=300", Text("five times as long", "训练五倍的时间")),
            Try("--variant cd1 --set net.hidden=16", Text("sixteen hidden units", "十六个隐藏单元")),
            Try(
                "--variant pcd --set plan.schedule=constant",
                Text("chains that cannot keep up with the weights", "持续链跟不上权重的变化"),
            ),
            Try(
                "--variant cd1 --set net.sparsity=0.1 --set net.sparsity_cost=0.5",
                Text("few hidden units on at a time", "每次只有少数隐藏单元激活"),
            ),
        ),
    )


def ae_vs_rbm() -> Experiment:
    """An autoencoder and a Boltzmann machine of the same size, side by side."""
    return Experiment(
        name="ae-vs-rbm",
        chapter=WITHOUT_LABELS,
        title=Text("One answer or many: autoencoder and Boltzmann machine", "一个答案还是许多：自编码器与玻尔兹曼机"),
        story=Text(
            en="""
Two nets with the very same weights: a matrix of 64×64, used upwards and, turned over, downwards, and a bias on either
side. One is an autoencoder, the other a restricted Boltzmann machine. Does it matter which is which? They differ in one
thing: what they are asked for.

The autoencoder minimises the squared error of one answer: the same picture in, the same picture out. The machine
minimises nothing that it can compute; it makes the digits probable, and what it gives back is drawn, another one each
time. So the autoencoder brings pictures back more exactly, and it should: it was trained for nothing else. Ask both to
mend pictures with holes, and look at how they use their hidden units: the one spreads them over all values, the other,
whose units are bits, keeps most of them off at any time.

And only one of them can dream. The autoencoder can copy what it is given; the machine knows what is likely.""",
            zh="""
两个网络的权重一模一样：一个 64×64 的矩阵，往上用一次，转置后往下再用一次，两侧各有偏置。
一个是自编码器，另一个是受限玻尔兹曼机。哪个是哪个，要紧吗？它们只差在一点上：被要求做什么。

自编码器最小化一个答案的平方误差：进去一幅图，出来同一幅图。玻尔兹曼机最小化的东西自己算不出来；
它让数字变得更可能，还回来的图是抽出来的，每次都不一样。所以自编码器还原得更准，理当如此：它就只学了这一件事。
让两者都来补有缺口的图，再看它们怎样使用隐藏单元：一个的取值散布在各处，另一个的单元是比特，任何时候大多数都关着。

而且只有一个会做梦。自编码器会复制给它的东西；玻尔兹曼机知道什么样的图更可能出现。""",
        ),
        data=Data("digits"),
        net=Net("autoencoder", {"hidden": (), "code": 64, "tied": True}),
        plan=Plan(epochs=60, batch_size=32, optimizer=Optimizer("adam", 1e-2), schedule=Schedule("one-cycle")),
        objective="reconstruction",
        figures=("reconstructions", "filters", "weights", "curves"),
        findings=("round-trip", "mending", "activity", "likelihood"),
        variants=(
            Variant("autoencoder", Text("autoencoder", "自编码器")),
            Variant(
                "rbm",
                Text("Boltzmann machine", "玻尔兹曼机"),
                (
                    "net=rbm",
                    "net.hidden=64",
                    "objective=contrast",
                    "plan.optimizer=sgd",
                    "plan.optimizer.lr=0.05",
                    "plan.optimizer.momentum=0.9",
                    "plan.schedule=linear",
                ),
            ),
        ),
        panels=("one-or-many", "mending-beside", "filters-beside", "activations-beside", "weights-beside"),
        next=(
            Try("--variant autoencoder --set net.noise=0.3", Text("an autoencoder that mends", "会补缺口的自编码器")),
            Try("--variant rbm --set net.persistent=true", Text("a machine that dreams on", "接着做梦的玻尔兹曼机")),
            Try(
                "--variant autoencoder --set net.sparsity_cost=0.003",
                Text("push its units apart too", "也把它的单元推开"),
            ),
        ),
    )
