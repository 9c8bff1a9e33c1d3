"""The words of sizes and receptive fields, in both languages."""

from limen.language import Text

SIZES = {
    "memory": Text("memory", "内存"),
    "receptive field": Text("receptive field", "感受野"),
    "total stride": Text("stride", "累计步幅"),
    "first centre": Text("centre", "首个中心"),
    "whole input": Text("whole input", "整个输入"),
    "given": Text("given", "给的是"),
    "passed so far": Text("What was passed until then", "此前经过的各层"),
    "input": Text("input", "输入"),
    "field drawn": Text("What one number sees of the input", "一个数能看到输入的哪一部分"),
    "field drawn_caption": Text(
        "Left: the input, and on it the part that the number in the middle of each layer can see. Dashed: what the "
        "arithmetic gives where it goes beyond the edge, into the padding. Right: how the receptive field grows from "
        "layer to layer, the dashed line being the side of the input.",
        "左：输入，以及各层正中那个数能看到的部分。虚线：按公式算出、超出边缘而落入填充的部分。"
        "右：感受野逐层增大，竖直虚线是输入的边长。",
    ),
    "lesson-fields": Text("VGG's view grows", "VGG 的视野如何增大"),
    "lesson-fields_caption": Text(
        "Left: what the number in the middle of a layer sees of the picture. Right: every layer at which the view "
        "grows; the drawn ones have their colour.",
        "左：某一层正中那个数看到的图像范围。右：视野增大的每一层，画在左边的几层用同样的颜色。",
    ),
    "on the input": Text("on the input, {shape}", "画在输入上，{shape}"),
    "growth": Text("growth, layer by layer", "逐层增大"),
    "numbers of the input": Text(
        "side of the receptive field (– –  side of the input: {side})", "感受野的边长（– –  输入的边长：{side}）"
    ),
    "sizes of": Text("The sizes of {net}", "{net} 的各层尺寸"),
    "sizes page": Text(
        "{layers} layers, {parameters:,} parameters, {work:,} multiply-adds and {memory} of outputs for one example.",
        "{layers} 层，{parameters:,} 个参数；每个样本 {work:,} 次乘加，各层输出共 {memory}。",
    ),
}
