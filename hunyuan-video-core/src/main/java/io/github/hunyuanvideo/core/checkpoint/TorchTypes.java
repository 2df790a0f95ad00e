package io.github.hunyuanvideo.core.checkpoint;

import static java.util.Map.entry;

import io.github.hunyuanvideo.core.torch.ScalarType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The names by which pickles of PyTorch speak of element types and storages. */
final class TorchTypes {

  /** A storage of bytes; what they mean is said by each tensor. */
  private static final Set<String> UNTYPED_STORAGES =
      Set.of("torch.storage.UntypedStorage", "torch.UntypedStorage");

  private static final Map<String, ScalarType> STORAGES =
      Map.of(
          "torch.FloatStorage", ScalarType.FLOAT32,
          "torch.DoubleStorage", ScalarType.FLOAT64,
          "torch.HalfStorage", ScalarType.FLOAT16,
          "torch.BFloat16Storage", ScalarType.BFLOAT16,
          "torch.LongStorage", ScalarType.INT64,
          "torch.IntStorage", ScalarType.INT32,
          "torch.ShortStorage", ScalarType.INT16,
          "torch.CharStorage", ScalarType.INT8,
          "torch.ByteStorage", ScalarType.UINT8,
          "torch.BoolStorage", ScalarType.BOOL);

  /** Types that PyTorch has and this library does not. */
  private static final Set<String> FOREIGN_STORAGES =
      Set.of(
          "torch.ComplexFloatStorage",
          "torch.ComplexDoubleStorage",
          "torch.QInt8Storage",
          "torch.QUInt8Storage",
          "torch.QInt32Storage",
          "torch.QUInt4x2Storage",
          "torch.QUInt2x4Storage");

  private static final Map<String, ScalarType> TYPES =
      Map.ofEntries(
          entry("torch.float32", ScalarType.FLOAT32),
          entry("torch.float", ScalarType.FLOAT32),
          entry("torch.float64", ScalarType.FLOAT64),
          entry("torch.double", ScalarType.FLOAT64),
          entry("torch.float16", ScalarType.FLOAT16),
          entry("torch.half", ScalarType.FLOAT16),
          entry("torch.bfloat16", ScalarType.BFLOAT16),
          entry("torch.int64", ScalarType.INT64),
          entry("torch.long", ScalarType.INT64),
          entry("torch.int32", ScalarType.INT32),
          entry("torch.int", ScalarType.INT32),
          entry("torch.int16", ScalarType.INT16),
          entry("torch.short", ScalarType.INT16),
          entry("torch.int8", ScalarType.INT8),
          entry("torch.uint8", ScalarType.UINT8),
          entry("torch.bool", ScalarType.BOOL),
          entry("torch.float8_e5m2", ScalarType.FLOAT8_E5M2),
          entry("torch.float8_e4m3fn", ScalarType.FLOAT8_E4M3FN));

  private static final Set<String> FOREIGN_TYPES =
      Set.of(
          "torch.uint16",
          "torch.uint32",
          "torch.uint64",
          "torch.complex32",
          "torch.complex64",
          "torch.complex128",
          "torch.float8_e4m3fnuz",
          "torch.float8_e5m2fnuz",
          "torch.float8_e8m0fnu",
          "torch.float4_e2m1fn_x2",
          "torch.qint8",
          "torch.quint8",
          "torch.qint32",
          "torch.quint4x2",
          "torch.quint2x4");

  private TorchTypes() {}

  static boolean isUntypedStorage(String global) {
    return UNTYPED_STORAGES.contains(global);
  }

  static boolean isStorage(String global) {
    return STORAGES.containsKey(global)
        || FOREIGN_STORAGES.contains(global)
        || isUntypedStorage(global);
  }

  static boolean isType(String global) {
    return TYPES.containsKey(global) || FOREIGN_TYPES.contains(global);
  }

  /** What the elements of a storage are; empty if it is untyped or no type of this library. */
  static Optional<ScalarType> ofStorage(String global) {
    return Optional.ofNullable(STORAGES.get(global));
  }

  /** The type of that name; empty if it is none of this library. */
  static Optional<ScalarType> ofType(String global) {
    return Optional.ofNullable(TYPES.get(global));
  }
}
