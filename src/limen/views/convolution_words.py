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
    "lesson-wires": Text("Which places an output is wired to", "每个输出连到哪些位置"),
    "lesson-wires_caption": Text(
        "Below the inputs, above the outputs. Wires of one colour share one weight; in the dense layer every "
        "wire has a weight of its own.",
        "下面是输入，上面是输出。同色的线共用一个权重；全连接层的每条线都有自己的权重。",
    ),
    "wires legend": Text(
        "grey dots: inputs\nred dots: outputs\n\none colour of wire:\none shared weight",
        "灰点：输入\n红点：输出\n\n同色的线：\n共用一个权重",
    ),
    "n wires": Text("{n} wires", "{n} 条线"),
    "kind dense": Text("dense", "全连接"),
    "kind convolution": Text("convolution, 3", "卷积，3"),
    "kind stride 2": Text("stride 2", "步幅 2"),
    "kind standard": Text("standard", "普通"),
    "kind 1×1": Text("1×1", "1×1 卷积"),
    "kind grouped": Text("grouped", "分组"),
    "kind separable": Text("separable", "可分离"),
    "kind flattened": Text("flattened", "展平"),
    "kind dilated": Text("dilated", "膨胀"),
    "kind transposed": Text("transposed", "转置"),
    "lesson-channels": Text("Which channels see which", "通道之间怎么连"),
    "lesson-channels_caption": Text(
        "A dot is a channel. Standard: all channels, over a window. 1×1: all channels, one place. Grouped: half of "
        "them. Separable: first each channel by itself over a window, then all channels at one place.",
        "一个点是一个通道。普通：所有通道，一个窗口。1×1：所有通道，一个位置。分组：一半通道。"
        "可分离：先在每个通道内看一个窗口，再在一个位置上看所有通道。",
    ),
    "channels legend": Text(
        "grey: channels in · red: channels out · thick blue: a window of places · thin orange: one place",
        "灰：输入通道 · 红：输出通道 · 蓝色粗线：一个窗口 · 橙色细线：一个位置",
    ),
    "lesson-costs": Text("What the kinds cost", "各种卷积的代价"),
    "lesson-costs_caption": Text(
        "From 64 channels to 64, on 32×32. The transposed one puts out 64×64.",
        "从 64 个通道到 64 个通道，输入 32×32。转置卷积输出 64×64。",
    ),
    "weights each": Text("weights", "权重"),
    "multiply-adds each": Text("multiply-adds", "乘加次数"),
}
