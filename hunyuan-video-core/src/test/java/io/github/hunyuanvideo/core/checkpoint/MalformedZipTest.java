package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.open;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that contradict themselves, or end too early. */
class MalformedZipTest {

  private static final byte[] PICKLE =
      new PickleBytes()
          .op('}')
          .text("weight")
          .tensor("0", 4, 0, List.of(2L, 2L), List.of(2L, 1L))
          .op('s')
          .stop();

  private static final byte[] FLOATS = new byte[16];

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("weights.pt");
  }

  /** A sound archive that lacks its only storage. */
  private static ZipBytes withoutStorage() {
    return ZipBytes.torch(PICKLE);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefusedZip(ZipBytes zip) {
    Path file = zip.write(file());
    return assertRefused(() -> open(file)).hasMessageContaining("weights.pt");
  }

  @Test
  void twoEntriesOfOneNameAreRefused() {
    assertRefusedZip(ZipBytes.torch(PICKLE, FLOATS).add("archive/data/0", FLOATS))
        .hasMessageContaining("two entries \"archive/data/0\"");
  }

  @Test
  void entriesThatOverlapAreRefused() {
    ZipBytes zip = ZipBytes.torch(PICKLE, FLOATS);
    ZipBytes.Part part = zip.part("archive/data/1", new byte[100]);
    part.size = 101L;
    part.localSize = 101L;
    zip.add("archive/data/2", new byte[100]);
    assertRefusedZip(zip).hasMessageContaining("\"archive/data/1\" and \"archive/data/2\" overlap");
  }

  @Test
  void twoEntriesInOnePlaceAreRefused() {
    ZipBytes zip = ZipBytes.torch(PICKLE, FLOATS);
    zip.part("archive/data/1", FLOATS).header = 0L;
    assertRefusedZip(zip).hasMessageContaining("overlap");
  }

  @Test
  void anEntryThatIsNotWhereTheDirectorySaysIsRefused() {
    for (long header : new long[] {1, 50, 0x7fffffffL, 0xfffffffeL}) {
      ZipBytes zip = withoutStorage();
      zip.part("archive/data/0", FLOATS).header = header;
      assertRefusedZip(zip).hasMessageMatching("(?s).*(overlap|archive/data/0).*");
    }
    ZipBytes zip = withoutStorage();
    zip.part("archive/data/0", FLOATS).localName = "archive/data/1";
    assertRefusedZip(zip).hasMessageContaining("\"archive/data/0\" is not at byte");
  }

  @Test
  void sixtyFourBitLiesAreRefused() {
    for (long lie : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40}) {
      ZipBytes sizes = withoutStorage();
      ZipBytes.Part part = sizes.part("archive/data/0", FLOATS);
      part.zip64 = true;
      part.size = lie;
      assertRefusedZip(sizes).hasMessageContaining("archive/data/0");
      ZipBytes offsets = withoutStorage();
      part = offsets.part("archive/data/0", FLOATS);
      part.zip64 = true;
      part.header = lie;
      assertRefusedZip(offsets).hasMessageContaining("archive/data/0");
    }
  }

  @Test
  void anEntryWhoseSizeReachesIntoTheDirectoryIsRefused() {
    for (long size : new long[] {1000, 0x7fffffffL, 0xfffffffeL}) {
      ZipBytes zip = withoutStorage();
      ZipBytes.Part part = zip.part("archive/data/0", FLOATS);
      part.size = size;
      part.localSize = size;
      assertRefusedZip(zip).hasMessageContaining("claims " + size + " bytes");
    }
  }

  @Test
  void sizesThatContradictEachOtherAreRefused() {
    ZipBytes zip = withoutStorage();
    zip.part("archive/data/0", FLOATS).localSize = 8L;
    assertRefusedZip(zip).hasMessageContaining("16 bytes in the directory, 8 in front of them");
    zip = withoutStorage();
    zip.part("archive/data/0", FLOATS).packed = 8L;
    assertRefusedZip(zip).hasMessageContaining("claims 16 bytes, stored as 8");
  }

  @Test
  void aBombOfEntriesIsRefusedBeforeItIsRead() {
    ZipBytes zip = ZipBytes.torch(PICKLE, FLOATS);
    zip.zip64 = true;
    for (long entries : new long[] {100_001, 1L << 31, 1L << 40, Long.MAX_VALUE, -1}) {
      zip.entries = entries;
      assertRefusedZip(zip).hasMessageContaining("claims " + entries + " entries");
    }
    zip.entries = 50_000L;
    assertRefusedZip(zip).hasMessageContaining("bytes are too few");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 4, 5, 65_535})
  void aWrongNumberOfEntriesIsRefused(long entries) {
    ZipBytes zip = ZipBytes.torch(PICKLE, FLOATS);
    zip.entries = entries;
    assertRefusedZip(zip).hasMessageContaining("directory");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 1L << 31, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
  void aDirectoryThatLiesElsewhereIsRefused(long lie) {
    for (boolean wide : new boolean[] {true, false}) {
      ZipBytes zip = ZipBytes.torch(PICKLE, FLOATS);
      zip.zip64 = wide;
      zip.directoryOffset = lie;
      assertRefusedZip(zip).hasMessageContaining("malformed: its directory");
      zip.directoryOffset = null;
      zip.directorySize = lie;
      assertRefusedZip(zip).hasMessageContaining("malformed: its directory");
    }
    ZipBytes zip = ZipBytes.torch(PICKLE, FLOATS);
    zip.zip64 = true;
    zip.end64Offset = lie;
    assertRefusedZip(zip).hasMessageContaining("malformed: its zip64 record");
  }

  @Test
  void recordsOfDifferentWidthThatContradictEachOtherAreRefused() {
    ZipBytes zip = ZipBytes.torch(PICKLE, FLOATS);
    zip.zip64 = true;
    zip.narrowOffset = 0;
    assertRefusedZip(zip).hasMessageContaining("zip and zip64 records contradict each other");
  }

  @Test
  void aCommentAtTheEndIsRefused() {
    ZipBytes zip = ZipBytes.torch(PICKLE, FLOATS);
    zip.comment = "hello".getBytes(US_ASCII);
    assertRefusedZip(zip).hasMessageContaining("does not end like one");
  }

  @Test
  void aFileThatEndsAnywhereTooEarlyIsRefused() throws IOException {
    Path file = file();
    Files.copy(Golden.path("tiny-variants/pickle_oddities.pt"), file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long size = channel.size() - 1; size >= 0; size--) {
        channel.truncate(size);
        assertRefused(() -> open(file));
      }
    }
  }

  @Test
  void somethingBehindTheEndIsRefused() throws IOException {
    Path file = ZipBytes.torch(PICKLE, FLOATS).write(file());
    Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
    assertRefused(() -> open(file)).hasMessageContaining("something was appended");
  }
}
