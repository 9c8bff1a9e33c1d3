"""Backpropagation, number by number."""

from limen.data.spec import Data
from limen.experiments.chapters import NEURON
from limen.experiments.experiment import Experiment, Net, Published, Try
from limen.language import Text
from limen.train.plan import Optimizer, Plan


def backprop() -> Experiment:
    """A small net on six rows: every number of the forward and the backward pass, beside autograd's."""
    return Experiment(
        name="backprop",
        chapter=NEURON,
        title=Text("Backpropagation under the microscope", "显微镜下的反向传播"),
        story=Text(
            en="""
A net of several layers errs. Which of its weights is to blame, and how much? Ask backwards: the last layer's blame is
the error times its own slope; a layer further back gets the blame of the next one, sent back through the same weights
that carried the signal forward, times its own slope again.

So the whole gradient is two products a layer: Z = H W + b going up, δ = (δ Wᵀ) ⊙ σ'(Z) coming down, and ∂L/∂W = Hᵀ δ.
Here is every one of these numbers, for six rows and a handful of units: worked out by the formulas, and beside it what
autograd says. They agree to the last digits that a computer keeps.""",
            zh="""
一个多层网络答错了。该怪哪些权重，各怪多少？倒过来问：最后一层的责任是误差乘以它自己的斜率；
再往前的一层，接过后一层的责任，沿着当初把信号送上去的同一组权重送回来，再乘以自己的斜率。

于是整个梯度每层只有两个乘积：上行 Z = H W + b，下行 δ = (δ Wᵀ) ⊙ σ'(Z)，而 ∂L/∂W = Hᵀ δ。
这里列出六行数据、几个单元的每一个数：一边按公式算出，一边是自动求导的结果。两者一致，直到计算机保留的最后几位。""",
        ),
        data=Data("delta", options={"classes": 3}),
        net=Net("mlp", {"hidden": (3,), "activation": "sigmoid"}),
        plan=Plan(epochs=20, passes=10, batch_size=6, optimizer=Optimizer("sgd", 0.05), precision="fp64"),
        objective="half-squares",
        published=(
            Published(
                "autograd_error", (1e-12,), Text("by hand against autograd, in float64", "手算与自动求导之差，float64")
            ),
        ),
        figures=("backprop", "answers", "curves"),
        findings=("microscope",),
        next=(
            Try("--set net.hidden=4,3", Text("one layer more: the pattern repeats", "再加一层：同样的规律重复")),
            Try("--set net.activation=relu", Text("with ReLU: slopes of 0 and 1", "换成 ReLU：斜率只有 0 和 1")),
            Try("--set plan.epochs=300", Text("until the blame fades", "直到责任消失")),
        ),
    )
