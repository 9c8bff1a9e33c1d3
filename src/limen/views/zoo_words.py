"""The words of the zoo of convolutional nets, in both languages."""

from limen.language import Text

ZOO = {
    "lesson-slopes": Text("What arrives of the slope", "传回来的梯度"),
    "lesson-slopes_caption": Text(
        "The size of the loss's slope at each layer, as a share of that at the last; learning goes from right to left. "
        "Without a way past it is lost in the row of layers.",
        "每一层的梯度大小，以最后一层为 1；反向传播从右往左走。没有近路，梯度就消失在一长串层里。",
    ),
    "layer number": Text("layer", "第几层"),
    "slope, of the last": Text("slope, of the last layer's", "梯度（最后一层为 1）"),
    "in a row": Text("h′ = relu(W h): in a row", "h′ = relu(W h)：直接串起来"),
    "with a way past": Text("h′ = h + relu(W h): a way past each", "h′ = h + relu(W h)：每层留一条近路"),
    "reaches the first": Text("reaches the first: {share}", "到第一层：{share}"),
    "lesson-zoo-columns": Text("Where each net does its work", "每个网络在哪里干活"),
    "lesson-zoo-columns_caption": Text(
        "From above to below the picture gets smaller. In each field: how many convolutions put out planes of about "
        "that side, and how many planes the widest of them has; the darker, the more of the net's work. A field with a "
        "pooling alone is left out.",
        "从上到下，特征图越来越小。每格写着：输出大约这么大的卷积有几个，其中最宽的有多少个通道；颜色越深，占的工作量越多。",
    ),
    "side of planes": Text("side of the planes, about", "特征图边长（约）"),
    "dense layers": Text("dense layers", "全连接层"),
    "n convolutions": Text("{n} conv", "{n} 个卷积"),
    "n planes": Text("{n} planes", "{n} 通道"),
    "n dense": Text("{n} dense", "{n} 个全连接"),
    "share of work": Text("share of the net's multiply-adds", "占该网络乘加次数的比例"),
    "lesson-zoo-plane": Text("Weights and work", "权重与工作量"),
    "lesson-zoo-plane_caption": Text(
        "Each net on a picture of 224×224, both scales logarithmic. The area of a dot is the memory of all outputs. "
        "GoogLeNet's weights are counted with its two heads, which it needs in training only.",
        "各网络处理一幅 224×224 图像，两轴均为对数刻度。圆点面积是全部输出所占的内存。"
        "GoogLeNet 的参数包括只在训练时使用的两个辅助头。",
    ),
    "parameters in millions": Text("parameters, in millions", "参数（百万）"),
    "work in thousands of millions": Text("multiply-adds for a picture, 10⁹", "每幅图的乘加次数（10⁹）"),
    "memory of outputs": Text("outputs of a picture", "一幅图的全部输出"),
    "lesson-zoo-shares": Text("Weights, work and memory", "权重、工作量与内存"),
    "lesson-zoo-shares_caption": Text(
        "Weights and work, divided among convolutions and dense layers; and the memory of everything that is put out "
        "on the way, for one picture. Norms have next to no weights and are left out.",
        "权重和工作量在卷积层与全连接层之间的分配；以及一幅图一路上全部输出所占的内存。归一化层的权重极少，未计入。",
    ),
    "where the weights lie": Text("where the weights lie", "权重在哪里"),
    "where the work lies": Text("where the work is done", "工作量在哪里"),
    "in convolutions": Text("convolutions", "卷积层"),
    "in dense layers": Text("dense layers", "全连接层"),
    "million weights": Text("{n:.0f} M", "{n:.0f} 百万"),
}
