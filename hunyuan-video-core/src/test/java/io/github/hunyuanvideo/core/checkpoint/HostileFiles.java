package io.github.hunyuanvideo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.testing.Allocations;
import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipFile;
import org.assertj.core.api.AbstractThrowableAssert;

/** How files are met that somebody made to do harm, or that were damaged. */
final class HostileFiles {

  static final String REMEDY = "Download it.";

  /** Generous for a file of some kilobytes; a believed claim would be far above. */
  private static final long SMALL = 8L << 20;

  private HostileFiles() {}

  /** Something that reads a file. */
  @FunctionalInterface
  interface Reading {
    void run();
  }

  /** Asserts that reading ends in a {@link CheckpointException} and allocates little. */
  static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Reading reading) {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    long allocated = Allocations.during(() -> thrown.set(catchThrowable(reading::run)));
    assertThat(allocated).as("bytes allocated").isLessThan(SMALL);
    return assertThat(thrown.get()).isExactlyInstanceOf(CheckpointException.class);
  }

  /** Asserts that reading works, or ends in a {@link CheckpointException}; nothing else. */
  static void assertReadOrRefused(Reading reading) {
    long allocated =
        Allocations.during(
            () -> {
              Throwable thrown = catchThrowable(reading::run);
              if (thrown != null) {
                assertThat(thrown).isInstanceOf(CheckpointException.class);
              }
            });
    assertThat(allocated).as("bytes allocated").isLessThan(SMALL);
  }

  /** Opens an archive of torch.save and locates all of its outermost tensors. */
  static TensorSource open(Path file) {
    return TorchCheckpoint.open(file, Unwrapping.none(), REMEDY);
  }

  /** Reads a pickle that is in no file. */
  static PickleReader.Result unpickle(byte[] pickle) {
    return PickleReader.read(
        Path.of("test.pt"), ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN));
  }

  /** The pickle of {@code pickle_oddities.pt}, which uses most of the language. */
  static byte[] oddities() throws IOException {
    try (ZipFile zip = new ZipFile(Golden.path("tiny-variants/pickle_oddities.pt").toFile());
        InputStream in = zip.getInputStream(zip.getEntry("pickle_oddities/data.pkl"))) {
      return in.readAllBytes();
    }
  }
}
