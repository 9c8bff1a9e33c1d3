"""MNIST: sixty thousand digits, and four nets of growing insight."""

from limen.data.spec import Data
from limen.experiments.chapters import CONVOLUTION
from limen.experiments.experiment import Experiment, Net, Published, Try
from limen.language import Text
from limen.train.plan import Optimizer, Plan, Schedule

SMALL = ("curves", "confusion", "examples", "filters")


def mnist_softmax() -> Experiment:
    """One dense layer: a template per digit."""
    return Experiment(
        name="mnist-softmax",
        chapter=CONVOLUTION,
        title=Text("One template per digit", "每个数字一个模板"),
        story=Text(
            en="""
How far does the simplest net get that can give ten answers? Each digit has one weight for each of the 784 pixels.
A picture's score for a digit is the sum of its pixels times those weights, and the softmax turns ten scores into
probabilities.

Laid out as pictures, the weights are templates: blue where ink speaks for the digit, orange where it speaks against.
They are blurred, because one template must fit every way of writing a digit; that is why this net stops near 92 %.""",
            zh="""
要给出十种答案，最简单的网络能做到什么程度？每个数字对 784 个像素各有一个权重。
图像对某个数字的得分，就是各像素乘以对应的权重再求和；softmax 把十个得分变成概率。

把权重摊开成图，就是模板：蓝色处有墨迹，就支持这个数字；橙色处有墨迹，就反对。模板是模糊的，
因为一个模板要适应一个数字的各种写法；
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
        chapter=CONVOLUTION,
        title=Text("A dense net on MNIST", "用全连接网络识别 MNIST 数字"),
        story=Text(
            en="""
What do hidden units bring? Two layers of them now stand between pixels and digits. Each unit has its own template,
and a digit is known by which of many templates answer, not by one. The gain over a single layer is large, the cost is
a hundred thousand parameters more.

The data may lie on your disk in any of three forms: the four idx files as they were published, the pickle of the first
tutorials, or a pair of CSV files. `--set data.form=pkl` asks for one of them.""",
            zh="""
隐藏单元带来了什么？现在像素和数字之间有两层隐藏单元，每个单元有自己的模板；认出一个数字，靠的是“哪些模板有反应”，
而不再是一个模板。
与单层相比，准确率提升很大，代价是多出十万个参数。

数据在你的硬盘上可以是三种格式之一：当初发布的四个 idx 文件、早期教程用的 pickle 文件，或一对 CSV 文件。
用 `--set data.form=pkl` 指定其中一种。""",
        ),
        data=Data("mnist", validation=10_000, split="last"),
        net=Net("mlp", {"hidden": (128, 64)}),
        plan=Plan(epochs=5, batch_size=128, optimizer=Optimizer("adam", 4e-3), schedule=Schedule("one-cycle")),
        published=(
            Published("test_accuracy", (0.9687,), of=Text("notes B, fully connected net", "讲义 B，全连接网络")),
        ),
        figures=SMALL,
        next=(
            Try(
                "--set net.dropout=0.3",
                Text("silence a third of the units at random", "训练时随机丢弃三成的隐藏单元（暂退法）"),
            ),
            Try("--set net.hidden=1024,1024", Text("seventeen times as many parameters", "参数增加到十七倍")),
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
        chapter=CONVOLUTION,
        title=Text("Three convolutions, no dense layer", "三层卷积，没有全连接层"),
        story=Text(
            en="""
Can a net do without dense layers? Each of three convolutions steps two pixels at a time, so the plane shrinks from 28
to 14, 7 and 4. The last has ten channels, one for each digit; the average over its plane is the digit's score. Some
four thousand parameters do nearly what took a dense net a hundred thousand.

The validation loss of each epoch was printed in the notes: the dashed line beside ours.""",
            zh="""
网络可以不要全连接层吗？三层卷积的步幅都是 2（每次移动两个像素），特征图的边长从 28 缩到 14、7、4。
最后一层有十个通道，每个数字一个；对该通道的特征图求平均就是该数字的得分。全连接网络用十万个参数做的事，
这里四千来个就差不多了。

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
                of=Text("notes B, by epoch (their optimizer is not printed)", "讲义 B，逐轮（未印出所用的优化器）"),
            ),
        ),
        figures=SMALL,
        recipes={"notes": Plan(epochs=10, batch_size=64, optimizer=Optimizer("sgd", 0.1, {"momentum": 0.9}))},
        next=(
            Try(
                "--recipe notes",
                Text("a steady rate: what does one-cycle bring?", "改用固定学习率：one-cycle 究竟带来多少提升？"),
            ),
            Try(
                "--set plan.optimizer=adam --set plan.optimizer.lr=0.008",
                Text(
                    "with Adam some digits are never answered: the last ReLU of their channel has died",
                    "换成 Adam：有的数字从不会被预测出来，因为对应通道末尾的 ReLU 已经“死亡”",
                ),
            ),
            Try("--set net.channels=32,32", Text("twice as many channels", "通道数加倍")),
        ),
    )


