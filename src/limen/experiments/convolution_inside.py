"""What a trained convolutional net sees, asked in every way, and every answer checked."""

from limen.experiments.chapters import CONVOLUTION
from limen.experiments.convolution_inside_answers import ANSWERS
from limen.experiments.convolution_inside_layers import LAYERS
from limen.experiments.lesson import Lesson, Next, Option
from limen.language import Text


def inside() -> Lesson:
    """Filters, planes, receptive fields, class activation, slopes, covers, and pictures that a unit likes best."""
    return Lesson(
        name="inside",
        chapter=CONVOLUTION,
        title=Text("What a trained net sees", "训练好的网络看到什么"),
        story=Text(
            en="""
A net says “seven”. Why? It has no reasons, only sums; but the sums can be looked at. What does its first layer look
for? What is left of the picture further in, and how much of it can a number there see at all? Which pixels did the
answer come from, and what would the net itself call a perfect seven?

A small net has been trained for this in two seconds. Each question is asked with the functions of `limen explain`, and
each answer is got a second time in another way: in NumPy, by differences, or from a law that it must obey.""",
            zh="""
网络说：“七”。为什么？它没有理由，只有一堆加法；但这些加法可以打开来看。
第一层在找什么？往里走，图像还剩下什么，那里的一个数究竟能看到多大一块？
答案来自哪些像素？网络自己心目中完美的“七”又是什么样？

为此花两秒钟训练了一个小网络。每个问题都用 `limen explain` 的函数来问，
每个答案都用另一种办法再得到一次：用 NumPy，用差分，或者用它必须遵守的定律。""",
        ),
        steps=(*LAYERS, *ANSWERS),
        options=(Option("example", 1, 1, 300, Text("which test digit, counted from 1", "第几个测试数字，从 1 数起")),),
        next=(
            Next("limen learn inside --set example=8", Text("another digit", "换一个数字")),
            Next("limen run mnist-cnn", Text("a larger net, on larger digits", "更大的网络，更大的数字")),
            Next(
                "limen explain last --example 3",
                Text("the same questions to a net of your own", "拿同样的问题问你自己的网络"),
            ),
            Next("limen learn zoo", Text("the nets that all this was found out on", "这些方法最初用在哪些网络上")),
        ),
    )
