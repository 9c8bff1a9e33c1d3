"""Chapter 6: first weights, optimizers, and normalising per layer."""

from limen.data.spec import Data
from limen.experiments.chapters import TRAINING
from limen.experiments.experiment import Experiment, Net, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan


def initialisation() -> Experiment:
    """The same net from five sets of first weights: which of them can begin to learn?"""
    return Experiment(
        name="initialisation",
        chapter=TRAINING,
        title=Text("How large should the first weights be?", "初始权重该取多大？"),
        story=Text(
            en="""
Before a net has seen a single example, it has already been decided whether it can learn. What should its first weights
be?

All zeros: the units of a layer are one and the same, nothing passes up and nothing comes back. Small (deviation 0.01):
the signal shrinks at every layer, and at the top all digits look alike. Large (deviation 1): every tanh is driven to
-1 or +1, where it is flat, and the answers are loud noise. In between lies a size at which signals keep theirs.
Xavier chose a variance of 2/(inputs + outputs) for it, He 2/inputs, since a ReLU lets only half of its signals through.

Look at the activations layer by layer, grey before training: a spike, a collapse, two walls at ±1, or a broad
distribution that stays the same all the way up. Then at the curves. On tanh Xavier and He differ little; on ReLU, where
Xavier loses half of the signal's square at each layer, He is ahead from the start.""",
            zh="""
网络还没看到一个样本，它能不能学会就已经定了。初始权重应该取什么？

全取 0：同一层的单元一模一样，信号上不去，梯度也下不来。太小（标准差 0.01）：信号每过一层就缩小一截，到了顶层，
所有数字看起来都一样。太大（标准差 1）：每个 tanh 都被推到 -1 或 +1，那里是平的，输出只是响亮的噪声。
介于两者之间，有一个大小能让信号保持不变。Xavier 为此取方差 2/(输入数 + 输出数)，He 取 2/输入数，
因为 ReLU 只放过一半的信号。

请逐层看激活值，灰色为训练前：一根细线、逐层坍缩、±1 处两堵墙，或是一路保持不变的宽分布。然后再看学习曲线。
用 tanh 时 Xavier 与 He 差别不大；用 ReLU 时，Xavier 每层都损失信号平方的一半，He 从一开始就领先。""",
        ),
        data=Data("digits", seed=0),
        net=Net("mlp", {"hidden": (64,) * 6, "activation": "tanh", "init": "xavier"}),
        plan=Plan(epochs=15, batch_size=32, optimizer=Optimizer("sgd", 0.05)),
        figures=("curves", "signals", "confusion"),
        findings=("first-signals", "gradient-ratio"),
        variants=(
            Variant("zeros", Text("zeros", "全零"), ("net.init=zeros",)),
            Variant("small", Text("small", "过小"), ("net.init=small",)),
            Variant("large", Text("large", "过大"), ("net.init=large",)),
            Variant("xavier", Text("Xavier, tanh", "Xavier，tanh")),
            Variant("he", Text("He, tanh", "He，tanh"), ("net.init=he",)),
            Variant("xavier-relu", Text("Xavier, ReLU", "Xavier，ReLU"), ("net.activation=relu",)),
            Variant("he-relu", Text("He, ReLU", "He，ReLU"), ("net.activation=relu", "net.init=he")),
        ),
        panels=("activations-by-layer", "gradients-by-layer", "lane-curves"),
        next=(
            Try(
                "--variant small --set plan.optimizer=adam",
                Text("does Adam save small weights?", "Adam 能救活过小的权重吗？"),
            ),
            Try(
                "--variant zeros --set net.activation=sigmoid",
                Text("zeros, and a sigmoid that gives 1/2 for 0", "全零，换成 sigmoid（输入 0 得 1/2）"),
            ),
            Try(
                "--variant small --set net.norm=batch",
                Text("small weights, and batch normalisation", "过小的权重加上批归一化"),
            ),
            Try(
                "--variant xavier --set net.init=default", Text("what torch draws by itself", "torch 自己的默认初始化")
            ),
        ),
    )


