# The diffusion transformer of HunyuanVideo (arXiv:2412.03603): mathematics only, no state.
#
# Letters: B samples (1), S image tokens, L text tokens, D width, d width of a head, M width of the MLP.
# Weights come as one dictionary for each block, under the checkpoint's names within the block.

class Projected(NamedTuple):
  q : Tensor   # (B, L, heads, d)
  k : Tensor
  v : Tensor

def sinusoid(value: Tensor, width: int) -> Tensor:
  """Sinusoidal embedding of numbers (B), float32: cosines, then sines, (B, width).

  At t = 1000 the last bit of a frequency is seen. So the exponents are rounded as in the official code, and the exponential, whose last bit differs between
  versions and devices in float32, is computed in float64."""
  half = width // 2
  exponents = torch.arange(half, dtype=6, device=value.device) * -9.210340371976184 / half
  angles = value.to(6).unsqueeze(1) * torch.exp(exponents.to(7)).to(6)
  return torch.cat([torch.cos(angles), torch.sin(angles)], 1)

def modulation(vec: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  """The conditioning vector (1, D) to shifts, scales and gates in a row, (n * D)."""
  return torch.flatten(__torch__.lib.linear(torch.silu(vec), w, name))

def modulated_norm(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
  """Layer norm without parameters, then x * (1 + scale) + shift; which is what a layer norm does with its weight and bias."""
  return torch.layer_norm(x, [x.shape[-1]], 1 + scale, shift, 1e-6)

def gated(x: Tensor, gate: Tensor, y: Tensor) -> Tensor:
  """x + gate * y."""
  return torch.addcmul(x, gate, y)

def mlp(x: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  return __torch__.lib.linear(torch.gelu(__torch__.lib.linear(x, w, name + ".fc1"), approximate="tanh"), w, name + ".fc2")

def rotate(x: Tensor, rotation: Tensor) -> Tensor:
  """Rotary position embedding in float32: neighbours (x0, x1), (x2, x3), … are complex numbers, turned by rotation (L, d / 2)."""
  batch, length, heads, width = x.shape
  turned = torch.view_as_complex(x.to(6).reshape([batch, length, heads, -1, 2])) * rotation.unsqueeze(1)
  return torch.flatten(torch.view_as_real(turned), 3).to(x.dtype)

def project(qkv: Tensor, w: Dict[str, Tensor], names: str, heads: int) -> __torch__.Projected:
  """Splits (B, L, 3 D) into queries, keys and values, and normalises the first two over each head."""
  batch, length, width = qkv.shape
  q, k, v = qkv.view([batch, length, 3, heads, -1]).unbind(2)
  return __torch__.Projected(__torch__.lib.rms_norm(q, w[names + "q_norm.weight"], 1e-6), __torch__.lib.rms_norm(k, w[names + "k_norm.weight"], 1e-6), v)

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # -- positions --------------------------------------------------------------------------------------------------------------------

  def rotation(self, grid: List[int], widths: List[int], theta: float, rescale: float, interpolation: float, device: str) -> Tensor:
    """Turns of each token of a grid (frames, rows, columns), columns fastest: complex (S, d / 2). `widths` are the axes' shares of d."""
    axes : List[Tensor] = []
    for axis in range(3):
      width = widths[axis]
      base = theta
      if rescale != 1.0:
        base = theta * rescale ** (width / (width - 2))
      frequencies = 1.0 / torch.pow(base, torch.arange(0, width, 2, dtype=6) / width)
      angles = torch.outer(torch.arange(grid[axis], dtype=6) * interpolation, frequencies)
      shape = [1, 1, 1, -1]
      shape[axis] = grid[axis]
      axes.append(angles.view(shape).expand([grid[0], grid[1], grid[2], -1]))
    angles = torch.flatten(torch.cat(axes, 3), 0, 2)
    return torch.polar(torch.ones_like(angles), angles).to(torch.device(device))

  def rotate(self, x: Tensor, rotation: Tensor) -> Tensor:
    return __torch__.rotate(x, rotation)

  # -- conditioning -----------------------------------------------------------------------------------------------------------------

  def guidance_value(self, scale: float, type: int, device: str) -> Tensor:
    """What the model is given for an embedded guidance scale, (1): a thousand times the scale, computed in the model's type as the official code does. In bf16, 6.0 becomes 6016."""
    return torch.full([1], scale, dtype=6, device=torch.device(device)).to(type) * 1000

  def sinusoid(self, value: Tensor, width: int) -> Tensor:
    return __torch__.sinusoid(value, width)

  def embed_value(self, value: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
    """A time or a guidance value (1) to (1, D)."""
    x = __torch__.sinusoid(value, 256).to(w[name + ".0.weight"].dtype)
    return __torch__.lib.linear(torch.silu(__torch__.lib.linear(x, w, name + ".0")), w, name + ".2")

  def embed_pooled(self, pooled: Tensor, w: Dict[str, Tensor]) -> Tensor:
    """CLIP's pooled embedding (1, P) to (1, D)."""
    return __torch__.lib.linear(torch.silu(__torch__.lib.linear(pooled, w, "in_layer")), w, "out_layer")

  def add(self, x: Tensor, y: Tensor) -> Tensor:
    return x + y

  # -- text -------------------------------------------------------------------------------------------------------------------------

  def project_text(self, text: Tensor, w: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
    """The text encoder's states (1, L, C), float32, to tokens (1, L, D), and their mean to a vector (1, D). The same at every step."""
    type = w["input_embedder.weight"].dtype
    pooled = text.mean([1]).to(type)
    vector = __torch__.lib.linear(torch.silu(__torch__.lib.linear(pooled, w, "c_embedder.linear_1")), w, "c_embedder.linear_2")
    return __torch__.lib.linear(text.to(type), w, "input_embedder"), vector

  def refine_text(self, x: Tensor, vec: Tensor, w: Dict[str, Tensor], heads: int) -> Tensor:
    """One block of the token refiner: x (1, L, D), vec (1, D)."""
    attention_gate, mlp_gate = torch.chunk(__torch__.modulation(vec, w, "adaLN_modulation.1"), 2)
    batch, length, width = x.shape
    qkv = __torch__.lib.linear(__torch__.lib.layer_norm(x, w, "norm1", 1e-6), w, "self_attn_qkv")
    q, k, v = qkv.view([batch, length, 3, heads, -1]).permute([2, 0, 3, 1, 4]).unbind(0)
    attended = __torch__.lib.merge_heads(torch.scaled_dot_product_attention(q, k, v))
    x = __torch__.gated(x, attention_gate, __torch__.lib.linear(attended, w, "self_attn_proj"))
    hidden = torch.silu(__torch__.lib.linear(__torch__.lib.layer_norm(x, w, "norm2", 1e-6), w, "mlp.fc1"))
    return __torch__.gated(x, mlp_gate, __torch__.lib.linear(hidden, w, "mlp.fc2"))

  # -- image tokens -----------------------------------------------------------------------------------------------------------------

  def embed_patches(self, latents: Tensor, w: Dict[str, Tensor]) -> Tensor:
    """Latents (1, C, T, H, W) to tokens (1, T * H/2 * W/2, D): each token is a patch of 1 x 2 x 2."""
    batch, channels, frames, height, width = latents.shape
    patches = latents.view([batch, channels, frames, height // 2, 2, width // 2, 2]).permute([0, 2, 3, 5, 1, 4, 6])
    patches = patches.reshape([batch, -1, channels * 4]).to(w["proj.weight"].dtype)
    return __torch__.lib.linear(patches, w, "proj")

  def final_layer(self, tokens: Tensor, vec: Tensor, w: Dict[str, Tensor], grid: List[int]) -> Tensor:
    """Tokens (1, S, D) to a prediction (1, C, T, H, W), float32; `grid` is (T, H/2, W/2)."""
    shift, scale = torch.chunk(__torch__.modulation(vec, w, "adaLN_modulation.1"), 2)
    patches = __torch__.lib.linear(__torch__.modulated_norm(tokens, shift, scale), w, "linear")
    pixels = patches.view([grid[0], grid[1], grid[2], -1, 2, 2]).permute([3, 0, 1, 4, 2, 5])
    return pixels.reshape([1, -1, grid[0], grid[1] * 2, grid[2] * 2]).to(6)

  def join(self, image: Tensor, text: Tensor) -> Tensor:
    """Image tokens, then text tokens."""
    return torch.cat([image, text], 1)

  def image_tokens(self, tokens: Tensor, count: int) -> Tensor:
    return tokens[:, :count]

  # -- blocks -----------------------------------------------------------------------------------------------------------------------

  def attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Softmax attention of all tokens to all tokens, (B, heads, L, d)."""
    return torch.scaled_dot_product_attention(q, k, v)

  def double_block_modulation(self, vec: Tensor, w: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
    """Shift, scale and gate of attention, then of the MLP, (6 D), for the image stream and for the text stream."""
    return __torch__.modulation(vec, w, "img_mod.linear"), __torch__.modulation(vec, w, "txt_mod.linear")

  def double_block_qkv(self, image: Tensor, text: Tensor, image_mod: Tensor, text_mod: Tensor, w: Dict[str, Tensor], rotation: Tensor, heads: int) -> Tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values (B, heads, S + L, d) of both streams of a double-stream block."""
    i = self.stream_qkv(image, image_mod, w, "img", heads)
    t = self.stream_qkv(text, text_mod, w, "txt", heads)
    q = torch.cat([__torch__.rotate(i.q, rotation), t.q], 1).transpose(1, 2)
    k = torch.cat([__torch__.rotate(i.k, rotation), t.k], 1).transpose(1, 2)
    v = torch.cat([i.v, t.v], 1).transpose(1, 2)
    return q, k, v

  def stream_qkv(self, x: Tensor, mod: Tensor, w: Dict[str, Tensor], name: str, heads: int) -> __torch__.Projected:
    shift, scale, gate, mlp_shift, mlp_scale, mlp_gate = torch.chunk(mod, 6)
    h = __torch__.modulated_norm(x, shift, scale)
    return __torch__.project(__torch__.lib.linear(h, w, name + "_attn_qkv"), w, name + "_attn_", heads)

  def double_block_out(self, image: Tensor, text: Tensor, attended: Tensor, image_mod: Tensor, text_mod: Tensor, w: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
    """Both streams after attention; `attended` is (B, heads, S + L, d)."""
    merged = __torch__.lib.merge_heads(attended)
    count = image.shape[1]
    return self.stream_out(image, merged[:, :count], image_mod, w, "img"), self.stream_out(text, merged[:, count:], text_mod, w, "txt")

  def stream_out(self, x: Tensor, attended: Tensor, mod: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
    shift, scale, gate, mlp_shift, mlp_scale, mlp_gate = torch.chunk(mod, 6)
    x = __torch__.gated(x, gate, __torch__.lib.linear(attended, w, name + "_attn_proj"))
    return __torch__.gated(x, mlp_gate, __torch__.mlp(__torch__.modulated_norm(x, mlp_shift, mlp_scale), w, name + "_mlp"))

  def double_block(self, image: Tensor, text: Tensor, vec: Tensor, w: Dict[str, Tensor], rotation: Tensor, heads: int) -> Tuple[Tensor, Tensor]:
    """Image (B, S, D) and text tokens (B, L, D) attend to each other; each stream has weights of its own."""
    image_mod, text_mod = self.double_block_modulation(vec, w)
    q, k, v = self.double_block_qkv(image, text, image_mod, text_mod, w, rotation, heads)
    return self.double_block_out(image, text, self.attend(q, k, v), image_mod, text_mod, w)

  def single_block_modulation(self, vec: Tensor, w: Dict[str, Tensor]) -> Tensor:
    """Shift, scale and gate, (3 D)."""
    return __torch__.modulation(vec, w, "modulation.linear")

  def single_block_qkv(self, tokens: Tensor, mod: Tensor, w: Dict[str, Tensor], rotation: Tensor, heads: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """Queries, keys, values (B, heads, S + L, d) and the MLP's input (B, S + L, M) of a single-stream block. The first tokens, as many as have a rotation, are image tokens."""
    shift, scale, gate = torch.chunk(mod, 3)
    u = __torch__.lib.linear(__torch__.modulated_norm(tokens, shift, scale), w, "linear1")
    width = tokens.shape[2]
    p = __torch__.project(u[:, :, :3 * width], w, "", heads)
    count = rotation.shape[0]
    q = torch.cat([__torch__.rotate(p.q[:, :count], rotation), p.q[:, count:]], 1).transpose(1, 2)
    k = torch.cat([__torch__.rotate(p.k[:, :count], rotation), p.k[:, count:]], 1).transpose(1, 2)
    return q, k, p.v.transpose(1, 2), u[:, :, 3 * width:]

  def single_block_out(self, tokens: Tensor, attended: Tensor, mlp: Tensor, mod: Tensor, w: Dict[str, Tensor]) -> Tensor:
    """The tokens after attention (B, heads, S + L, d) and MLP, which run side by side (arXiv:2302.05442)."""
    shift, scale, gate = torch.chunk(mod, 3)
    both = torch.cat([__torch__.lib.merge_heads(attended), torch.gelu(mlp, approximate="tanh")], 2)
    return __torch__.gated(tokens, gate, __torch__.lib.linear(both, w, "linear2"))

  def single_block(self, tokens: Tensor, vec: Tensor, w: Dict[str, Tensor], rotation: Tensor, heads: int) -> Tensor:
    """Image and text tokens (B, S + L, D) share one set of weights."""
    mod = self.single_block_modulation(vec, w)
    q, k, v, mlp = self.single_block_qkv(tokens, mod, w, rotation, heads)
    return self.single_block_out(tokens, self.attend(q, k, v), mlp, mod, w)
