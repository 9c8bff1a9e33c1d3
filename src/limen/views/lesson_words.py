"""The words of lessons and of their figures, in both languages."""

from limen.language import Text

LESSON = {
    "lesson code": Text("code", "代码"),
    "lesson result": Text("result", "结果"),
    "lesson steps": Text("steps", "步骤"),
    "lesson checks": Text("checks that hold", "通过的核对"),
    "lesson next": Text("What to do next", "接下来"),
    "lesson again": Text("To take this lesson again", "重做这一课"),
    "expected": Text("expected {expected}", "应为 {expected}"),
    "differs": Text("differs by {difference}, allowed {tolerance}", "相差 {difference}，允许 {tolerance}"),
    "how known": Text("How the reference is computed: {of}", "参考值的算法：{of}"),
    "all hold": Text(
        "All {n} checks hold: every result agrees with its reference.", "{n} 项核对全部通过：每个结果都与参考值一致。"
    ),
    "some fail": Text("{failed} of {n} checks fail", "{n} 项核对中有 {failed} 项未通过"),
    "lesson-forgotten": Text("With zeroing and without", "清零与不清零"),
    "lesson-forgotten_caption": Text(
        "The same start, the same rate. Left, the way on the curve; right, where w stands after each step.",
        "起点相同，学习率相同。左：在曲线上的路线；右：每一步之后 w 的位置。",
    ),
    "gradients zeroed": Text("gradients zeroed", "梯度清零"),
    "zeroing forgotten": Text("zeroing forgotten", "忘记清零"),
    "step number": Text("step", "步数"),
    "lesson-activations": Text("Seven activations and their slopes", "七种激活函数及其导数"),
    "lesson-activations_caption": Text(
        "Unbroken: the function. Dashed: its slope, which is what learning sees. Softmax has three scores here, of "
        "which one is moved, and shows the share of that one.",
        "实线是函数，虚线是它的导数，学习时看到的就是后者。softmax 这里有三个得分，移动其中一个，画的是它所得的份额。",
    ),
    "step function": Text("step", "阶跃"),
    "identity": Text("identity", "恒等"),
    "softmax (x, 0, 1)": Text("softmax of (x, 0, 1)", "(x, 0, 1) 的 softmax"),
    "the function": Text("f(x)", "函数 f(x)"),
    "its slope": Text("slope f′(x)", "导数 f′(x)"),
    "at most a quarter": Text("¼ at most", "最多 ¼"),
    "lesson-stairs": Text("Loss and accuracy along one weight", "沿一个权重看损失与准确率"),
    "lesson-stairs_caption": Text(
        "The loss bends smoothly and shows the way down from everywhere. The accuracy is a staircase: on every step "
        "its slope is 0.",
        "损失平滑弯曲，在任何地方都能看出下坡的方向。准确率是一级级台阶：每一级上斜率都是 0。",
    ),
    "weight": Text("weight w₂", "权重 w₂"),
    "lowest loss": Text("lowest loss: w₂ = {w:.2f}", "损失最低处：w₂ = {w:.2f}"),
    "lesson-curve": Text("Down the curve", "沿曲线下降"),
    "lesson-curve_caption": Text(
        "Each dot is one step. Where the curve is steep the steps are long; a rate above ½ leaps to the other side.",
        "每个点是一步。坡陡处步子大；学习率超过 ½ 就会跳到对面。",
    ),
    "curve with rate": Text("{n} steps with rate {rate:g}", "学习率 {rate:g}，{n} 步"),
    "left the picture": Text("the path leaves the picture", "路线已出图外"),
    "start": Text("start", "起点"),
    "lesson-rates": Text("What is left of the way", "离谷底还有多远"),
    "lesson-rates_caption": Text(
        "The distance to the bottom after each step, on a logarithmic scale: a straight line falls by the same share "
        "each time. Only the last rises.",
        "每一步之后到谷底的距离（对数刻度）：直线表示每步缩小同样的比例。只有最后一条在上升。",
    ),
    "distance": Text("distance to the bottom", "到谷底的距离"),
    "rate of": Text("rate {rate}", "学习率 {rate}"),
    "lesson-valley": Text("Down the valley", "沿山谷下降"),
    "lesson-valley_caption": Text(
        "The rings join places of equal loss. Each step goes straight across a ring, which in a narrow valley is not "
        "the way to the middle.",
        "每一圈是损失相等的地方。每一步都垂直于等高线，而在狭长的山谷里，那并不是通往中心的方向。",
    ),
    "lesson-hollows": Text("Two starts, two ends", "两个起点，两个终点"),
    "lesson-hollows_caption": Text(
        "Both paths follow the same rule on the same curve. Only one finds the deeper hollow.",
        "同一条曲线，同一种走法，只有一条路线找到较深的谷。",
    ),
    "from": Text("from {start}", "从 {start} 出发"),
    "lesson-batches": Text("One epoch in three ways", "同样一轮，三种走法"),
    "lesson-batches_caption": Text(
        "The same thousand points, the same rate, each point used once. The cross is the best line; the rings join "
        "lines of equal loss.",
        "同样的一千个点，同样的学习率，每个点用一次。十字是最佳直线，每一圈是损失相等的直线。",
    ),
    "all at once": Text("all 1000 at once: {n} step", "1000 个一起：{n} 步"),
    "mini-batches": Text("mini-batches of {size}: {n} steps", "每批 {size} 个：{n} 步"),
    "one by one": Text("one by one: {n} steps", "一次一个：{n} 步"),
    "slope w": Text("slope w", "斜率 w"),
    "offset b": Text("offset b", "截距 b"),
}
