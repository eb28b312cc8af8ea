"""Compile the kernels of losses for a GPU that is not there: ``python tests/compiling.py [Loss ...]``, a line a kernel.

Without names: one loss of each kind. Run without TRITON_INTERPRET.
"""

import sys

import torch
import triton
from triton.backends.compiler import GPUTarget

import lossmith as lm
from batches import CATALOGUE, USERS, GaussianLikelihood, draw
from lossmith import fused
from lossmith.kernels import dispatch
from lossmith.kernels.gpu import rows
from lossmith.kernels.gpu.call import DeviceCall
from lossmith.kernels.gpu.generate import REAL
from lossmith.kernels.handed import NoKernel

HOPPER = GPUTarget("cuda", 90, 32)
ONE_OF_EACH_KIND = [
    lm.Huber(),
    GaussianLikelihood(),
    lm.CrossEntropy(z_loss=0.1, soft_cap=30.0),
    lm.CrossEntropy(label_smoothing=0.1, soft_cap=30.0),
    lm.CategoricalCrossEntropy(),
]
TYPES = {
    torch.float64: "fp64",
    torch.float32: "fp32",
    torch.bfloat16: "bf16",
    torch.float16: "fp16",
    torch.int64: "i64",
    torch.bool: "i1",
}


def compile_instead(self, program, *arguments, num_warps=4, **decided):
    """In the place of DeviceCall.launch."""
    decided |= {"REAL": REAL[self.dtype]}
    given = dict(zip(program.arg_names, arguments, strict=False)) | decided
    signature, constants, divisible = {}, {}, {}
    for place, name in enumerate(program.arg_names):
        value = given[name]
        if isinstance(value, torch.Tensor):
            signature[name] = f"*{TYPES[value.dtype]}"
        elif name in decided or value is None:
            signature[name] = "constexpr"
            constants[place,] = value
            continue
        else:
            signature[name] = "i32"
        if isinstance(value, torch.Tensor) or value % 16 == 0:
            divisible[place,] = [["tt.divisibility", 16]]
    source = triton.compiler.ASTSource(program, signature, constants, divisible)
    options = {"num_warps": num_warps, "enable_fp_fusion": True}
    compiled = triton.compile(source, target=HOPPER, options=options)
    print(program.fn.__name__, *signature.values(), f"{len(compiled.asm['cubin'])} bytes")


def compile_all(loss, dtypes):
    """Value, gradient, the elements' and what runs in backward."""
    for dtype in dtypes:
        x, t = draw(loss, n=64)
        x, t = x.to(dtype), t.to(dtype) if t.is_floating_point() else t
        call = fused.bind(loss, x, t, fused.Request("mean", None, {}))
        call.value()
        gradient = call.value_and_gradient()[1]
        call.gradient_by(torch.ones(()), gradient)
        weight, mask = torch.ones(t.shape[:1]), torch.ones(t.shape[:1], dtype=torch.bool)
        call = fused.bind(loss, x, t, fused.Request("none", None, {"weight": weight, "mask": mask}))
        call.elements()
        call.slopes(weight)


if __name__ == "__main__":
    DeviceCall.launch = compile_instead
    dispatch.TRITON_ON_CPU = True
    names = sys.argv[1:]
    dtypes = (torch.float32, torch.bfloat16, torch.float64) if names else (torch.bfloat16,)
    every = [x for x in (*CATALOGUE, *USERS) if hasattr(type(x), "formula")]
    for loss in [x for x in every if type(x).__name__ in names or names == ["all"]] or ONE_OF_EACH_KIND:
        print(repr(loss))
        try:
            compile_all(loss, dtypes)
            if loss.HAS_CLASSES:
                rows.Rows.__init__.__defaults__ = (2, 16)
                compile_all(loss, dtypes)
                rows.Rows.__init__.__defaults__ = (rows.IN_REGISTERS, rows.BLOCK)
        except NoKernel as reason:
            print(reason)
