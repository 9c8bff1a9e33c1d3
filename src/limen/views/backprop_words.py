"""The words of a backpropagation pass, in both languages."""

from limen.language import Text

BACKPROP = {
    "by hand": Text("Backpropagation by hand", "手算反向传播"),
    "of the pass": Text("{widths} · {examples} examples · {loss}", "{widths} · {examples} 个样本 · {loss}"),
    "half-squared-error": Text("half the squared error", "平方误差的一半"),
    "squared-error": Text("squared error", "平方误差"),
    "mean-squared-error": Text("mean squared error", "均方误差"),
    "cross-entropy": Text("cross-entropy", "交叉熵"),
    "forward pass": Text("Forward: from the input to the loss", "前向传播：从输入到损失"),
    "backward pass": Text("Backward: from the loss to the first layer", "反向传播：从损失回到第一层"),
    "descent step": Text("One step of gradient descent, η = {rate}", "梯度下降一步，学习率 η = {rate}"),
    "forward row": Text("forward", "前向传播"),
    "backward row": Text("backward", "反向传播"),
    "gradient row": Text("gradient and step", "梯度与更新"),
    "of the layer": Text("Layer {number} ({name}), {before} → {units}", "第 {number} 层（{name}），{before} → {units}"),
    "bent by": Text(", activation {bends}", "，激活函数 {bends}"),
    "targets": Text("Y (targets)", "Y（目标值）"),
    "of the step": Text("{pass_} · rate η = {rate}", "{pass_} · 学习率 η = {rate}"),
    "beside autograd": Text("Beside autograd", "与自动求导对照"),
    "quantity": Text("quantity", "量"),
    "formula": Text("formula", "公式"),
    "largest difference": Text("largest difference", "最大绝对差"),
    "numbers compared": Text(
        "{count:,} numbers compared with autograd's; the largest difference is {difference}.",
        "与自动求导逐一比较了 {count:,} 个数，最大绝对差为 {difference}。",
    ),
    "signs": Text(
        "In X, Z, H and δ a row is an example, a column a unit. ⊙ multiplies number by number; [ ] is 1 where the "
        "condition holds, else 0.",
        "X、Z、H、δ 中，每一行是一个样本，每一列是一个神经元。⊙ 表示逐元素相乘；方括号中的条件成立时取 1，否则取 0。",
    ),
    "cut": Text("⋯ and ⋮ stand for columns and rows left out.", "⋯ 和 ⋮ 表示省略的列与行。"),
    "colours": Text(
        "Blue is above 0, orange below, white 0; each matrix has its own scale. In X, Z, H and δ a row is an example.",
        "蓝色为正，橙色为负，白色为零；每个矩阵各用自己的色标。X、Z、H、δ 中每一行是一个样本。",
    ),
}
