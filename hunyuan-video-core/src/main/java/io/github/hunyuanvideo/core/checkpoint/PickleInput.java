package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The bytes of a pickle. No length is believed before it was held against what is left. */
final class PickleInput {

  private final Path path;
  private final ByteBuffer bytes;

  /**
   * @param path named in messages
   * @param bytes little-endian
   */
  PickleInput(Path path, ByteBuffer bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  boolean hasRemaining() {
    return bytes.hasRemaining();
  }

  int unsignedByte() {
    require(1);
    return Byte.toUnsignedInt(bytes.get());
  }

  int unsignedShort() {
    require(2);
    return bytes.getChar();
  }

  int signedInt() {
    require(4);
    return bytes.getInt();
  }

  long unsignedInt() {
    return Integer.toUnsignedLong(signedInt());
  }

  long signedLong() {
    require(8);
    return bytes.getLong();
  }

  /** A float64, which pickles write big-endian. */
  double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(signedLong()));
  }

  void skip(long length) {
    require(length);
    bytes.position(bytes.position() + (int) length);
  }

  /** The next bytes, little-endian. */
  ByteBuffer take(long length) {
    require(length);
    ByteBuffer taken = bytes.slice(bytes.position(), (int) length);
    skip(length);
    return taken.order(ByteOrder.LITTLE_ENDIAN);
  }

  String text(long length) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(take(length)).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(path, at() + "a text is no UTF-8", e);
    }
  }

  /** Text up to the end of the line, without it. */
  String line() {
    int length = 0;
    while (length < bytes.remaining() && bytes.get(bytes.position() + length) != '\n') {
      length++;
    }
    String line = text(length);
    skip(1);
    return line;
  }

  /** A complaint about what was read last, to be thrown. */
  CheckpointException malformed(String problem) {
    return new CheckpointException(path, at() + problem);
  }

  private String at() {
    return "data.pkl is malformed before byte %d: ".formatted(bytes.position());
  }

  /** Makes sure that so many bytes are left. */
  void require(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw malformed(
          "%s more bytes are claimed, %d are left; the file is truncated or damaged"
              .formatted(Long.toUnsignedString(length), bytes.remaining()));
    }
  }
}
