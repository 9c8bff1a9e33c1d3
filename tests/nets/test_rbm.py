"""The restricted Boltzmann machine against brute force, scikit-learn and its own exact gradient."""

import math

import numpy as np
import pytest
import torch
from sklearn.neural_network import BernoulliRBM
from tests.machines import bits, machine, patterns

from limen.errors import LimenError
from limen.explain.likelihood import likelihood_gradient, mean_log_likelihood
from limen.nets.build import build
from limen.nets.rbm import RBM


def step_gradient(net, x):
    """The slope of the training loss: mean of column 0 minus that of column 1."""
    net.zero_grad()
    out = net(x)
    (out[:, 0] - out[:, 1]).mean().backward()
    return torch.cat([p.grad.flatten() for p in net.parameters()])


def exact_slope(net, x):
    """The slope of the mean -log p(v)."""
    g = likelihood_gradient(net, x)
    return -torch.cat([g.weight.flatten(), g.visible_bias, g.hidden_bias])


def cosine(a, b):
    return torch.nn.functional.cosine_similarity(a, b, 0).item()


@pytest.mark.parametrize("units", ["bernoulli", "gaussian"])
def test_free_energy_is_the_sum_over_all_hidden_states(units):
    net = machine(units=units)
    v = torch.rand(5, 6, dtype=torch.float64)
    h = bits(4)
    brute = torch.stack([-(-net.energy(row.expand(16, -1), h)).logsumexp(0) for row in v])
    torch.testing.assert_close(net.free_energy(v), brute, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("units", ["bernoulli", "gaussian"])
def test_the_energy_is_its_formula_in_numpy(units):
    net = machine(units=units)
    W, b, c = (p.detach().numpy() for p in (net.weight, net.visible_bias, net.hidden_bias))
    v, h = np.random.default_rng(0).random((3, 6)), np.random.default_rng(1).integers(0, 2, (3, 4)).astype(float)
    own = 0.5 * ((v - b) ** 2).sum(1) if units == "gaussian" else -v @ b
    expected = own - h @ c - np.einsum("nv,vh,nh->n", v, W, h)
    np.testing.assert_allclose(net.energy(torch.tensor(v), torch.tensor(h)).detach(), expected, rtol=1e-12)


def test_free_energy_hidden_means_and_pseudo_likelihood_are_scikit_learns():
    net, v = machine(), (torch.rand(50, 6) < 0.5).double()
    other = BernoulliRBM(n_components=4, random_state=3)
    other.components_ = net.weight.detach().numpy().T
    other.intercept_visible_, other.intercept_hidden_ = (
        p.detach().numpy() for p in (net.visible_bias, net.hidden_bias)
    )
    np.testing.assert_allclose(net.free_energy(v).detach(), other._free_energy(v.numpy()), rtol=1e-12)
    np.testing.assert_allclose(net.encode(v).detach(), other.transform(v.numpy()), rtol=1e-12)
    flipped = np.random.RandomState(3).randint(0, 6, 50)  # scikit-learn looks at one bit of each row
    one = torch.zeros(50, 6, dtype=torch.float64)
    one[range(50), flipped] = 1
    chosen = -6 * torch.nn.functional.softplus(net.free_energy(v) - net.free_energy((v - one).abs()))
    np.testing.assert_allclose(chosen.detach(), other.score_samples(v.numpy()), rtol=1e-10)


@pytest.mark.parametrize("at_once", [2**22, 30])
def test_the_pseudo_likelihood_is_every_bits_odds_from_the_joint(at_once, monkeypatch):
    monkeypatch.setattr("limen.nets.rbm.AT_ONCE", at_once)
    net, v = machine(), bits(6)
    logs = -net.free_energy(v)
    number = {tuple(row): i for i, row in enumerate(v.tolist())}
    expected = []
    for row in v.tolist():
        total = 0.0
        for i in range(6):
            flipped = [1 - x if i == j else x for j, x in enumerate(row)]
            pair = torch.stack([logs[number[tuple(row)]], logs[number[tuple(flipped)]]])
            total += pair.log_softmax(0)[0].item()
        expected.append(total)
    np.testing.assert_allclose(net.pseudo_likelihood(v), expected, rtol=1e-10)


def test_the_pseudo_likelihood_of_probabilities_is_a_mean_over_the_bit():
    net, v = machine(visible=1, hidden=3), torch.tensor([[0.3]], dtype=torch.float64)
    on, off = net.pseudo_likelihood(torch.ones_like(v)), net.pseudo_likelihood(torch.zeros_like(v))
    torch.testing.assert_close(net.pseudo_likelihood(v), 0.3 * on + 0.7 * off)


def test_gaussian_units_have_no_pseudo_likelihood():
    with pytest.raises(LimenError, match="visible units are gaussian"):
        machine(units="gaussian").pseudo_likelihood(torch.rand(2, 6))


def test_gibbs_sampling_ends_in_the_models_distribution():
    net = machine(scale=0.7)
    torch.manual_seed(1)
    v = net.gibbs(net.particles(20_000), 40)
    exact = (-net.free_energy(bits(6))).softmax(0)
    counts = torch.bincount((v.long() * 2 ** torch.arange(5, -1, -1)).sum(1), minlength=64) / 20_000
    assert (counts - exact).abs().sum() < 0.07  # total variation ×2; chance alone gives about 0.045


def test_gaussian_samples_have_the_means_of_the_mixture_and_variance_one_about_them():
    net = machine(visible=3, hidden=2, units="gaussian", scale=0.7)
    torch.manual_seed(0)
    v = net.sample_visible(torch.tensor([[1.0, 0.0]], dtype=torch.float64).expand(40_000, -1))
    torch.testing.assert_close(v.mean(0), (net.visible_bias + net.weight[:, 0]).detach(), atol=0.03, rtol=0)
    torch.testing.assert_close(v.T.cov(), torch.eye(3, dtype=torch.float64), atol=0.04, rtol=0)


def test_the_loss_has_the_slope_of_contrastive_divergence():
    """⟨v h⟩ of the data minus ⟨v h⟩ of the very samples that were drawn, by NumPy."""
    net, x = machine(steps=2), patterns(30)
    torch.manual_seed(4)
    slope = step_gradient(net, x)
    torch.manual_seed(4)
    drawn = net.gibbs(x, 2)
    expected = []
    for v in (x, drawn):
        h = 1 / (1 + np.exp(-(v.numpy() @ net.weight.detach().numpy() + net.hidden_bias.detach().numpy())))
        expected.append(np.concatenate([(v.numpy().T @ h / len(v)).ravel(), v.numpy().mean(0), h.mean(0)]))
    np.testing.assert_allclose(slope, expected[1] - expected[0], atol=1e-12)


def test_the_mean_step_of_cd_1_points_the_way_of_the_exact_slope():
    net, x = machine(scale=0.3), patterns()
    torch.manual_seed(0)
    mean = step_gradient(net, x.repeat(500, 1))
    assert cosine(mean, exact_slope(net, x)) > 0.8


def test_persistent_particles_after_many_steps_give_the_exact_slope():
    net, x = machine(scale=0.7, persistent=True, chains=50_000, steps=30), patterns()
    torch.manual_seed(0)
    slope, exact = step_gradient(net, x), exact_slope(net, x)
    assert (slope - exact).norm() < 0.03 * exact.norm()
    short = machine(scale=0.7)
    assert (step_gradient(short, x.repeat(500, 1)) - exact).norm() > 0.1 * exact.norm()  # CD-1 is biased


@pytest.mark.parametrize("options", [{}, {"steps": 5}, {"persistent": True, "chains": 40}])
def test_training_a_tiny_machine_raises_its_exact_likelihood(options):
    torch.manual_seed(0)
    net, x = RBM(6, 4, **options).double(), patterns()
    before = mean_log_likelihood(net, x).item()
    assert before == pytest.approx(-6 * math.log(2), abs=0.05)
    descent = torch.optim.SGD(net.parameters(), 0.1, momentum=0.5)
    for _ in range(300):
        step_gradient(net, x)
        descent.step()
    after = mean_log_likelihood(net, x).item()
    rows, counts = x.unique(dim=0, return_counts=True)
    best = (counts / 200 * (counts / 200).log()).sum().item()  # no model is better than the data's own frequencies
    assert len(rows) > 5 and best > after > best - 0.5 * (best - before)


def test_gaussian_units_learn_where_data_lie():
    torch.manual_seed(0)
    x = torch.randn(300, 2).double() + torch.tensor([3.0, -1.0]) + 4 * (torch.rand(300, 1) < 0.5)
    net = RBM(2, 3, units="gaussian").double()
    net.start_at(x.mean(0))
    before, descent = mean_log_likelihood(net, x), torch.optim.SGD(net.parameters(), 0.02, momentum=0.9)
    for _ in range(300):
        step_gradient(net, x)
        descent.step()
    assert mean_log_likelihood(net, x) > before + 1


def test_a_saved_machine_draws_the_next_particles_alike():
    net, x = machine(persistent=True, chains=20), patterns(10)
    net(x)
    saved, dice = {k: v.clone() for k, v in net.state_dict().items()}, torch.get_rng_state()
    assert saved["chain"].shape == (20, 6)
    expected = net(x)
    other = machine(seed=9, persistent=True, chains=20)
    other.load_state_dict(saved)
    torch.set_rng_state(dice)
    assert torch.equal(other(x), expected) and torch.equal(other.chain, net.chain)
    assert not torch.equal(net.chain, saved["chain"])


def test_the_columns_are_free_energies_and_the_reconstruction_error_and_evaluation_is_without_chance():
    net, x = machine(persistent=True, chains=20, sparsity_cost=1.0), torch.rand(7, 1, 2, 3, dtype=torch.float64)
    net.eval()
    dice, chain = torch.get_rng_state(), net.chain.clone()
    out, v = net(x), x.flatten(1)
    assert torch.equal(torch.get_rng_state(), dice) and torch.equal(net.chain, chain)
    torch.testing.assert_close(out[:, 0], net.free_energy(v))
    torch.testing.assert_close(out[:, 1], net.free_energy(net.reconstruct(x)))
    torch.testing.assert_close(out[:, 2], (net.reconstruct(x) - v).square().mean(1))
    out = net.train()(x)
    model = torch.full((7,), net.free_energy(net.chain).mean().item(), dtype=torch.float64)
    torch.testing.assert_close(out[:, 1], model)  # the particles' mean, in every row
    assert torch.autograd.grad(out[:, 2].sum(), net.weight)[0].abs().max() == 0  # the error is only told


def test_sparsity_lowers_the_mean_activation_towards_the_target():
    x, means = patterns(), []
    for cost in (0.0, 3.0):
        torch.manual_seed(0)
        net = RBM(6, 8, sparsity=0.1, sparsity_cost=cost).double()
        descent = torch.optim.SGD(net.parameters(), 0.1)
        for _ in range(300):
            step_gradient(net, x)
            descent.step()
        means.append(net.encode(x).mean(0))
    assert means[0].mean() > 0.3 and (means[1] - 0.1).abs().max() < 0.05


def test_in_bfloat16_the_machine_keeps_its_own_precision():
    net = machine(64, 8).float().eval()
    x = torch.rand(4, 64)
    with torch.autocast("cpu", torch.bfloat16):
        out = net(x)
    assert out.dtype == torch.float32 and torch.equal(out, net(x))


def test_the_biases_start_at_the_datas_own_rates():
    net, x = RBM(6, 3).double(), patterns()
    net.start_at(x.mean(0))
    torch.testing.assert_close(net.visible_bias.sigmoid().detach(), x.mean(0))
    net.start_at(torch.zeros(6))
    assert net.visible_bias.isfinite().all()


def test_dreams_are_means_of_what_was_learnt():
    net = machine()
    dreams = net.sample(50, 3)
    assert dreams.shape == (50, 6) and (dreams > 0).all() and (dreams < 1).all()


def test_the_machine_tells_what_it_is():
    net = build("rbm", (1, 8, 8), 10, {"hidden": 20, "steps": 3})
    assert repr(net) == "RBM(64 bernoulli visible, 20 hidden, CD-3)"
    assert repr(build("rbm", (5,), 2, {"persistent": True, "units": "gaussian"})) == (
        "RBM(5 gaussian visible, 64 hidden, PCD-1 with 100 particles)"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"units": "bernouli"}, "Did you mean 'bernoulli'?"),
        ({"sparsity": 0.0}, "net.sparsity 0 is out of range"),
        ({"sparsity_cost": -1.0}, "net.sparsity_cost -1 is out of range"),
        ({"steps": 0}, "net.steps 0 is out of range"),
    ],
)
def test_wrong_options_are_told(options, words):
    with pytest.raises(LimenError) as caught:
        build("rbm", (1, 8, 8), 10, options)
    assert words in str(caught.value)
