"""Chapter 3: one neuron, and what one neuron cannot do."""

from limen.data.spec import Data
from limen.experiments.chapters import NEURON
from limen.experiments.experiment import Experiment, Net, Published, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan, Schedule

PRINTED = Text("the notes' eight printed digits; half a unit of the last", "讲义印出的八位数字；最后一位的半个单位")
HALF = 5e-9  # half a unit of the eighth digit


def gate(name: str, zh: str) -> Variant:
    """A perceptron that learns a truth table."""
    return Variant(name, Text(name.upper(), zh), (f"data.gate={name}",))


def neuron() -> Experiment:
    """A perceptron learns AND, OR, NAND and NOT, fails at XOR for a reason, and two layers bend the plane for it."""
    return Experiment(
        name="neuron",
        chapter=NEURON,
        title=Text("What one neuron can learn, and what it cannot", "一个神经元学得会什么，学不会什么"),
        story=Text(
            en="""
A neuron adds up what comes in and fires when the sum passes a threshold. Rosenblatt's rule lets it learn: when it is
silent and should fire, add the input to the weights; when it fires and should be silent, take the input away; when it
is right, leave it alone. Is that enough to learn a truth table?

For AND, OR, NAND and NOT it is, within a few rounds. A line parts the points that fire from those that do not, and
where a line exists the rule must find one: it errs at most (R/γ)² times, where γ is the widest margin and R the
longest row. The table shows the bound beside the mistakes that were made.

XOR never settles. The proof fits in one picture: the midpoint of the two points that fire is the midpoint of the two
that must not, so no line has one pair on each side. Two hidden units do what no line can: they bend the plane until
one is enough. Look at the grid in the last picture, and where it has gone.""",
            zh="""
神经元把输入加起来，总和超过阈值就放电。罗森布拉特的规则让它自己学习：该放电却沉默，就把输入加到权重上；
不该放电却放了电，就把输入减掉；答对了，什么也不动。这样就足以学会一张真值表吗？

对 AND、OR、NAND、NOT 来说足够了，几轮就学会。一条直线能把该放电的点和不该放电的点分开；而只要这样的直线存在，
这条规则就一定能找到一条：犯错的次数不超过 (R/γ)²，其中 γ 是最宽的间隔，R 是最长的那一行。
表中把这个上界和实际犯错次数并排列出。

XOR 永远安定不下来。证明只需一幅图：该放电的两点的中点，正是不该放电的两点的中点，所以没有直线能把两对点分在两侧。
两个隐藏单元做到了直线做不到的事：把平面弯过来，直到一条直线就够。请看最后一幅图里的网格去了哪里。""",
        ),
        data=Data("gates"),
        net=Net("perceptron"),
        plan=Plan(epochs=25, batch_size=1, optimizer=Optimizer("sgd", 1.0), seed=3),
        objective="perceptron",
        figures=("boundaries", "parting", "hidden-space", "curves"),
        findings=("convergence", "parting"),
        variants=(
            gate("and", "AND（与）"),
            gate("or", "OR（或）"),
            gate("nand", "NAND（与非）"),
            gate("not", "NOT（非）"),
            gate("xor", "XOR（异或）"),
            Variant(
                "two-layers",
                Text("XOR, two layers", "XOR，两层"),
                (
                    "data.gate=xor",
                    "net=mlp",
                    "net.hidden=2",
                    "net.activation=tanh",
                    "objective=classification",
                    "plan.optimizer=adam",
                    "plan.optimizer.lr=0.05",
                    "plan.batch_size=4",
                    "plan.passes=20",
                ),
            ),
        ),
        panels=("boundaries-beside", "parting-beside", "hidden-space-beside", "lane-curves"),
        next=(
            Try(
                "--variant xor --set plan.epochs=500",
                Text("give XOR more time: it does not help", "给 XOR 更多时间：没有用"),
            ),
            Try("--variant and --set data.gate=nor", Text("another table", "换一张真值表")),
            Try(
                "--variant two-layers --seeds 10",
                Text("do two hidden units always find it?", "两个隐藏单元每次都能学会吗？"),
            ),
            Try("--variant two-layers --set net.hidden=8", Text("with eight hidden units", "用八个隐藏单元")),
        ),
    )


