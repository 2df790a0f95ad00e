# How the predictions of two branches become one.

def spread(x: Tensor) -> Tensor:
  """Standard deviation of each sample, unbiased, over all axes but the first."""
  return torch.std(x, [1, 2, 3, 4], correction=1, keepdim=True)

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def combine(self, negative: Tensor, positive: Tensor, scale: float, type: int) -> Tensor:
    """Classifier-free guidance (arXiv:2207.12598): from the negative prediction towards and beyond the positive one. Computed in the model's type, each operation rounded, as the official code does; float32 in and out."""
    u = negative.to(type)
    return (u + scale * (positive.to(type) - u)).to(6)

  def rescale(self, guided: Tensor, positive: Tensor, share: float, type: int) -> Tensor:
    """Brings the guided prediction's spread back towards that of the positive one (arXiv:2305.08891, section 3.4)."""
    v = guided.to(type)
    restored = v * (__torch__.spread(positive.to(type)) / __torch__.spread(v))
    return (share * restored + (1 - share) * v).to(6)
