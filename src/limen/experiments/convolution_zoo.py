"""The zoo: the convolutional nets that the field remembers, what each added, and what each weighs and costs."""

from limen.experiments.chapters import CONVOLUTION
from limen.experiments.convolution_zoo_counts import COUNTS
from limen.experiments.convolution_zoo_ideas import DENSE, EARLY
from limen.experiments.convolution_zoo_residual import RESIDUAL
from limen.experiments.convolution_zoo_shares import SHARES
from limen.experiments.lesson import Lesson, Next, Option
from limen.language import Text


def zoo() -> Lesson:
    """LeNet, AlexNet, ZFNet, VGG, GoogLeNet, ResNet, DenseNet: what each added, weighs and costs."""
    return Lesson(
        name="zoo",
        chapter=CONVOLUTION,
        title=Text("The zoo of convolutional nets", "卷积网络动物园"),
        story=Text(
            en="""
In 2012 a net called AlexNet named the things in a million photographs, with two fifths fewer mistakes than anything
before it. Within four years came ZFNet, VGG, GoogLeNet, ResNet and DenseNet, each with one new idea, and each idea an
answer to a question that the one before had left: how close to look? How deep? Which window? Why do deeper nets learn
worse? Why find the same thing twice?

Here are all of them, each as it was published. What did each add, what does it weigh, where does its work lie? Every
count is made on the net itself and held against the papers, against torchvision, or against the sum by hand.""",
            zh="""
2012 年，一个叫 AlexNet 的网络给一百万张照片里的东西叫出名字，错误比此前的方法少了四成。
四年之内，ZFNet、VGG、GoogLeNet、ResNet、DenseNet 相继而来，各带一个新想法，每个想法都回答了前一个留下的问题：
凑多近去看？要多深？窗口取多大？为什么更深反而学得更差？为什么同一样东西要找两遍？

这里是它们全部，一如当初发表。每个添了什么，有多重，工作量在哪里？
每个数都从网络本身数出来，再与论文、torchvision 或手工计算对照。""",
        ),
        steps=(*EARLY, RESIDUAL, DENSE, *COUNTS, SHARES),
        options=(
            Option(
                "depth", 30, 8, 100, Text("layers of the nets with and without a way past", "有无近路的两个网络的层数")
            ),
        ),
        next=(
            Next(
                "limen learn zoo --set depth=100",
                Text("a hundred layers, with and without", "一百层，有近路与没有近路"),
            ),
            Next("limen summary resnet50 --set net.stem=small", Text("every layer of one of them", "其中一个的每一层")),
            Next("limen learn inside", Text("what a trained net sees", "训练好的网络看到什么")),
            Next("limen run photos --set net=resnet18", Text("one of them on your own photos", "用在你自己的照片上")),
        ),
    )
