# What several models share. TorchScript source: programs call these functions as __torch__.lib.name(…).
# Types are PyTorch's numbers: float16 5, float32 6, bfloat16 15.

def linear(x: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  """x (…, in) times the matrix `name`.weight (out, in), plus `name`.bias (out) if there is one. A kernel (out, …) counts as a matrix of its flattened rows.

  The only place that multiplies by a weight matrix."""
  bias : Optional[Tensor] = None
  if name + ".bias" in w:
    bias = w[name + ".bias"]
  return torch.linear(x, torch.flatten(w[name + ".weight"], 1), bias)

def layer_norm(x: Tensor, w: Dict[str, Tensor], name: str, epsilon: float) -> Tensor:
  """Layer norm over the last axis with `name`.weight and `name`.bias; statistics in float32."""
  return torch.layer_norm(x, [x.shape[-1]], w[name + ".weight"], w[name + ".bias"], epsilon)

def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
  """Root mean square norm over the last axis: statistics in float32, the product with the weight in x's type."""
  wide = x.to(6)
  return (wide * torch.rsqrt((wide * wide).mean([-1], True) + epsilon)).to(x.dtype) * weight

def split_heads(x: Tensor, heads: int) -> Tensor:
  """(B, L, heads * d) to (B, heads, L, d)."""
  batch, length, width = x.shape
  return x.view([batch, length, heads, -1]).transpose(1, 2)

def merge_heads(x: Tensor) -> Tensor:
  """(B, heads, L, d) to (B, L, heads * d)."""
  return torch.flatten(x.transpose(1, 2), 2)
