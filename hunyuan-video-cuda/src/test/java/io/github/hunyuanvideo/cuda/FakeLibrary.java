package io.github.hunyuanvideo.cuda;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes shared libraries that hold nothing but the names of what they need. */
final class FakeLibrary {

  private static final long ADDRESS = 0x10000;
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int ENTRY = 16;

  private final List<String> needed = new ArrayList<>();
  private String rpath = "";
  private String runpath = "";

  static FakeLibrary needing(String... names) {
    FakeLibrary library = new FakeLibrary();
    library.needed.addAll(List.of(names));
    return library;
  }

  FakeLibrary rpath(String folders) {
    rpath = folders;
    return this;
  }

  FakeLibrary runpath(String folders) {
    runpath = folders;
    return this;
  }

  Path write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes());
  }

  /** Header, two program headers, the dynamic section, the strings; all in one segment. */
  byte[] bytes() {
    StringBuilder strings = new StringBuilder("\0");
    List<long[]> entries = new ArrayList<>();
    needed.forEach(name -> entries.add(new long[] {1, add(strings, name)}));
    if (!rpath.isEmpty()) {
      entries.add(new long[] {15, add(strings, rpath)});
    }
    if (!runpath.isEmpty()) {
      entries.add(new long[] {29, add(strings, runpath)});
    }
    int dynamic = HEADER + 2 * PROGRAM_HEADER;
    int dynamicSize = (entries.size() + 2) * ENTRY;
    entries.add(new long[] {5, ADDRESS + dynamic + dynamicSize});
    entries.add(new long[] {0, 0});
    byte[] text = strings.toString().getBytes(StandardCharsets.UTF_8);
    int size = dynamic + dynamicSize + text.length;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    file.putLong(32, HEADER).putShort(54, (short) PROGRAM_HEADER).putShort(56, (short) 2);
    programHeader(file, HEADER, 1, 0, ADDRESS, size);
    programHeader(file, HEADER + PROGRAM_HEADER, 2, dynamic, ADDRESS + dynamic, dynamicSize);
    file.position(dynamic);
    entries.forEach(entry -> file.putLong(entry[0]).putLong(entry[1]));
    return file.put(text).array();
  }

  private static int add(StringBuilder strings, String text) {
    int place = strings.length();
    strings.append(text).append('\0');
    return place;
  }

  private static void programHeader(
      ByteBuffer file, int at, int type, long offset, long address, long size) {
    file.putInt(at, type).putLong(at + 8, offset).putLong(at + 16, address);
    file.putLong(at + 32, size).putLong(at + 40, size);
  }
}
