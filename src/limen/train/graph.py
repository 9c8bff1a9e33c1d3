"""A training step recorded once and replayed: what makes small nets fast on a GPU.

A small step is a hundred kernels of a few microseconds each, and launching them one by one costs more than running
them. A CUDA graph records the launches of one step and repeats them all with one call. Everything it touches must lie
still: the batch is copied into the recorded place, the rate is a tensor, and a batch of another size runs as usual.
"""

import torch
from torch import Tensor, nn

from limen.train.lookahead import Lookahead
from limen.train.state import State
from limen.train.step import Step

WARM = 3  # steps run as usual on the recording's own stream before recording, as torch asks for


def can_capture(state: State) -> bool:
    """Whether the step may be recorded: on CUDA, by optimizers whose rate is a tensor there."""
    steps = [optimizer for optimizer in state.optimizers if not isinstance(optimizer, Lookahead)]
    groups = [group for optimizer in steps for group in optimizer.param_groups]
    alone = state.processes.count == 1  # averaging over processes is not recorded
    return alone and state.device.type == "cuda" and all(isinstance(group["lr"], Tensor) for group in groups)


class CapturedStep:
    """A step that is recorded after a few ordinary ones; ordinary for good where the net refuses to be recorded.

    After each step the parameters hold its gradient, as after an ordinary one.
    """

    def __init__(self, step: Step, size: int, parameters: list[nn.Parameter]) -> None:
        self.step, self.size = step, size  # only batches of the full size are worth a recording
        self.parameters = parameters
        self.slopes: list[Tensor | None] = []  # where the recording leaves the gradients
        self.strayed = False  # whether an ordinary step has hung others on the parameters since
        self.stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        self.warm, self.refused = 0, False
        self.graph: torch.cuda.CUDAGraph | None = None
        self.x = self.y = self.loss = torch.empty(0)

    def __call__(self, x: Tensor, y: Tensor) -> Tensor:
        """Train on one batch; the batch's loss on the device."""
        if self.graph is not None and x.shape == self.x.shape:
            self.x.copy_(x)
            self.y.copy_(y)
            self.graph.replay()
            if self.strayed:
                for parameter, slope in zip(self.parameters, self.slopes, strict=True):
                    parameter.grad = slope
                self.strayed = False
            return self.loss
        if self.graph is None and not self.refused and self.warm >= WARM and len(x) == self.size:
            return self.record(x, y)
        self.warm += 1
        self.strayed = True
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            loss = self.step(x, y)
        torch.cuda.current_stream().wait_stream(self.stream)
        return loss

    def record(self, x: Tensor, y: Tensor) -> Tensor:
        """Record the step on this batch (which does not run it), then run it."""
        self.x, self.y, graph = x.clone(), y.clone(), torch.cuda.CUDAGraph()
        outside = torch.cuda.current_stream()
        try:
            with torch.cuda.graph(graph, stream=self.stream):
                self.loss = self.step(self.x, self.y)
        except RuntimeError:  # the net waits for the device, or branches on values
            self.refused = True
            torch.cuda.set_stream(outside)  # a capture that failed leaves its own stream behind
            return self.step(x, y)
        self.graph, self.strayed = graph, False
        self.slopes = [parameter.grad for parameter in self.parameters]
        return self(x, y)
