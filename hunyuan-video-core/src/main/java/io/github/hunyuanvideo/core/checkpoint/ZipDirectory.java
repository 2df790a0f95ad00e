package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import java.nio.ByteBuffer;

/**
 * Where the central directory of a zip archive lies, as the records at the end of the file say; the
 * 64-bit records ("zip64") hold for archives above 4 GiB, and PyTorch always writes them.
 *
 * @param offset of its first byte
 * @param size in bytes
 * @param entries how many it lists
 */
record ZipDirectory(long offset, long size, long entries) {

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_SIZE = 20;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_SIZE = 56;

  /** The smallest entry of a central directory: a header without name. */
  private static final int SMALLEST_ENTRY = 46;

  /** A checkpoint has an entry per tensor; the published transformer has 856. */
  private static final long MOST_ENTRIES = 100_000;

  private static final long LARGEST = 32L << 20;

  /**
   * Finds the central directory.
   *
   * @throws CheckpointException if the end of the file is not the end of a zip archive, or
   *     contradicts itself
   */
  static ZipDirectory find(FileBytes bytes) {
    long endPosition = bytes.size() - END_SIZE;
    ByteBuffer end = endPosition < 0 ? null : bytes.read(endPosition, END_SIZE);
    if (end == null || end.getInt(0) != END_SIGNATURE || end.getShort(20) != 0) {
      throw new CheckpointException(
          bytes.file().path(),
          "the file begins like a zip archive, but does not end like one; it is truncated, or something was appended. Download or copy it again");
    }
    long directoryEnd = endPosition;
    ZipDirectory directory =
        new ZipDirectory(unsigned(end.getInt(16)), unsigned(end.getInt(12)), end.getChar(10));
    require(bytes, end.getInt(4) == 0 || end.getInt(4) == -1, "it is split into several files");
    require(bytes, end.getChar(8) == directory.entries, "its number of entries is ambiguous");
    long locatorPosition = endPosition - LOCATOR_SIZE;
    if (locatorPosition >= END64_SIZE
        && bytes.read(locatorPosition, 4).getInt() == LOCATOR_SIGNATURE) {
      ByteBuffer locator = bytes.read(locatorPosition, LOCATOR_SIZE);
      directoryEnd = locator.getLong(8);
      directory = find64(bytes, directory, directoryEnd, locatorPosition);
    }
    directory.requireFits(bytes, directoryEnd);
    return directory;
  }

  private static ZipDirectory find64(
      FileBytes bytes, ZipDirectory narrow, long position, long locatorPosition) {
    boolean within = position >= 0 && position <= locatorPosition - END64_SIZE;
    require(bytes, within, "its zip64 record is said to lie at byte " + position);
    ByteBuffer end = bytes.read(position, END64_SIZE);
    boolean whole =
        end.getInt(0) == END64_SIGNATURE && end.getLong(4) == locatorPosition - position - 12;
    require(bytes, whole, "its zip64 record is malformed");
    require(bytes, end.getLong(16) == 0, "it is split into several files");
    require(bytes, end.getLong(24) == end.getLong(32), "its number of entries is ambiguous");
    ZipDirectory wide = new ZipDirectory(end.getLong(48), end.getLong(40), end.getLong(32));
    boolean agree =
        (narrow.offset == 0xffffffffL || narrow.offset == wide.offset)
            && (narrow.size == 0xffffffffL || narrow.size == wide.size)
            && (narrow.entries == 0xffff || narrow.entries == wide.entries);
    require(bytes, agree, "its zip and zip64 records contradict each other");
    return wide;
  }

  private void requireFits(FileBytes bytes, long directoryEnd) {
    boolean contiguous = offset >= 0 && size >= 0 && size <= directoryEnd;
    require(
        bytes,
        contiguous && offset == directoryEnd - size,
        "its directory is said to have %d bytes at byte %d, but ends at byte %d"
            .formatted(size, offset, directoryEnd));
    require(
        bytes,
        entries >= 0 && entries <= MOST_ENTRIES && size <= LARGEST,
        "its directory claims %d entries in %d bytes; at most %d in %d are read"
            .formatted(entries, size, MOST_ENTRIES, LARGEST));
    require(
        bytes,
        entries * SMALLEST_ENTRY <= size,
        "its directory claims %d entries, for which %d bytes are too few".formatted(entries, size));
  }

  private static void require(FileBytes bytes, boolean condition, String problem) {
    if (!condition) {
      throw new CheckpointException(
          bytes.file().path(), "the zip archive is malformed: " + problem);
    }
  }

  private static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }
}
