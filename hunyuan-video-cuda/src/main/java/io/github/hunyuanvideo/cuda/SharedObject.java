package io.github.hunyuanvideo.cuda;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a shared library of Linux (ELF, 64 bits) says that it needs. Reads a few kilobytes of it,
 * whatever its size, and believes nothing without a check.
 *
 * @param file the library
 * @param needed names of the libraries that it needs
 * @param inheritedPath folders to look in first (DT_RPATH), which the libraries that it has loaded
 *     inherit; without meaning if there is an {@code ownPath}
 * @param ownPath folders to look in after those of LD_LIBRARY_PATH (DT_RUNPATH)
 */
record SharedObject(
    Path file, List<String> needed, List<String> inheritedPath, List<String> ownPath) {

  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int DYNAMIC_ENTRY = 16;
  private static final int MOST_PROGRAM_HEADERS = 1 << 10;
  private static final int MOST_DYNAMIC_BYTES = 1 << 16;
  private static final int LONGEST_STRING = 1 << 14;

  /** "\177ELF", 64 bits, little-endian. */
  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F', 2, 1};

  private static final int LOADED = 1;
  private static final int DYNAMIC = 2;

  private static final int NEEDED = 1;
  private static final int STRINGS = 5;
  private static final int RPATH = 15;
  private static final int RUNPATH = 29;

  /** A part of the file that is mapped to addresses. */
  private record Segment(int type, long offset, long address, long size) {
    boolean holds(long wanted) {
      return type == LOADED && wanted >= address && wanted - address < size;
    }
  }

  /** A value with a meaning, most often a place in the table of strings. */
  private record Entry(long tag, long value) {}

  /**
   * Reads a library's dynamic section.
   *
   * @throws IOException if the file cannot be read
   * @throws MalformedDataException if it is no such library, or a damaged one
   */
  static SharedObject read(Path file) throws IOException, MalformedDataException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      List<Segment> segments = segments(channel, file);
      List<Entry> entries = entries(channel, segments, file);
      long strings = 0;
      for (Entry entry : entries) {
        if (entry.tag() == STRINGS) {
          strings = offset(segments, entry.value(), file);
        }
      }
      return new SharedObject(
          file,
          texts(channel, entries, NEEDED, strings, file),
          paths(texts(channel, entries, RPATH, strings, file)),
          paths(texts(channel, entries, RUNPATH, strings, file)));
    }
  }

  private static List<Segment> segments(FileChannel channel, Path file)
      throws IOException, MalformedDataException {
    ByteBuffer header = bytes(channel, 0, HEADER, file);
    for (int i = 0; i < MAGIC.length; i++) {
      if (header.get(i) != MAGIC[i]) {
        throw malformed(file, "is no shared library for 64 bits");
      }
    }
    long table = header.getLong(32);
    int size = Short.toUnsignedInt(header.getShort(54));
    int count = Short.toUnsignedInt(header.getShort(56));
    if (size != PROGRAM_HEADER || count > MOST_PROGRAM_HEADERS) {
      throw malformed(file, "has %d segments with headers of %d bytes".formatted(count, size));
    }
    ByteBuffer headers = bytes(channel, table, count * PROGRAM_HEADER, file);
    List<Segment> segments = new ArrayList<>();
    for (int at = 0; at < headers.limit(); at += PROGRAM_HEADER) {
      segments.add(
          new Segment(
              headers.getInt(at),
              headers.getLong(at + 8),
              headers.getLong(at + 16),
              headers.getLong(at + 32)));
    }
    return segments;
  }

  private static List<Entry> entries(FileChannel channel, List<Segment> segments, Path file)
      throws IOException, MalformedDataException {
    List<Entry> entries = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.type() == DYNAMIC) {
        if (segment.size() < 0 || segment.size() > MOST_DYNAMIC_BYTES) {
          throw malformed(file, "has a dynamic section of %d bytes".formatted(segment.size()));
        }
        ByteBuffer dynamic = bytes(channel, segment.offset(), (int) segment.size(), file);
        for (int at = 0; at + DYNAMIC_ENTRY <= dynamic.limit(); at += DYNAMIC_ENTRY) {
          entries.add(new Entry(dynamic.getLong(at), dynamic.getLong(at + 8)));
        }
      }
    }
    return entries;
  }

  private static List<String> texts(
      FileChannel channel, List<Entry> entries, int tag, long strings, Path file)
      throws IOException, MalformedDataException {
    List<String> texts = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.tag() == tag) {
        texts.add(text(channel, strings + entry.value(), file));
      }
    }
    return texts;
  }

  private static List<String> paths(List<String> texts) {
    return texts.stream()
        .flatMap(text -> Splitter.on(':').omitEmptyStrings().splitToStream(text))
        .toList();
  }

  private static long offset(List<Segment> segments, long address, Path file)
      throws MalformedDataException {
    for (Segment segment : segments) {
      if (segment.holds(address)) {
        return segment.offset() + (address - segment.address());
      }
    }
    throw malformed(file, "has its strings outside of itself");
  }

  /** A string that ends with a zero. */
  private static String text(FileChannel channel, long offset, Path file)
      throws IOException, MalformedDataException {
    long left = Math.min(LONGEST_STRING, channel.size() - offset);
    ByteBuffer bytes = bytes(channel, offset, (int) Math.max(0, left), file);
    for (int end = 0; end < bytes.limit(); end++) {
      if (bytes.get(end) == 0) {
        return StandardCharsets.UTF_8.decode(bytes.slice(0, end)).toString();
      }
    }
    throw malformed(file, "has a string without an end");
  }

  private static ByteBuffer bytes(FileChannel channel, long offset, int count, Path file)
      throws IOException, MalformedDataException {
    if (offset < 0 || offset > channel.size() - count) {
      throw malformed(file, "ends before byte %d".formatted(offset + count));
    }
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw malformed(file, "became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  private static MalformedDataException malformed(Path file, String what) {
    return new MalformedDataException(file + " " + what);
  }
}
