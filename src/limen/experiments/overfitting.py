"""Chapter 6: learning by heart, and what helps against it."""

from limen.data.spec import Data
from limen.experiments.chapters import TRAINING
from limen.experiments.experiment import Experiment, Net, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan


def overfitting() -> Experiment:
    """A net far too large for two hundred digits, some of them mislabelled; six cures, alone and together."""
    return Experiment(
        name="overfitting",
        chapter=TRAINING,
        title=Text("Learning by heart, and six cures", "死记硬背与六种解法"),
        story=Text(
            en="""
Two hundred digits, and 85,000 weights to remember them with. To make matters worse, somebody labelled three in ten of
the training digits wrongly. Can a net learn to read from that, or only learn the list by heart?

Without a cure it gets every training example "right", the wrong labels too, and pays for it on digits it has not seen.
Each cure makes remembering dearer than understanding. Dropout silences half of the units at random, so that none can
rely on another. L2 makes every weight pay for its square, and none is spared; L1 makes it pay for its size, and the
useless ones become exactly 0. MaxNorm cuts the weights into a unit back to a greatest length after every step. Noise
on the input never shows the same digit twice. Early stopping takes the weights from before the remembering began.

Look at the gap between training and validation, cure by cure: a good net calls about three in ten of its training
labels wrong, and is right to. A gap is not the aim in itself, though; read the validation side, too.""",
            zh="""
两百个数字，却有八万五千个权重可以用来记住它们。更糟的是，训练数字里有三成被人标错了。网络能从中学会认字，
还是只会把这张表背下来？

什么措施都不加，它会把每个训练样本都“答对”，连标错的也不例外，代价是认不好没见过的数字。
每种解法都让“记住”比“理解”更费力。Dropout 随机让一半单元沉默，谁也不能依赖谁。L2 让每个权重按平方付费，
一个也不放过；L1 按大小付费，没用的权重会变成恰好是 0。MaxNorm 在每一步之后，
把进入一个单元的权重向量截短到规定的长度。输入加噪声，同一个数字绝不会原样出现两次。
早停则取回开始死记硬背之前的权重。

请逐个方法看训练与验证之间的差距：好的网络会认为大约三成的训练标签是错的，而且它是对的。
不过缩小差距本身不是目的，也要看验证那一边。""",
        ),
        data=Data("digits", seed=0, limit=200, mislabel=0.3),
        net=Net("mlp", {"hidden": (256, 256), "init": "he"}),
        plan=Plan(epochs=60, batch_size=20, optimizer=Optimizer("adam", 1e-3)),
        figures=("curves", "weights", "confusion"),
        findings=("training", "gap", "weights"),
        variants=(
            Variant("plain", Text("no cure", "不加措施")),
            Variant("dropout", Text("dropout", "Dropout"), ("net.dropout=0.5",)),
            Variant("l2", Text("L2", "L2"), ("plan.l2=0.02",)),
            Variant("l1", Text("L1", "L1"), ("plan.l1=0.3",)),
            Variant("max-norm", Text("MaxNorm", "MaxNorm"), ("plan.max_norm=0.6",)),
            Variant("noise", Text("noise on the input", "输入加噪声"), ("net.noise=0.4",)),
            Variant("early", Text("early stopping", "早停"), ("plan.patience=10",)),
            Variant(
                "together",
                Text("all together", "全部一起"),
                (
                    "net.dropout=0.3",
                    "net.noise=0.3",
                    "plan.l2=0.001",
                    "plan.l1=0.05",
                    "plan.max_norm=1",
                    "plan.patience=20",
                ),
            ),
        ),
        panels=("gaps", "lane-curves", "weights-beside"),
        next=(
            Try(
                "--set data.limit=1000",
                Text("five times as many examples: the oldest cure", "样本增加到五倍：最古老的解法"),
            ),
            Try("--set data.mislabel=0", Text("with every label right", "所有标签都正确")),
            Try("--variant plain --set net.hidden=16", Text("a net too small to remember", "小到记不住的网络")),
            Try(
                "--variant l1 --set plan.l1=1",
                Text("more L1: how few weights are enough?", "更强的 L1：多少权重就够了？"),
            ),
        ),
    )
