package io.github.hunyuanvideo.core.checkpoint;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes pickles by hand, possible ones and impossible ones; protocol 2 unless said otherwise. */
final class PickleBytes {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  PickleBytes() {
    this(2);
  }

  PickleBytes(int protocol) {
    raw(0x80, protocol);
  }

  PickleBytes raw(int... values) {
    for (int value : values) {
      bytes.write(value);
    }
    return this;
  }

  PickleBytes op(char opcode) {
    return raw(opcode);
  }

  PickleBytes op(char opcode, int times) {
    for (int i = 0; i < times; i++) {
      op(opcode);
    }
    return this;
  }

  PickleBytes ascii(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  PickleBytes littleEndian(long value, int width) {
    bytes.write(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), 0, width);
    return this;
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X').littleEndian(utf8.length, 4);
    bytes.writeBytes(utf8);
    return this;
  }

  PickleBytes whole(long value) {
    if (value == (int) value) {
      return op('J').littleEndian(value, 4);
    }
    return raw(0x8a, 8).littleEndian(value, 8);
  }

  PickleBytes big(BigInteger value) {
    byte[] bigEndian = value.toByteArray();
    raw(0x8a, bigEndian.length);
    for (int i = bigEndian.length - 1; i >= 0; i--) {
      raw(bigEndian[i]);
    }
    return this;
  }

  PickleBytes global(String module, String name) {
    return ascii("c" + module + "\n" + name + "\n");
  }

  /** A call of a global without arguments. */
  PickleBytes call(String module, String name) {
    return global(module, name).ascii(")R");
  }

  PickleBytes wholes(List<Long> values) {
    op('(');
    values.forEach(this::whole);
    return op('t');
  }

  PickleBytes storage(String type, String key, long elements) {
    return op('(')
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cpu")
        .whole(elements)
        .ascii("tQ");
  }

  /** A view of a storage of float32. */
  PickleBytes tensor(String key, long elements, long offset, List<Long> shape, List<Long> strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .op('(')
        .storage("FloatStorage", key, elements)
        .whole(offset)
        .wholes(shape)
        .wholes(strides)
        .raw(0x89)
        .call("collections", "OrderedDict")
        .ascii("tR");
  }

  /** The pickle, with its end. */
  byte[] stop() {
    op('.');
    return bytes.toByteArray();
  }

  /** What was written so far, without an end. */
  byte[] unfinished() {
    return bytes.toByteArray();
  }
}
