"""The multilayer perceptron's options: norms, noise, dropout, answers from half-way up."""

import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.nets.build import build
from limen.nets.hasten import hasten
from limen.nets.layers import Noise
from limen.nets.summary import count_parameters, summarize


def mlp(shape=(6,), classes=3, seed=0, **options):
    torch.manual_seed(seed)
    return build("mlp", shape, classes, {"hidden": (8, 8, 8), **options})


def batch(n=64, columns=6, seed=1):
    return torch.randn(n, columns, generator=torch.Generator().manual_seed(seed)) * 3 + 2


def test_today_s_nets_stay_as_they_are():
    net = mlp(dropout=0.2)
    assert type(net) is nn.Sequential
    assert [name for name, _ in net.named_children()] == [
        "flatten", "dense1", "act1", "drop1", "dense2", "act2", "drop2", "dense3", "act3", "drop3", "out",
    ]  # fmt: skip


def test_batch_norm_gives_every_unit_mean_0_and_deviation_1_over_the_batch():
    net, x = mlp(norm="batch"), batch()
    z = net.dense1(x)
    mean, variance = z.double().mean(0), z.double().var(0, correction=0)
    wanted = (z.double() - mean) / (variance + 1e-5).sqrt()
    torch.testing.assert_close(net.norm1(z).double(), wanted, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(net.norm1.running_mean.double(), 0.1 * mean, rtol=1e-4, atol=1e-5)
    unbiased = 0.1 * z.double().var(0) + 0.9  # 1 before the first batch
    torch.testing.assert_close(net.norm1.running_var.double(), unbiased, rtol=1e-4, atol=1e-5)


def test_batch_norm_in_use_treats_each_example_alike_whatever_stands_beside_it():
    net, x = mlp(norm="batch"), batch()
    net(x)
    net.eval()
    torch.testing.assert_close(net(x)[:1], net(x[:1]))
    net.train()
    assert not torch.allclose(net(x)[:2], net(x[:2]))


def test_a_batch_of_one_in_training_is_refused_in_our_words_and_taken_in_use():
    net = mlp(norm="batch")
    with pytest.raises(LimenError, match=r"needs batches of 2 or more.*plan\.drop_last=true"):
        net(batch(1))
    assert net.eval()(batch(1)).shape == (1, 3)
    assert mlp(norm="layer")(batch(1)).shape == (1, 3)


def test_layer_norm_gives_every_example_mean_0_and_deviation_1_by_itself():
    net, x = mlp(norm="layer"), batch()
    z = net.dense1(x)
    mean, variance = z.double().mean(1, keepdim=True), z.double().var(1, correction=0, keepdim=True)
    wanted = (z.double() - mean) / (variance + 1e-5).sqrt()
    torch.testing.assert_close(net.norm1(z).double(), wanted, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(net(x)[:1], net(x[:1]))


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_norms_stand_before_the_activation_and_the_short_way_through_agrees(norm):
    net, x = mlp(norm=norm).double(), batch().double()
    assert [name for name, _ in net.named_children()][1:4] == ["dense1", "norm1", "act1"]
    gradients = []
    for forward in (net, hasten(net)):
        net.zero_grad()
        net.train()
        forward(x).square().sum().backward()
        gradients.append([p.grad.clone() for p in net.parameters()])
    torch.testing.assert_close(*gradients)


def test_noise_is_normal_of_its_deviation_in_training_and_absent_in_use():
    layer, x = Noise(0.3), torch.zeros(200, 500)
    torch.manual_seed(0)
    drawn = layer(x)
    assert drawn.std().item() == pytest.approx(0.3, rel=0.01) and abs(drawn.mean().item()) < 0.005
    assert torch.equal(layer.eval()(x), x) and repr(layer) == "Noise(deviation=0.3)"
    net = mlp(noise=0.3)
    assert next(iter(net.named_children()))[0] == "flatten" and isinstance(net.noise, Noise)
    assert not torch.equal(net(batch()), net(batch())) and torch.equal(net.eval()(batch()), net(batch()))


def test_noise_leaves_the_input_as_it_was():
    net, x = mlp(noise=0.5), batch()
    before = x.clone()
    hasten(net)(x)
    assert torch.equal(x, before)


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_the_mean_over_all_masks_of_dropout_is_the_answer_in_use(share):
    """Exact for a linear layer: E[mask / (1-p)] = 1, so the expectation passes through it."""
    torch.manual_seed(0)
    net = build("mlp", (6,), 3, {"hidden": (50,), "activation": "identity", "dropout": share}).double()
    x = batch(4).double()
    with torch.no_grad():
        answers = torch.stack([net(x) for _ in range(8000)])
        wanted = net.eval()(x)
    error = answers.std(0) / len(answers) ** 0.5
    assert ((answers.mean(0) - wanted).abs() < 4.5 * error).all() and (error > 0).all()


def test_auxiliary_answers_come_in_training_only():
    net, x = mlp(auxiliary=True), batch()
    answer, *others = net(x)
    assert answer.shape == (64, 3) and [o.shape for o in others] == [(64, 3)] * 2
    hidden = net.act1(net.dense1(x))
    torch.testing.assert_close(others[0], net.heads["act1"](hidden))
    used = net.eval()(x)
    assert isinstance(used, torch.Tensor)
    torch.testing.assert_close(used, answer)
    assert hasten(net) is net


def test_heads_are_named_after_their_layers_and_leave_the_others_names_alone():
    plain, heads = mlp(), mlp(auxiliary=True)
    extra = set(heads.state_dict()) - set(plain.state_dict())
    assert extra == {f"heads.act{n}.{kind}" for n in (1, 2) for kind in ("weight", "bias")}
    assert set(plain.state_dict()) <= set(heads.state_dict())
    assert [row.path for row in summarize(heads, (6,))][:8] == [row.path for row in summarize(plain, (6,))]
    assert count_parameters(heads) == count_parameters(plain) + 2 * (8 * 3 + 3)


def test_a_net_too_shallow_for_heads_is_a_plain_chain():
    assert type(mlp(auxiliary=True, hidden=(8,))) is nn.Sequential


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"norm": "bach"}, "Unknown norm 'bach'. Did you mean 'batch'"),
        ({"noise": -0.1}, "net.noise -0.1 is out of range"),
        ({"noise": float("nan")}, "net.noise nan is out of range"),
        ({"auxiliary": 2}, "net.auxiliary"),
        ({"init": "hee"}, "Did you mean 'he'"),
    ],
)
def test_mistaken_options_are_named(options, words):
    with pytest.raises(LimenError, match=words):
        build("mlp", (4,), 3, options)
