package io.github.hunyuanvideo.core.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes zip archives by hand, possible ones and impossible ones. */
final class ZipBytes {

  private static final long TO_ZIP64 = 0xffffffffL;

  private final List<Part> parts = new ArrayList<>();
  boolean zip64;
  byte[] comment = {};
  @Nullable Long entries;
  @Nullable Long directorySize;
  @Nullable Long directoryOffset;
  @Nullable Long end64Offset;
  @Nullable Integer narrowOffset;

  /** An entry. Whatever is null is told as it is. */
  static final class Part {
    final String name;
    final byte[] bytes;
    long hole;
    String localName;
    int method;
    int flags;
    int localExtra;
    @Nullable Long size;
    @Nullable Long packed;
    @Nullable Long localSize;
    @Nullable Long header;
    private long placed;
    boolean zip64;
    boolean zip64Header;

    Part(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
      this.localName = name;
    }

    private long length() {
      return hole + bytes.length;
    }
  }

  /** Adds an entry, to be made odd. */
  Part part(String name, byte... bytes) {
    Part part = new Part(name, bytes);
    parts.add(part);
    return part;
  }

  ZipBytes add(String name, byte... bytes) {
    part(name, bytes);
    return this;
  }

  /** An archive of torch.save with storages {@code 0}, {@code 1} and so on. */
  static ZipBytes torch(byte[] pickle, byte[]... storages) {
    ZipBytes zip = new ZipBytes().add("archive/data.pkl", pickle);
    for (int i = 0; i < storages.length; i++) {
      zip.add("archive/data/" + i, storages[i]);
    }
    return zip.add("archive/version", (byte) '3', (byte) '\n');
  }

  /** Writes the archive, with holes in the file where an entry has one. */
  Path write(Path file) {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      for (Part part : parts) {
        part.placed = channel.position();
        channel.write(local(part));
        channel.position(channel.position() + part.hole);
        channel.write(ByteBuffer.wrap(part.bytes));
      }
      long start = channel.position();
      for (Part part : parts) {
        channel.write(central(part));
      }
      channel.write(end(start, channel.position() - start));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static ByteBuffer local(Part part) {
    byte[] name = part.localName.getBytes(StandardCharsets.UTF_8);
    int zip64 = part.zip64 ? 20 : 0;
    ByteBuffer local = buffer(30 + name.length + zip64 + part.localExtra);
    long size = part.localSize == null ? part.length() : part.localSize;
    long narrow = part.zip64 ? TO_ZIP64 : size;
    local.putInt(0x04034b50).putShort((short) 45).putShort((short) part.flags);
    local.putShort((short) part.method).putInt(0).putInt(0);
    local.putInt((int) narrow).putInt((int) narrow);
    local.putShort((short) name.length).putShort((short) (zip64 + part.localExtra)).put(name);
    if (part.zip64) {
      local.putShort((short) 1).putShort((short) 16).putLong(size).putLong(size);
    }
    if (part.localExtra >= 4) {
      local.putShort((short) 0x4246).putShort((short) (part.localExtra - 4));
    }
    return local.rewind();
  }

  private static ByteBuffer central(Part part) {
    byte[] name = part.name.getBytes(StandardCharsets.UTF_8);
    int extra = part.zip64 ? 4 + 6 + 4 + 24 : part.zip64Header ? 4 + 8 : 0;
    ByteBuffer central = buffer(46 + name.length + extra);
    long size = part.size == null ? part.length() : part.size;
    long packed = part.packed == null ? size : part.packed;
    long header = part.header == null ? part.placed : part.header;
    central.putInt(0x02014b50).putShort((short) 45).putShort((short) 45);
    central.putShort((short) part.flags).putShort((short) part.method).putInt(0).putInt(0);
    central.putInt((int) (part.zip64 ? TO_ZIP64 : packed));
    central.putInt((int) (part.zip64 ? TO_ZIP64 : size));
    central.putShort((short) name.length).putShort((short) extra).putShort((short) 0);
    central.putShort((short) 0).putShort((short) 0).putInt(0);
    central.putInt((int) (part.zip64 || part.zip64Header ? TO_ZIP64 : header)).put(name);
    if (part.zip64) {
      // Another field comes first, as other fields may.
      central.putShort((short) 0x7075).putShort((short) 6).putInt(0).putShort((short) 0);
      central.putShort((short) 1).putShort((short) 24).putLong(size).putLong(packed);
      central.putLong(header);
    } else if (part.zip64Header) {
      central.putShort((short) 1).putShort((short) 8).putLong(header);
    }
    return central.rewind();
  }

  private ByteBuffer end(long start, long length) {
    long count = entries == null ? parts.size() : entries;
    long size = directorySize == null ? length : directorySize;
    long offset = directoryOffset == null ? start : directoryOffset;
    ByteBuffer end = buffer((zip64 ? 76 : 0) + 22 + comment.length);
    if (zip64) {
      end.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
      end.putInt(0).putInt(0).putLong(count).putLong(count).putLong(size).putLong(offset);
      end.putInt(0x07064b50).putInt(0);
      end.putLong(end64Offset == null ? start + length : end64Offset).putInt(1);
    }
    end.putInt(0x06054b50).putInt(0);
    end.putShort((short) (zip64 ? 0xffff : count)).putShort((short) (zip64 ? 0xffff : count));
    end.putInt((int) (zip64 ? TO_ZIP64 : size));
    end.putInt(narrowOffset == null ? (int) (zip64 ? TO_ZIP64 : offset) : narrowOffset);
    end.putShort((short) comment.length).put(comment);
    return end.rewind();
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
