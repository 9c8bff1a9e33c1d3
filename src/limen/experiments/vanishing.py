"""Chapter 3: why ten sigmoid layers do not learn, and four cures."""

from limen.data.spec import Data
from limen.experiments.chapters import NEURON
from limen.experiments.experiment import Experiment, Net, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan

TEN = ",".join(["64"] * 10)
SIGMOID = "net.activation=sigmoid"


def vanishing() -> Experiment:
    """Ten hidden layers: the gradient vanishes on its way down, and four cures bring it back."""
    return Experiment(
        name="vanishing",
        chapter=NEURON,
        title=Text("Vanishing gradients, and four cures", "梯度消失与四种解法"),
        story=Text(
            en="""
Ten layers ought to know more than one. Why, then, does this net learn nothing at all?

The gradient of the first layer is a product with a factor for each layer above it: a weight matrix times the slope of
an activation. The sigmoid's slope is at most 1/4. With weights drawn too small, the first layer's gradient is some
10⁻¹⁷ of the last one's, and no learning rate can make up for that. Weights of the right size (Xavier) win ten powers
of ten and it is still not enough: a quarter to the tenth power is a millionth.

Look first at the gradient by layer before training, then at the curves. Four cures act on different factors of the
product. Another activation: tanh has slope 1 in the middle, ReLU wherever it is on. Auxiliary losses: an answer is
asked of every hidden layer, so that each has a short way to a loss; they bring the layers to life one by one, and late.
Normalisation: each unit's sums are held where the sigmoid is steep. Layer-wise pretraining, the cure of 2006: every
layer first learns, without labels, to reproduce what it sees, and the whole net begins where they ended.""",
            zh="""
十层总该比一层懂得多。那么，为什么这个网络什么也学不到呢？

第一层的梯度是一个连乘积，上面每一层都贡献一个因子：权重矩阵乘以激活函数的斜率。sigmoid 的斜率最多只有 1/4。
如果权重取得太小，第一层的梯度大约只有末层的 10⁻¹⁷，再大的学习率也补不回来。
权重大小合适（Xavier）能挽回十个数量级，却仍然不够：四分之一的十次方只有百万分之一。

请先看训练前逐层的梯度，再看学习曲线。四种解法分别针对连乘积中的不同因子。换激活函数：tanh 在中间的斜率是 1，
ReLU 只要打开斜率就是 1。辅助损失：让每个隐藏层都给出自己的答案，于是每一层都有一条通向损失的近路；
各层就这样一层接一层地“活”过来，只是来得晚。归一化：把每个单元的加权和保持在 sigmoid 最陡的地方。
逐层预训练是 2006 年的办法：每一层先在没有标签的情况下学会重现自己看到的东西，然后整个网络从那里出发。""",
        ),
        data=Data("digits", seed=0),
        net=Net("mlp", {"hidden": (64,) * 10, "activation": "sigmoid", "init": "xavier"}),
        plan=Plan(epochs=25, batch_size=32, optimizer=Optimizer("sgd", 0.03, {"momentum": 0.9}), auxiliary=1.0),
        figures=("curves", "signals", "confusion"),
        findings=("gradient-ratio",),
        variants=(
            Variant("small", Text("sigmoid, weights too small", "sigmoid，权重过小"), ("net.init=small",)),
            Variant("sigmoid", Text("sigmoid, Xavier", "sigmoid，Xavier")),
            Variant("tanh", Text("tanh, Xavier", "tanh，Xavier"), ("net.activation=tanh",)),
            Variant("relu", Text("ReLU, He", "ReLU，He"), ("net.activation=relu", "net.init=he")),
            Variant("auxiliary", Text("sigmoid, auxiliary losses", "sigmoid，辅助损失"), ("net.auxiliary=true",)),
            Variant("normalised", Text("sigmoid, batch norm", "sigmoid，批归一化"), ("net.norm=batch",)),
            Variant(
                "layers",
                Text("one layer after the other, no labels", "逐层预训练，不用标签"),
                (
                    "net=stack",
                    f"net.hidden={TEN}",
                    "net.kind=autoencoder",
                    "objective=coding",
                    "plan.epochs=50",
                    "plan.optimizer=adam",
                    "plan.optimizer.lr=0.01",
                ),
            ),
            Variant("pretrained", Text("sigmoid, pretrained by layers", "sigmoid，逐层预训练后"), begin="layers"),
        ),
        panels=("gradients-by-layer", "scored-curves", "activations-by-layer"),
        next=(
            Try("--variant sigmoid --set net.hidden=64,64,64", Text("three layers instead of ten", "三层而不是十层")),
            Try(
                "--variant sigmoid --set net.init=large",
                Text(
                    "weights of deviation 1: too large for tanh, here a cure",
                    "标准差为 1 的权重：对 tanh 太大，这里却有效",
                ),
            ),
            Try(
                "--variant normalised --set net.norm=layer",
                Text("normalise each example instead of each unit", "改为对每个样本而不是每个单元归一化"),
            ),
            Try(
                "--variant sigmoid --set plan.optimizer=adam",
                Text("Adam, which makes small gradients large", "换成会放大小梯度的 Adam"),
            ),
        ),
    )
