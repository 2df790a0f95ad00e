package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A zip archive whose entries are stored as they are, so that each is a range of the file. The
 * JDK's own reader does not tell where the ranges lie, which is all that is wanted here.
 *
 * <p>Everything the archive claims is held against the file: entries lie before the directory, do
 * not overlap, have different names, and say the same in the directory and in front of their bytes.
 */
final class StoredZip {

  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int CENTRAL_SIZE = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_SIZE = 30;
  private static final int ZIP64_EXTRA = 1;
  private static final int ENCRYPTED = 1;
  private static final int SIZES_FOLLOW_THE_BYTES = 8;

  private final FileBytes bytes;
  private final ZipDirectory directory;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * An entry.
   *
   * @param name with its folders
   * @param offset of its first byte, from the file's start
   * @param size in bytes
   */
  record Entry(String name, long offset, long size) {}

  /** An entry as the directory lists it: its header comes first, then its bytes. */
  private record Listed(String name, int nameBytes, long header, long size) {}

  private StoredZip(FileBytes bytes, ZipDirectory directory) {
    this.bytes = bytes;
    this.directory = directory;
  }

  /**
   * Reads the directory of an archive.
   *
   * @throws CheckpointException if the file is no zip archive, is malformed, or has compressed or
   *     encrypted entries
   */
  static StoredZip read(FileBytes bytes) {
    ByteBuffer start = bytes.start(4);
    if (start.remaining() < 4 || start.getInt(0) != LOCAL_SIGNATURE) {
      throw new CheckpointException(
          bytes.file().path(),
          ForeignFormat.of(bytes)
              .orElse("this is not a zip archive, which files written by torch.save are"));
    }
    StoredZip zip = new StoredZip(bytes, ZipDirectory.find(bytes));
    zip.readEntries();
    return zip;
  }

  /** By name, in the order of the file. */
  Map<String, Entry> entries() {
    return entries;
  }

  private void readEntries() {
    ByteBuffer listing = bytes.read(directory.offset(), directory.size());
    List<Listed> listed = new ArrayList<>();
    for (long i = 0; i < directory.entries(); i++) {
      listed.add(nextListed(listing));
    }
    if (listing.hasRemaining()) {
      throw malformed("its directory has %d bytes too many".formatted(listing.remaining()));
    }
    listed.sort(Comparator.comparingLong(Listed::header));
    long free = 0;
    String before = "";
    for (Listed entry : listed) {
      if (entry.header < free) {
        throw malformed(
            "the entries \"%s\" and \"%s\" overlap"
                .formatted(Excerpt.of(before), Excerpt.of(entry.name)));
      }
      Entry located = locate(entry);
      if (entries.put(entry.name, located) != null) {
        throw malformed("there are two entries \"%s\"".formatted(Excerpt.of(entry.name)));
      }
      free = located.offset + located.size;
      before = entry.name;
    }
  }

  private Listed nextListed(ByteBuffer listing) {
    int at = listing.position();
    if (listing.remaining() < CENTRAL_SIZE || listing.getInt(at) != CENTRAL_SIGNATURE) {
      throw malformed("its directory ends before the number of entries that it claims");
    }
    int nameLength = listing.getChar(at + 28);
    int extraLength = listing.getChar(at + 30);
    int commentLength = listing.getChar(at + 32);
    if (listing.remaining() < CENTRAL_SIZE + nameLength + extraLength + commentLength) {
      throw malformed("its directory ends within an entry");
    }
    String name = text(listing.slice(at + CENTRAL_SIZE, nameLength));
    requireStored(name, listing.getChar(at + 8), listing.getChar(at + 10));
    long packed = Integer.toUnsignedLong(listing.getInt(at + 20));
    long size = Integer.toUnsignedLong(listing.getInt(at + 24));
    long header = Integer.toUnsignedLong(listing.getInt(at + 42));
    ByteBuffer extra =
        zip64(listing.slice(at + CENTRAL_SIZE + nameLength, extraLength).order(listing.order()));
    size = size == 0xffffffffL ? wide(extra, name) : size;
    packed = packed == 0xffffffffL ? wide(extra, name) : packed;
    header = header == 0xffffffffL ? wide(extra, name) : header;
    if (size != packed || size < 0 || header < 0) {
      throw malformed(
          "the entry \"%s\" claims %d bytes, stored as %d at byte %d"
              .formatted(Excerpt.of(name), size, packed, header));
    }
    listing.position(at + CENTRAL_SIZE + nameLength + extraLength + commentLength);
    return new Listed(name, nameLength, header, size);
  }

