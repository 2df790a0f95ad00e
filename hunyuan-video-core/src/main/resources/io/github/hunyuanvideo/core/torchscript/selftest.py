# Each function runs operators on tiny tensors and tells whether the numbers are right.

def near(x: Tensor, expected: List[float]) -> bool:
  wanted = torch.tensor(expected)
  return bool(torch.allclose(torch.flatten(torch.to(x, torch.device("cpu"), 6)), wanted, 0.01, 0.001))

def row(values: List[float], shape: List[int], type: int, device: str) -> Tensor:
  return torch.to(torch.tensor(values), torch.device(device), type).view(shape)

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def linear_bf16(self, device: str) -> bool:
    x = __torch__.row([1., 2., 3., 4.], [2, 2], 15, device)
    w = {"w.weight": __torch__.row([1., 0., 1., 1.], [2, 2], 15, device), "w.bias": __torch__.row([0., 10.], [2], 15, device)}
    return __torch__.near(__torch__.lib.linear(x, w, "w"), [1., 13., 3., 17.])

  def attention(self, device: str) -> bool:
    q = __torch__.row([0., 0., 0., 0.], [1, 1, 2, 2], 15, device)
    v = __torch__.row([1., 2., 3., 4.], [1, 1, 2, 2], 15, device)
    causal = torch.scaled_dot_product_attention(q, q, v, None, 0., True)
    return __torch__.near(torch.scaled_dot_product_attention(q, q, v), [2., 3., 2., 3.]) and __torch__.near(causal, [1., 2., 2., 3.])

  def norms(self, device: str) -> bool:
    x = __torch__.row([1., 3.], [1, 2], 15, device)
    one = __torch__.row([1., 1.], [2], 15, device)
    return __torch__.near(torch.layer_norm(x, [2], one, one, 1e-6), [0., 2.]) and __torch__.near(__torch__.lib.rms_norm(x, one, 1e-6), [0.447, 1.342])

  def group_norm(self, device: str) -> bool:
    x = __torch__.row([1., 3., 5., 9.], [1, 4, 1, 1, 1], 6, device)
    one = __torch__.row([1., 1., 1., 1.], [4], 6, device)
    return __torch__.near(torch.group_norm(x, 2, one, one, 1e-6), [0., 2., 0., 2.])

  def convolution(self, device: str) -> bool:
    x = __torch__.row([1., 2.], [1, 1, 2, 1, 1], 15, device)
    padded = torch.replication_pad3d(x, [1, 1, 1, 1, 2, 0])
    kernel = torch.ones([1, 1, 3, 3, 3], dtype=15, device=torch.device(device))
    return __torch__.near(torch.conv3d(padded, kernel), [27., 36.])

  def upsampling(self, device: str) -> bool:
    x = __torch__.row([1., 2.], [1, 1, 2, 1, 1], 6, device)
    return __torch__.near(torch.upsample_nearest3d(x, [4, 1, 1]), [1., 1., 2., 2.])

  def activations(self, device: str) -> bool:
    x = __torch__.row([-2., 3.], [2], 15, device)
    return __torch__.near(torch.gelu(x, approximate="tanh"), [-0.0454, 2.9964]) and __torch__.near(torch.silu(x), [-0.2384, 2.8577])

  def rotation(self, device: str) -> bool:
    x = torch.view_as_complex(__torch__.row([1., 2.], [1, 2], 6, device))
    turn = torch.complex(__torch__.row([0.], [1], 6, device), __torch__.row([1.], [1], 6, device))
    return __torch__.near(torch.view_as_real(x * turn), [-2., 1.])

  def float8(self, device: str) -> bool:
    x = __torch__.row([1.0, 0.3, -448.], [3], 6, device)
    return __torch__.near(x.to(24).to(6), [1.0, 0.3125, -448.])

  def noise(self, device: str) -> bool:
    where = torch.device(device)
    generator : Optional[Generator] = None
    if where.type == "cpu":
      generator = torch.Generator(device=where, seed=42)
    x = torch.randn([64], generator=generator, dtype=6, layout=0, device=where)
    return bool(torch.isfinite(x).all()) and float(x.std()) > 0.5
