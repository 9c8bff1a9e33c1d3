"""The restricted Boltzmann machine: learning what data look like from the energy of what is seen and what is hidden.

Visible units v (the pixels) and hidden units h are connected across, never among themselves. A joint state has

    E(v, h) = -b·v - c·h - vᵀW h            (Gaussian visible units: ½‖v - b‖² in place of -b·v)
    p(v, h) = exp(-E(v, h)) / Z,    F(v) = -log Σ_h exp(-E(v, h)),    p(v) = exp(-F(v)) / Z

so all hidden units are independent given v, and the other way round: p(h_j = 1 | v) = sigmoid(c_j + v·W_j).
The slope of -log p(v) is ∂F(data) - ∂F(the model's own samples), the latter averaged over p(v): lower the energy of
what is seen, raise that of what is dreamt. Exact samples cost too much; contrastive divergence takes k steps of Gibbs
sampling from the data (CD-k, Hinton 2002), or goes on with particles of the step before (PCD, Tieleman 2008).
What to choose in practice: Hinton 2010, A practical guide to training restricted Boltzmann machines.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.errors import LimenError, unknown
from limen.nets.layers import check_sparsity, draw_bits, sparsity_penalty

UNITS = ("bernoulli", "gaussian")

AT_ONCE = 2**22  # numbers that the pseudo-likelihood holds at a time


def bits_of(x: Tensor, seed: int = 0) -> Tensor:
    """Bits drawn from numbers between 0 and 1, one for each, from a generator of their own: equal x, equal bits."""
    return (torch.rand(x.shape, generator=torch.Generator().manual_seed(seed)).to(x) < x).to(x.dtype)


class RBM(nn.Module):
    """A restricted Boltzmann machine with `hidden` units of 0 and 1.

    The visible units are bits ("bernoulli"; data between 0 and 1 are taken as probabilities, that is, as the means of
    bits, in the data's half of the slope), or real numbers of variance 1 ("gaussian"; standardise such data first).
    `steps` is the k of CD-k; `persistent` goes on with `chains` particles, which lie in the buffer `chain`.
    """

    chain: Tensor

    def __init__(
        self,
        visible: int,
        hidden: int,
        *,
        units: str = "bernoulli",
        steps: int = 1,
        persistent: bool = False,
        chains: int = 100,
        sparsity: float = 0.05,
        sparsity_cost: float = 0.0,
    ) -> None:
        super().__init__()
        if units not in UNITS:
            raise unknown("kind of visible units", units, UNITS)
        check_sparsity(sparsity, sparsity_cost)
        self.visible, self.hidden, self.units = visible, hidden, units
        self.steps, self.persistent = steps, persistent
        self.sparsity, self.sparsity_cost = sparsity, sparsity_cost
        self.weight = nn.Parameter(torch.randn(visible, hidden) * 0.01)  # small, and unlike (Hinton 2010, section 8)
        self.visible_bias = nn.Parameter(torch.zeros(visible))
        self.hidden_bias = nn.Parameter(torch.zeros(hidden))
        if persistent:
            self.register_buffer("chain", self.particles(chains))

    def extra_repr(self) -> str:
        """The machine in words."""
        way = f"PCD-{self.steps} with {len(self.chain)} particles" if self.persistent else f"CD-{self.steps}"
        return f"{self.visible} {self.units} visible, {self.hidden} hidden, {way}"

    def energy(self, v: Tensor, h: Tensor) -> Tensor:
        """E(v, h) of pairs: v (B, visible), h (B, hidden) to (B,)."""
        return self.visible_energy(v) - h @ self.hidden_bias - ((v @ self.weight) * h).sum(-1)

    def visible_energy(self, v: Tensor) -> Tensor:
        """The part of the energy that no hidden unit has to do with: (B, visible) to (B,)."""
        if self.units == "gaussian":
            return 0.5 * (v - self.visible_bias).square().sum(-1)
        return -(v @ self.visible_bias)

    def hidden_input(self, v: Tensor) -> Tensor:
        """c + v·W, the log odds of each hidden unit: (B, visible) to (B, hidden)."""
        return torch.addmm(self.hidden_bias, v, self.weight)  # `linear` of W.T makes a training step half as fast

    def free_energy(self, v: Tensor) -> Tensor:
        """F(v) = visible energy - Σ_j log(1 + exp(c_j + v·W_j)): (B, visible) to (B,)."""
        return self.visible_energy(v) - functional.softplus(self.hidden_input(v)).sum(-1)

    def hidden_mean(self, v: Tensor) -> Tensor:
        """p(h = 1 | v): (B, visible) to (B, hidden)."""
        return self.hidden_input(v).sigmoid()

    def visible_mean(self, h: Tensor) -> Tensor:
        """The mean of p(v | h), for bits p(v = 1 | h): (B, hidden) to (B, visible)."""
        field = functional.linear(h, self.weight, self.visible_bias)
        return field if self.units == "gaussian" else field.sigmoid()

    @torch.no_grad()
    def sample_hidden(self, v: Tensor) -> Tensor:
        """Hidden units drawn from p(h | v), by torch's own generator: (B, visible) to (B, hidden)."""
        return draw_bits(self.hidden_mean(v))

    @torch.no_grad()
    def sample_visible(self, h: Tensor) -> Tensor:
        """Visible units drawn from p(v | h), by torch's own generator: (B, hidden) to (B, visible)."""
        mean = self.visible_mean(h)
        return mean + torch.randn_like(mean) if self.units == "gaussian" else draw_bits(mean)

    def gibbs(self, v: Tensor, steps: int = 1) -> Tensor:
        """What is visible after so many steps v → h → v of drawing each side given the other: (B, visible)."""
        for _ in range(steps):
            v = self.sample_visible(self.sample_hidden(v))
        return v

    @torch.no_grad()
    def particles(self, count: int) -> Tensor:
        """A start for Gibbs sampling that knows no data: fair coins, or standard normal numbers; (count, visible)."""
        like = self.weight.new_empty(count, self.visible)
        return torch.randn_like(like) if self.units == "gaussian" else draw_bits(torch.full_like(like, 0.5))

    @torch.no_grad()
    def sample(self, count: int, steps: int = 1000) -> Tensor:
        """What the machine dreams of after `steps` Gibbs steps from a random start: means of v, (count, visible)."""
        return self.visible_mean(self.sample_hidden(self.gibbs(self.particles(count), steps - 1)))

    def encode(self, x: Tensor) -> Tensor:
        """The hidden units' probabilities, as a code: (B, *shape) to (B, hidden)."""
        return self.hidden_mean(x.flatten(1))

    def decode(self, code: Tensor) -> Tensor:
        """The visible units' means given a code: (B, hidden) to (B, visible)."""
        return self.visible_mean(code)

    def reconstruct(self, x: Tensor) -> Tensor:
        """Up and down once by means, without chance (mean field): (B, *shape) to (B, visible)."""
        return self.decode(self.encode(x))

    @torch.no_grad()
    def start_at(self, mean: Tensor) -> None:
        """Set the visible biases to what data of this mean (visible,) ask for: log odds, or the mean itself."""
        p = mean.clamp(0.01, 0.99)  # a pixel that was never on may be one day
        self.visible_bias.copy_(mean if self.units == "gaussian" else p.log() - (1 - p).log())

    @torch.no_grad()
    def pseudo_likelihood(self, v: Tensor) -> Tensor:
        """Σ_i log p(v_i | all other bits), exactly, over every bit: (B, visible) to (B,), in nats.

        It needs no Z: the odds of a bit are exp(F(v with the bit off) - F(v with it on)). Where v holds probabilities,
        the mean over bit i is taken, the others held at theirs. Costs as much as 2·visible free energies.
        Besag 1975; Bengio 2009, section 5.
        """
        if self.units == "gaussian":
            raise LimenError(
                "The pseudo-likelihood is of bits, and this machine's visible units are gaussian. "
                "Follow its free energy, or build it with units='bernoulli'."
            )
        every, total = self.hidden_input(v), v.new_zeros(len(v))
        width = max(1, AT_ONCE // (len(v) * self.hidden))
        for first in range(0, self.visible, width):
            some = slice(first, first + width)
            bits, weight, bias = v[:, some], self.weight[some], self.visible_bias[some]
            off = every[:, None] - bits[..., None] * weight  # (B, width, hidden): the inputs with bit i off
            odds = bias + (functional.softplus(off + weight) - functional.softplus(off)).sum(-1)  # log odds: (B, width)
            total += (functional.logsigmoid(-odds) + bits * odds).sum(1)
        return total

    def negative(self, hidden: Tensor) -> Tensor:
        """The model's side of contrastive divergence, given p(h = 1 | data) (B, hidden).

        CD-k: k steps from the data, (B, visible); PCD: the particles k steps further, (chains, visible).
        """
        if not self.persistent:
            return self.gibbs(self.sample_visible(draw_bits(hidden)), self.steps - 1)
        further = self.gibbs(self.chain, self.steps)
        self.chain.copy_(further)  # in place: the buffer may be part of a recorded step
        return further

    def forward(self, x: Tensor) -> Tensor:
        """(B, *shape) to (B, 3): F of the data, F of the model's side, squared reconstruction error a pixel.

        The mean of column 0 minus that of column 1 is what training minimises: as the samples are held fast, its slope
        is the contrastive-divergence step, and no more than the slope counts (it is no likelihood). In training the
        model's side is drawn from torch's generator (each row of PCD holds the mean over the particles, so that any
        number of them fits any batch), and column 0 carries the sparsity penalty. In evaluation it is the mean-field
        reconstruction, without chance. Always in the weights' own precision: F is hundreds of nats, its differences
        are few, and bfloat16 keeps two to three digits.
        """
        with torch.autocast(x.device.type, enabled=False):
            v = x.flatten(1).to(self.weight.dtype)
            upward = self.hidden_input(v)
            hidden = upward.detach().sigmoid()
            guess = self.visible_mean(hidden).detach()
            error = (guess - v).square().mean(1)
            data = self.visible_energy(v) - functional.softplus(upward).sum(1)
            if not self.training:
                return torch.stack((data, self.free_energy(guess), error), 1)
            model = self.free_energy(self.negative(hidden))
            if self.persistent:
                model = model.mean().expand_as(data)
            if self.sparsity_cost:
                data = data + self.sparsity_cost * sparsity_penalty(upward.sigmoid(), self.sparsity)
            return torch.stack((data, model, error), 1)


def rbm(
    shape: tuple[int, ...],
    classes: int,
    hidden: int = 64,
    units: str = "bernoulli",
    steps: int = 1,
    persistent: bool = False,
    chains: int = 100,
    sparsity: float = 0.05,
    sparsity_cost: float = 0.0,
) -> RBM:
    """A restricted Boltzmann machine: visible units for the inputs, `hidden` units of 0 and 1, no classes.

    Input (B, *shape), output (B, 3), see `RBM.forward`; `classes` is there for the caller's sake and not used.
    """
    return RBM(
        math.prod(shape),
        hidden,
        units=units,
        steps=steps,
        persistent=persistent,
        chains=chains,
        sparsity=sparsity,
        sparsity_cost=sparsity_cost,
    )
