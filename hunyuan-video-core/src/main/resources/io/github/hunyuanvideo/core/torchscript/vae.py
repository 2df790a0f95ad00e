# The causal 3D VAE of HunyuanVideo (arXiv:2412.03603, section 3): mathematics only, no state.
#
# Letters: B samples (1), C channels, T frames, H and W height and width. Weights come as one dictionary for each layer.

def convolve(x: Tensor, kernel: Tensor, bias: Tensor, stride: List[int]) -> Tensor:
  """Convolution without padding, (B, C, T, H, W).

  Not conv3d, since that rounds float32 to the 10 bits of TF32 on NVIDIA GPUs. The last argument forbids it; other types and the CPU give the same bits."""
  return torch._convolution(x, kernel, bias, stride, [0, 0, 0], [1, 1, 1], False, [0, 0, 0], 1, False, False, True, False)

def causal_convolution(x: Tensor, w: Dict[str, Tensor], name: str, stride: List[int]) -> Tensor:
  """Convolution in time and space that sees no later frame: edges are repeated, in time only in front. (B, C, T, H, W)."""
  kernel = w[name + ".weight"]
  around = kernel.shape[4] // 2
  if around > 0:
    x = torch.replication_pad3d(x, [around, around, around, around, 2 * around, 0])
  return __torch__.convolve(x, kernel, w[name + ".bias"], stride)

def norm(x: Tensor, w: Dict[str, Tensor], name: str, groups: int) -> Tensor:
  """Group norm over all frames of a tile."""
  return torch.group_norm(x, groups, w[name + "weight"], w[name + "bias"], 1e-6)

def repeat(x: Tensor, frames: int) -> Tensor:
  """Nearest-neighbour enlargement: each frame `frames` times, each row and column twice."""
  batch, channels, length, height, width = x.shape
  wide = x.view([batch, channels, length, 1, height, 1, width, 1]).expand([batch, channels, length, frames, height, 2, width, 2])
  return wide.reshape([batch, channels, length * frames, height * 2, width * 2])

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def convolution(self, x: Tensor, w: Dict[str, Tensor], stride: List[int]) -> Tensor:
    """A causal convolution; with stride (st, 2, 2) it halves the picture."""
    return __torch__.causal_convolution(x, w, "conv", stride)

  def pointwise(self, x: Tensor, w: Dict[str, Tensor]) -> Tensor:
    """A convolution with a kernel of 1 x 1 x 1."""
    return __torch__.convolve(x, w["weight"], w["bias"], [1, 1, 1])

  def residual_block(self, x: Tensor, w: Dict[str, Tensor], groups: int) -> Tensor:
    """Two norms, activations and convolutions beside a shortcut, (B, C, T, H, W) to (B, C', T, H, W)."""
    h = __torch__.causal_convolution(torch.silu(__torch__.norm(x, w, "norm1.", groups)), w, "conv1.conv", [1, 1, 1])
    h = __torch__.causal_convolution(torch.silu(__torch__.norm(h, w, "norm2.", groups)), w, "conv2.conv", [1, 1, 1])
    if "conv_shortcut.conv.weight" in w:
      x = __torch__.causal_convolution(x, w, "conv_shortcut.conv", [1, 1, 1])
    return x + h

  def attention(self, x: Tensor, w: Dict[str, Tensor], groups: int) -> Tensor:
    """Each pixel attends to all pixels of its own and of earlier frames: (B, C, T, H, W). Frame by frame, so that no mask is needed."""
    batch, channels, frames, height, width = x.shape
    pixels = height * width
    h = torch.flatten(__torch__.norm(x, w, "group_norm.", groups), 2).transpose(1, 2)
    q = __torch__.lib.linear(h, w, "to_q").unsqueeze(1)
    k = __torch__.lib.linear(h, w, "to_k").unsqueeze(1)
    v = __torch__.lib.linear(h, w, "to_v").unsqueeze(1)
    attended : List[Tensor] = []
    for frame in range(frames):
      seen = (frame + 1) * pixels
      attended.append(torch.scaled_dot_product_attention(q[:, :, frame * pixels:seen], k[:, :, :seen], v[:, :, :seen]))
    out = __torch__.lib.linear(torch.cat(attended, 2).squeeze(1), w, "to_out.0")
    return x + out.transpose(1, 2).view(x.shape)

  def upsample(self, x: Tensor, w: Dict[str, Tensor], frames: int) -> Tensor:
    """Doubles the picture, and makes `frames` of every frame but the first, which stands alone; then a convolution."""
    first = __torch__.repeat(x[:, :, :1], 1)
    if x.shape[2] > 1:
      first = torch.cat([first, __torch__.repeat(x[:, :, 1:], frames)], 2)
    return __torch__.causal_convolution(first, w, "conv", [1, 1, 1])

  def norm_and_activation(self, x: Tensor, w: Dict[str, Tensor], groups: int) -> Tensor:
    return torch.silu(__torch__.norm(x, w, "", groups))

  def mean(self, moments: Tensor) -> Tensor:
    """The first half of the channels, (B, C, T, H, W)."""
    return torch.chunk(moments, 2, 1)[0]

  def log_variance(self, moments: Tensor) -> Tensor:
    """The second half of the channels, within the official bounds."""
    return torch.clamp(torch.chunk(moments, 2, 1)[1], -30.0, 20.0)

  def sample(self, moments: Tensor, noise: Tensor) -> Tensor:
    """A draw from the distribution over latents."""
    return self.mean(moments) + torch.exp(0.5 * self.log_variance(moments)) * noise

  def blend(self, before: Tensor, tile: Tensor, axis: int, extent: int) -> Tensor:
    """A tile whose first entries on an axis fade in from the last ones of the tile before it."""
    width = min(before.shape[axis], tile.shape[axis], extent)
    if width == 0:
      return tile
    shape = [1, 1, 1, 1, 1]
    shape[axis] = width
    share = (torch.arange(width, dtype=7) / width).view(shape)
    old = torch.slice(before, axis, before.shape[axis] - width, before.shape[axis]).to(6)
    new = torch.slice(tile, axis, 0, width).to(6)
    faded = old * (1 - share).to(6).to(tile.device) + new * share.to(6).to(tile.device)
    return torch.cat([faded.to(tile.dtype), torch.slice(tile, axis, width, tile.shape[axis])], axis)
