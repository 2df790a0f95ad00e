package io.github.hunyuanvideo.core.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A small damage to a file, or a small attack on it.
 *
 * @param kind what is done
 * @param place where, as a share of the file's length from 0 to 1
 * @param value what is written, where something is
 */
record Edit(Kind kind, double place, long value) {

  enum Kind {
    FLIP,
    INSERT,
    DELETE,
    TRUNCATE,
    SET_INT,
    SET_LONG
  }

  /** One to four edits; numbers are mostly those at which arithmetic breaks. */
  static Arbitrary<List<Edit>> several() {
    Arbitrary<Long> numbers =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.longs().between(0, 300),
            Arbitraries.of(
                -1L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                0x7fffffffL,
                0x80000000L,
                0xffffffffL,
                0xffffL,
                1L << 40));
    return Combinators.combine(
            Arbitraries.of(Kind.class), Arbitraries.doubles().between(0, 1).ofScale(5), numbers)
        .as(Edit::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  /** The bytes after these edits, one after the other. */
  static byte[] apply(List<Edit> edits, byte[] bytes) {
    byte[] edited = bytes;
    for (Edit edit : edits) {
      edited = edit.apply(edited);
    }
    return edited;
  }

  private byte[] apply(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = (int) Math.min(bytes.length - 1, Math.round(place * bytes.length));
    return switch (kind) {
      case FLIP -> overwritten(bytes, at, new byte[] {(byte) (bytes[at] ^ (value | 1))});
      case SET_INT -> overwritten(bytes, at, Arrays.copyOf(littleEndian(), 4));
      case SET_LONG -> overwritten(bytes, at, littleEndian());
      case TRUNCATE -> Arrays.copyOf(bytes, at);
      case INSERT -> spliced(bytes, at, at, new byte[] {(byte) value});
      case DELETE -> spliced(bytes, at, at + 1, new byte[0]);
    };
  }

  private byte[] littleEndian() {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static byte[] overwritten(byte[] bytes, int at, byte[] with) {
    byte[] edited = bytes.clone();
    System.arraycopy(with, 0, edited, at, Math.min(with.length, bytes.length - at));
    return edited;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] with) {
    return ByteBuffer.allocate(bytes.length - (to - from) + with.length)
        .put(bytes, 0, from)
        .put(with)
        .put(bytes, to, bytes.length - to)
        .array();
  }
}
