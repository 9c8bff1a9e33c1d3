"""The words of convolution and its kinds, in both languages."""

from limen.language import Text

CONVOLUTION = {
    "kernel title": Text("kernel ({kernel}){settings}", "卷积核（{kernel}）{settings}"),
    "slide stride": Text("stride", "步幅"),
    "slide padding": Text("padding", "填充"),
    "slide dilation": Text("dilation", "膨胀率"),
    "slide transposed": Text("transposed", "转置"),
    "slide flipped": Text("kernel flipped", "核已翻转"),
    "step of": Text("step {step} of {steps}", "第 {step} 步，共 {steps} 步"),
    "lesson-sliding": Text("The kernel climbs down", "卷积核逐级而下"),
    "lesson-sliding_caption": Text(
        "Above the input, below the output; between them a line for each step: the products, each under its number, "
        "and their sum.",
        "上面是输入，下面是输出；中间每一步一行：每个乘积写在对应的数下面，右边是它们的和。",
    ),
    "lesson-padding": Text("With padding “same” and a stride", "same 填充，加上步幅"),
    "lesson-padding_caption": Text(
        "The pale zero was put there. It takes part like any other number.",
        "浅色的零是补上去的，它和别的数一样参与计算。",
    ),
    "lesson-stepping": Text("Nine steps over a plane", "平面上的九步"),
    "lesson-stepping_caption": Text(
        "Blue: the window, with the kernel's weights in small print. Orange: the number that this step writes.",
        "蓝色：窗口，小字是核的权重。橙色：这一步写下的数。",
    ),
    "lesson-transposed": Text("Each number lays the kernel down", "每个数都把核铺下去"),
    "lesson-transposed_caption": Text(
        "A line for each number of the input: the kernel times that number. The output adds up each column.",
        "输入的每个数一行：核乘以这个数。输出是每一列的和。",
    ),
}
