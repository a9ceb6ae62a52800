"""A model as it was: run on the probe, then put back to the last bit.

What a forward pass changes although nobody trains: the random states, the buffers (statistics of
BatchNorm, caches), the rows that ``max_norm`` shortens, and the flags that say whether a module trains. Buffers
and shortened weights are not copied back but exchanged for copies while the probe runs, so that neither their bits
nor the version counters that a pending backward pass looks at have changed.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import torch
from torch import nn

from vectarium.record.random_state import kept_random_state


@contextmanager
def untouched(model: nn.Module) -> Generator[None]:
    """Evaluate a model inside: without gradients, dropout or autocast; afterwards it is as before.

    Parameters
    ----------
    model
        Any module, of which each part may train or be frozen.
    """
    with ExitStack() as stack:
        stack.enter_context(kept_random_state())
        stack.enter_context(
            torch.no_grad()
        )  # not inference_mode: what a model caches inside could never be trained with
        for kind in {each.device.type for each in model.parameters()} | {"cpu"}:
            stack.enter_context(_full_precision(kind))
        stack.enter_context(_eagerly())
        stack.enter_context(_kept_generators(model))
        stack.enter_context(_copied_state(model))
        stack.enter_context(_evaluating(model))
        yield


def _full_precision(kind: str) -> Any:
    """Without autocast: what it would cache under no_grad would have no gradient afterwards."""
    known = kind in {"cpu", "cuda", "mps", "xpu"}
    return torch.autocast(kind, enabled=False) if known else ExitStack()


@contextmanager
def _eagerly() -> Generator[None]:
    """Run compiled parts as they were written, so that hooks fire; no fused encoder layers, which skip their parts."""
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        # Loading the compiler takes seconds; where nothing was compiled, it is not loaded. Stances came with PyTorch 2.6.
        if "torch._dynamo" in sys.modules and hasattr(torch.compiler, "set_stance"):
            with torch.compiler.set_stance("force_eager"):
                yield
        else:
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


@contextmanager
def _evaluating(model: nn.Module) -> Generator[None]:
    """Each module's own flag is kept: frozen parts stay frozen, and no overridden train() or eval() is called."""
    flags = [(module, module.training) for module in model.modules()]
    compiled = [
        (module, module.__dict__["_compiled_call_impl"])
        for module, _ in flags
        if module.__dict__.get("_compiled_call_impl")
    ]
    try:
        for module, _ in flags:
            module.training = False
        for module, _ in compiled:
            vars(module)["_compiled_call_impl"] = None  # how module.compile() marks itself
        yield
    finally:
        for module, training in flags:
            module.training = training
        for module, call in compiled:
            vars(module)["_compiled_call_impl"] = call


@contextmanager
def _kept_generators(model: nn.Module) -> Generator[None]:
    """Modules may draw from generators of their own."""
    owned = [each for module in model.modules() for each in vars(module).values() if isinstance(each, torch.Generator)]
    states = [each.get_state() for each in owned]
    try:
        yield
    finally:
        for each, state in zip(owned, states, strict=True):
            each.set_state(state)


@contextmanager
def _copied_state(model: nn.Module) -> Generator[None]:
    """Let the model work on copies of its buffers, and of the weights that max_norm shortens."""
    shortened = {id(module.weight) for module in model.modules() if getattr(module, "max_norm", None) is not None}
    exchanged = list[tuple[dict[str, Any], str, Any]]()
    copies = dict[int, Any]()
    try:
        for held, name, tensor in _held(model):
            if isinstance(tensor, nn.Parameter) and id(tensor) not in shortened:
                continue
            if id(tensor) not in copies:
                copies[id(tensor)] = _copy(tensor)
            exchanged.append((held, name, tensor))
            held[name] = copies[id(tensor)]
        yield
    finally:
        for held, name, tensor in exchanged:
            held[name] = tensor


def _held(model: nn.Module) -> Iterator[tuple[dict[str, Any], str, Any]]:
    """Every parameter and buffer, with the dictionary that holds it; tied ones several times."""
    for module in list(model.modules()):
        for kind in ("_parameters", "_buffers"):  # assigning attributes would call setters
            held = cast("dict[str, Any]", vars(module)[kind])
            for name, tensor in list(held.items()):
                if tensor is not None:
                    yield held, name, tensor


def _copy(tensor: Any) -> Any:
    copy = tensor.detach().clone()
    return nn.Parameter(copy, requires_grad=tensor.requires_grad) if isinstance(tensor, nn.Parameter) else copy
