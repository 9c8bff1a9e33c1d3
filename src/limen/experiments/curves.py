"""Chapter 4: curves and boundaries, fitted with and without a bend."""

from limen.data.spec import Data
from limen.experiments.chapters import REGRESSION
from limen.experiments.experiment import Experiment, Net, Published, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan

OURS = Text("measured on the notes' settings", "按讲义设置实测")


def spiral() -> Experiment:
    """Three interleaved spirals: what two matrices in a row cannot do, and one ReLU between them can."""
    return Experiment(
        name="spiral",
        chapter=REGRESSION,
        title=Text("Three spirals, with and without a bend", "三条螺旋线：有激活函数与没有激活函数"),
        story=Text(
            en="""
Three arms wind around one centre. A hundred hidden units look at the plane; do they see the arms?

Take the activation out, and the two layers are one matrix: a product of matrices is a matrix. Three straight wedges
are all it can draw, and it is right about half the time, however long it learns. Put a ReLU between the layers, and
each hidden unit folds the plane along a line of its own; a hundred folds follow the arms.

Look at the two pictures of the boundaries side by side: the same data, the same number of weights, one bend.""",
            zh="""
三条螺旋臂绕着同一个中心旋转。一百个隐藏单元看着这个平面：它们看得出三条臂吗？

去掉激活函数，两层其实只是一个矩阵：矩阵乘矩阵还是矩阵。它只能画出三个直边的扇形，学多久也只有大约一半答对。
在两层之间加上 ReLU，每个隐藏单元就沿着自己的一条直线把平面折一下；一百道折痕便能顺着螺旋臂走。

请把两张决策边界图并排看：数据相同，权重数相同，只差一个弯折。""",
        ),
        data=Data("spiral", seed=12345),
        net=Net("mlp", {"hidden": (100,), "activation": "relu"}),
        plan=Plan(epochs=20, passes=50, batch_size=3000, optimizer=Optimizer("adam", 1e-3), l2=1e-5, seed=12345),
        published=(
            Published("train_accuracy", (0.504,), OURS, "linear"),
            Published("train_accuracy", (0.949,), OURS, "relu"),
        ),
        figures=("curves", "boundaries", "hidden-space"),
        findings=("training",),
        variants=(
            Variant(
                "linear",
                Text("no activation, SGD", "无激活函数，SGD"),
                ("net.activation=identity", "plan.optimizer=sgd"),
            ),
            Variant("relu", Text("ReLU, Adam", "ReLU，Adam")),
        ),
        panels=("boundaries-beside", "lane-curves"),
        next=(
            Try("--variant relu --set net.hidden=5", Text("with five folds only", "只用五道折痕")),
            Try("--variant relu --set net.activation=tanh", Text("smooth bends", "换成平滑的弯折")),
            Try("--set data.noise=0.5", Text("arms that overlap", "螺旋臂互相重叠")),
            Try("--set data.arms=5", Text("five arms", "五条臂")),
        ),
    )


def cosine() -> Experiment:
    """A thousand noisy points of a cosine: a net by hand with plain descent, then the same from layers with Adam."""
    return Experiment(
        name="cosine",
        chapter=REGRESSION,
        title=Text("A cosine under noise", "噪声下的余弦"),
        story=Text(
            en="""
A thousand points lie around a cosine, each moved up or down by a noise as large as the wave itself. The net is never
told the word cosine. Does it find the curve, or the noise?

First as it was done by hand: weights drawn from the standard normal, the sum of all squared errors, and a tiny step
down its slope, ten thousand times over all points. Then the same three layers as one builds them today, with Adam.
The error in the table is that against the true cosine, which neither net has ever seen; it can be far smaller than
the noise, because a thousand points outvote it.""",
            zh="""
一千个点散在一条余弦曲线周围，每个点都被上下挪动，噪声和波本身一样大。没有人告诉网络“余弦”这个词。
它找到的是曲线，还是噪声？

先按亲手编写的方式：权重取自标准正态分布，损失是全部平方误差之和，沿斜率迈极小的一步，对所有点重复一万遍。
再用今天的写法搭出同样的三层，换成 Adam。表中的误差是相对真正的余弦而言的，两个网络都从没见过它；
误差可以远小于噪声，因为一千个点的“投票”压过了噪声。""",
        ),
        data=Data("cosine", seed=0),
        net=Net("cosine"),
        plan=Plan(epochs=100, passes=100, batch_size=1000, optimizer=Optimizer("sgd", 1e-7)),
        objective="squares",
        figures=("curve-fit", "curves"),
        variants=(
            Variant("by-hand", Text("by hand: normal weights, plain descent", "亲手编写：正态权重，普通梯度下降")),
            Variant(
                "layers",
                Text("from layers, mean squared error, Adam", "用层搭建，均方误差，Adam"),
                (
                    "net.init=layers",
                    "objective=regression",
                    "plan.optimizer=adam",
                    "plan.optimizer.lr=0.003",
                    "plan.epochs=20",
                ),
            ),
        ),
        panels=("curve-fits", "lane-curves"),
        next=(
            Try("--set data.noise=0", Text("without noise", "没有噪声")),
            Try("--variant by-hand --set plan.optimizer.lr=0.000001", Text("a step ten times as long", "步长放大十倍")),
            Try(
                "--variant layers --set data.points=30 --set plan.batch_size=30",
                Text("from thirty points", "只有三十个点"),
            ),
        ),
    )


