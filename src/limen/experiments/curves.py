"""Chapter 4: curves and boundaries, fitted with and without a bend."""

from limen.data.spec import Data
from limen.experiments.experiment import Experiment, Net, Published, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan

CHAPTER = Text("4 Regression and classification", "4 回归与分类")
OURS = Text("measured on the notes' settings", "按讲义设置实测")


def spiral() -> Experiment:
    """Three interleaved spirals: what two matrices in a row cannot do, and one ReLU between them can."""
    return Experiment(
        name="spiral",
        chapter=CHAPTER,
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
