package io.github.hunyuanvideo.core.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes safetensors files by hand, possible ones and impossible ones. */
final class SafetensorsBytes {

  private SafetensorsBytes() {}

  /** A file with this header, in which {@code '} stands for {@code "}, and these bytes behind. */
  static byte[] of(String header, byte... data) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return withLength(json.length, json, data);
  }

  /** A file that claims a header of some length. */
  static byte[] withLength(long length, byte[] header, byte... data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .put(data)
        .array();
  }

  /** The header's entry of one tensor. */
  static String tensor(String name, String type, String shape, long begin, long end) {
    return "'%s':{'dtype':'%s','shape':%s,'data_offsets':[%d,%d]}"
        .formatted(name, type, shape, begin, end);
  }

  /** Writes a file that has zeros behind its header, without taking space for them. */
  static Path writeSparse(Path file, String header, long zeros) {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(of(header)));
      channel.write(ByteBuffer.allocate(1), channel.position() + zeros - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
