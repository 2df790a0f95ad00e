package io.github.hunyuanvideo.core.torch;

import ai.djl.ndarray.types.DataType;
import io.github.hunyuanvideo.api.Precision;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The element types that tensors and checkpoints have, with PyTorch's number for each ({@code
 * c10/core/ScalarType.h}).
 *
 * <p>DJL knows only some of them; the others must never be handed to a DJL call that passes a type
 * along.
 */
public enum ScalarType {
  UINT8(0, 1, "U8", DataType.UINT8),
  INT8(1, 1, "I8", DataType.INT8),
  INT16(2, 2, "I16", null),
  INT32(3, 4, "I32", DataType.INT32),
  INT64(4, 8, "I64", DataType.INT64),
  FLOAT16(5, 2, "F16", DataType.FLOAT16),
  FLOAT32(6, 4, "F32", DataType.FLOAT32),
  FLOAT64(7, 8, "F64", DataType.FLOAT64),
  BOOL(11, 1, "BOOL", DataType.BOOLEAN),
  BFLOAT16(15, 2, "BF16", null),
  FLOAT8_E5M2(23, 1, "F8_E5M2", null),
  FLOAT8_E4M3FN(24, 1, "F8_E4M3", null);

  private final int code;
  private final int bytes;
  private final String safetensorsName;
  private final @Nullable DataType djlType;

  ScalarType(int code, int bytes, String safetensorsName, @Nullable DataType djlType) {
    this.code = code;
    this.bytes = bytes;
    this.safetensorsName = safetensorsName;
    this.djlType = djlType;
  }

  /** PyTorch's number for this type, which TorchScript takes as a {@code dtype} argument. */
  public int code() {
    return code;
  }

  /** The size of one element. */
  public int bytes() {
    return bytes;
  }

  /** The name in a safetensors header. */
  public String safetensorsName() {
    return safetensorsName;
  }

  /** Whether this is one of the floating-point types. */
  public boolean isFloatingPoint() {
    return switch (this) {
      case FLOAT16, FLOAT32, FLOAT64, BFLOAT16, FLOAT8_E5M2, FLOAT8_E4M3FN -> true;
      case UINT8, INT8, INT16, INT32, INT64, BOOL -> false;
    };
  }

  /** Whether DJL has this type, so that an array of it may leave this package. */
  public boolean isKnownToDjl() {
    return djlType != null;
  }

  /** The type with that PyTorch number. */
  static ScalarType ofCode(long code) {
    return Arrays.stream(values())
        .filter(type -> type.code == code)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("a tensor has the unknown element type " + code));
  }

  /** The type that DJL calls so; empty for its UNKNOWN. */
  static Optional<ScalarType> ofDjl(DataType djlType) {
    return Arrays.stream(values()).filter(type -> type.djlType == djlType).findFirst();
  }

  /** The type with that name in a safetensors header; empty if there is none. */
  public static Optional<ScalarType> ofSafetensorsName(String name) {
    return Arrays.stream(values()).filter(type -> type.safetensorsName.equals(name)).findFirst();
  }

  /** The element type of a precision. */
  public static ScalarType of(Precision precision) {
    return switch (precision) {
      case FP32 -> FLOAT32;
      case FP16 -> FLOAT16;
      case BF16 -> BFLOAT16;
    };
  }
}
