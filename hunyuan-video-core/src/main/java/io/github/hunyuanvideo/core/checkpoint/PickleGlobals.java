package io.github.hunyuanvideo.core.checkpoint;

import java.util.Set;

/**
 * The Python names that a checkpoint may use. Naming is all that a pickle can do here: nothing is
 * loaded or called. Yet any other name is refused, for a file that asks for it is either no
 * checkpoint, or meant to attack a reader that does call it.
 */
final class PickleGlobals {

  static final String ORDERED_DICT = "collections.OrderedDict";
  static final String DEFAULT_DICT = "collections.defaultdict";
  static final String SIZE = "torch.Size";
  static final String TENSOR_V2 = "torch._utils._rebuild_tensor_v2";
  static final String TENSOR_V3 = "torch._utils._rebuild_tensor_v3";
  static final String PARAMETER = "torch._utils._rebuild_parameter";
  static final String PARAMETER_WITH_STATE = "torch._utils._rebuild_parameter_with_state";

  /** A tensor to which Python code gave attributes. */
  static final String TENSOR_WITH_STATE = "torch._tensor._rebuild_from_type_v2";

  /** What tensors and the dictionaries around them are made of. */
  private static final Set<String> MEANINGFUL =
      Set.of(
          ORDERED_DICT,
          DEFAULT_DICT,
          SIZE,
          TENSOR_V2,
          TENSOR_V3,
          PARAMETER,
          PARAMETER_WITH_STATE,
          TENSOR_WITH_STATE);

  /** Tensors that have no place in a model that this library computes. */
  private static final Set<String> FOREIGN_TENSORS =
      Set.of(
          "torch._utils._rebuild_qtensor",
          "torch._utils._rebuild_sparse_tensor",
          "torch._utils._rebuild_meta_tensor_no_storage",
          "torch._utils._rebuild_nested_tensor",
          "torch.serialization._get_layout",
          "torch.storage.TypedStorage",
          "torch.per_tensor_affine",
          "torch.per_channel_affine",
          "torch.sparse_coo",
          "torch.sparse_csr",
          "torch.strided");

  /** What training scripts, DeepSpeed among them, leave beside the weights. */
  private static final Set<String> LEFT_BY_TRAINING =
      Set.of(
          "torch.Tensor",
          "torch.nn.parameter.Parameter",
          "torch.device",
          "torch.contiguous_format",
          "torch.preserve_format",
          "torch.channels_last",
          "argparse.Namespace",
          "types.SimpleNamespace",
          "collections.Counter",
          "collections.deque",
          "datetime.date",
          "datetime.datetime",
          "datetime.time",
          "datetime.timedelta",
          "datetime.timezone",
          "decimal.Decimal",
          "uuid.UUID",
          "pathlib.Path",
          "pathlib.PurePosixPath",
          "pathlib.PosixPath",
          "pathlib.PureWindowsPath",
          "pathlib.WindowsPath",
          "_codecs.encode",
          "deepspeed.runtime.fp16.loss_scaler.LossScaler",
          "deepspeed.runtime.fp16.loss_scaler.DynamicLossScaler",
          "deepspeed.runtime.zero.config.ZeroStageEnum",
          "deepspeed.utils.tensor_fragment.fragment_address",
          "deepspeed.utils.tensor_fragment.tensor_fragment");

  /** Some by the names that Python 2 had, as protocol 2 writes them. */
  private static final Set<String> BUILTIN_TYPES =
      Set.of(
          "bool",
          "bytearray",
          "bytes",
          "complex",
          "dict",
          "float",
          "frozenset",
          "int",
          "list",
          "long",
          "object",
          "range",
          "set",
          "slice",
          "str",
          "tuple",
          "unicode",
          "xrange");

  private static final Set<String> NUMPY =
      Set.of(
          "ndarray", "dtype", "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16",
          "uint32", "uint64", "float16", "float32", "float64");

  private static final Set<String> NUMPY_CORE =
      Set.of("multiarray.scalar", "multiarray._reconstruct");

  private PickleGlobals() {}

  /**
   * The name by which current Python knows what a pickle may call by an older or a private one.
   *
   * @param module as in the pickle
   * @param name as in the pickle
   */
  static String canonical(String module, String name) {
    String current =
        switch (module) {
          case "__builtin__" -> "builtins";
          case "numpy._core.multiarray" -> "numpy.core.multiarray";
          case "pathlib._local" -> "pathlib";
          default -> module;
        };
    return current + "." + name;
  }

  /** Whether a name may be used at all. */
  static boolean isAllowed(String global) {
    return MEANINGFUL.contains(global)
        || TorchTypes.isStorage(global)
        || TorchTypes.isType(global)
        || FOREIGN_TENSORS.contains(global)
        || LEFT_BY_TRAINING.contains(global)
        || isAmong(BUILTIN_TYPES, "builtins.", global)
        || isAmong(NUMPY_CORE, "numpy.core.", global)
        || isAmong(NUMPY, "numpy.", global);
  }

  private static boolean isAmong(Set<String> names, String module, String global) {
    return global.startsWith(module) && names.contains(global.substring(module.length()));
  }
}