def optimizers() -> Experiment:
    """Five optimizers from the same start: their ways down a valley, and their curves on digits."""
    return Experiment(
        name="optimizers",
        chapter=TRAINING,
        title=Text("Five ways down the same slope", "同一个坡，五种走法"),
        story=Text(
            en="""
All five know the same thing, the slope under their feet. What do they make of it?

In a long valley the slope points at the other side, hardly ever along. Plain descent (SGD) swings across and creeps
forward; its rate is bounded by the steep direction. Momentum adds up its steps: what swings cancels, what agrees
grows. AdaGrad divides each direction by all the gradients it has ever seen there, so that flat directions get long
steps, and all of them shorter ones with time. RMSProp forgets old gradients and does not slow down. Adam is RMSProp
with momentum, and corrects both means for having begun at zero.

Look at the ways on the surface of two weights, then at the curves on digits: a net has thousands of directions, but
the same valleys. Each optimizer has the rate, of three that were tried, at which its training loss fell fastest. Then
change the rate: the largest difference between them is how much that hurts.""",
            zh="""
五种优化器知道的东西一样多：脚下的坡度。它们各自怎么利用它？

在狭长的山谷里，坡度几乎总是指向对面的山坡，很少指向谷底的方向。普通下降（SGD）左右摇摆、缓缓向前，
学习率受制于最陡的方向。动量把各步累加起来：来回摇摆的互相抵消，方向一致的越积越大。
AdaGrad 用每个方向上历来的全部梯度去除，平缓的方向因此迈大步，但所有步子都会随时间变短。RMSProp 会忘掉旧的梯度，
所以不会慢下来。Adam 是带动量的 RMSProp，并且修正了两个滑动平均从零开始的偏差。

请先看两个权重的曲面上的路线，再看手写数字上的曲线：网络有成千上万个方向，山谷却是同样的山谷。
每种优化器用的是试过的三个学习率中训练损失下降最快的那个。然后改一改学习率：它们之间最大的差别，
就是改了之后会糟到什么程度。""",
        ),
        data=Data("digits", seed=0),
        net=Net("mlp", {"hidden": (64, 32)}),
        plan=Plan(epochs=20, batch_size=32, optimizer=Optimizer("sgd", 0.3)),
        figures=("curves", "signals", "confusion"),
        findings=("training",),
        variants=(
            Variant("sgd", Text("SGD", "SGD")),
            Variant("momentum", Text("momentum", "动量"), ("plan.optimizer.lr=0.03", "plan.optimizer.momentum=0.9")),
            Variant("adagrad", Text("AdaGrad", "AdaGrad"), ("plan.optimizer=adagrad", "plan.optimizer.lr=0.1")),
            Variant("rmsprop", Text("RMSProp", "RMSProp"), ("plan.optimizer=rmsprop", "plan.optimizer.lr=0.01")),
            Variant("adam", Text("Adam", "Adam"), ("plan.optimizer=adam", "plan.optimizer.lr=0.01")),
        ),
        panels=("ways", "lane-curves", "bias-correction"),
        next=(
            Try(
                "--variant sgd --set plan.optimizer.lr=0.03",
                Text("SGD at a tenth of its rate", "SGD，学习率降到十分之一"),
            ),
            Try(
                "--variant adam --set plan.optimizer.lr=0.001",
                Text("Adam at a tenth of its rate", "Adam，学习率降到十分之一"),
            ),
            Try(
                "--variant momentum --set plan.optimizer.nesterov=true",
                Text("look ahead, then step (Nesterov)", "先向前看再迈步（Nesterov）"),
            ),
            Try("--variant adam --set plan.batch_size=256", Text("fewer, smoother steps", "步数更少、更平稳")),
        ),
    )


def batchnorm() -> Experiment:
    """With and without batch normalisation, at three learning rates: which of them still learn?"""
    with_norm = ("net.norm=batch",)
    return Experiment(
        name="batchnorm",
        chapter=TRAINING,
        title=Text("Batch normalisation, and the rates it makes usable", "批归一化与它带来的可用学习率"),
        story=Text(
            en="""
A layer learns from what the layer below sends up; but that layer is learning too, and its signals move and grow. What
if every unit's sums were brought to mean 0 and deviation 1 over each batch, before the activation?

Whatever the weights below do then, the activation is met where it bends and has a slope. And the weights' size no
longer matters for the output: weights that have grown get smaller gradients, which brakes them. So steps can be larger.

Two nets, three learning rates. At a small rate the normalised net is merely ahead. At a rate of 1 the plain net is lost
within an epoch: look at its activations after training, all at -1 or +1, where tanh is flat and nothing can bring them
back. The normalised one has learnt. In use there is no batch, and running means from training take its place.""",
            zh="""
每一层都从下一层送上来的东西里学习；可下一层自己也在学，它的信号会漂移、会变大。如果在激活函数之前，
把每个单元的加权和在每个批量上都调整成均值 0、标准差 1，会怎样？

这样一来，无论下面的权重怎么变，信号总是落在激活函数弯曲、有斜率的地方。而且权重的大小不再影响输出：权重长大了，
梯度反而变小，等于踩了刹车。所以步子可以迈得更大。

两个网络，三个学习率。学习率小时，归一化的网络只是领先一些。学习率为 1 时，普通网络不到一轮就垮了：
请看它训练后的激活值，全都顶在 -1 或 +1，那里 tanh 是平的，再也回不来；归一化的网络却学会了。
实际使用时没有批量，就用训练中积累的滑动平均来代替。""",
        ),
        data=Data("digits", seed=0),
        net=Net("mlp", {"hidden": (64,) * 4, "activation": "tanh", "init": "xavier"}),
        plan=Plan(epochs=10, batch_size=32, optimizer=Optimizer("sgd", 0.1)),
        figures=("curves", "signals", "confusion"),
        findings=("training",),
        variants=(
            Variant("plain-small", Text("without, rate 0.01", "无归一化，学习率 0.01"), ("plan.optimizer.lr=0.01",)),
            Variant("plain-usual", Text("without, rate 0.1", "无归一化，学习率 0.1")),
            Variant("plain-large", Text("without, rate 1", "无归一化，学习率 1"), ("plan.optimizer.lr=1",)),
            Variant(
                "norm-small", Text("with, rate 0.01", "归一化，学习率 0.01"), (*with_norm, "plan.optimizer.lr=0.01")
            ),
            Variant("norm-usual", Text("with, rate 0.1", "归一化，学习率 0.1"), with_norm),
            Variant("norm-large", Text("with, rate 1", "归一化，学习率 1"), (*with_norm, "plan.optimizer.lr=1")),
        ),
        panels=("rates", "activations-by-layer", "lane-curves"),
        next=(
            Try("--variant norm-large --set plan.optimizer.lr=3", Text("how far can it be driven?", "还能再大多少？")),
            Try(
                "--variant norm-usual --set plan.batch_size=4",
                Text("batches too small to measure", "批量太小，统计不准"),
            ),
            Try("--variant norm-large --set net.norm=layer", Text("layer normalisation instead", "改用层归一化")),
            Try(
                "--variant norm-usual --set net.activation=sigmoid",
                Text("on the sigmoid, which needs it most", "用在最需要它的 sigmoid 上"),
            ),
        ),
    )
