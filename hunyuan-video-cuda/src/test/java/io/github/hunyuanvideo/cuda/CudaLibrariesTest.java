package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the libraries are those of Linux")
class CudaLibrariesTest {

  private static final CudaVersion CUDA = new CudaVersion(12, 8);

  @TempDir Path root;

  private Path natives;
  private FakeHost host;

  @BeforeEach
  void driverOnly() throws IOException {
    root = root.toRealPath();
    natives = Files.createDirectories(root.resolve("libtorch/lib"));
    Path driver = library(root.resolve("driver/libcuda.so.1"));
    host = new FakeHost(root).ldconfig("\tlibcuda.so.1 (libc6,x86-64) => %s\n".formatted(driver));
  }

  @Test
  void aLibtorchThatBringsAllIsComplete() throws IOException {
    libtorch(
        """
        \tlinux-vdso.so.1 (0x00007ffd5a3f2000)
        \tlibcudart-c3a75b33.so.12 => %1$s/libcudart-c3a75b33.so.12 (0x00007f3a10000000)
        \tlibcublas.so.12 => %1$s/libcublas.so.12 (0x00007f3a20000000)
        \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f3a30000000)
        \t/lib64/ld-linux-x86-64.so.2 (0x00007f3a40000000)
        """
            .formatted(natives));
    assertThat(obstacles()).isEmpty();
    assertThat(texts().get(0))
        .contains("libcublas.so.12, libcudart-c3a75b33.so.12 in " + natives)
        .contains("libcuda.so.1 in " + root.resolve("driver"))
        .doesNotContain("libc.so.6");
  }

  @Test
  void eachMissingLibraryIsNamedWithTheOneThatNeedsIt() throws IOException {
    libtorch("\tlibcudnn.so.9 => not found\n\tlibcublasLt.so.12 => not found\n");
    Path runtime = library(natives.resolve("libc10_cuda.so"));
    host.ldd(runtime, "\tlibcudart.so.12 => not found\n");
    assertThat(obstacles())
        .singleElement()
        .asString()
        .contains("libcublasLt.so.12 (libtorch_cuda.so needs it)")
        .contains("libcudnn.so.9 (libtorch_cuda.so needs it)")
        .contains("libcudart.so.12 (libc10_cuda.so needs it)")
        .contains("LD_LIBRARY_PATH");
  }

  @Test
  void whatLiesInLibtorchsFolderIsLoadedBeforeItIsNeeded() throws IOException {
    libtorch("\tlibcudnn.so.9 => not found\n");
    library(natives.resolve("libcudnn.so.9"));
    assertThat(obstacles()).isEmpty();
    assertThat(texts().get(0)).contains("libcudnn.so.9 in " + natives);
  }

  @Test
  void aFolderOfLinksCountsAsItsTargets() throws IOException {
    Path real = library(root.resolve("real/libtorch_cuda.so"));
    Files.createSymbolicLink(natives.resolve("libtorch_cuda.so"), real);
    host.ldd(real, "\tlibcudart.so.12 => not found\n");
    assertThat(obstacles()).singleElement().asString().contains("libcudart.so.12");
  }

  @Test
  void withoutTheLoadersAnswerNothingIsCalledMissingForSure() throws IOException {
    library(natives.resolve("libtorch_cuda.so"));
    host = new FakeHost(root.resolve("elsewhere"));
    assertThat(obstacles()).isEmpty();
    assertThat(texts()).anyMatch(text -> text.contains("libcuda.so.1") && text.contains("may be"));
  }

  @Test
  void aDriverWithoutItsLibraryForProgramsIsNoDriver() throws IOException {
    libtorch("");
    host.ldconfig("");
    assertThat(obstacles())
        .singleElement()
        .asString()
        .contains("libcuda.so.1", "NVIDIA_DRIVER_CAPABILITIES");
    assertThat(Finding.obstacles(libraries().findings(CUDA, false)))
        .as("the missing driver is named elsewhere")
        .isEmpty();
    library(root.resolve("named/libcuda.so.1"));
    host.variable("LD_LIBRARY_PATH", FakeHost.folders(root.resolve("none"), root.resolve("named")));
    assertThat(obstacles()).isEmpty();
  }

  @Test
  void anOldCublasIsWarnedOf() throws IOException {
    libtorch("\tlibcublas.so.12 => %s/libcublas.so.12 (0x00007f3a10000000)\n".formatted(natives));
    Path link = natives.resolve("libcublas.so.12");
    Files.createSymbolicLink(link, library(natives.resolve("libcublas.so.12.1.3.1")));
    assertThat(texts())
        .anyMatch(text -> text.contains("12.1.3.1") && text.contains("floating point exception"));
    Files.delete(link);
    Files.createSymbolicLink(link, library(natives.resolve("libcublas.so.12.8.4.1")));
    assertThat(texts()).contains("cuBLAS is 12.8.4.1.");
  }

  @Test
  void aFlavourThatIsNotTheLibrariesOwnIsWarnedOf() throws IOException {
    libtorch("\tlibcudart.so.13 => %s/libcudart.so.13 (0x00007f3a10000000)\n".formatted(natives));
    assertThat(texts())
        .anyMatch(text -> text.contains("says CUDA 12.8") && text.contains("CUDA 13"));
  }

  @Test
  void aFolderWithoutLibtorchForCudaIsNamed() {
    assertThat(obstacles())
        .singleElement()
        .asString()
        .contains("no libtorch_cuda.so in " + natives);
  }

  /** No stand-ins: the real loader, asked about the JVM's own library. */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "ldd is asked")
  void theRealLoaderIsUnderstood() {
    Path jvm = Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so");
    LibraryClosure closure =
        LibraryClosure.of(Host.thisOne(), root, List.of(jvm), "libnobody-has-this.so.1");
    assumeTrue(closure.complete(), "skipped: this system has no ldd or no ldconfig");
    assertThat(closure.found()).containsKey("libc.so.6");
    assertThat(closure.found().get("libc.so.6")).isRegularFile();
    assertThat(closure.missing()).containsOnlyKeys("libnobody-has-this.so.1");
  }

  private void libtorch(String lines) throws IOException {
    host.ldd(library(natives.resolve("libtorch_cuda.so")), lines);
  }

  private static Path library(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  private CudaLibraries libraries() {
    return CudaLibraries.of(host.host(), natives);
  }

  private List<String> texts() {
    return libraries().findings(CUDA, true).stream().map(Finding::text).toList();
  }

  private List<String> obstacles() {
    return Finding.obstacles(libraries().findings(CUDA, true));
  }
}
