package io.github.hunyuanvideo.core.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NativeMemoryTest {

  /** The smallest of the pictures that one file needs has 18 kB; 200 of them would show. */
  private static final int HARMLESS_KILOBYTES = 2500;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  @EnabledOnOs(value = OS.LINUX, disabledReason = "resident memory is read from /proc")
  void twoHundredFilesLeaveTheProcessAsLargeAsItWas(MemoryProgram.Use use)
      throws IOException, InterruptedException {
    ChildJvm.Result result =
        new ChildJvm(folder)
            // A heap that is there in full from the start does not grow.
            .with("-Xms48m", "-Xmx48m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch")
            .run(MemoryProgram.class, use, folder)
            .succeeded();
    assertThat(Integer.parseInt(result.out().strip()))
        .as("growth in kB")
        .isLessThan(HARMLESS_KILOBYTES);
  }
}
