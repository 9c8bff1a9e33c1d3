"""The first neuron: it counts what comes in, and fires at a threshold.

y = 1 where no inhibiting input is on and Σ exciting inputs ≥ θ, else 0. McCulloch & Pitts 1943.
"""

from typing import Any

from limen.experiments.chapters import NEURON
from limen.experiments.lesson import Expect, Lesson, Next, Step
from limen.language import Text

TABLE = Text("the truth table", "真值表")
LOGIC = Text("Python's own logic", "Python 自身的逻辑运算")


def and_or() -> dict[str, Any]:
    """Two exciting inputs: the threshold decides which table it is."""
    from limen.nets.neuron import mcculloch_pitts

    rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
    return {
        "threshold 2": [mcculloch_pitts(row, threshold=2) for row in rows],
        "threshold 1": [mcculloch_pitts(row, threshold=1) for row in rows],
        "threshold 3": [mcculloch_pitts(row, threshold=3) for row in rows],
    }


def and_or_by_logic() -> dict[str, Any]:
    """AND, OR, and what two inputs can never reach."""
    rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
    return {
        "threshold 2": [int(a and b) for a, b in rows],
        "threshold 1": [int(a or b) for a, b in rows],
        "threshold 3": [0, 0, 0, 0],
    }


def negation() -> dict[str, Any]:
    """No exciting input is needed at threshold 0; the inhibiting one is a veto."""
    from limen.nets.neuron import mcculloch_pitts

    rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
    return {
        "not a": [mcculloch_pitts((), (a,), threshold=0) for a in (0, 1)],
        "a and not b": [mcculloch_pitts((a,), (b,), threshold=1) for a, b in rows],
    }


def negation_by_logic() -> dict[str, Any]:
    """NOT, and one input without the other."""
    rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
    return {"not a": [1, 0], "a and not b": [int(a and not b) for a, b in rows]}


def one_neuron_for_xor() -> dict[str, Any]:
    """Every way to wire one neuron to two inputs, with every threshold that makes a difference."""
    from limen.nets.neuron import mcculloch_pitts

    rows, xor = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]
    tables = set()
    for wires in [(a, b) for a in "+-0" for b in "+-0"]:  # + excites, - inhibits, 0 is not wired
        for threshold in (0, 1, 2, 3):
            answers = []
            for row in rows:
                wired = list(zip(wires, row, strict=True))
                excite = [value for wire, value in wired if wire == "+"]
                inhibit = [value for wire, value in wired if wire == "-"]
                answers.append(mcculloch_pitts(excite, inhibit, threshold=threshold))
            tables.add(tuple(answers))
    return {"tables it can make": len(tables), "XOR among them": tuple(xor) in tables}


def tables_by_counting() -> dict[str, Any]:
    """Never, always; a, b, their AND and OR; not a, not b, neither; one without the other, twice: eleven."""
    return {"tables it can make": 11, "XOR among them": False}


def two_layers() -> list[int]:
    """Two neurons look at the inputs, a third looks at the two."""
    from limen.nets.neuron import mcculloch_pitts

    answers = []
    for a, b in [(0, 0), (0, 1), (1, 0), (1, 1)]:
        only_a = mcculloch_pitts((a,), (b,), threshold=1)
        only_b = mcculloch_pitts((b,), (a,), threshold=1)
        answers.append(mcculloch_pitts((only_a, only_b), threshold=1))
    return answers


def xor_by_logic() -> list[int]:
    """a differs from b."""
    return [a ^ b for a, b in [(0, 0), (0, 1), (1, 0), (1, 1)]]


STEPS = (
    Step(
        Text("Counting to a threshold", "数到阈值"),
        Text(
            "Two inputs, each on or off. At threshold 2 the neuron fires only when both are on: AND. At threshold 1 "
            "one is enough: OR. At 3 it never fires.",
            "两个输入，各有开和关。阈值为 2 时，两个都开才放电：这是 AND。阈值为 1 时，一个就够：这是 OR。"
            "阈值为 3 时，它永远不放电。",
        ),
        and_or,
        (Expect(LOGIC, and_or_by_logic),),
    ),
    Step(
        Text("A veto", "否决"),
        Text(
            "An inhibiting input forbids firing, whatever else is on. With it comes NOT, and “this without that”.",
            "抑制性输入一旦为开，无论其他输入如何都不准放电。有了它，就有了 NOT，也有了“有此而无彼”。",
        ),
        negation,
        (Expect(LOGIC, negation_by_logic),),
    ),
    Step(
        Text("What one neuron cannot do", "一个神经元做不到的事"),
        Text(
            "Two inputs, three ways to wire each, four thresholds: try them all. Eleven of the sixteen tables come "
            "out. XOR is not among them.",
            "两个输入，各有三种接法，四个阈值：全部试一遍。十六张真值表里能得到十一张，XOR 不在其中。",
        ),
        one_neuron_for_xor,
        (Expect(Text("counted by hand", "手工清点"), tables_by_counting),),
    ),
    Step(
        Text("Two layers can", "两层就可以"),
        Text(
            "One neuron says “a without b”, another “b without a”; a third fires when either does. That is XOR. The "
            "wires were put in by hand; how a net can find them is what the other chapters are about.",
            "一个神经元说“有 a 无 b”，另一个说“有 b 无 a”；第三个在任意一个放电时放电。这就是 XOR。"
            "这里的接线是人给的；网络怎样自己找到它们，正是后面各章要讲的。",
        ),
        two_layers,
        (Expect(TABLE, xor_by_logic),),
    ),
)


def threshold() -> Lesson:
    """The McCulloch-Pitts neuron: AND, OR and NOT by a threshold and a veto, XOR by two layers."""
    return Lesson(
        name="threshold",
        chapter=NEURON,
        title=Text("The first neuron: a threshold", "最早的神经元：一个阈值"),
        story=Text(
            en="""
In 1943 a physician and a young logician asked: could a brain compute, if its cells did no more than count? Their
neuron knows two things: fire when enough of my exciting inputs are on; never fire when an inhibiting one is.

How much logic is in that? Wire it by hand, and look where one neuron ends and two layers begin.""",
            zh="""
1943 年，一位医生和一位年轻的逻辑学家问：如果脑细胞只会计数，大脑还能计算吗？
他们的神经元只懂两件事：兴奋性输入开得够多，就放电；只要有一个抑制性输入开着，就绝不放电。

这里面有多少逻辑？亲手接线试试，看看一个神经元的尽头在哪里，两层又从哪里开始。""",
        ),
        steps=STEPS,
        next=(
            Next("limen run neuron", Text("let a perceptron find the wires by itself", "让感知机自己找到接线")),
            Next("limen learn activations", Text("what came after the threshold", "阈值之后出现了什么")),
        ),
    )
