"""Layers that learn one after the other, and what an ordinary net takes over from them."""

import pytest
import torch
from sklearn.datasets import load_digits

from limen.errors import LimenError
from limen.nets.build import build
from limen.nets.stack import encoder_weights

DIGITS = torch.tensor(load_digits().data[:300] / 16, dtype=torch.float32).view(-1, 1, 8, 8)


def make(kind="autoencoder", hidden=(20, 10), **options):
    torch.manual_seed(0)
    return build("stack", (1, 8, 8), 10, {"kind": kind, "hidden": hidden, **options})


def step(net, x, descent):
    out = net(x)
    loss = (out[:, 0] - out[:, 1]).mean()
    descent.zero_grad()
    loss.backward()
    descent.step()


def train(net, epochs, rate):
    descent = torch.optim.SGD(net.parameters(), rate, momentum=0.9)
    for epoch in range(epochs):
        net.at_epoch(epoch, epochs)
        for x in DIGITS.split(50):
            step(net, x, descent)
    return net.eval()


@pytest.mark.parametrize("kind", ["autoencoder", "rbm"])
def test_only_the_active_layer_learns_and_the_state_remembers_which(kind):
    net = make(kind)
    for active in (0, 1):
        net.at_epoch(active, 2)
        before = {name: p.clone() for name, p in net.named_parameters()}
        step(net, DIGITS[:20], torch.optim.SGD(net.parameters(), 0.1))
        changed = {name.split(".")[1] for name, p in net.named_parameters() if not torch.equal(p, before[name])}
        assert changed == {str(active)}
    other = make(kind)
    other.load_state_dict(net.state_dict())
    assert int(other.active) == 1 and torch.equal(other.eval()(DIGITS), net.eval()(DIGITS))


def test_epochs_are_shared_evenly():
    net, learning = make(hidden=(8, 7, 6)), []
    for epoch in range(9):
        net.at_epoch(epoch, 9)
        learning.append(int(net.active))
    assert learning == [0] * 3 + [1] * 3 + [2] * 3
    with pytest.raises(LimenError, match="plan.epochs 2 is too few for a stack of 3 layers"):
        net.at_epoch(0, 2)


@pytest.mark.parametrize("kind", ["autoencoder", "rbm"])
def test_the_active_layer_sees_the_means_of_the_layers_below(kind):
    net = make(kind)
    net.at_epoch(1, 2)
    net.eval()
    below = net.layers[0].encode(DIGITS.flatten(1)).detach()
    out = net(DIGITS)
    if kind == "rbm":
        torch.testing.assert_close(out, net.layers[1](below))
    else:
        error = (net.layers[1](below) - below).square().mean(1)
        torch.testing.assert_close(out, torch.stack((error, torch.zeros(300), error), 1))
    torch.testing.assert_close(net.encode(DIGITS), net.layers[1].encode(below))


def test_the_loss_of_an_autoencoder_holds_its_sparsity_penalty_in_training():
    net = make(sparsity_cost=0.5, sparsity=0.3)
    out = net(DIGITS)
    layer = net.layers[0]
    layer(DIGITS)
    torch.testing.assert_close(out[:, 0], out[:, 2] + layer.penalty)
    assert torch.autograd.grad(out[:, 2].sum(), layer.encoder.dense1.weight)[0].abs().max() == 0  # only told
    assert torch.equal(*net.eval()(DIGITS)[:, [0, 2]].unbind(1))


@pytest.mark.parametrize("kind", ["autoencoder", "rbm"])
def test_an_mlp_that_takes_over_the_weights_has_the_stacks_codes(kind):
    net = make(kind)
    mlp = build("mlp", (1, 8, 8), 10, {"hidden": (20, 10), "activation": "sigmoid"})
    left = mlp.load_state_dict(encoder_weights(net), strict=False)
    assert left.missing_keys == ["out.weight", "out.bias"] and not left.unexpected_keys
    torch.testing.assert_close(mlp[:-1](DIGITS), net.encode(DIGITS))


def test_a_deep_autoencoder_and_a_lone_machine_can_be_taken_over_too():
    deep = build("autoencoder", (1, 8, 8), 10, {"hidden": (20,), "code": 10, "tied": True})
    lone = build("rbm", (1, 8, 8), 10, {"hidden": 20})
    for net, hidden in ((deep, (20, 10)), (lone, (20,))):
        mlp = build("mlp", (1, 8, 8), 10, {"hidden": hidden, "activation": "sigmoid"})
        mlp.load_state_dict(encoder_weights(net), strict=False)
        torch.testing.assert_close(mlp[:-1](DIGITS), net.encode(DIGITS))


@pytest.mark.parametrize(("kind", "rate"), [("autoencoder", 5.0), ("rbm", 0.05)])
def test_greedy_learning_makes_reconstructions_better_than_the_mean_picture(kind, rate):
    net = train(make(kind, hidden=(60, 40)), 60, rate)
    x = DIGITS.flatten(1)
    error = (net.reconstruct(DIGITS) - x).square().mean()
    assert error < 0.8 * (x.mean(0) - x).square().mean()


def test_a_deep_belief_net_dreams_through_all_layers():
    net = make("rbm", hidden=(20, 15, 10))
    torch.manual_seed(1)
    dreams = net.sample(30, 5)
    assert dreams.shape == (30, 64) and (dreams > 0).all() and (dreams < 1).all()
    torch.manual_seed(1)
    top, middle, low = net.layers[2], net.layers[1], net.layers[0]
    expected = low.visible_mean(middle.sample_visible(top.gibbs(top.particles(30), 5)))
    assert torch.equal(dreams, expected)
    assert make("rbm", hidden=(5,)).sample(3, 2).shape == (3, 64)


def test_the_lowest_layer_alone_has_the_units_and_the_output_of_the_data():
    assert [layer.units for layer in make("rbm", units="gaussian").layers] == ["gaussian", "bernoulli"]
    ends = [type(layer.decoder.act).__name__ for layer in make(activation="relu", output="sigmoid").layers]
    assert ends == ["Sigmoid", "Identity"]
    assert [type(layer.decoder.act).__name__ for layer in make(output="identity").layers] == ["Identity", "Sigmoid"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "rmb"}, "Did you mean 'rbm'?"),
        ({"kind": "rbm", "noise": 0.2}, "net.noise is no option of a stack of kind rbm. Allowed: units, steps"),
        ({"steps": 3}, "net.steps is no option of a stack of kind autoencoder. Allowed: activation, tied"),
        ({"hidden": ()}, "net.hidden is empty"),
    ],
)
def test_wrong_options_are_told(options, words):
    with pytest.raises(LimenError) as caught:
        make(**options)
    assert words in str(caught.value)


def test_a_stack_of_autoencoders_has_nothing_to_sample():
    with pytest.raises(LimenError, match="net.kind=rbm"):
        make().sample(2)
