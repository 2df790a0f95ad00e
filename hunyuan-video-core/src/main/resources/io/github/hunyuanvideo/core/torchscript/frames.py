# From the decoder's numbers to pixels.

def unit(frames: Tensor) -> Tensor:
  """-1 … 1 to 0 … 1."""
  return torch.clamp(frames / 2 + 0.5, 0.0, 1.0)

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def unscaled(self, latents: Tensor, scale: float, shift: float) -> Tensor:
    """The transformer's latents on the VAE's own scale."""
    x = latents / scale
    if shift != 0.0:
      x = x + shift
    return x

  def bytes(self, frames: Tensor) -> Tensor:
    """Frames (1, 3, n, H, W), nominally -1 to 1, to bytes (n, H, W, 3). Truncated, not rounded, as in the official code."""
    return (__torch__.unit(frames[0]) * 255).permute([1, 2, 3, 0]).to(0).contiguous()

  def floats(self, frames: Tensor) -> Tensor:
    """Frames (1, 3, n, H, W) to (3, n, H, W), 0 to 1."""
    return __torch__.unit(frames[0]).contiguous()
