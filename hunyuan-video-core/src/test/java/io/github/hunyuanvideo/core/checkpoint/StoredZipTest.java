package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.open;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.HeapTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredZipTest {

  private static final byte[] PICKLE =
      new PickleBytes()
          .op('}')
          .text("weight")
          .tensor("0", 4, 0, List.of(2L, 2L), List.of(2L, 1L))
          .op('s')
          .stop();

  private static final byte[] FLOATS = floats(1, 2, 3, 4);

  @TempDir private Path folder;

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private Path file() {
    return folder.resolve("weights.pt");
  }

  /** A sound archive that lacks its only storage. */
  private static ZipBytes withoutStorage() {
    return ZipBytes.torch(PICKLE);
  }

  private void assertReads(ZipBytes zip) {
    TensorSource source = open(zip.write(file()));
    assertThat(HeapTensors.floats(Objects.requireNonNull(source.tensors().get("weight"))))
        .containsExactly(1, 2, 3, 4);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefusedZip(ZipBytes zip) {
    Path file = zip.write(file());
    return assertRefused(() -> open(file)).hasMessageContaining("weights.pt");
  }

  @Test
  void aTensorLiesWhereItsEntryIs() {
    assertReads(ZipBytes.torch(PICKLE, FLOATS));
  }

  @Test
  void theExtraFieldInFrontOfTheBytesDecidesWhereTheyBegin() {
    for (int extra : new int[] {1, 4, 63, 1000}) {
      ZipBytes zip = withoutStorage();
      zip.part("archive/data/0", FLOATS).localExtra = extra;
      assertReads(zip);
    }
  }

  @Test
  void sizesBehindTheBytesAreFine() {
    ZipBytes zip = withoutStorage();
    ZipBytes.Part part = zip.part("archive/data/0", FLOATS);
    part.flags = 0x808;
    part.localSize = 0L;
    assertReads(zip);
  }

  @Test
  void sixtyFourBitRecordsAreRead() {
    ZipBytes zip = withoutStorage();
    zip.zip64 = true;
    zip.part("archive/data/0", FLOATS).zip64 = true;
    assertReads(zip);
  }

  @Test
  void aTensorMayLieBehindTheFourthGigabyte() {
    long far = (1L << 32) + 4096;
    byte[] pickle =
        new PickleBytes()
            .op('}')
            .text("weight")
            .tensor("1", 4, 0, List.of(2L, 2L), List.of(2L, 1L))
            .op('s')
            .text("last")
            .tensor("0", far / 4 + 1, far / 4, List.of(), List.of())
            .op('s')
            .stop();
    ZipBytes zip = ZipBytes.torch(pickle);
    zip.zip64 = true;
    ZipBytes.Part large = zip.part("archive/data/0", floats(42));
    large.hole = far;
    large.zip64 = true;
    // PyTorch writes only those numbers in 64 bits that need them.
    zip.part("archive/data/1", FLOATS).zip64Header = true;
    Path file = zip.write(file());
    TensorSource source = open(file);
    StoredTensor weight = Objects.requireNonNull(source.tensors().get("weight"));
    assertThat(weight.offset()).isGreaterThan(far);
    assertThat(HeapTensors.floats(weight)).containsExactly(1, 2, 3, 4);
    assertThat(HeapTensors.floats(Objects.requireNonNull(source.tensors().get("last"))))
        .containsExactly(42);
  }

  @Test
  void theFolderInsideMayHaveAnyNameAndTheOrderMayBeAny() {
    ZipBytes zip = new ZipBytes().add("ü b/data/0", FLOATS).add("ü b/data/");
    assertReads(zip.add("ü b/data.pkl", PICKLE).add("ü b/byteorder", "little".getBytes(US_ASCII)));
  }

  @Test
  void bigEndianBytesAreRefused() {
    ZipBytes zip =
        ZipBytes.torch(PICKLE, FLOATS).add("archive/byteorder", "big".getBytes(US_ASCII));
    assertRefusedZip(zip).hasMessageContaining("byte order is \"big\"");
  }

  @Test
  void aCompressedEntryIsRefusedWithAdvice() throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file()))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(PICKLE);
    }
    assertRefused(() -> open(file()))
        .hasMessageContaining("\"archive/data.pkl\" is compressed (method 8)")
        .hasMessageContaining("save it again with torch.save");
  }

  @Test
  void anEncryptedEntryIsRefused() {
    ZipBytes zip = withoutStorage();
    zip.part("archive/data/0", FLOATS).flags = 1;
    assertRefusedZip(zip).hasMessageContaining("\"archive/data/0\" is encrypted");
  }

  @Test
  void anEntryThatTheDirectoryCallsStoredAndItsHeaderCompressedIsRefused() throws IOException {
    Path file = ZipBytes.torch(PICKLE, FLOATS).write(file());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {8}), 8);
    }
    assertRefused(() -> open(file)).hasMessageContaining("compressed (method 8)");
  }

  @Test
  void twoPicklesAreRefused() {
    assertRefusedZip(ZipBytes.torch(PICKLE, FLOATS).add("other/data.pkl", PICKLE))
        .hasMessageContaining("several data.pkl")
        .hasMessageContaining("other/data.pkl");
  }

  @Test
  void anArchiveWithoutPickleIsRefusedAndListed() {
    assertRefusedZip(new ZipBytes().add("readme.txt").add("a/b/data.pkl", PICKLE))
        .hasMessageContaining("no data.pkl")
        .hasMessageContaining("readme.txt");
  }

  @Test
  void aTorchScriptProgramIsToldFromWeights() {
    assertRefusedZip(ZipBytes.torch(PICKLE, FLOATS).add("archive/constants.pkl"))
        .hasMessageContaining("TorchScript program");
  }

  @Test
  void aPickleLargerThanAnyCheckpointsIsRefused() {
    ZipBytes zip = new ZipBytes();
    zip.part("archive/data.pkl", PICKLE).hole = 65L << 20;
    assertRefusedZip(zip).hasMessageContaining("data.pkl has more than");
  }
}
