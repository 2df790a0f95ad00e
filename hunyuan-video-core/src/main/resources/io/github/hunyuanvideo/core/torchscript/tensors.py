# Functions on tensors that no model has for its own.

def seeded(seed: int, where: Device) -> Optional[Generator]:
  """A generator of its own on the CPU. TorchScript can make none for other devices (torch/csrc/jit/runtime/vararg_functions.cpp): there every device's default generator is seeded, and None stands for it."""
  if where.type == "cpu":
    return torch.Generator(device=where, seed=seed)
  torch.manual_seed(seed)
  return None

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def none(self) -> Optional[Tensor]:
    return None

  def scalar_type(self, x: Tensor) -> int:
    return x.dtype

  def cast(self, x: Tensor, type: int) -> Tensor:
    return x.to(type)

  def copy(self, x: Tensor, device: str) -> Tensor:
    return torch.to(x, torch.device(device), x.dtype, False, True)

  def place(self, x: Tensor, device: str, type: int) -> Tensor:
    return torch.to(x, torch.device(device), type).contiguous()

  def on_device(self, x: Tensor, device: str) -> Tensor:
    return torch.to(x, torch.device(device), x.dtype)

  def flat_floats(self, x: Tensor) -> Tensor:
    return torch.flatten(torch.to(x, torch.device("cpu"), 6).contiguous())

  def contiguous_on_host(self, x: Tensor) -> Tensor:
    return torch.to(x, torch.device("cpu"), x.dtype).contiguous()

  def slice(self, x: Tensor, axis: int, start: int, end: int) -> Tensor:
    return torch.slice(x, axis, start, end)

  def concatenate(self, parts: List[Tensor], axis: int) -> Tensor:
    return torch.cat(parts, axis)

  def map_file(self, path: str, elements: int, type: int) -> Tensor:
    return torch.from_file(path, False, elements, dtype=type)

  def strided(self, flat: Tensor, shape: List[int], strides: List[int], offset: int) -> Tensor:
    return torch.as_strided(flat, shape, strides, offset)

  def reinterpret(self, bytes: Tensor, type: int) -> Tensor:
    return torch.view_copy(torch.clone(bytes), dtype=type)

  def normal(self, shape: List[int], seed: int, type: int, device: str) -> Tensor:
    where = torch.device(device)
    return torch.randn(shape, generator=__torch__.seeded(seed, where), dtype=type, layout=0, device=where)
