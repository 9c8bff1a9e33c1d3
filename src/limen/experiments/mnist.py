"""MNIST: sixty thousand digits, and four nets of growing insight."""

from limen.data.spec import Data
from limen.experiments.experiment import Experiment, Net, Published, Try
from limen.language import Text
from limen.train.plan import Optimizer, Plan, Schedule

SMALL = ("curves", "confusion", "examples", "filters")


def mnist_softmax() -> Experiment:
    """One dense layer: a template per digit."""
    return Experiment(
        name="mnist-softmax",
        chapter="7 Convolutional networks",
        title=Text("One template per digit", "每个数字一张模板"),
        story=Text(
            en="""
How far does the simplest net get that can give ten answers? Each digit has one weight for each of the 784 pixels.
A picture's score for a digit is the sum of its pixels times those weights, and the softmax turns ten scores into
probabilities.

Laid out as pictures, the weights are templates: blue where ink speaks for the digit, orange where it speaks against.
They are blurred, because one template must fit every way of writing a digit; that is why this net stops near 92 %.""",
            zh="""
能给出十种回答的最简单的网络，能走多远？每个数字对 784 个像素各有一个权重。
图像对某个数字的得分，就是像素乘以权重再求和；softmax 把十个得分变成概率。

把权重摊开成图，就是模板：蓝色处有墨表示支持，橙色处有墨表示反对。模板是模糊的，因为一张模板要适应一个数字的各种写法；
所以这个网络到 92% 左右就上不去了。""",
        ),
        data=Data("mnist", validation=10_000, split="last"),
        net=Net("softmax"),
        plan=Plan(epochs=5, batch_size=128, optimizer=Optimizer("adam", 5e-3), schedule=Schedule("cosine")),
        figures=SMALL,
        next=(
            Try("--set net=mlp", Text("with a hidden layer between", "中间加一个隐藏层")),
            Try("--set plan.l2=0.001", Text("smoother templates by weight decay", "用权重衰减让模板更平滑")),
        ),
    )


def mnist_mlp() -> Experiment:
    """A dense net with two hidden layers."""
    return Experiment(
        name="mnist-mlp",
        chapter="7 Convolutional networks",
        title=Text("A dense net on MNIST", "用全连接网络做 MNIST"),
        story=Text(
            en="""
What do hidden units bring? Two layers of them now stand between pixels and digits. Each unit has its own template,
and a digit is known by which of many templates answer, not by one. The gain over a single layer is large, the cost is
a hundred thousand parameters more.

The data may lie on your disk in any of three forms: the four idx files as they were published, the pickle of the first
tutorials, or a pair of CSV files. `--set data.form=pkl` asks for one of them.""",
            zh="""
隐藏单元带来了什么？现在像素和数字之间有两层隐藏单元，每个单元有自己的模板；认出一个数字，靠的是“哪些模板有反应”，
而不再是一张模板。
与单层相比，收获很大，代价是多出十万个参数。

数据在你的硬盘上可以是三种形式之一：当初发布的四个 idx 文件、早期教程用的 pickle 文件，或一对 CSV 文件。
用 `--set data.form=pkl` 指定其中一种。""",
        ),
        data=Data("mnist", validation=10_000, split="last"),
        net=Net("mlp", {"hidden": (128, 64)}),
        plan=Plan(epochs=5, batch_size=128, optimizer=Optimizer("adam", 4e-3), schedule=Schedule("one-cycle")),
        published=(Published("test_accuracy", (0.9687,), of="notes B, fully connected net"),),
        figures=SMALL,
        next=(
            Try("--set net.dropout=0.3", Text("silence a third of the units at random", "随机静默三成的单元")),
            Try("--set net.hidden=1024,1024", Text("ten times as many parameters", "参数增加到十倍")),
            Try(
                "--set plan.optimizer=sgd --set plan.optimizer.lr=0.1 --set plan.optimizer.momentum=0.9",
                Text("with momentum instead of Adam", "用动量法代替 Adam"),
            ),
        ),
    )


