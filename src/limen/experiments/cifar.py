"""CIFAR-10: small colour photographs."""

from limen.data.spec import Augment, Data
from limen.experiments.chapters import CONVOLUTION
from limen.experiments.experiment import Experiment, Net, Published, Try
from limen.language import Text
from limen.train.plan import Optimizer, Plan, Schedule


def cifar_cnn() -> Experiment:
    """The notes' small net on small photographs: a first, modest try at real pictures."""
    return Experiment(
        name="cifar-cnn",
        chapter=CONVOLUTION,
        title=Text("A first try at photographs", "初次尝试照片分类"),
        story=Text(
            en="""
How far does a net of the size that reads digits get with photographs? Here are ten kinds of things on 32×32 pixels.
Unlike digits they come in every colour, pose and light, and the background is as busy as the object. About every
second answer is right; guessing would get every tenth.

The settings are the notes': four pictures a step, so the loss is ragged, and two passes only. The confusion matrix is
the interesting part: see which animals are taken for each other, and that ships are taken for planes.""",
            zh="""
能认数字的这种小网络，用在照片上能做到什么程度？这里是 32×32 像素的照片，十类事物。与数字不同，它们的颜色、姿态、
光照各不相同，背景之复杂也不亚于物体本身。大约只能答对一半；瞎猜则只能对一成。

设置与讲义相同：每步四张图，所以损失起伏很大；只过两遍数据。最有意思的是混淆矩阵：看看哪些动物会互相混淆，
船又怎样被认成飞机。""",
        ),
        data=Data("cifar10", validation=5_000, split="last", pixels="symmetric"),
        net=Net("cifar-cnn"),
        plan=Plan(epochs=2, batch_size=4, optimizer=Optimizer("sgd", 1e-3, {"momentum": 0.9})),
        published=(
            Published(
                "test_accuracy", (0.53,), of=Text("notes C, usually 0.53 to 0.58", "讲义 C，通常为 0.53 至 0.58")
            ),
        ),
        next=(
            Try(
                "--set plan.epochs=10 --set plan.augment.flip=true",
                Text("longer, with mirrored pictures", "训练更久，并随机左右翻转图像"),
            ),
            Try(
                "--set plan.batch_size=64 --set plan.optimizer.lr=0.02",
                Text(
                    "larger batches with a larger step: smoother and sooner",
                    "更大的批量、更大的学习率：损失更平滑，下降也更快",
                ),
            ),
        ),
    )


def cifar_fast() -> Experiment:
    """Nine of ten photographs named rightly, within a coffee break on two cores."""
    return Experiment(
        name="cifar-fast",
        chapter=CONVOLUTION,
        title=Text("Nine of ten photographs, within a coffee break", "一杯咖啡的工夫，十张照片认对九张"),
        story=Text(
            en="""
The first try names every second photograph. What does it take to name nine of ten, and how soon? Nothing here is new by
itself; it is all the habits of good training at once.

The first layer does not learn at all: it turns patches of the pictures to their principal axes and makes all of them
equally large, so that the layers behind it need not first find out that neighbouring pixels are alike. The others begin
by passing on what they get. The net spends its arithmetic evenly, few channels where the picture is large and many
where it is small, and batch norm lets the steps be long.

The rate climbs, and then falls to nothing, while slow weights follow the fast ones and draw them back every fifth step.
Each picture comes back mirrored or moved, so that it is never quite the same; labels are softened a little, so that no
answer need be shouted; and in the end the net looks six times, at a picture and its mirror image, where they are and
moved by a pixel, and answers with the mean.

Take the habits away one by one and see what each is worth: the commands below do it. Then look at what is still
mistaken: cats and dogs, mostly, on which people hesitate too.""",
            zh="""
初次尝试只认对一半照片。要做到十张认对九张，需要什么，多快能做到？这里没有一样是新东西，只是把训练的好习惯全都用上。

第一层根本不学习：它把图像的小块转到主轴方向，再让各个方向的大小相等，
后面的层就不必先去发现“相邻的像素差不多”这件事了。其余各层一开始只是把得到的东西原样传下去。
网络把计算量均匀地花出去：图大的地方通道少，图小的地方通道多；批归一化让步子可以迈得大。

学习率先升后降，直到零；与此同时，一份慢权重跟在快权重后面，每五步把它往回拉一次。
每张图每次出现都会随机翻转或平移，从不完全相同；标签稍作平滑，答案就不必喊得震天响；
最后，网络看六次：原图和镜像，原位的和挪动一个像素的，取各次回答的平均。

把这些习惯一个一个拿掉，看看各值多少：用下面的命令就行。再看看还会错在哪里：多半是猫和狗，人看了也会犹豫。""",
        ),
        data=Data("cifar10", validation=2_000, pixels="symmetric"),
        net=Net("fast-cnn"),
        plan=Plan(
            epochs=8,
            batch_size=128,
            optimizer=Optimizer("sgd", 0.15, {"momentum": 0.9, "nesterov": True}),
            schedule=Schedule("one-cycle", warmup=0.2),
            augment=Augment(flip=True, shift=2),
            l2=5e-4,
            smoothing=0.1,
            lookahead=5,
            looks=6,
        ),
        published=(Published("test_accuracy", (0.90,), of=Text("to be reached", "要达到的目标")),),
        figures=("curves", "confusion", "examples"),  # filters of 2×2 pixels show nothing to the eye
        next=(
            Try(
                "--set plan.augment.flip=false --set plan.augment.shift=0",
                Text("without other poses", "不作翻转和平移"),
            ),
            Try("--set plan.lookahead=0", Text("without slow weights", "不要慢权重")),
            Try("--set plan.smoothing=0", Text("with hard labels", "不平滑标签")),
            Try(
                "--set net.widths=64,256,256 --set plan.epochs=16",
                Text("eight times the work: for a graphics card", "八倍的计算量：适合显卡"),
            ),
        ),
    )