def mnist_cnn() -> Experiment:
    """Two convolutions and two dense layers: the course's first convolutional network."""
    return Experiment(
        name="mnist-cnn",
        chapter=CONVOLUTION,
        title=Text("The course's convolutional net on MNIST", "用课程中的卷积网络识别 MNIST 数字"),
        story=Text(
            en="""
Where do a convolutional net's parameters sit, and where its work? Sixteen windows, then thirty-two, each followed by
pooling; then a dense layer of 128 units and one of ten. Nearly all of the 206,922 parameters are in the first dense
layer, but three quarters of the work are in the second convolution: look at the table of layers.

The notes trained it for five epochs with a steady rate. Letting the rate rise and then fall to nothing (one-cycle)
reaches their accuracy in two. `--recipe notes` trains it the notes' way, epoch by epoch beside the figures they
printed.""",
            zh="""
卷积网络的参数在哪里？计算量又在哪里？先是 16 个窗口，再是 32 个，每层之后都有池化；然后是
128 个单元和 10 个单元的两个全连接层。看看各层的表格：206,922 个参数几乎都在第一个全连接层里，计算量却有约四分之三
在第二层卷积里。

讲义用固定的学习率训练了五轮。让学习率先升高，再降到接近零（one-cycle），两轮就能达到同样的准确率。
用 `--recipe notes` 可以按讲义的方式训练，与讲义印出的数值逐轮对照。""",
        ),
        data=Data("mnist", validation=0.2, split="last"),
        net=Net("mnist-cnn"),
        plan=Plan(epochs=2, batch_size=128, optimizer=Optimizer("adam", 6e-3), schedule=Schedule("one-cycle")),
        published=(
            Published("test_accuracy", (0.9886,), of=Text("notes D, handwritten digits", "讲义 D，手写数字")),
            Published(
                "validation_accuracy",
                (0.9783, 0.9800, 0.9850, 0.9872, 0.9892),
                of=Text("notes D, by epoch", "讲义 D，逐轮"),
            ),
            Published(
                "train_loss", (0.2031, 0.0616, 0.0437, 0.0329, 0.0248), of=Text("notes D, by epoch", "讲义 D，逐轮")
            ),
        ),
        figures=SMALL,
        recipes={"notes": Plan(epochs=5, batch_size=64, optimizer=Optimizer("adam", 1e-3))},
        next=(
            Try("--recipe notes", Text("the notes' own settings, five epochs", "讲义的原始设置，训练五轮")),
            Try("--set net=lenet5", Text("LeNet-5, the net that read cheques", "LeNet-5，当年读支票的网络")),
            Try(
                "--set plan.augment.shift=2 --set plan.epochs=8",
                Text("longer, with shifted digits", "训练更久，并随机平移数字图像"),
            ),
            Try("--seeds 5", Text("five times, with a 95 % confidence interval", "重复五次，给出 95% 置信区间")),
        ),
    )