def delta_rule() -> Experiment:
    """One sigmoid unit, six rows, fifty passes: the gradient worked out by hand, to the notes' eighth digit."""
    return Experiment(
        name="delta-rule",
        chapter=NEURON,
        title=Text("One sigmoid unit learns by its slope", "一个 sigmoid 单元沿斜率学习"),
        story=Text(
            en="""
A threshold has no slope: it says that an answer was wrong, not which way to go. Which way, then? Replace it by the
smooth sigmoid, and
every weight knows its part in the error: the input, times how far the answer was off, times the sigmoid's own slope.
That product is the delta rule, w ← w + η Xᵀ[(y − ŷ) ŷ (1 − ŷ)], and it is the seed of everything that follows.

Six rows of four bits, weights from a stated generator, step 0.5, fifty passes, no bias. The numbers that come out are
those that the notes printed, to the eighth digit; change one thing and they part.""",
            zh="""
阈值没有斜率：它只说答错了，不说该往哪边走。那么该往哪边走？换成光滑的 sigmoid，每个权重就知道自己在误差里占多少：
输入，乘以答案差了多少，再乘以 sigmoid 自身的斜率。这个乘积就是 delta 规则：w ← w + η Xᵀ[(y − ŷ) ŷ (1 − ŷ)]，
后面的一切都由它生长出来。

六行四比特的输入，权重由指定的生成器产生，步长 0.5，五十遍，没有偏置。得到的数字与讲义印出的相同，直到第八位；
改动任何一处，它们就会分开。""",
        ),
        data=Data("delta"),
        net=Net("neuron", {"bias": False, "numpy_seed": 1010}),
        plan=Plan(epochs=50, batch_size=6, optimizer=Optimizer("sgd", 0.5), precision="fp64"),
        objective="half-squares",
        published=(
            Published("outputs_error", (HALF,), PRINTED),
            Published("weights_error", (HALF,), PRINTED),
            Published("test_elementwise_accuracy", (1.0,), Text("notes B, the delta rule", "讲义 B，delta 规则")),
        ),
        figures=("answers", "curves"),
        findings=("delta",),
        next=(
            Try("--set plan.epochs=1000", Text("how sure does it become?", "再学下去，它会有多确定？")),
            Try("--set plan.optimizer.lr=20", Text("a step too long", "步子太大")),
            Try("--set net.bias=true", Text("with a bias", "加上偏置")),
            Try(
                "--set plan.precision=fp32",
                Text("in single precision: which digit parts first?", "用单精度：哪一位先分开？"),
            ),
        ),
    )


def delta_rule_3() -> Experiment:
    """The same six rows, three one-hot classes: three neurons side by side."""
    first = delta_rule()
    return Experiment(
        name="delta-rule-3",
        chapter=NEURON,
        title=Text("Three sigmoid units for three classes", "三个 sigmoid 单元分三类"),
        story=Text(
            en="""
Can one rule tell three classes apart? They ask for three answers: one neuron for each, with a target of 1 for its own
class and 0 for the others. The rule does not change, only the shapes do: the weights are a 4×3 matrix, and the gradient
is the same product.

Fifty passes are not enough here: four of the eighteen single answers are still on the wrong side of one half. The
three neurons do not know of each other; nothing makes their answers sum to one. That is what the softmax is for.""",
            zh="""
同一条规则分得开三个类别吗？三个类别需要三个答案：每类一个神经元，自己那一类的目标是 1，其余是 0。规则不变，
变的只是形状：
权重成了 4×3 的矩阵，梯度还是同样的乘积。

这里五十遍还不够：十八个单独的答案中有四个仍在二分之一的错误一侧。三个神经元彼此不相识，
没有什么让它们的答案加起来等于一。softmax 就是为此而来。""",
        ),
        data=Data("delta", options={"classes": 3}),
        net=first.net,
        plan=first.plan,
        objective="half-squares",
        published=(
            Published("outputs_error", (HALF,), PRINTED),
            Published("weights_error", (HALF,), PRINTED),
            Published("test_elementwise_accuracy", (14 / 18,), Text("notes B, three classes", "讲义 B，三个类别")),
        ),
        figures=("answers", "curves"),
        findings=("delta",),
        next=(
            Try("--set plan.epochs=2000", Text("does it get all eighteen?", "十八个能全对吗？")),
            Try("--set net.bias=true --set plan.epochs=500", Text("with biases", "加上偏置")),
        ),
    )


