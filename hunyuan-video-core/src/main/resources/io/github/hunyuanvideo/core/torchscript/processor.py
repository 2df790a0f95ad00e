# What the processor can do. A file of its own, since natives without oneDNN cannot compile it.

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def computes_in_bf16(self) -> bool:
    return ops.mkldnn._is_mkldnn_bf16_supported()
