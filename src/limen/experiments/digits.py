"""Digits: the first experiments, on data that come with the installation."""

from limen.data.spec import Augment, Data
from limen.experiments.chapters import CONVOLUTION
from limen.experiments.experiment import Experiment, Net, Try
from limen.language import Text
from limen.train.plan import Optimizer, Plan, Schedule


def digits_cnn() -> Experiment:
    """Two convolutions and two dense layers read small handwritten digits: the first thing to run."""
    return Experiment(
        name="digits-cnn",
        chapter=CONVOLUTION,
        title=Text("A convolutional net reads handwritten digits", "卷积网络识别手写数字"),
        story=Text(
            en="""
Thirteen people wrote the digits 0 to 9, and each digit was shrunk to 8×8 grey squares. Can a machine that was told
nothing about strokes and loops learn to read them, from a thousand examples?

The net slides thirty-two small windows of 3×3 weights over each picture. What a window answers to is not given but
learnt: look at the first-layer weights below, and you find edges and strokes. Pooling then keeps the strongest answer
in each neighbourhood, so that a stroke may stand a little higher or lower. A second such layer combines strokes into
parts, and two dense layers weigh the parts for each of the ten digits.

Watch the two curves of the loss. They fall together as long as what the net learns holds for digits it has never seen.
The test split is looked at once, at the very end; its accuracy is the honest one.""",
            zh="""
十三个人写下数字 0 到 9，每个数字被缩成 8×8 个灰度方格。
一台对笔画和圆圈一无所知的机器，能否只凭一千来个样本学会认数字？

网络让三十二个小窗口（卷积核，各含 3×3 个权重）在图像上滑动。每个窗口对什么有反应，不是人规定的，
而是学出来的：看看下面第一层的权重，你会发现边缘和笔画。池化只保留每个邻域里最强的反应，于是笔画高一点、
低一点都不要紧。第二层卷积把笔画组合成部件，
最后两个全连接层针对十个数字，分别对这些部件加权求和。

请留意两条损失曲线：只要学到的东西对没见过的数字也成立，它们就一同下降。测试集只在最后看一次，
它给出的准确率才真正可信。""",
        ),
        data=Data("digits", seed=0),
        net=Net("mnist-cnn", {"channels": (32, 64)}),
        plan=Plan(
            epochs=40,
            batch_size=32,
            optimizer=Optimizer("adam", 8e-3),
            schedule=Schedule("one-cycle"),
            augment=Augment(shift=1),
        ),
        next=(
            Try(
                "--set plan.augment.shift=0",
                Text("without shifted copies: how much do they bring?", "不用平移增强：平移究竟带来多少提升？"),
            ),
            Try(
                "--set net.channels=2,4", Text("with two windows instead of thirty-two", "只用两个窗口，而不是三十二个")
            ),
            Try("--set data.limit=100", Text("from a hundred examples only", "只用一百个样本学习")),
            Try("--seeds 5", Text("five times, with a 95 % confidence interval", "重复五次，给出 95% 置信区间")),
        ),
    )


def digits_mlp() -> Experiment:
    """A dense net on the same digits: what is lost when pixels have no neighbours?"""
    return Experiment(
        name="digits-mlp",
        chapter=CONVOLUTION,
        title=Text("A dense net reads handwritten digits", "全连接网络识别手写数字"),
        story=Text(
            en="""
The same digits, but now each of the 64 pixels is just a number in a row: the net is not told which pixels are
neighbours. Every hidden unit weighs all 64 at once.

Shuffle the pixels of all pictures in the same way and this net would learn just as well; the convolutional one would
not. Compare the two runs: what does knowing about neighbourhoods bring, and what does it cost in parameters?""",
            zh="""
还是那些数字，但现在 64 个像素只是排成一行的数：网络不知道哪些像素相邻。每个隐藏单元同时对全部 64 个像素加权求和。

如果把所有图像的像素按同一种方式打乱，这个网络照样能学得同样好，卷积网络却不行。请比较这两次运行：知道“谁和谁相邻”
带来了什么？在参数上又要付出多少代价？""",
        ),
        data=Data("digits", seed=0),
        net=Net("mlp", {"hidden": (64,)}),
        plan=Plan(epochs=40, batch_size=32, optimizer=Optimizer("adam", 3e-3), schedule=Schedule("one-cycle")),
        next=(
            Try("--set net.hidden=8", Text("with only eight hidden units", "只有八个隐藏单元")),
            Try("--set net.activation=sigmoid", Text("with the sigmoid of the early days", "换成早期常用的 sigmoid")),
            Try(
                "--set net.hidden=512,512 --set data.limit=100",
                Text(
                    "a large net on a hundred examples: watch the curves part", "大网络加一百个样本：看两条曲线如何分开"
                ),
            ),
        ),
    )
