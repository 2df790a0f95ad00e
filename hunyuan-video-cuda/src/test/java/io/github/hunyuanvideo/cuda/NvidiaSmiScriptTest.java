package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A program on the PATH that calls itself {@code nvidia-smi}, run for real. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs are shell scripts")
class NvidiaSmiScriptTest {

  @TempDir Path folder;

  @Test
  void oneThatWorksIsBelieved() throws IOException {
    NvidiaDriver driver =
        driver(
            """
            case "$1" in
              --query-gpu=*) printf '%s' '{TABLE}' ;;
              *) echo '| NVIDIA-SMI 580.159.04   Driver Version: 580.159.04   CUDA Version: 13.0 |' ;;
            esac
            """
                .replace("{TABLE}", Recorded.ONE_H200));
    assertThat(driver.troubles()).isEmpty();
    assertThat(driver.version()).contains(new DriverVersion("580.159.04"));
    assertThat(driver.cuda()).contains(new CudaVersion(13, 0));
    assertThat(driver.gpus().orElseThrow()).extracting(Gpu::name).containsExactly("NVIDIA H200");
  }

  @Test
  void oneThatHangsIsNotWaitedFor() throws IOException {
    long begin = System.nanoTime();
    NvidiaDriver driver = driver("sleep 60", Duration.ofMillis(500));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    assertNothingKnown(driver, "did not end within 500 ms");
  }

  @Test
  void oneThatFailsIsQuoted() throws IOException {
    assertNothingKnown(
        driver("echo 'Failed to initialize NVML: Driver/library version mismatch'\nexit 18"),
        "exit code 18: Failed to initialize NVML: Driver/library version mismatch");
  }

  @Test
  void oneThatPrintsGarbageIsQuoted() throws IOException {
    assertNothingKnown(driver("head -c 3000 /dev/urandom"), "expected");
    assertNothingKnown(driver("echo hello, world"), "hello, world");
  }

  private static void assertNothingKnown(NvidiaDriver driver, String trouble) {
    assertThat(driver.version()).isEmpty();
    assertThat(driver.gpus()).isEmpty();
    assertThat(driver.troubles()).singleElement().asString().contains(trouble);
    assertThat(Finding.obstacles(driver.findings())).hasSize(1);
  }

  private NvidiaDriver driver(String body) throws IOException {
    return driver(body, Duration.ofSeconds(60));
  }

  private NvidiaDriver driver(String body, Duration limit) throws IOException {
    Path script = folder.resolve("nvidia-smi");
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    String path = FakeHost.folders(folder, Path.of("/usr/bin"), Path.of("/bin"));
    return NvidiaDriver.find(
        new Host(
            "Linux",
            folder.resolve("root"),
            name -> name.equals("PATH") ? path : null,
            new TimedCommands(limit)));
  }
}
