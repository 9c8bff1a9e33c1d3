"""Formulas with the numbers put in say what they compute: one who reckons after them finds the result."""

import math
import re

import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.explain.worked import worked_bias, worked_loss, worked_unit, worked_weight
from limen.explain.written import number, total
from limen.nets.backprop import backprop
from limen.nets.layers import ACTIVATIONS
from limen.nets.losses import LOSSES


def example(loss="half-squared-error", bend=nn.Sigmoid, last=nn.Sigmoid, rate=0.5, bias=True):
    net = nn.Sequential(nn.Linear(2, 2, bias=bias), bend(), nn.Linear(2, 1, bias=bias), last()).double()
    values = {"0.weight": [[0.15, 0.2], [0.3, -0.1]], "2.weight": [[0.4, -0.45]]}
    if bias:
        values |= {"0.bias": [0.35, 0.05], "2.bias": [0.6]}
    net.load_state_dict({name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()})
    x = torch.tensor([[0.5, 0.2], [1, 0]], dtype=torch.float64)
    return backprop(net, x, torch.tensor([[1.0], [0]]), loss, rate)


def test_a_unit_as_on_the_blackboard():
    assert [str(line) for line in worked_unit(example(), 1, 2)] == [
        "z₁₂ = 0.5·0.3 + 0.2·(−0.1) + 0.05 = 0.18",
        "h₁₂ = σ(0.18) ≈ 0.5449",
        "σ′(z₁₂) = σ(0.18)·(1 − σ(0.18)) ≈ 0.2480",
        "δ₁₂ = ((−0.0810)·(−0.45))·0.2480 ≈ 0.0090",
    ]
    assert [line.formula for line in worked_unit(example(), 1, 2)] == [
        "z₁₂ = Σⱼ xⱼ·w₁(j→2) + b₁₂, j = 1…2",
        "h₁₂ = σ(z₁₂)",
        "σ′(z₁₂) = σ(z₁₂)·(1 − σ(z₁₂))",
        "δ₁₂ = (Σₖ δ₂ₖ·w₂(2→k))·σ′(z₁₂)",
    ]


def test_weight_bias_and_loss_as_on_the_blackboard():
    assert [str(line) for line in worked_weight(example(), 1, 1, 2)] == [
        "dw₁(1→2) = 0.5·0.0090 + 1·(−0.0161) ≈ −0.0116",
        "w₁(1→2) ← 0.3 − 0.5·(−0.0116) ≈ 0.3058",
    ]
    assert [line.formula for line in worked_weight(example(), 2, 1, 1)] == [
        "dw₂(1→1) = Σₙ h₁₁⁽ⁿ⁾·δ₂₁⁽ⁿ⁾, n = 1…2",
        "w₂(1→1) ← w₂(1→1) − η·dw₂(1→1)",
    ]
    assert str(worked_bias(example(), 2, 1)[1]) == "b₂₁ ← 0.6 − 0.5·0.0665 ≈ 0.5667"
    assert str(worked_loss(example())) == "L = ½·((0.6458 − 1)² + (0.6422 − 0)²) ≈ 0.2690"


SIGNS = {"·": "*", "−": "-", "²": "**2", "½": "0.5", "≤": "<=", "[": "(", "]": ")", "10⁻": "10**-"}
NAMES = {
    "σ": lambda z: 1 / (1 + math.exp(-z)), "tanh": math.tanh, "exp": math.exp, "ln": math.log,
    "ReLU": lambda z: max(z, 0), "LReLU": lambda z: max(z, 0.01 * z), "ELU": lambda z: z if z > 0 else math.expm1(z),
    "GELU": lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2, "SiLU": lambda z: z / (1 + math.exp(-z)),
    "id": lambda z: z, "Φ": lambda z: (1 + math.erf(z / math.sqrt(2))) / 2,
    "φ": lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
}  # fmt: skip


def reckoned(text):
    """What a reader finds who works the numbers out, and the result that stands at the end."""
    _, _, rest = text.replace("←", "=").partition(" = ")
    numbers, _, result = rest.replace("≈", "=").rpartition(" = ")
    values = []
    for part in (numbers or result, result):
        part = re.sub(
            r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "10**" + m[1].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")), part
        )
        part = re.sub(r"tanh²\(([^()]*)\)", r"tanh(\1)**2", part)
        for sign, python in SIGNS.items():
            part = part.replace(sign, python)
        values.append(float(eval(part, {"__builtins__": {}}, NAMES)))
    return values