def relu_vs_tanh() -> Experiment:
    """The same few points, a ReLU net and a tanh net, five draws of the weights each."""
    return Experiment(
        name="relu-vs-tanh",
        chapter=REGRESSION,
        title=Text("Straight pieces or smooth curves", "折线还是光滑曲线"),
        story=Text(
            en="""
Fourteen points with a little noise. A ReLU net answers with straight pieces, a tanh net with smooth curves; both can
pass near all of the points. So which is right between them?

Five draws of the first weights show how much is the data's word and how much the net's own: near the points the
curves agree, between and beyond them each goes its own way. The activation is a belief about what lies between.""",
            zh="""
十四个点，带一点噪声。ReLU 网络用折线回答，tanh 网络用光滑曲线回答；两者都能从所有点附近经过。那么点与点之间，
谁是对的？

把初始权重抽五次，就看得出哪些是数据说的，哪些是网络自己的想法：在点的附近各条曲线一致，
在点之间和点之外就各走各的。激活函数，就是对“中间是什么样”的一种信念。""",
        ),
        data=Data("curve", seed=4, options={"kind": "wave", "points": 14, "noise": 0.05}),
        net=Net("mlp", {"hidden": (50, 50), "activation": "relu"}),
        plan=Plan(epochs=10, passes=100, batch_size=14, optimizer=Optimizer("adam", 5e-3)),
        objective="regression",
        figures=("curve-fit", "curves"),
        findings=("pieces",),
        seeds=5,
        variants=(
            Variant("relu", Text("ReLU", "ReLU")),
            Variant("tanh", Text("tanh", "tanh"), ("net.activation=tanh",)),
        ),
        panels=("curve-fits", "lane-curves"),
        next=(
            Try("--seeds 20", Text("twenty draws", "抽二十次")),
            Try(
                "--set data.points=100 --set plan.batch_size=100",
                Text("more points, less freedom", "点多了，自由就少了"),
            ),
            Try("--set data.kind=step", Text("a jump", "换成跳跃")),
        ),
    )


def buy_car() -> Experiment:
    """Logistic regression of buying on age and income: odds ratios with their intervals, and who made the data."""
    return Experiment(
        name="buy-car",
        chapter=REGRESSION,
        title=Text("Who buys a car? Odds, and how sure one can be of them", "谁会买车？几率，以及对它有多大把握"),
        story=Text(
            en="""
Six hundred customers, their age and their income, and who bought: how much does one year more count? Logistic
regression says that the odds of buying are e^(θ·x): one more year multiplies them by a fixed factor, whatever the
income, and one more thousand by another.

A neuron with a sigmoid finds these factors by descent; statistics finds the same by Newton's method and says how far
chance could have moved them: a 95 % interval for each. The data were made from stated coefficients, so it can be seen
whether the intervals hold them. A ratio of 1 means that the column does not matter; look at whether its interval
crosses that line.""",
            zh="""
六百位顾客，他们的年龄、收入，以及谁买了车：大一岁，差别有多大？逻辑回归说，买车的几率是 e^(θ·x)：年龄每增加一岁，
几率就乘以一个固定的倍数，与收入无关；
收入每增加一千元，又乘以另一个倍数。

带 sigmoid 的神经元用梯度下降找到这些倍数；统计学用牛顿法找到同样的值，还说明偶然性可能把它们挪动多远：
每个倍数都有 95% 置信区间。
数据是按给定的系数生成的，所以可以检验区间是否包住了真值。比值为 1 表示这一列无关紧要；请看区间有没有跨过那条线。""",
        ),
        data=Data("cars", seed=0),
        net=Net("neuron", {"activation": "identity"}),
        plan=Plan(epochs=5, passes=4, batch_size=600, optimizer=Optimizer("lbfgs", 1.0), precision="fp64"),
        objective="logistic",
        published=(
            Published(
                "coefficients_error",
                (1e-4,),
                Text("Newton's solution, relative difference", "牛顿法的解，相对差"),
            ),
        ),
        figures=("odds-ratios", "odds-plane", "curves"),
        findings=("logistic",),
        next=(
            Try(
                "--set data.rows=60 --set plan.batch_size=60",
                Text("sixty customers: wide intervals", "只有六十位顾客：区间变宽"),
            ),
            Try("--seeds 10 --set data.seed=none", Text("ten other samples of customers", "另抽十批顾客")),
        ),
    )
