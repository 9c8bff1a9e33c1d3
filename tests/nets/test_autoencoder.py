"""The autoencoder against principal components, and its ties, noise and sparsity one by one."""

import copy

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from torch.nn import functional

from limen.errors import LimenError
from limen.nets.autoencoder import corrupt
from limen.nets.build import build

DIGITS = torch.tensor(load_digits().data[:300] / 16, dtype=torch.float32)


def make(shape=(1, 8, 8), seed=0, **options):
    torch.manual_seed(seed)
    return build("autoencoder", shape, 10, options)


def train(net, x, steps, rate=3e-3):
    descent = torch.optim.Adam(net.parameters(), rate)
    for _ in range(steps):
        loss = functional.mse_loss(net(x), x.flatten(1))
        if net.penalty is not None:
            loss = loss + net.penalty
        descent.zero_grad()
        loss.backward()
        descent.step()
    return functional.mse_loss(net.eval()(x), x.flatten(1)).item()


@pytest.mark.parametrize("tied", [False, True])
def test_without_bends_the_code_spans_the_principal_components(tied):
    net = make(hidden=(), code=3, activation="identity", output="identity", tied=tied).double()
    x = DIGITS[:100].double()
    descent = torch.optim.LBFGS(net.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def slope():
        descent.zero_grad()
        loss = functional.mse_loss(net(x), x)
        loss.backward()
        return loss

    descent.step(slope)
    pca = PCA(3).fit(x.numpy())
    best = np.square(pca.inverse_transform(pca.transform(x.numpy())) - x.numpy()).mean()
    assert best < functional.mse_loss(net(x), x).item() < 1.01 * best
    weight = net.encoder.dense1.weight.detach().numpy()  # its rows lie in the components' subspace, nearly
    basis = np.linalg.qr(net.decoder.out.weight.detach().numpy() if not tied else weight.T)[0]
    angles = np.linalg.svd(basis.T @ pca.components_.T)[1]
    assert angles.min() > 0.98


def test_bends_and_more_layers_beat_nothing_but_need_no_more_than_inputs_to_learn():
    net = make(hidden=(32,), code=8, activation="relu", code_activation="identity")
    before = functional.mse_loss(net(DIGITS), DIGITS).item()
    assert train(net, DIGITS, 150) < 0.35 * before


def test_parts_and_shapes():
    net = make(hidden=(32, 16), code=2, code_activation="identity")
    x = torch.rand(3, 1, 8, 8)
    assert net.encode(x).shape == (3, 2) and net(x).shape == (3, 64)
    assert torch.equal(net.decode(net.encode(x)), net(x)) and torch.equal(net.reconstruct(x), net(x))
    assert [n for n, _ in net.named_parameters()][::2] == [
        "encoder.dense1.weight", "encoder.dense2.weight", "encoder.dense3.weight",
        "decoder.dense1.weight", "decoder.dense2.weight", "decoder.out.weight",
    ]  # fmt: skip
    assert (net(x) >= 0).all() and (net(x) <= 1).all() and net.encoder.act3.__class__.__name__ == "Identity"


def test_tied_weights_are_one_after_training_copying_and_loading():
    net = make(hidden=(16,), code=4, tied=True)
    train(net, DIGITS, 5)
    other = make(hidden=(16,), code=4, tied=True, seed=9)
    other.load_state_dict(net.state_dict())
    for one in (net, copy.deepcopy(net), other):
        code = torch.rand(3, 4)
        W1, W2 = one.encoder.dense1.weight, one.encoder.dense2.weight
        hidden = torch.sigmoid(code @ W2 + one.decoder.dense1.bias)
        torch.testing.assert_close(one.decode(code), torch.sigmoid(hidden @ W1 + one.decoder.out.bias))
    assert sum(p.numel() for p in net.parameters()) == 64 * 16 + 16 * 4 + 16 + 4 + 16 + 64
    assert not any(name.startswith("decoder") and "weight" in name for name in net.state_dict())


@pytest.mark.parametrize(("kind", "noise"), [("mask", 0.3), ("gaussian", 0.5)])
def test_noise_comes_in_training_only(kind, noise):
    net, x = make(noise=noise, noise_kind=kind), DIGITS[:5]
    assert not torch.equal(net(x), net(x))
    net.eval()
    dice = torch.get_rng_state()
    assert torch.equal(net(x), net.reconstruct(x)) and torch.equal(torch.get_rng_state(), dice)


def test_masks_silence_their_share_and_normal_noise_has_its_deviation():
    torch.manual_seed(0)
    x = torch.ones(100, 1000)
    masked = corrupt(x, 0.3, "mask")
    assert masked.unique().tolist() == [0, 1] and masked.mean().item() == pytest.approx(0.7, abs=0.01)
    noisy = corrupt(x, 0.3, "gaussian")
    assert noisy.mean().item() == pytest.approx(1, abs=0.01) and noisy.std().item() == pytest.approx(0.3, abs=0.01)


def test_sparsity_lowers_the_mean_activation_of_the_code():
    means = []
    for cost in (0.0, 0.1):
        net = make(hidden=(), code=20, sparsity=0.1, sparsity_cost=cost)
        train(net, DIGITS, 150, 1e-2)
        means.append(net.encode(DIGITS).mean(0).detach())
    assert means[0].mean() > 0.3 and (means[1] - 0.1).abs().max() < 0.08


def test_the_penalty_is_the_divergence_by_hand_and_only_of_training():
    net = make(hidden=(), code=6, sparsity=0.2, sparsity_cost=0.5)
    assert net.penalty is None
    net(DIGITS)
    q = net.encode(DIGITS).mean(0).detach().double().numpy()
    by_hand = 0.5 * (0.2 * np.log(0.2 / q) + 0.8 * np.log(0.8 / (1 - q))).sum()
    assert net.penalty.item() == pytest.approx(by_hand, rel=1e-4) and net.penalty.requires_grad
    assert copy.deepcopy(net).penalty is None
    net.eval()(DIGITS)
    assert net.penalty is None and make()(DIGITS) is not None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"noise": 1.0}, "net.noise 1 is out of range. Allowed: 0 up to, not including, 1"),
        ({"noise": -1.0, "noise_kind": "gaussian"}, "a standard deviation"),
        ({"noise_kind": "masks"}, "Did you mean 'mask'?"),
        ({"output": "sigmod"}, "Did you mean 'sigmoid'?"),
        ({"activation": "rleu"}, "Did you mean 'relu'?"),
        ({"activation": "relu", "sparsity_cost": 0.1}, "the code's activation is relu"),
        ({"sparsity": 1.0}, "net.sparsity 1 is out of range"),
    ],
)
def test_wrong_options_are_told(options, words):
    with pytest.raises(LimenError) as caught:
        make(**options)
    assert words in str(caught.value) and "\n" not in str(caught.value)