@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "cross-entropy"])
@pytest.mark.parametrize("bend", ACTIVATIONS)
@pytest.mark.parametrize("bias", [True, False])
def test_who_reckons_after_the_numbers_finds_the_result(loss, bend, bias):
    seen = example(loss, ACTIVATIONS[bend], ACTIVATIONS[bend], bias=bias)
    for layer, at in enumerate(seen.layers, 1):
        for unit in range(1, at.z.values.shape[1] + 1):
            lines = [*worked_unit(seen, layer, unit, 2, digits=9), *worked_weight(seen, layer, 2, unit, digits=9)]
            for line in (*lines, worked_loss(seen, digits=9)):
                found, result = reckoned(line.text)
                assert found == pytest.approx(line.value, abs=1e-7) and result == pytest.approx(line.value, abs=1e-7)
    first = worked_unit(seen, 1, 2, 2)
    at = seen.layers[0]
    values = [at.z, at.h, *([] if bend == "identity" else [at.local]), at.delta]
    assert [line.value for line in first] == [float(q.values[1, 1]) for q in values]


def test_cross_entropy_with_numbers():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3)).double()
    seen = backprop(net, torch.randn(4, 3).double(), torch.tensor([0, 2, 1, 1]))
    delta = worked_unit(seen, 2, 3, 2, digits=9)[-1]
    assert delta.formula == "δ₂₃ = (p₃ − y₃)/N" and re.search(r"\(0\.\d{9} − 1\)/4", delta.text)
    for line in (delta, worked_loss(seen, digits=9), *worked_bias(seen, 2, 1, digits=9)):
        assert reckoned(line.text) == pytest.approx([line.value, line.value], abs=1e-7)


def test_long_sums_are_cut_and_large_indices_parted():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(40, 12), nn.LeakyReLU(0.2), nn.ELU(), nn.Linear(12, 2))
    seen = backprop(net, torch.randn(20, 40), torch.randint(0, 2, (20,)))
    z, h, slope, _ = worked_unit(seen, 1, 11)
    assert z.symbol == "z₁,₁₁" and z.formula == "z₁,₁₁ = Σⱼ xⱼ·w₁(j→11) + b₁,₁₁, j = 1…40" and z.text.count("·") == 4
    assert " + … + " in z.text or " + … − " in z.text
    assert h.formula == "h₁,₁₁ = ELU(LReLU(z₁,₁₁))" and "0.2·[" in slope.text and "a·[" in slope.formula


def test_numbers_are_written_as_people_write_them():
    values = [0, 1.0, -0.25, 0.1 + 0.2, 1 / 3, 1234.5678901, 1.5e-7, -2e9, float("nan"), -float("inf"), 0.00902]
    assert [number(v) for v in values] == [
        "0", "1", "−0.25", "0.3", "0.3333", "1234.5679", "1.5·10⁻⁷", "−2·10⁹", "nan", "−inf", "0.0090",
    ]  # fmt: skip
    assert number(float(torch.tensor(0.3))) == "0.3"
    assert total(["1", "−2", "3"]) == "1 − 2 + 3" and total([str(i) for i in range(9)]) == "0 + 1 + 2 + 3 + … + 8"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda seen: worked_unit(seen, 0, 1), "no layer 0. Allowed: 1 to 2"),
        (lambda seen: worked_unit(seen, 1, 3), "no unit 3 in layer 1. Allowed: 1 to 2"),
        (lambda seen: worked_unit(seen, 1, 1, 5), "no example 5. Allowed: 1 to 2"),
        (lambda seen: worked_weight(seen, 2, 3, 1), "no unit 3 before layer 2"),
        (lambda seen: worked_bias(seen, 1, 1), r"Layer 1 \('0'\) has no bias"),
    ],
)
def test_what_is_not_there_is_named(ask, words):
    with pytest.raises(LimenError, match=words):
        ask(example(bias=False))
