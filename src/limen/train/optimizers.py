"""Torch's optimizers by name, with their options checked and the fastest way to compute them chosen."""

import inspect
import sys
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from limen.errors import LimenError, unknown
from limen.train.plan import Optimizer

OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "adadelta": torch.optim.Adadelta,
    "adafactor": torch.optim.Adafactor,
    "adagrad": torch.optim.Adagrad,
    "adam": torch.optim.Adam,
    "adamax": torch.optim.Adamax,
    "adamw": torch.optim.AdamW,
    "asgd": torch.optim.ASGD,
    "lbfgs": torch.optim.LBFGS,
    "muon": torch.optim.Muon,  # for matrices; kernels and biases of the same net are left to AdamW
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
    "rmsprop": torch.optim.RMSprop,
    "rprop": torch.optim.Rprop,
    "sgd": torch.optim.SGD,
    "sparse-adam": torch.optim.SparseAdam,
}
ENGINE = {"params", "lr", "foreach", "fused", "capturable", "differentiable", "maximize"}  # not the user's to choose


def options_of(name: str) -> dict[str, Any]:
    """An optimizer's options and their defaults, beside the rate."""
    if name not in OPTIMIZERS:
        raise unknown("optimizer", name, OPTIMIZERS, see="limen list optimizers")
    parameters = inspect.signature(OPTIMIZERS[name]).parameters
    return {key: p.default for key, p in parameters.items() if key not in ENGINE}


def same_kind(value: object, default: object) -> bool:
    """Whether a value can stand where the default stands."""
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, tuple):
        if not isinstance(value, tuple | list) or len(value) != len(default):
            return False
        return all(same_kind(item, usual) for item, usual in zip(value, default, strict=True))
    if default is None or isinstance(default, str):
        return True
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_options(name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options as torch takes them.

    Raises:
        LimenError: unknown optimizer, an option it does not have, or a value of another kind.
    """
    known = options_of(name)
    for key, value in options.items():
        if key not in known:
            raise unknown(f"option of {name}", key, known)
        if not same_kind(value, known[key]):
            raise LimenError(
                f"plan.optimizer.{key} {value!r} is not of the kind of {known[key]!r}, its default. "
                f"Allowed: a value like the default. Try --set plan.optimizer.{key}={known[key]}."
            )
    if options.get("line_search_fn", "strong_wolfe") not in (None, "strong_wolfe"):
        raise LimenError("plan.optimizer.line_search_fn is strong_wolfe or none. Leave it out for none.")
    if name == "sparse-adam":
        raise LimenError("sparse-adam takes sparse gradients only, and no net here has any. Use adam.")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}


def engine_options(kind: type[torch.optim.Optimizer], parameters: list[nn.Parameter]) -> dict[str, Any]:
    """How to compute the step: one fused kernel where torch has it, and nothing that waits for a GPU."""
    known, device = inspect.signature(kind).parameters, parameters[0].device.type
    chosen: dict[str, Any] = {}
    if "fused" in known and device in ("cpu", "cuda") and all(p.is_floating_point() for p in parameters):
        chosen["fused"] = True
    if device == "cuda" and "capturable" in known:
        chosen["capturable"] = True
    return chosen


def leave_compiler_out() -> None:
    """Spare a run the 1.5 s that importing torch's compiler takes; nothing here is compiled.

    Torch's optimizers import it at their first call only to ask that it leave these methods alone, and keep the answer,
    a function to call instead, on the method. The method itself is that answer as long as the compiler is not loaded.
    """
    kind = torch.optim.Optimizer
    for method in (kind.add_param_group, kind.zero_grad, kind.state_dict, kind.load_state_dict):
        plain = getattr(method, "__wrapped__", None)
        if plain is not None and "torch._dynamo" not in sys.modules and not hasattr(plain, "__dynamo_disable"):
            setattr(plain, "__dynamo_disable", plain)


def make(
    kind: type[torch.optim.Optimizer], parameters: list[nn.Parameter], lr: float, options: Mapping[str, Any]
) -> Any:
    """One torch optimizer. On a GPU its rate is a tensor there, so that a captured step can be given a new one."""
    engine = engine_options(kind, parameters)
    rate: float | Tensor = lr
    if parameters[0].device.type == "cuda" and engine:
        rate = torch.tensor(lr, device=parameters[0].device)
    leave_compiler_out()
    return kind(parameters, lr=rate, **options, **engine)  # type: ignore[call-arg]


def build(spec: Optimizer, net: nn.Module) -> list[torch.optim.Optimizer]:
    """The optimizers that together train every parameter of the net: one, or two for Muon.

    Raises:
        LimenError: unknown name or option, or a value that torch refuses.
    """
    options = check_options(spec.name, spec.options)
    parameters = [p for p in net.parameters() if p.requires_grad]
    if not parameters:
        raise LimenError("The net has nothing to train: no parameter asks for a gradient. Thaw at least one layer.")
    try:
        if spec.name != "muon":
            return [make(OPTIMIZERS[spec.name], parameters, spec.lr, options)]
        options = {"adjust_lr_fn": "match_rms_adamw"} | options  # so that both understand the same rate
        matrices = [p for p in parameters if p.ndim == 2]
        others = [p for p in parameters if p.ndim != 2]
        both = [make(torch.optim.Muon, matrices, spec.lr, options)] if matrices else []
        decay = {"weight_decay": options["weight_decay"]} if "weight_decay" in options else {}
        return both + ([make(torch.optim.AdamW, others, spec.lr, decay)] if others else [])
    except (ValueError, TypeError, RuntimeError) as error:
        raise LimenError(f"plan.optimizer {spec}: torch refuses it: {error}. See `limen list optimizers`.") from error
