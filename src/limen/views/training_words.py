"""The words on the figures of chapters 3 and 6: signals, overfitting, optimizers."""

from limen.language import Text

TRAINING = {
    "gradient_ratio": Text("gradient, first ÷ last layer", "梯度之比（首层÷末层）"),
    "last_deviation": Text("deviation in the last hidden layer", "末隐藏层激活值标准差"),
    "first_gradient": Text("mean |gradient|, first layer", "首层梯度平均大小"),
    "accuracy_gap": Text("accuracy gap", "准确率差距"),
    "loss_gap": Text("loss gap", "损失差距"),
    "zero_weights": Text("weights exactly 0", "恰为 0 的权重比例"),
    "largest_norm": Text("longest weight vector", "权重向量最大范数"),
    "output layer": Text("out", "输出"),
    "hidden layer": Text("hidden layer", "隐藏层"),
    "activation": Text("activation", "激活值"),
    "activations": Text("activations", "激活值"),
    "mean gradient": Text("mean |gradient| of a weight", "单个权重梯度的平均大小"),
    "before training": Text("before training", "训练前"),
    "after training": Text("after training", "训练后"),
    "signals": Text("Signals by layer", "逐层的信号"),
    "signals_caption": Text(
        "One batch of training examples. Left: the activations of each hidden layer, grey before training, blue after "
        "it; the width grows with the root of the count. Right: how large the gradient of a weight is on average.",
        "用一批训练样本测得。左：各隐藏层的激活值，灰色为训练前，蓝色为训练后，宽度与样本数的平方根成正比。"
        "右：平均而言一个权重的梯度有多大。",
    ),
    "gradients-by-layer": Text("The gradient on its way down", "梯度逐层回传"),
    "gradients-by-layer_caption": Text(
        "The mean size of the gradient of one weight in each layer, from the first to the output, on one batch. The "
        "scale is logarithmic: a straight line falling to the left is a constant factor lost at every layer.",
        "在一批样本上，从第一层到输出层，每层单个权重梯度的平均大小。纵轴为对数刻度：向左直线下降，表示每经过一层都损失同样的倍数。",
    ),
    "activations-by-layer": Text("Activations by layer", "逐层的激活值"),
    "activations-by-layer_caption": Text(
        "What the hidden layers put out for one batch: on the left of each place before training (grey), on the right "
        "after it (coloured). The width grows with the root of the count. A spike is a layer that says the same of "
        "every example.",
        "各隐藏层对一批样本的输出：每个位置左半（灰色）为训练前，右半（彩色）为训练后，宽度与个数的平方根成正比。"
        "缩成一根细线，说明这一层对每个样本说的都一样。",
    ),
    "scored-curves": Text("Learning curves side by side", "学习曲线对照"),
    "scored-curves_caption": Text(
        "The variants that learn from labels: the same data, the same seed, a line for each.",
        "从标签学习的各方案：同样的数据、同样的随机种子，每种方案一条曲线。",
    ),
    "rates": Text("Which learning rates still learn", "哪些学习率还能学会"),
    "rates_caption": Text(
        "The validation accuracy after training, by learning rate. Where a line lies on the dotted one, the net has "
        "learnt nothing.",
        "训练结束后的验证准确率随学习率的变化。落到点线上，说明网络什么也没学到。",
    ),
    "norm none": Text("without normalisation", "不做归一化"),
    "norm batch": Text("with batch normalisation", "批归一化"),
    "norm layer": Text("with layer normalisation", "层归一化"),
    "by chance": Text("by chance", "随机猜测"),
    "gaps": Text("Training and validation, and the gap between", "训练与验证之间的差距"),
    "gaps_caption": Text(
        "For each variant, how the weights that are kept do on the examples they learnt from and on those held back. "
        "The bar between is the gap; beside it is by how much training is ahead. Some training labels are wrong: "
        "whoever agrees with all of them has learnt the mistakes by heart.",
        "每种方案最终权重在学过的样本与留出的样本上的表现，两点之间的横条就是差距，旁边的数字是训练领先多少。"
        "部分训练标签是错的：全部“答对”，就等于把错误也背了下来。",
    ),
    "on training examples": Text("on the training examples", "训练样本"),
    "on validation examples": Text("on the validation examples", "验证样本"),
    "weights-beside": Text("The weights of every variant", "各方案的权重分布"),
    "weights-beside_caption": Text(
        "All weights that were kept, counted on a logarithmic scale. The dark bar counts those that are exactly 0; the "
        "norm is the length of the longest weight vector into a unit.",
        "最终的全部权重，计数为对数刻度。深色的竖条是恰好等于 0 的权重；范数指进入某个单元的最长权重向量的长度。",
    ),
    "weights": Text("The weights", "权重分布"),
    "weights_caption": Text(
        "All weights that were kept, counted on a logarithmic scale; the dark bar counts those that are exactly 0.",
        "最终的全部权重，计数为对数刻度；深色的竖条是恰好等于 0 的权重。",
    ),
    "weight": Text("weight", "权重"),
    "weights of the net": Text("how many", "个数"),
    "zeros and norm": Text("{zeros:.0%} zero, norm ≤ {norm:.2f}", "{zeros:.0%} 为零，范数 ≤ {norm:.2f}"),
    "ways": Text("Ways down a valley", "沿山谷下降的路线"),
    "ways_caption": Text(
        "A valley fifty times as steep across as along, and the way each variant's optimizer takes from the square to "
        "the star; dots mark the first steps. The plan's rates are multiplied by six for it, all alike.",
        "一条横向比纵向陡五十倍的山谷：各方案的优化器从方块走向星号，圆点是最初几步。学习率统一取训练方案中的六倍。",
    ),
    "way of": Text("{label}, rate {rate:g}", "{label}，学习率 {rate:g}"),
    "height by step": Text("height above the lowest point", "距最低点的高度"),
    "step": Text("step", "步"),
    "bias-correction": Text("Adam's bias correction", "Adam 的偏差修正"),
    "bias-correction_caption": Text(
        "Left: how long Adam's steps are, in units of the rate, where the gradient is always 1 (β₁ = 0.9, β₂ = 0.999). "
        "Its means begin at 0; uncorrected, that of the squares lags further behind, and the steps are up to six times "
        "too long. Right: what this does in the valley above, at a rate of 0.3.",
        "左：梯度恒为 1 时 Adam 每一步的长度，以学习率为单位（β₁ = 0.9，β₂ = 0.999）。"
        "两个滑动平均都从 0 开始；不修正时，平方的平均落后得更多，步子最多长出六倍。"
        "右：学习率为 0.3 时，在上面那条山谷里会发生什么。",
    ),
    "corrected": Text("with correction", "有修正"),
    "uncorrected": Text("without correction", "无修正"),
    "step length": Text("step length ÷ rate", "步长 ÷ 学习率"),
    "first steps": Text("the first {steps} steps", "最初 {steps} 步"),
}