def linear_vs_neuron() -> Experiment:
    """Twenty rows that a sigmoid neuron made: least squares beside a neuron that bends."""
    return Experiment(
        name="linear-vs-neuron",
        chapter=NEURON,
        title=Text("A straight fit beside one neuron", "直线拟合与一个神经元"),
        story=Text(
            en="""
Least squares finds the best plane through twenty rows in one formula. A neuron is the same weighted sum with a bend at
the end. When does the bend pay?

Here the answers were made by a neuron: they run between 0 and 1 and flatten at both ends. The plane must cut through;
it answers below 0 and above 1 where the truth has long been flat. The neuron has no more weights than the plane, and
finds those that made the data, up to the noise.""",
            zh="""
最小二乘用一个公式就能找到穿过二十行数据的最佳平面。神经元是同样的加权和，只在末尾多一个弯。这个弯什么时候划算？

这里的答案是由一个神经元产生的：在 0 和 1 之间变化，两端趋于平缓。平面只能直穿过去，
在真值早已平缓的地方答出小于 0、大于 1 的数。
神经元的权重并不比平面多，却能找回产生数据的那组权重，只差一点噪声。""",
        ),
        data=Data("neuron", seed=0),
        net=Net("neuron", {"activation": "identity"}),
        plan=Plan(epochs=20, passes=50, batch_size=20, optimizer=Optimizer("adam", 0.05)),
        objective="regression",
        figures=("fitted", "pairs", "curves"),
        findings=("least-squares",),
        variants=(
            Variant("plane", Text("a plane", "平面")),
            Variant("neuron", Text("one sigmoid neuron", "一个 sigmoid 神经元"), ("net.activation=sigmoid",)),
        ),
        panels=("fitted-beside", "lane-curves"),
        next=(
            Try("--set data.noise=0.3", Text("more noise", "噪声更大")),
            Try("--set data.rows=200 --set plan.batch_size=200", Text("ten times the rows", "十倍的数据")),
            Try("--variant neuron --set net.activation=tanh", Text("another bend", "换一种弯")),
        ),
    )


def width(units: int) -> Variant:
    """One hidden layer of so many units."""
    return Variant(
        f"width-{units}",
        Text(f"{units} hidden units", f"{units} 个隐藏单元"),
        (f"net.hidden={units}",),
    )


def depth(layers: int, units: int) -> Variant:
    """So many units in all, spread over layers."""
    each = ",".join([str(units // layers)] * layers)
    return Variant(
        f"depth-{layers}",
        Text(f"a jump, {layers} × {units // layers} units", f"带跳跃，{layers} × {units // layers} 个单元"),
        (f"net.hidden={each}", "data.kind=step"),
    )


def approximation() -> Experiment:
    """One hidden layer fits any continuous curve as it widens; depth multiplies the pieces there can be."""
    return Experiment(
        name="approximation",
        chapter=NEURON,
        title=Text("Any curve, if the net is wide or deep enough", "任意曲线：只要网络够宽或够深"),
        story=Text(
            en="""
Each hidden ReLU adds one bend to a straight line. How many bends does a curve need? Two give a tent, five a rough
wave, a hundred a smooth one: with one hidden layer wide enough, any continuous curve can be followed as closely as one
likes.

A jump is harder: it takes two bends close together, and no finite slope is quite a jump. A second layer bends what is
already bent, so the same number of units can make more pieces. The numbers above the pictures count the straight
pieces that training found; the last picture shows how many there could be: they grow in proportion to the width, and
multiply with the depth. Could be: a net that is drawn at random or trained uses few of them.""",
            zh="""
每个隐藏的 ReLU 给直线添一个弯。一条曲线需要几个弯？两个弯是一顶帐篷，五个弯是粗略的波浪，一百个弯就光滑了：
只要一层隐藏层足够宽，任何连续曲线都能被跟得要多近有多近。

跳跃更难：它需要两个紧挨着的弯，而任何有限的斜率都算不上真正的跳跃。第二层把已经弯过的再弯一次，
同样多的单元就能造出更多的段。
图上方的数字是训练得到的直线段数；最后一幅图说明最多可以有多少：随宽度成比例增长，随深度成倍增长。
但那只是可能：随机抽取或训练出来的网络只用到其中很少的一部分。""",
        ),
        data=Data("curve", options={"kind": "wave"}),
        net=Net("mlp", {"hidden": (20,), "activation": "relu"}),
        plan=Plan(
            epochs=20, passes=300, batch_size=200, optimizer=Optimizer("adam", 0.03), schedule=Schedule("one-cycle")
        ),
        objective="regression",
        figures=("curve-fit", "curves"),
        findings=("pieces",),
        variants=(width(2), width(5), width(20), width(100), depth(1, 24), depth(2, 24), depth(3, 24)),
        panels=("curve-fits", "pieces-by-depth", "lane-curves"),
        next=(
            Try("--variant width-20 --set net.activation=tanh", Text("smooth bends", "换成平滑的弯")),
            Try(
                "--variant depth-2 --set net.hidden=50,50",
                Text("two wide layers follow the jump", "两层宽网络逼近跳跃"),
            ),
            Try("--variant width-100 --set data.noise=0.3", Text("what does it make of noise?", "有噪声时它会怎样？")),
        ),
    )