  private void requireStored(String name, int flags, int method) {
    if ((flags & ENCRYPTED) != 0) {
      throw new CheckpointException(
          bytes.file().path(), "the zip entry \"%s\" is encrypted".formatted(Excerpt.of(name)));
    }
    if (method != 0) {
      throw new CheckpointException(
          bytes.file().path(),
          "the zip entry \"%s\" is compressed (method %d), which torch.save never does; load the file with PyTorch and save it again with torch.save"
              .formatted(Excerpt.of(name), method));
    }
  }

  /** The 64-bit sizes and offsets among an entry's extra fields; empty if there are none. */
  private static ByteBuffer zip64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getChar();
      int length = extra.getChar();
      if (length > extra.remaining()) {
        break;
      }
      if (id == ZIP64_EXTRA) {
        return extra.slice(extra.position(), length).order(extra.order());
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private long wide(ByteBuffer zip64, String name) {
    if (zip64.remaining() < 8) {
      throw malformed("the entry \"%s\" lacks its 64-bit sizes".formatted(Excerpt.of(name)));
    }
    return zip64.getLong();
  }

  /** Reads what stands in front of an entry's bytes, which alone tells where they begin. */
  private Entry locate(Listed entry) {
    if (entry.header > directory.offset() - LOCAL_SIZE - entry.nameBytes) {
      throw malformed(
          "the entry \"%s\" is said to lie at byte %d, behind the last one"
              .formatted(Excerpt.of(entry.name), entry.header));
    }
    ByteBuffer local = bytes.read(entry.header, LOCAL_SIZE + entry.nameBytes);
    if (local.getInt(0) != LOCAL_SIGNATURE
        || local.getChar(26) != entry.nameBytes
        || !text(local.slice(LOCAL_SIZE, entry.nameBytes)).equals(entry.name)) {
      throw malformed(
          "the entry \"%s\" is not at byte %d, where its directory says"
              .formatted(Excerpt.of(entry.name), entry.header));
    }
    requireStored(entry.name, local.getChar(6), local.getChar(8));
    boolean sizesFollow = (local.getChar(6) & SIZES_FOLLOW_THE_BYTES) != 0;
    for (int field : new int[] {18, 22}) {
      long size = Integer.toUnsignedLong(local.getInt(field));
      if (size != entry.size && size != 0xffffffffL && !(sizesFollow && size == 0)) {
        throw malformed(
            "the entry \"%s\" has %d bytes in the directory, %d in front of them"
                .formatted(Excerpt.of(entry.name), entry.size, size));
      }
    }
    long offset = entry.header + LOCAL_SIZE + entry.nameBytes + local.getChar(28);
    if (offset > directory.offset() || entry.size > directory.offset() - offset) {
      throw malformed(
          "the entry \"%s\" claims %d bytes at byte %d, but the directory begins at byte %d"
              .formatted(Excerpt.of(entry.name), entry.size, offset, directory.offset()));
    }
    return new Entry(entry.name, offset, entry.size);
  }

  private String text(ByteBuffer name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(name).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          bytes.file().path(), "the zip archive is malformed: a name is no UTF-8 text", e);
    }
  }

  private CheckpointException malformed(String problem) {
    return new CheckpointException(bytes.file().path(), "the zip archive is malformed: " + problem);
  }
}