def mnist_conv3() -> Experiment:
    """Three convolutions and an average: no dense layer at all."""
    return Experiment(
        name="mnist-conv3",
        chapter="7 Convolutional networks",
        title=Text("Three convolutions, no dense layer", "三层卷积，没有全连接层"),
        story=Text(
            en="""
Can a net do without dense layers? Each of three convolutions steps two pixels at a time, so the plane shrinks from 28
to 14, 7 and 4. The last has ten channels, one for each digit; the average over its plane is the digit's score. Some
four thousand parameters do nearly what took a dense net a hundred thousand.

The validation loss of each epoch was printed in the notes: the dashed line beside ours.""",
            zh="""
网络可以不要全连接层吗？三层卷积每次都跨两个像素，平面从 28 缩到 14、7、4。最后一层有十个通道，每个数字一个；
对平面求平均就是该数字的得分。全连接网络用十万个参数做的事，这里四千来个就差不多了。

讲义印出了每一轮的验证损失：就是我们曲线旁边的那条虚线。""",
        ),
        data=Data("mnist", validation=10_000, split="last"),
        net=Net("mnist-conv3"),
        plan=Plan(
            epochs=10,
            batch_size=64,
            optimizer=Optimizer("sgd", 0.2, {"momentum": 0.9}),
            schedule=Schedule("one-cycle"),
        ),
        published=(
            Published(
                "validation_loss",
                (0.1952, 0.1716, 0.1565, 0.1508, 0.1481, 0.1422, 0.1357, 0.1307, 0.1275, 0.1267),
                of="notes B, by epoch (their optimizer is not printed)",
            ),
        ),
        figures=SMALL,
        recipes={"notes": Plan(epochs=10, batch_size=64, optimizer=Optimizer("sgd", 0.1, {"momentum": 0.9}))},
        next=(
            Try(
                "--recipe notes",
                Text("a steady rate: what does one-cycle bring?", "固定的学习率：one-cycle 带来多少？"),
            ),
            Try(
                "--set plan.optimizer=adam --set plan.optimizer.lr=0.008",
                Text(
                    "with Adam some digits are never answered: the last ReLU of their channel has died",
                    "换成 Adam，有的数字再也不会被答出：它那个通道最后的 ReLU 已经死了",
                ),
            ),
            Try("--set net.channels=32,32", Text("twice as many channels", "通道数加倍")),
        ),
    )


def mnist_cnn() -> Experiment:
    """Two convolutions and two dense layers: the course's first convolutional network."""
    return Experiment(
        name="mnist-cnn",
        chapter="7 Convolutional networks",
        title=Text("The course's convolutional net on MNIST", "课程中的卷积网络做 MNIST"),
        story=Text(
            en="""
Where do a convolutional net's parameters sit, and where its work? Sixteen windows, then thirty-two, each followed by
pooling; then a dense layer of 128 units and one of ten. Nearly all of the 206,922 parameters are in the first dense
layer, nearly all of the work is in the second convolution: look at the table of layers.

The notes trained it for five epochs with a steady rate. Letting the rate rise and then fall to nothing (one-cycle)
reaches their accuracy in two. `--recipe notes` trains it the notes' way, epoch by epoch beside the figures they
printed.""",
            zh="""
卷积网络的参数在哪里？计算量又在哪里？先是十六个窗口，再是三十二个，每层之后都有池化；然后是 128 个单元的全连接层和
十个输出。看看层表：206,922 个参数几乎都在第一个全连接层里，计算量却几乎都在第二层卷积里。

讲义用固定的学习率训练了五轮。让学习率先升后降到零（one-cycle），两轮就能达到同样的准确率。用 `--recipe notes`
可以按讲义的方式训练，逐轮与印出的数字对照。""",
        ),
        data=Data("mnist", validation=0.2, split="last"),
        net=Net("mnist-cnn"),
        plan=Plan(epochs=2, batch_size=128, optimizer=Optimizer("adam", 6e-3), schedule=Schedule("one-cycle")),
        published=(
            Published("test_accuracy", (0.9886,), of="notes D, handwritten digits"),
            Published("validation_accuracy", (0.9783, 0.9800, 0.9850, 0.9872, 0.9892), of="notes D, by epoch"),
            Published("train_loss", (0.2031, 0.0616, 0.0437, 0.0329, 0.0248), of="notes D, by epoch"),
        ),
        figures=SMALL,
        recipes={"notes": Plan(epochs=5, batch_size=64, optimizer=Optimizer("adam", 1e-3))},
        next=(
            Try("--recipe notes", Text("the notes' own settings, five epochs", "讲义自己的设置，五轮")),
            Try("--set net=lenet5", Text("LeNet-5, the net that read cheques", "LeNet-5，当年读支票的网络")),
            Try(
                "--set plan.augment.shift=2 --set plan.epochs=8",
                Text("longer, with shifted digits", "更久，并平移数字"),
            ),
            Try("--seeds 5", Text("five times, with a 95 % interval", "重复五次，给出 95% 区间")),
        ),
    )
