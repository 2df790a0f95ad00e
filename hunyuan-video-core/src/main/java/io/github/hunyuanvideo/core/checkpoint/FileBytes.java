package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a file that is being looked at. A range is held against the file's size before
 * memory is allocated for it.
 */
final class FileBytes implements AutoCloseable {

  private final TensorFile file;
  private final FileChannel channel;

  private FileBytes(TensorFile file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a file for reading.
   *
   * @throws CheckpointException if it cannot be opened
   */
  static FileBytes open(TensorFile file) {
    try {
      return new FileBytes(file, FileChannel.open(file.path(), StandardOpenOption.READ));
    } catch (IOException e) {
      throw new CheckpointException(file.path(), "the file cannot be opened: " + e, e);
    }
  }

  TensorFile file() {
    return file;
  }

  long size() {
    return file.size();
  }

  /**
   * Reads a range, little-endian.
   *
   * @throws CheckpointException if it does not lie within the file
   */
  ByteBuffer read(long position, long length) {
    if (position < 0 || length < 0 || position > size() || length > size() - position) {
      throw new CheckpointException(
          file.path(),
          "bytes %d to %d do not exist, the file has %d; it is truncated"
              .formatted(position, position + length, size()));
    }
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length));
    try {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, position + bytes.position()) < 0) {
          throw new CheckpointException(file.path(), "the file became shorter while it was read");
        }
      }
    } catch (IOException e) {
      throw new CheckpointException(file.path(), "the file cannot be read: " + e, e);
    }
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The first bytes of the file, as many as there are, at most so many. */
  ByteBuffer start(int length) {
    return read(0, Math.min(length, size()));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CheckpointException(file.path(), "the file cannot be closed: " + e, e);
    }
  }
}
